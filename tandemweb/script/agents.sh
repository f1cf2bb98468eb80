#: agents
# ---- Agents ---------------------------------------------------------------------------------------------------------

# Becomes a program, for at most so many seconds where the system has timeout.
within() {
    limit=$1
    shift
    if [ -n "$limit" ] && command -v timeout >/dev/null; then
        exec timeout -s INT -k 30 "$limit" "$@"
    else
        exec "$@"
    fi
}

# Starts the command of a step and waits for its end; "stop" finds by its number what would outlive the script.
execute() {
    (cd "$tree" && "command_$id" "$1") <"$folder/now/$step.prompt" >"$log" 2>"$complaints" &
    printf '%s\n' $! >"$folder/now/$step.process"
    status=0
    wait $! || status=$?
    rm -f "$folder/now/$step.process"
}

# One execution: the prompt on its standard input, what it says into a file; once more where a conversation is gone.
attempt() {
    log=$folder/log/$step.jsonl
    complaints=$folder/log/$step.err
    message=$folder/now/$step.message
    : >"$message"
    resume=''
    if [ -n "$session" ] && [ -s "$folder/sessions/$session" ] && [ -z "${TANDEM_FRESH-}" ]; then
        resume=$(cat "$folder/sessions/$session")
    fi
    execute "$resume"
    if [ -n "$resume" ] && [ "$status" -ne 0 ] && cat "$complaints" "$log" | grep -qiE "$no_session"; then execute ''; fi
    printf '%s\n' "$status" >"$folder/now/$step.status"
}

no_session='no conversation found|already in use|not a valid uuid|no rollout found|no saved session|thread not found'

say_last() { sed '/^[[:space:]]*$/d' "$folder/log/$step.err" | tail -n 1 | cut -c 1-200; }

judge_command() {
    [ "$status" -eq 0 ] && return
    problem="exit status $status: $(say_last)"
    return 1
}

#: claude json
# The last result decides: no error, and a success.
judge_claude() {
    grep '^{"type": *"result"' "$folder/log/$step.jsonl" | tail -n 1 >"$folder/now/$step.result" || :
    if [ ! -s "$folder/now/$step.result" ]; then
        [ "$status" -ne 127 ] || absent=yes
        problem="claude gave no result (exit status $status): $(say_last)"
        return 1
    fi
    json_get "$folder/now/$step.result" result >"$folder/now/$step.message"
    subtype=$(json_get "$folder/now/$step.result" subtype)
    if [ "$(json_get "$folder/now/$step.result" is_error)" = true ]; then
        case $subtype/$(json_get "$folder/now/$step.result" terminal_reason) in
            success/prompt_too_long) ;;
            success/*) absent=yes ;;
        esac
        problem="claude: $subtype: $(head -c 300 "$folder/now/$step.message" | tr '\n' ' ')"
        return 1
    fi
    if [ "$status" -ne 0 ] || [ "$subtype" != success ]; then
        problem="claude ended with exit status $status ($subtype): $(say_last)"
        return 1
    fi
    if [ "$(json_get "$folder/now/$step.result" num_turns)" = 0 ]; then
        problem="claude did nothing: $(head -c 300 "$folder/now/$step.message" | tr '\n' ' ')"
        return 1
    fi
    if [ -n "$slash_command" ] && ! grep -q "\"${slash_command#/}\"" "$folder/log/$step.jsonl"; then
        problem="claude has no command $slash_command; install the plugin that brings it"
        return 1
    fi
    json_get "$folder/now/$step.result" session_id | grep -xE '[A-Za-z0-9][A-Za-z0-9._-]{0,127}' >"$folder/sessions/$step" || :
}

#: codex
# A turn that was completed, and its exit status; the last message is in a file of its own.
judge_codex() {
    sed -n 's/^{"type":"thread.started","thread_id":"\([A-Za-z0-9][A-Za-z0-9._-]*\)".*/\1/p' "$folder/log/$step.jsonl" | head -n 1 >"$folder/sessions/$step"
    if [ "$status" -eq 0 ] && grep -q '^{"type":"turn.completed"' "$folder/log/$step.jsonl"; then return; fi
    if [ "$status" -eq 127 ] || grep -qE '^\{"type":"(turn\.failed|error)"' "$folder/log/$step.jsonl"; then absent=yes; fi
    problem="codex did not complete its turn (exit status $status): $(say_last)"
    return 1
}
