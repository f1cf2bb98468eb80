from tandemweb.agents.environment import build_environment, get_marker, is_marked

USER = {
    "HOME": "/home/ada",
    "PATH": "/bin",
    "LANG": "C.UTF-8",
    "HTTPS_PROXY": "http://proxy",
    "ANTHROPIC_API_KEY": "a",
    "OPENAI_API_KEY": "o",
    "CODEX_HOME": "/c",
    "CLAUDE_CONFIG_DIR": "/d",
    "GIT_DIR": "/elsewhere",
    "GIT_EXTERNAL_DIFF": "evil",
    "CLAUDECODE": "1",
    "CLAUDE_CODE_ENTRYPOINT": "cli",
    "PYTHONPATH": "/ours",
    "TANDEMWEB_HOME": "/data",
    "TANDEMWEB_RUN": "another",
}


def test_what_belongs_to_the_user_is_kept_and_what_misleads_is_dropped():
    built = build_environment("r1", user=USER)

    dropped = {name for name in USER if name not in built}
    assert dropped == {
        "GIT_DIR",
        "GIT_EXTERNAL_DIFF",
        "CLAUDECODE",
        "CLAUDE_CODE_ENTRYPOINT",
        "PYTHONPATH",
        "TANDEMWEB_HOME",
    }
    assert built["TANDEMWEB_RUN"] == "r1"


def test_settings_win_but_not_over_the_mark():
    built = build_environment("r1", {"PATH": "/mine", "GIT_PAGER": "cat", "TANDEMWEB_RUN": "x"}, user=USER)

    assert (built["PATH"], built["GIT_PAGER"], built["TANDEMWEB_RUN"]) == ("/mine", "cat", "r1")


def test_a_run_is_marked_with_its_steps_and_no_other():
    run, step = get_marker("r1"), get_marker("r1", "02-review")

    assert is_marked(step, run)
    assert is_marked(run, run)
    assert not is_marked(run, step)
    assert not is_marked("r12/01-x", run)
