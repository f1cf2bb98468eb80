#: documents
# ---- Documents and prompts ------------------------------------------------------------------------------------------

# Whether there is such a file; a * in its last part stands for anything.
is_there() {
    [ ! -f "$top/$1" ] || return 0
    case $1 in
        *'*'*)
            for found in "$top/${1%/*}"/*; do
                # shellcheck disable=SC2254 # the pattern is meant
                case ${found##*/} in ${1##*/}) [ ! -f "$found" ] || return 0 ;; esac
            done
            ;;
    esac
    return 1
}

# Replaces the {placeholders} of a prompt once: what replaces them is not looked at again.
fill() (
    # shellcheck disable=SC2086,SC2163 # names of variables
    export $placeholders
    LC_ALL=C wishes=$folder awk '
        function slurp(file,    line, text) {
            while ((getline line <file) > 0) text = text (text == "" ? "" : "\n") line
            close(file)
            return text
        }
        function value(name,    key) {
            if (name == "goal" || name == "note") return slurp(ENVIRON["wishes"] "/" name)
            key = name
            gsub(/-/, "_", key)
            if (("doc_" key) in ENVIRON) return "`" ENVIRON["doc_" key] "`"
            if (("word_" key) in ENVIRON) return ENVIRON["word_" key]
            return "{" name "}"
        }
        { text = text $0 "\n" }
        END {
            while (match(text, /[{][a-z][a-z0-9-]*[}]/)) {
                name = substr(text, RSTART + 1, RLENGTH - 2)
                rest = substr(text, RSTART + RLENGTH)
                filled = filled substr(text, 1, RSTART - 1) value(name)
                text = rest
            }
            filled = filled text
            sub(/^[ \t\r\n]+/, "", filled)
            sub(/[ \t\r\n]+$/, "", filled)
            print filled
        }'
)

# Puts a document in place as a whole; nothing is written where it says the same already.
put() {
    if [ -f "$2" ] && cmp -s "$1" "$2"; then return; fi
    mkdir -p "$(dirname "$2")" || return 1
    put_new=$(mktemp "$(dirname "$2")/.tandem.XXXXXX") || return 1
    if [ -f "$2" ]; then cp -p "$2" "$put_new"; else chmod 644 "$put_new"; fi
    cat "$1" >"$put_new" && mv "$put_new" "$2"
}

# Takes the document out of an agent's last message: without a fence around it, and a few words before its heading.
take_document() {
    LC_ALL=C awk '
        { line[++count] = $0 }
        END {
            first = 1
            last = count
            while (first <= last && line[first] ~ /^[ \t\r]*$/) first++
            while (last >= first && line[last] ~ /^[ \t\r]*$/) last--
            if (last > first && match(line[first], /^[ \t]*(```+|~~~+)/)) {
                fence = substr(line[first], 1, RLENGTH)
                said = substr(line[first], RLENGTH + 1)
                sub(/^[ \t]+/, "", fence)
                closing = line[last]
                sub(/[ \t\r]+$/, "", closing)
                if (said ~ /^(markdown|md)?[ \t\r]*$/ && closing == fence) {
                    first++
                    last--
                }
            }
            while (first <= last && line[first] ~ /^[ \t\r]*$/) first++
            while (last >= first && line[last] ~ /^[ \t\r]*$/) last--
            offset = 0
            for (i = first; i <= last && offset <= 600; i++) {
                if (i > first && line[i] ~ /^## /) break
                if (line[i] ~ /^# [^ \t\r]/) {
                    first = i
                    break
                }
                offset += length(line[i]) + 1
            }
            for (i = first; i <= last; i++) {
                if (i == first) sub(/^[ \t]+/, "", line[i])
                if (i == last) sub(/[ \t\r]+$/, "", line[i])
                print line[i]
            }
        }'
}

# A moment and the documents as they are, to be held against what a step leaves.
mark_start() {
    : >"$folder/now/$step.before"
    if [ -n "$output" ] && [ -f "$tree/$output" ]; then cp "$tree/$output" "$folder/now/$step.before"; fi
    "prompt_$id" >"$folder/now/$step.prompt"
    : >"$folder/now/$step.start"
}

# Whether every document of the step is there, has something in it, and is newer than the step.
check_written() {
    [ -z "$problem" ] || return 0
    if [ ! -f "$tree/$1" ]; then
        problem="$1 was not written; see $folder/log/$step.jsonl"
    elif [ -z "$(find "$tree/$1" -prune -newer "$folder/now/$step.start")" ]; then
        problem="$1 is older than the step: it was not written anew"
    elif [ ! -s "$tree/$1" ] && [ "$1" = "$output" ]; then
        problem="$1 is empty; see $folder/log/$step.jsonl"
    fi
}

deliver() {
    case $delivery in
        file) "documents_$id" check_written ;;
        message)
            case $output in
                *.json) take_json <"$folder/now/$step.message" >"$folder/now/$step.document" || problem="the last message holds no JSON for $output" ;;
                *) take_document <"$folder/now/$step.message" >"$folder/now/$step.document" ;;
            esac
            if [ -z "$problem" ] && [ ! -s "$folder/now/$step.document" ]; then
                problem="the agent's last message, which becomes $output, is empty"
            fi
            if [ -z "$problem" ]; then
                put "$folder/now/$step.document" "$tree/$output" || problem="$output cannot be written"
            fi
            ;;
    esac
    [ -z "$problem" ]
}

# Lets the step's gate look at what it left: sets outcome and reason.
ask_gate() {
    outcome='' reason=''
    case $gate in
        written) outcome='done' ;;
        exit) if [ "$1" = 0 ]; then outcome=passed; else outcome=failed reason="it ended with exit status $1"; fi ;;
        *)
            if ! grep -q '[^[:space:]]' "$tree/$output" 2>/dev/null; then
                problem="$output holds no text that can be read"
                return 1
            fi
            judged=$("gate_$gate" "$tree/$output" "$2")
            outcome=$(printf '%s\n' "$judged" | sed -n 1p)
            reason=$(printf '%s\n' "$judged" | sed -n 2p)
            ;;
    esac
    if [ -z "$outcome" ]; then
        problem="$output $reason"
        return 1
    fi
}

# The end of a step whose process is gone: judged, delivered, looked at, and its gate asked.
finish() {
    status=$(cat "$folder/now/$step.status")
    absent=''
    if [ "$gate" != exit ] || [ "$status" -gt 125 ]; then
        "judge_$agent" || {
            if [ -n "$absent" ] && "placeholder_$id" >"$folder/now/$step.document" && [ -s "$folder/now/$step.document" ]; then
                put "$folder/now/$step.document" "$tree/$output" || return 1
                outcome=unavailable reason=$problem
                printf 'unavailable\n' >"$folder/now/$step.outcome"
                return 0
            fi
            return 1
        }
    fi
    deliver || return 1
    guard || return 1
    ask_gate "$status" "$folder/now/$step.before" || return 1
    case $gate/$outcome in
        phases/rewritten) put "$folder/now/$step.before" "$tree/$output" || return 1 ;;
    esac
    times=$(($(cat "$folder/repeats/$step" 2>/dev/null || echo 0) + 1))
    printf '%s\n' "$times" >"$folder/repeats/$step"
    if [ -n "$repeat_limit" ] && [ "$times" -ge "$repeat_limit" ]; then
        case $gate/$outcome in
            approval/disputed | review/findings | phases/rewritten | opinion/open)
                outcome=stuck reason="$times times without an agreement; it is for you to decide"
                ;;
        esac
    fi
    end_step
}
