#: mission json-set
# ---- State.json -----------------------------------------------------------------------------------------------------

state() { json_get "$state_file" "$1"; }

set_state() { json_set "$state_file" "$@" updated "\"$(date -u +%Y-%m-%dT%H:%M:%SZ)\""; }

state_number() {
    number=$(state "$1")
    case $number in '' | *[!0-9]*) number=0 ;; esac
}

unfit() { fail "the mission is in the phase $phase; it is not possible to $1: $2"; }

# What State.json says from now on; nothing where it says so already, and an error where that does not fit.
transition() {
    phase=$(state phase)
    generator=$(state generatorStatus)
    evaluator=$(state evaluatorStatus)
    verdict=$(state verdict)
    state_number round
    case $1 in
        generation) start_generation ;;
        handed-over) hand_over ;;
        evaluation) start_evaluation ;;
        verdict) record_verdict "$2" ;;
        user-review) brief_user ;;
    esac
}

start_generation() {
    case $phase/$generator in
        generation/working | generation/researching) [ "$number" -ne "$counter_round" ] || return 0 ;;
    esac
    expected=$((number + 1))
    case $phase in
        ready-for-execution) ;;
        generation) if [ "$number" -gt 0 ] && [ "$counter_round" -eq "$number" ]; then expected=$number; fi ;;
        evaluation)
            [ "$evaluator" = "done" ] || unfit 'start generating' "round $number is still being evaluated"
            case $verdict in PASS*) unfit 'start generating' "the verdict is $verdict" ;; esac
            ;;
        *) unfit 'start generating' 'that needs the phase ready-for-execution, generation or evaluation' ;;
    esac
    [ "$counter_round" -eq "$expected" ] || unfit "start round $counter_round" "the next one is $expected"
    set_state phase '"generation"' round "$counter_round" generatorStatus '"working"'
}

hand_over() {
    if [ "$phase" = evaluation ] && [ "$number" -eq "$counter_round" ] && [ "$generator" = ready-for-eval ]; then return; fi
    [ "$phase" = generation ] || unfit 'hand the round over' 'that needs the phase generation'
    set_state phase '"evaluation"' round "$number" generatorStatus '"ready-for-eval"' evaluatorStatus '"pending"'
}

start_evaluation() {
    [ "$phase" = evaluation ] || unfit 'start evaluating' 'that needs the phase evaluation'
    if [ "$evaluator" = evaluating ] && [ "$number" -eq "$counter_round" ]; then return; fi
    [ "$evaluator" != "done" ] || unfit 'start evaluating' "round $number has its verdict: $verdict"
    set_state evaluatorStatus '"evaluating"'
}

record_verdict() {
    case $phase/$evaluator/$verdict in
        evaluation/done/"$1" | user-review/done/"$1") [ "$number" -ne "$counter_round" ] || return 0 ;;
    esac
    [ "$phase" = evaluation ] || unfit 'record a verdict' 'that needs the phase evaluation'
    set_state evaluatorStatus '"done"' verdict "\"$1\""
}

brief_user() {
    [ "$phase" != user-review ] || return 0
    case $phase/$evaluator/$verdict in
        evaluation/done/PASS*) ;;
        *) unfit "ask for the user's review" "round $number has not passed" ;;
    esac
    set_state phase '"user-review"' generatorStatus '"awaiting-user"'
}

# ---- What a person decides ------------------------------------------------------------------------------------------

# The last plan becomes the spec, byte for byte.
approve_spec() {
    phase=$(state phase)
    [ "$phase" = planning ] || return 0
    plan=''
    for found in "$top/$mission/$planning_folder"/*; do
        case $(printf '%s' "${found##*/}" | tr '[:upper:]' '[:lower:]') in
            claude*[0-9].md) plan=$found ;;
        esac
    done
    case $plan in '' | *[!0-9]01.md | *[!0-9]1.md) fail 'there is no merged plan (Claude-02.md or later) yet' ;; esac
    put "$plan" "$top/$spec_file"
    set_state phase '"ready-for-execution"'
}

take_feedback() {
    say 'What should be different? End with a line that holds nothing but a full stop.'
    : >"$folder/feedback"
    if [ -n "${TANDEM_FEEDBACK-}" ]; then
        cat "$TANDEM_FEEDBACK" >"$folder/feedback"
    elif [ -t 0 ]; then
        while IFS= read -r words && [ "$words" != . ]; do printf '%s\n' "$words" >>"$folder/feedback"; done
    fi
    [ -s "$folder/feedback" ] || wait_for_person 'there is no feedback; name a file with it in TANDEM_FEEDBACK'
    feedback_number=1
    two 1
    while [ -f "$top/$mission/$feedback_stem$two.md" ]; do
        feedback_number=$((feedback_number + 1))
        two "$feedback_number"
    done
    put "$folder/feedback" "$top/$mission/$feedback_stem$two.md"
    state_number userFeedbackRounds
    set_state phase '"generation"' generatorStatus '"working"' userFeedbackRounds "$((number + 1))"
}

complete_mission() {
    [ -s "$top/$summary_file" ] || fail "$summary_file is missing; it is written before a mission is complete"
    [ "$(state phase)" = complete ] || set_state phase '"complete"' completedBy '"user"'
    if [ -f "$config_file" ] && [ "$(json_get "$config_file" currentMission)" = "$mission_name" ]; then
        json_set "$config_file" currentMission null
    fi
}
