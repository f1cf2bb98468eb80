"""Attacks against the running program, and the table of what holds them off.

Each control C1 to C24 of the threat model and each fault R1 to R20, with the tests that prove it; ``test_table.py``
checks that every row is here and that every named test exists. A path alone is a whole file.

C1  loopback only
        security/test_http_boundary.py::test_only_loopback_listens
        security/test_http_boundary.py::test_no_other_address_is_answered
        web/test_server.py::test_the_listener_is_on_loopback
C2  DNS rebinding
        security/test_http_boundary.py::test_a_foreign_host_is_turned_away_everywhere
        security/test_http_browser.py::test_a_rebound_name_is_turned_away
        security/test_cross_site_agents.py::test_a_rebound_name_presses_no_button
C3  cross-site POST
        security/test_cross_site_agents.py::test_cross_site_posts_press_no_button
    "Origin equals Host"
        security/test_cross_site_agents.py::test_our_own_origin_from_elsewhere_presses_no_button
    missing Origin
        security/test_http_boundary.py::test_a_forged_post_changes_nothing
        security/test_http_browser.py::test_forms_of_other_sites_are_refused
        web/test_guards.py::test_nothing_stands_in_for_an_origin
C4  changes by GET
        web/test_app.py::test_what_changes_anything_is_no_get
        security/test_reading_changes_nothing.py
    embedding, clickjacking
        security/test_http_browser.py::test_other_sites_embed_nothing
    cross-origin reads, streams
        security/test_cross_site_agents.py::test_runs_and_streams_are_not_read_across_sites
        security/test_http_browser.py::test_streams_are_not_read_from_other_sites
C5  no session
        web/test_app.py::test_every_endpoint_needs_a_session_except_the_named_ones
        security/test_http_boundary.py::test_without_a_session_nothing_is_told
        web/test_server.py::test_a_restart_ends_all_sessions
        web/test_login.py::test_leaving_ends_all_sessions
    cookies of other ports
        web/test_login.py::test_a_cookie_that_another_port_set_locks_nobody_out
C6  token in URL, history, log
        security/test_http_browser.py::test_the_bootstrap_leaves_no_secret_behind
        security/test_http_browser.py::test_a_copied_bootstrap_page_works_once
        security/test_cross_site_agents.py::test_the_token_of_forms_stands_in_no_address
        web/test_server.py::test_no_secret_is_printed_but_the_code
    code that waits, file that others read
        web/test_bootstrap.py
C7  headers everywhere
        web/test_app.py::test_every_answer_carries_the_headers
        security/test_http_boundary.py::test_what_is_no_http_gets_a_secured_error
        browser/test_runs.py::test_nothing_on_the_page_of_a_run_breaks_the_policy
C8  htmx in repository text
        security/test_http_browser.py::test_injected_html_does_nothing
        web/test_templates.py::test_repository_text_is_out_of_reach_of_htmx
C9  streams use up the server
        security/test_http_boundary.py::test_streams_leave_room_for_pages
        browser/test_live.py::test_twenty_tabs_share_one_stream_and_pages_stay_quick
        browser/test_live.py::test_no_stream_is_held_for_tabs_that_nobody_sees
        web/test_events.py::test_no_stream_lasts_longer_than_half_a_minute
        load/test_open_pages.py::test_two_hundred_tabs_twenty_runs_and_a_refresh
C10 memory, slow clients
        security/test_slow_clients.py
        web/test_server.py::test_files_and_threads_do_not_grow_with_requests
        security/test_http_boundary.py::test_too_large_a_body_is_refused_unread
        security/test_http_boundary.py::test_a_body_in_chunks_has_the_same_largest_size
        security/test_http_boundary.py::test_headers_have_a_largest_size
        security/test_http_boundary.py::test_what_never_ends_is_ended
C11 Markdown, SVG, names as scripts
        security/test_markdown_injection.py::test_payload_is_harmless
        security/test_markdown_injection.py::test_a_sanitizer_finds_nothing_to_remove
        web/test_raw.py::test_only_pictures_are_more_than_text
        web/test_missions.py::TestAssets::test_names_are_only_text
    code that reads other than it runs
        web/test_hidden_characters.py
    names as commands for a terminal
        test_cli.py::test_names_of_files_are_no_commands_for_the_terminal
    agent output as HTML, ANSI, bidi
        web/test_runs.py::TestRun::test_nothing_that_an_agent_writes_is_active
        security/test_cross_site_agents.py::test_megabytes_on_one_line_make_no_heavy_page
C12 expensive documents
        security/test_markdown_injection.py::test_a_megabyte_is_rendered_in_time_or_refused
        security/test_markdown_injection.py::test_our_own_rules_are_linear
        analysis/test_documents_properties.py::test_a_megabyte_takes_less_than_two_seconds
        web/test_markdown_worker.py::test_a_slow_job_costs_its_worker_and_nothing_else
        web/test_markdown_worker.py::TestRenderer::test_a_document_has_no_more_than_a_second
        services/test_convergence.py::test_thousands_of_documents_cost_no_more_than_each_of_them
        web/test_rounds.py::test_tens_of_thousands_of_findings_make_no_heavy_page
C13 search
        store/test_search.py::test_odd_queries_are_queries
        store/test_search.py::test_a_deadline_gives_what_there_is_and_says_so
        store/test_search.py::test_a_search_has_no_more_than_a_quarter_of_a_second
        store/test_connections.py::test_a_reader_can_do_nothing_but_read
C14 hostile repository
        security/test_hostile_repository.py::test_nothing_is_started_and_nothing_is_changed
    dead canary
        security/test_hostile_repository.py::test_the_canaries_are_alive
    a git call without hardening
        security/test_git_calls.py
    files that never end
        history/test_invocation.py::test_a_git_that_takes_all_memory_is_ended
        history/test_repository.py::test_files_that_git_would_wait_for_or_read_for_ever_are_refused
C15 drivers by configuration
        security/test_hostile_repository.py::test_a_branch_is_made_and_unmade_and_nothing_is_started
C16 shadow git directory
        history/test_shadow.py
        security/test_hostile_repository.py::test_borrowed_objects_of_a_hostile_repository_start_nothing
C17 planted git directory
        security/test_planted_git.py
        security/test_hostile_repository.py::test_a_repository_dropped_into_an_archive_starts_nothing
        security/test_hostile_repository.py::test_another_users_repository_is_refused
        history/test_repository.py::test_one_place_of_another_user_is_enough
C18 names as options
        security/test_agent_arguments.py::test_a_branch_that_is_an_option_or_a_way_out_is_refused
        security/test_agent_arguments.py::test_what_a_person_types_is_no_shell_and_no_option
        security/test_agent_arguments.py::test_a_mission_s_name_is_no_path_and_no_option
        agents/test_presets.py::test_a_prompt_never_stands_in_the_command
    conversations as options
        agents/test_presets.py::test_a_conversation_that_is_an_option_is_refused
        agents/test_events.py::test_what_could_be_an_option_is_no_name_of_a_conversation
C19 GitPython
        history/test_threads.py
        security/test_git_calls.py
C20 trust
        services/test_trusting.py
        web/test_trust.py::test_what_was_not_seen_is_not_allowed
        services/test_workflows.py::test_a_project_s_is_used_only_as_it_was_allowed
        security/test_agent_arguments.py::test_a_workflow_that_is_swapped_while_it_is_started_is_never_another
        security/test_agent_arguments.py::test_settings_in_a_repository_are_not_ours
C21 path traversal
        security/test_path_traversal.py::test_no_route_leads_out
        security/test_path_traversal.py::test_no_form_leads_out
        security/test_agent_arguments.py::test_a_document_that_leads_out_is_not_written
    symlink swap
        archive/test_opening.py::test_a_folder_swapped_for_a_link_never_leads_out
        security/test_agent_arguments.py::test_an_agent_that_puts_a_link_in_place_of_its_document_is_not_followed
C22 writes
        archive/test_writing.py::test_killed_while_saving_the_file_is_whole
        archive/test_writing.py::test_a_version_has_the_name_only_once_it_is_on_the_disk
        archive/test_writing.py::test_a_version_that_comes_between_look_and_swap_gets_its_name_back
        archive/test_writing.py::test_no_save_of_a_writer_without_a_lock_is_lost_silently
        archive/test_changing.py::test_four_writers_lose_none_of_their_updates
        faults/test_killed_saves.py::test_killed_while_a_mission_is_written
C23 agent processes
        agents/test_stopping.py
        agents/test_identity.py
        services/test_driving.py::test_one_press_is_one_run
        services/test_driving.py::test_a_time_limit_ends_the_step
        security/test_flooded_logs.py
        agents/test_locks.py::test_a_limit_that_was_lowered_holds_for_those_who_come
C24 SQLite
        store/test_connections.py
        store/test_state.py

R1  kill while indexing
        faults/test_kill_everywhere.py
        services/test_cut_off_refreshes.py
        store/test_connections.py::test_killed_writers_leave_a_sound_index
R2  kill while saving
        faults/test_killed_saves.py
R3  disk full
        faults/test_surroundings.py::test_a_full_disk_or_one_that_is_read_only_loses_nothing
        faults/test_full_disk.py
        archive/test_writing.py::test_a_full_disk_leaves_the_old_file
        services/test_watching.py::test_a_full_disk_is_said_until_there_is_room
R4  half-written files
        archive/test_json_objects.py::test_files_that_cannot_be_read
        archive/test_transitions.py::test_a_broken_state_is_never_rewritten
        web/test_missions.py::TestOne::test_a_broken_one_shows_its_problems_and_the_rest
        web/test_missions.py::TestOne::test_a_broken_state_says_when_it_was_last_readable
        services/test_indexing.py::test_problems_of_the_archive_come_and_go
        services/test_indexing.py::test_unreadable_files_are_tried_again_and_stay_quiet
R5  no UTF-8
        store/test_missions.py::test_names_that_are_not_utf8_keep_their_bytes
        web/test_pages.py::test_names_that_are_no_utf8_are_shown_replaced
        web/test_documents.py::test_raw_is_the_exact_bytes_in_a_sandbox
        history/test_log.py::test_bytes_that_are_no_utf8
R6  huge files
        archive/test_reading.py::test_20_mb_of_markdown_are_cut_in_bounded_memory
        archive/test_reading.py::test_a_huge_sparse_file_is_refused_at_once
        faults/test_huge_files.py
        agents/test_event_log.py::test_two_hundred_megabytes_are_followed_in_little_memory
        history/test_log.py::test_a_message_of_30_megabytes_is_cut
R7  links, pipes, sockets
        archive/test_tree.py::test_links_pipes_and_sockets_are_listed_and_not_followed
        archive/test_reading.py::test_a_pipe_does_not_block
        archive/test_tree.py::test_folders_without_end_are_left_out
R8  no commits
        web/test_commits.py
        web/test_projects.py
R9  shallow clone
        history/test_log.py::test_the_first_commit_of_a_shallow_clone_adds_nothing
        web/test_projects.py
R10 detached HEAD, worktrees
        web/test_projects.py
        history/test_status.py
R11 submodules
        web/test_files.py::test_a_submodule_is_named
        history/test_log.py::test_deletions_modes_links_and_submodules
R12 force push
        services/test_indexing.py::test_rewritten_history_is_read_anew
        web/test_comparisons.py::test_a_permalink_stays_true_when_branches_move_and_go
        history/test_log.py::test_rewritten_history_is_noticed
        services/test_cut_off_refreshes.py::test_after_a_force_push_and_gc_it_is_what_a_new_index_is
R13 absurd dates
        history/test_log.py::test_absurd_dates_are_none
        history/test_log.py::test_children_stand_before_parents_whatever_their_clocks_say
        history/test_log.py::test_the_child_on_another_branch_stands_before_its_parent_too
        history/test_order.py
        services/test_linking_styles.py::test_clocks_that_are_wrong
R14 corrupt objects
        services/test_indexing.py::test_a_damaged_repository_is_a_problem_and_no_obstacle
        history/test_contents.py::test_a_damaged_content_is_left_out_and_the_others_stay
        history/test_log.py::test_a_missing_folder_costs_changes_but_no_commit
    a lock of somebody
        history/test_status.py::test_a_lock_of_somebody_is_neither_waited_for_nor_removed
R15 damaged index
        store/test_connections.py::test_a_damaged_index_is_rebuilt_or_sound
        faults/test_surroundings.py::test_an_index_that_is_damaged_at_random_while_it_is_served
R16 two servers
        faults/test_surroundings.py::test_two_servers_on_one_data_folder
        services/test_watching.py::test_a_second_one_reads_only_and_takes_over
R17 many clients
        web/test_server.py::test_many_visitors_at_once_lose_nothing
        load/test_open_pages.py::test_two_hundred_tabs_twenty_runs_and_a_refresh
R18 server killed beside agents
        faults/test_killed_server.py::test_nothing_is_lost_with_a_server_that_is_killed_ten_times
        browser/test_runs.py::test_the_server_is_killed_in_the_middle
R19 rewritten while a form is open
        web/test_next_steps.py::test_a_state_that_changed_meanwhile_is_not_overwritten
R20 canaries
        security/test_hostile_repository.py
"""
