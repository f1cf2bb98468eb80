#: course
# ---- The way through the workflow -----------------------------------------------------------------------------------

say() { printf '%s\n' "$*" >&2; }

fail() {
    say "$script_name: $*"
    exit 1
}

refuse() {
    say "$script_name: $*"
    exit 2
}

wait_for_person() {
    say "$script_name: $*"
    exit 3
}

# Sets what is to be known of a step: title, node, agent, access, delivery, gate, output, …
about() {
    step=$1
    id=$(printf '%s' "$1" | tr - _)
    title='' node='' agent='' access=read-only delivery=file gate=written output='' session='' tree=$top
    tree_name='' begins='' ends='' repeat_limit='' seconds='' may_fail='' action='' subject='' slash_command=''
    "step_$id"
    [ -z "$tree_name" ] || find_tree
}

two() {
    case $1 in ?) two=0$1 ;; *) two=$1 ;; esac
}

read_counters() {
    while IFS='=' read -r name value; do
        case $name in *[!a-z_]* | '') continue ;; esac
        case $value in *[!0-9]* | '') continue ;; esac
        eval "counter_$name=\$value"
    done <"$folder/counters"
}

write_counters() {
    for name in $counters; do
        eval "printf '%s=%s\n' \"\$name\" \"\$counter_$name\""
    done >"$folder/counters.new"
    mv "$folder/counters.new" "$folder/counters"
}

# Counts what a node asks to be counted, unless it is the one that was cut off.
enter() {
    node=$1
    node_id=$(printf '%s' "$1" | tr - _)
    if [ -f "$folder/counters" ] && [ "$is_fresh" = no ]; then
        read_counters
    else
        for name in $counters; do eval "counter_$name=0"; done
        "find_$node_id"
    fi
    is_fresh=no
    mkdir -p "$folder/now" "$folder/log" "$folder/repeats" "$folder/sessions"
    rm -f "$folder"/now/*.process
    if [ "$(cat "$folder/now/node" 2>/dev/null || :)" != "$node" ]; then
        round_before=$counter_round
        "advance_$node_id"
        if [ "$counter_round" != "$round_before" ]; then
            rm -f "$folder"/repeats/*
            round_count=$((round_count + 1))
            if [ "$round_count" -gt "$round_limit" ]; then
                wait_for_person "it has gone round $round_limit times, as often as it may (--rounds); start it again to go on"
            fi
        fi
        rm -f "$folder"/now/*
        write_counters
        printf '%s\n' "$node" >"$folder/now/node"
    fi
    locate
    printf '%s\n' "$node" >"$folder/place"
}

# Does what is still to be done of the steps that start together, and leaves the outcome of each.
run_steps() {
    enter "$1"
    shift
    todo=''
    for name in "$@"; do
        [ -s "$folder/now/$name.outcome" ] && continue
        about "$name"
        if [ "$may_skip" = yes ] && [ "$agent" != tandemweb ] && find_outcome; then
            say "$title: done before ($outcome)"
            end_step
        else
            todo="$todo $name"
        fi
    done
    # shellcheck disable=SC2086 # names of steps are letters, digits and hyphens
    [ -z "$todo" ] || do_steps $todo
    rm -f "$folder/now/node"
}

# Whether a step's documents are there already, with an outcome that ends it.
find_outcome() {
    [ "$delivery" != nothing ] || return 1
    documents=0
    "documents_$id" count_written
    [ "$documents" -gt 0 ] || return 1
    : >"$folder/now/empty"
    ask_gate 0 "$folder/now/empty" || return 1
    case $gate/$outcome in progress/more | progress/blocked | phases/*) return 1 ;; esac
}

count_written() {
    if [ -s "$tree/$1" ] && [ "$documents" -ge 0 ]; then documents=$((documents + 1)); else documents=-1; fi
}

do_steps() {
    about "$1"
    if [ "$agent" = tandemweb ]; then
        for name in "$@"; do do_own_step "$name"; done
        return
    fi
    may_skip=no
    for name in "$@"; do
        about "$name"
        "inputs_$id" need
    done
    for name in "$@"; do
        about "$name"
        [ -z "$begins" ] || transition "$begins" ''
    done
    : >"$folder/now/allowed"
    writes=no
    for name in "$@"; do
        about "$name"
        [ "$access" != write ] || writes=yes
        [ -z "$tree_name" ] || make_tree
        "documents_$id" allow
        "places_$id" allow
    done
    before_tree=$(snapshot)
    processes=''
    for name in "$@"; do
        about "$name"
        say "$title ($agent) …"
        mark_start
        if [ $# -eq 1 ]; then
            attempt
        else
            attempt &
            processes="$processes $!"
        fi
    done
    for process in $processes; do wait "$process" || :; done
    processes=''
    after_tree=$(snapshot)
    trouble=''
    for name in "$@"; do
        about "$name"
        problem=''
        if finish; then
            say "$title: $outcome${reason:+ ($reason)}"
        elif [ -n "$may_fail" ]; then
            say "$title failed: $problem"
            printf 'failed\n' >"$folder/now/$step.outcome"
        else
            trouble="$title: $problem"
            say "$trouble"
        fi
    done
    [ -z "$trouble" ] || fail "it stops here; what is done is kept, and the same command goes on from here"
}

do_own_step() {
    about "$1"
    [ -z "$tree_name" ] || make_tree
    "inputs_$id" need
    "action_$action"
    : >"$folder/now/empty"
    problem=''
    ask_gate 0 "$folder/now/empty" || fail "$title: $problem"
    end_step
    say "$title: $outcome${reason:+ ($reason)}"
}

need() {
    is_there "$1" || fail "$title: $1 is missing, which this step has to read; the step before it writes it"
}

allow() { printf '%s\n' "$1" >>"$folder/now/allowed"; }

# Writes down the outcome of a step, and what State.json says from then on.
end_step() {
    point=$(point_after "$ends" "$outcome")
    [ -z "$point" ] || transition "$point" "$outcome"
    printf '%s\n' "$outcome" >"$folder/now/$step.outcome"
}

# Of "word=point word=point" the point of a word, or that of "*".
point_after() {
    other=''
    set -f
    for pair in $1; do
        case ${pair%%=*} in
            "$2")
                printf '%s\n' "${pair#*=}"
                return
                ;;
            '*') other=${pair#*=} ;;
        esac
    done
    printf '%s\n' "$other"
}

# The word that counts of those that the steps of a group ended with: of NAMED the first, else one that is not "done".
settle() {
    named=$1
    shift
    for word in $named; do
        for name in "$@"; do
            if [ "$(cat "$folder/now/$name.outcome")" = "$word" ]; then
                outcome=$word
                return
            fi
        done
    done
    outcome=$(cat "$folder/now/$1.outcome")
    for name in "$@"; do
        word=$(cat "$folder/now/$name.outcome")
        if [ "$word" != "done" ]; then
            outcome=$word
            return
        fi
    done
}

# Asks a person, or takes the answer that was given beforehand: each answer counts once.
ask() {
    gate_name=$1
    gate_title=$2
    answer=$3
    shift 3
    printf 'user:%s\n' "$gate_name" >"$folder/place"
    if [ -n "$answers" ]; then
        answer=$(printf '%s\n' "$answers" | sed -n "s/^$gate_name=//p" | sed -n 1p)
    fi
    case " $used_answers " in *" $gate_name "*) answer='' ;; esac
    choices=''
    for word in "$@"; do choices="$choices${choices:+, }$word"; done
    if [ -z "$answer" ] && [ -t 0 ]; then
        say "$gate_title"
        say "One of: $choices"
        IFS= read -r answer || answer=''
    fi
    used_answers="$used_answers $gate_name"
    for word in "$@"; do
        if [ "$word" = "$answer" ]; then
            choice=$word
            return
        fi
    done
    [ -z "$answer" ] || say "$answer is none of: $choices"
    wait_for_person "$gate_title. It is for you to decide: start it again with --answer $gate_name=CHOICE ($choices)"
}

# Goes from node to node until the end, or a person has to decide.
follow() {
    next=$1
    while [ "$next" != end ]; do
        current=$next
        next=''
        case $current in
            user:*) "gate_at_$(printf '%s' "${current#user:}" | tr - _)" ;;
            *) "node_$(printf '%s' "$current" | tr - _)" ;;
        esac
        [ -n "$next" ] || fail "nothing follows on the outcome $outcome of $current"
    done
    rm -f "$folder/place" "$folder/counters"
    say 'Done.'
}

start_alone() {
    is_known_step "$1" || refuse "there is no step $1; --help names all"
    about "$1"
    enter "$node"
    rm -f "$folder/now/$1.outcome"
    may_skip=no
    about "$1"
    do_steps "$1"
    tell_outcome "$(cat "$folder/now/$1.outcome")" "$1"
}

tell_outcome() {
    [ -z "$outcome_file" ] || printf 'outcome=%s\n%s=%s\n' "$1" "$2" "$1" >>"$outcome_file"
    printf '%s\n' "$1"
}

stop() {
    trap - INT TERM HUP
    for process in $processes; do kill "$process" 2>/dev/null || :; done
    for place in "$folder"/now/*.process; do
        if [ -f "$place" ]; then kill "$(cat "$place")" 2>/dev/null || :; fi
    done
    say "$script_name: stopped; the same command goes on from here"
    exit 130
}

start() {
    command='' from='' name='' answers='' used_answers='' outcome_file='' round_limit=5 round_count=0
    processes='' may_skip=yes is_fresh=no only_branch=''
    while [ $# -gt 0 ]; do
        case $1 in
            -h | --help)
                help
                exit 0
                ;;
            --from | --answer | --rounds | --outcome-to | --project)
                [ $# -ge 2 ] || refuse "$1 needs a value"
                case $1 in
                    --from) from=$2 ;;
                    --answer) answers=${answers:+$answers
}$2 ;;
                    --rounds) round_limit=$2 ;;
                    --outcome-to) outcome_file=$2 ;;
                    --project) cd "$2" || exit 2 ;;
                esac
                shift 2
                ;;
            -*) refuse "there is no option $1; --help names all" ;;
            *)
                if [ -z "$command" ]; then command=$1; elif [ -z "$name" ]; then name=$1; else refuse "what is $1?"; fi
                shift
                ;;
        esac
    done
    case $round_limit in '' | *[!0-9]*) refuse '--rounds takes a number' ;; esac
    command -v git >/dev/null || refuse 'git is not installed'
    top=$(pwd -P)
    git_folder=$(git rev-parse --absolute-git-dir 2>/dev/null) || refuse "$top is in no git repository; run git init there"
    folder=${TANDEM_FOLDER:-$git_folder/tandemweb/$run_name}
    trees=${TANDEM_TREES:-$top.trees}
    claude=${TANDEM_CLAUDE:-claude}
    codex=${TANDEM_CODEX:-codex}
    mkdir -p "$folder"
    write_wishes
    trap stop INT TERM HUP
    word_work_tree=$top
    for counter in $counters; do eval "counter_$counter=0"; done
    locate
    case $command in
        '')
            if [ -n "$from" ]; then
                is_known_node "$from" || refuse "there is no step $from; --help names all"
                is_fresh=yes
                rm -rf "$folder/now" "$folder/repeats"
            elif [ -s "$folder/place" ]; then
                from=$(cat "$folder/place")
                say "It goes on at $from; --from $first_node begins anew."
            else
                from=$first_node
                is_fresh=yes
            fi
            follow "$from"
            ;;
        step) start_alone "$name" ;;
        join | pack | unpack | decide) "hand_$command" "$name" ;;
        *) refuse "there is no command $command; --help names all" ;;
    esac
}
