#: text
# ---- Gates: from what a step left to the word that says who moves on ------------------------------------------------

# What awk has to know of Markdown: the lines of a file without fenced code.
text_awk='
    function read_plain(file,    text, all, i, j, fence, closing) {
        all = 0
        while ((getline text <file) > 0) {
            sub(/\r$/, "", text)
            whole[++all] = text
        }
        close(file)
        lines = 0
        for (i = 1; i <= all; i++) {
            if (match(whole[i], /^(```+|~~~+)/)) {
                fence = substr(whole[i], 1, RLENGTH)
                for (j = i + 1; j <= all; j++) {
                    closing = whole[j]
                    sub(/[ \t]+$/, "", closing)
                    if (closing == fence) break
                }
                if (j <= all) {
                    i = j
                    continue
                }
            }
            line[++lines] = whole[i]
            number[lines] = i
        }
    }
    function level(text) { return match(text, /^##*[ \t]/) && RLENGTH < 8 ? RLENGTH - 1 : 0 }
    function heading(text) {
        sub(/^#+[ \t]+/, "", text)
        sub(/[ \t#]+$/, "", text)
        return text
    }
    function judge(word, why) {
        print word
        print why
        exit
    }
'

#: gate-plan text
gate_plan() {
    LC_ALL=C awk "$text_awk"'
        BEGIN {
            read_plain(ARGV[1])
            for (i = 1; i <= lines; i++) {
                depth = level(line[i])
                if (depth && tolower(line[i]) ~ /criteri(a|on)/ && !inside) inside = depth
                else if (depth && inside && depth <= inside) inside = 0
                else if (inside && line[i] ~ /^ ? ? ?([-*+#]+[ \t]+)?[*_(\[]*([0-9]+[.):]|(Criterion|criterion|AC|REQ|C)[ \t#.:-]*[0-9])/) judge("done", "")
            }
            judge("", "has no numbered acceptance criteria, so it cannot become the spec")
        }' "$1"
}

#: gate-approval text
gate_approval() {
    number=$(printf '%s' "$1" | sed 's/.*[^0-9]\([0-9][0-9]*\)\.[^.]*$/\1/')
    number=${number#0}
    set -- "$1" "" ""
    if [ "$number" -gt 3 ]; then
        two $((number - 1))
        set -- "$1" "$(printf '%s' "$1" | sed "s/[0-9][0-9]*\\(\\.[^.]*\\)\$/$two\\1/")" ""
        two $((number - 2))
        set -- "$1" "$2" "$(printf '%s' "$1" | sed "s/[0-9][0-9]*\\(\\.[^.]*\\)\$/$two\\1/")"
    fi
    LC_ALL=C awk "$text_awk"'
        # Titles of what is disputed, high or medium; the same title through three exchanges is a dead end.
        function list_titles(file, set,    i, low, title) {
            read_plain(file)
            for (i = 1; i <= lines; i++) {
                low = tolower(line[i])
                if (level(line[i])) inside = low ~ /high|medium/
                else if (inside && low ~ /^ ? ? ?([-*+]|[0-9]+[.)])[ \t]+[^ \t]/) {
                    title = low
                    sub(/^ *([-*+]|[0-9]+[.)])[ \t]+/, "", title)
                    if (match(title, /^\*\*[^*]+\*\*/)) title = substr(title, 1, RLENGTH)
                    gsub(/[^a-z0-9]+/, " ", title)
                    if (title !~ /^ ?(none|empty)/) seen[set, title] = line[i]
                    if (set == 1) titles[++count] = title
                }
            }
            inside = 0
        }
        BEGIN {
            read_plain(ARGV[1])
            for (i = 1; i <= lines && !word; i++) {
                low = tolower(line[i])
                if (match(low, /^[ \t>*_#+-]*((overall|final|codex|reviewer|review)[ \t]+)?(agreement|approval|review)?[ \t]*(status|agreement|approval|decision|verdict|result|outcome|approved)?[ \t*_]*[:=|-][^a-z]*/) && RLENGTH > 0) {
                    rest = substr(low, RLENGTH + 1)
                    if (low !~ /status|agreement|approval|decision|verdict|result|outcome|approved|review/) continue
                    if (rest ~ /^(not[ _-]|disapproved?|disagree|reject|unapproved|changes[ _-]requested|request[ _-]changes|needs[ _-]|no([^a-z]|$))/) word = "disputed"
                    else if (rest ~ /^(approved?|agreed|yes|lgtm)/) word = "approved"
                }
            }
            if (!word) judge("", "has no line \"## Agreement Status: APPROVED\" or \"NOT APPROVED\"")
            if (word == "disputed" && ARGV[3] != "") {
                for (f = 1; f <= 3; f++) list_titles(ARGV[f], f)
                for (i = 1; i <= count; i++)
                    if ((1, titles[i]) in seen && (2, titles[i]) in seen && (3, titles[i]) in seen)
                        judge("stuck", "the two models still disagree after three exchanges:" titles[i])
            }
            judge(word, "")
        }' "$1" "$2" "$3"
}

#: gate-verdict text
gate_verdict() {
    LC_ALL=C awk "$text_awk"'
        BEGIN {
            read_plain(ARGV[1])
            for (i = 1; i <= lines; i++) {
                if (!match(tolower(line[i]), /^[ \t>*_#+-]*((my|the|our|overall|final|own|round|merged|joint|evaluation|evaluator|agreed)[ \t]+)*verdict[ \t*_]*[:=|-]*[ \t*_:`(\[]*/)) continue
                rest = substr(line[i], RLENGTH + 1)
                if (rest ~ /^PASS(ED)?[ _*(-]*(WITH|with)[ _-]*(GAPS?|gaps?)/) judge("PASS_WITH_GAPS", "")
                if (rest ~ /^PASS(ED|ES)?([^A-Za-z0-9_-]|$)/) judge("PASS", "")
                if (rest ~ /^FAIL(ED|S|URE|ING)?([^A-Za-z0-9_-]|$)/) judge("FAIL", "")
                if (rest ~ /^BLOCKED([^A-Za-z0-9_-]|$)/) judge("BLOCKED", "")
            }
            judge("", "states no verdict (PASS, PASS_WITH_GAPS, FAIL, BLOCKED)")
        }' "$1"
}

#: gate-evaluation gate-verdict
gate_evaluation() { gate_verdict "$1" | sed '1s/..*/done/'; }

#: boxes text
boxes_awk='
    function count_boxes(file,    i) {
        boxes = open = 0
        read_plain(file)
        for (i = 1; i <= lines; i++) {
            if (line[i] ~ /^[ \t]*([-*+]|[0-9][0-9]?[0-9]?[.)])[ \t]+\[[ xX]\][ \t]+[^ \t]/) {
                boxes++
                if (line[i] ~ /^[ \t]*([-*+]|[0-9][0-9]?[0-9]?[.)])[ \t]+\[ \]/) open++
            }
        }
        return open
    }
'

#: gate-steps boxes
gate_steps() {
    LC_ALL=C awk "$text_awk$boxes_awk"'
        BEGIN {
            count_boxes(ARGV[1])
            for (i = 1; i <= lines; i++) {
                low = tolower(line[i])
                if (level(line[i]) && heading(low) ~ /^[^a-z0-9]*(phase|step|task|milestone|stage|part|iteration)s? ?[0-9]/) steps++
                else if (level(line[i]) && heading(low) ~ /^[0-9]+([.][0-9]+)?[.):] ./) numbered++
                else if (low ~ /^[^a-z0-9]*(tests? )?gates?([^a-z0-9_]|$)/) gates++
                else if (low ~ /^ ? ? ?[0-9][0-9]?[0-9]?[.)] +[^ ]/) items++
            }
            named = ARGV[1] ~ /(^|\/)[Pp][Ll][Aa][Nn][.]md$/
            if (!(steps > 1 || (steps && gates) || numbered > 1 || (named && items > 1)))
                judge("", "has no numbered steps or phases, each with a heading of its own")
            if (!open) judge("", "has no open boxes (\"- [ ] ...\"), so nobody could see how far it is done")
            judge("done", "")
        }' "$1"
}

#: gate-progress boxes
gate_progress() {
    LC_ALL=C awk "$text_awk$boxes_awk"'
        BEGIN {
            earlier = count_boxes(ARGV[2])
            had = lines
            count_boxes(ARGV[1])
            if (!boxes) judge("", "has no boxes any more; put it back from before the step")
            if (!open) judge("done", "")
            left = open " of " boxes " points are open"
            if (had && open >= earlier) judge("blocked", left ", and the step has ticked none; the plan may say why")
            judge("more", left)
        }' "$1" "$2"
}

#: gate-review text
# clean: it lets pass and finds nothing high or medium.
gate_review() {
    LC_ALL=C awk "$text_awk"'
        function is_good(verdict) {
            verdict = tolower(verdict)
            sub(/^[^a-z0-9_]+/, "", verdict)
            return verdict ~ /^(pass(ed)?|approved?|clean|no (blocking )?(issues|findings))([^a-z0-9_]|$)/
        }
        function is_severe(word) { return word ~ /^(critical|high|medium|major|blocker|moderate)/ }
        function read_json(    i, text) {
            for (i = 1; i <= lines; i++) text = text line[i] "\n"
            if (match(text, /"verdict"[ \t\r\n]*:[ \t\r\n]*"[^"]+"/)) {
                verdict = substr(text, RSTART, RLENGTH)
                sub(/^"verdict"[^"]*"/, "", verdict)
            }
            while (match(text, /"severity"[ \t\r\n]*:[ \t\r\n]*"[^"]*"/)) {
                word = tolower(substr(text, RSTART, RLENGTH))
                sub(/^"severity"[^"]*"/, "", word)
                severe += is_severe(word)
                text = substr(text, RSTART + RLENGTH)
            }
        }
        function read_markdown(    i, low, inside, item) {
            for (i = 1; i <= lines; i++) {
                low = tolower(line[i])
                if (verdict == "" && match(low, /^[^a-z0-9_]*(overall |final )?(verdict|outcome|conclusion|decision)[ \t*_]*[:-][ \t*_]*/))
                    verdict = substr(line[i], RLENGTH + 1)
                if (level(line[i])) {
                    item = heading(low)
                    if (item ~ /(^|[^a-z])(critical|high|medium|major|blockers?)([^a-z]|$)/) inside = level(line[i])
                    else if (!inside || level(line[i]) <= inside) inside = 0
                    else severe++
                    continue
                }
                item = low
                if (sub(/^ ? ? ?([-*+]|[0-9]+[.)])[ \t]+/, "", item)) {
                    sub(/^[^a-z0-9]+/, "", item)
                    if (inside && item !~ /^(none|nothing|empty|n\/a|no )/ && item != "") severe++
                    else if (!inside && item ~ /^\[?(critical|high|medium|major)[\]):]/) severe++
                } else if (!inside && match(low, /^[^a-z0-9]*severity[ \t*_]*[:-][ \t*_]*/)) severe += is_severe(substr(low, RLENGTH + 1))
            }
        }
        BEGIN {
            read_plain(ARGV[1])
            if (ARGV[1] ~ /[.]json$/) read_json()
            else read_markdown()
            if (verdict == "") judge("", "states no verdict (**Verdict: PASS** or FAIL)")
            if (is_good(verdict) && !severe) judge("clean", "")
            judge("findings", severe + 0 " high or medium findings")
        }' "$1"
}

#: gate-confidence text
gate_confidence() {
    LC_ALL=C awk "$text_awk"'
        BEGIN {
            read_plain(ARGV[1])
            for (i = 1; i <= lines; i++) {
                if (split(line[i], cell, "|") < 3) continue
                gsub(/[ \t]/, "", cell[2])
                if (cell[2] == "Claude" || cell[2] == "Codex") sure[cell[2]] = cell[3] + 0
            }
            if (!("Claude" in sure && "Codex" in sure)) judge("", "holds no confidence of both models")
            apart = sure["Claude"] - sure["Codex"]
            if (apart < 0) apart = -apart
            told = sprintf("Claude %.2f, Codex %.2f", sure["Claude"], sure["Codex"])
            if (apart >= 0.3 - 0.000001) judge("apart", "the two are far apart: " told)
            if (sure["Claude"] < 0.6 && sure["Codex"] < 0.6) judge("low", "neither is sure that the plan is ready: " told)
            judge("ready", told)
        }' "$1"
}

#: gate-phases text
# kept: the phases that stood there are word for word what they were; ticked boxes and line breaks aside.
gate_phases() {
    LC_ALL=C awk "$text_awk"'
        function is_inserted(text) {
            return tolower(text) ~ /^[^a-z0-9_]*((phase|step|stage|milestone|task|part)[ \t]+)?([0-9]+([.][0-9]+)*[a-z]?)?[^a-z0-9_]*(codex|claude|gemini|gpt[a-z0-9_.-]*|reviewer|red[ -]team)(.s)?([ \t]+review)?[ \t]+findings?/
        }
        function list_phases(file, set,    i, depth, at, hidden) {
            read_plain(file)
            at = 0
            for (i = 1; i <= lines; i++) {
                depth = level(line[i])
                if (depth) {
                    if (at && depth <= at) at = 0
                    if (hidden && depth <= hidden) hidden = 0
                    if (is_inserted(heading(line[i]))) hidden = depth
                    else if (!at && tolower(heading(line[i])) ~ /^[^a-z0-9_]*(phase|step|stage|milestone|task|part|iteration)s?[ \t]+[0-9]/) {
                        at = depth
                        count[set]++
                        title[set, count[set]] = heading(line[i])
                        body[set, count[set]] = heading(line[i]) " :: "
                        continue
                    }
                }
                if (at && !hidden) body[set, count[set]] = body[set, count[set]] " " line[i]
            }
            for (i = 1; i <= count[set]; i++) {
                gsub(/\[[ xX]\]/, " ", body[set, i])
                gsub(/[ \t]+/, " ", body[set, i])
                sub(/ $/, "", body[set, i])
                kept[set, body[set, i]] = 1
            }
        }
        BEGIN {
            list_phases(ARGV[2], 1)
            list_phases(ARGV[1], 2)
            for (i = 1; i <= count[1]; i++)
                if (!((2, body[1, i]) in kept)) named = named (named ? "; " : "") title[1, i]
            if (named) judge("rewritten", "phases that were not the step\047s to change were rewritten, and put back: " named)
            judge("kept", "")
        }' "$1" "$2"
}

#: gate-scope
gate_scope() {
    count=$(sed -n 's/^\*\*Beyond the plan: \([0-9][0-9]*\)\*\*$/\1/p' "$1" | head -n 1)
    case $count in
        '') printf '\nis no scope check: it counts nothing beyond the plan\n' ;;
        0) printf 'within\n\n' ;;
        *) printf 'beyond\n%s files were touched that the plan does not name\n' "$count" ;;
    esac
}

#: gate-decision text
gate_decision() {
    LC_ALL=C awk "$text_awk"'
        BEGIN {
            read_plain(ARGV[1])
            for (i = 1; i <= lines; i++)
                if (match(line[i], /^[^A-Za-z0-9_]*Decision[ \t*_]*:[ \t*_]*(KEEP|PIVOT)/) && substr(line[i], RLENGTH + 1) !~ /^[A-Za-z0-9_]/)
                    judge(substr(line[i], 1, RLENGTH) ~ /KEEP$/ ? "keep" : "pivot", "")
            judge("", "has no line \"**Decision: KEEP**\" or \"**Decision: PIVOT**\"")
        }' "$1"
}

#: gate-opinion text
gate_opinion() {
    LC_ALL=C awk "$text_awk"'
        BEGIN {
            read_plain(ARGV[1])
            for (i = 1; i <= lines; i++)
                if (match(line[i], /^[^A-Za-z0-9_]*Opinion[ \t*_]*:[ \t*_]*(SETTLED|OPEN)/) && substr(line[i], RLENGTH + 1) !~ /^[A-Za-z0-9_]/)
                    judge(substr(line[i], 1, RLENGTH) ~ /OPEN$/ ? "open" : "settled", "")
            judge("", "has no line \"**Opinion: SETTLED**\" or \"**Opinion: OPEN**\"")
        }' "$1"
}

#: gate-consensus text
gate_consensus() {
    LC_ALL=C awk "$text_awk"'
        BEGIN {
            read_plain(ARGV[1])
            for (i = 1; i <= lines; i++) {
                if (!level(line[i])) continue
                low = tolower(line[i])
                if (low ~ /confirmed/ && low !~ /unconfirmed|not confirmed/) confirmed = 1
                else if (low ~ /dismissed|rejected|integration/) other = 1
            }
            if (confirmed && other) judge("done", "")
            judge("", "lacks the parts \"Confirmed Issues\" and \"Dismissed Findings\"")
        }' "$1"
}
