#: changes
# ---- What git sees --------------------------------------------------------------------------------------------------

# The files of the work tree as they are now, but for those that git ignores, as a tree of git; the index stays as it is.
snapshot() (
    GIT_INDEX_FILE=$folder/index
    export GIT_INDEX_FILE
    cd "$top"
    if [ ! -f "$GIT_INDEX_FILE" ] && git rev-parse -q --verify HEAD >/dev/null; then git read-tree HEAD; fi
    cd "$(git rev-parse --show-toplevel)"
    git add --all
    git write-tree
)

# Whether the steps left alone what is not theirs.
guard() {
    git -C "$top" -c core.quotePath=false diff --name-only --no-renames --relative "$before_tree" "$after_tree" -- >"$folder/now/changed"
    if [ "$writes" = yes ]; then
        [ -n "$archive_root" ] || return 0
        LC_ALL=C root=$archive_root/ awk 'index($0, ENVIRON["root"]) == 1' "$folder/now/changed" >"$folder/now/changed.root"
        mv "$folder/now/changed.root" "$folder/now/changed"
    fi
    strays=$(LC_ALL=C awk '
        BEGIN { while ((getline place <ARGV[1]) > 0) allowed[place] = 1; ARGV[1] = "" }
        {
            for (place in allowed) if ($0 == place || index($0, place "/") == 1) next
            print
        }' "$folder/now/allowed" "$folder/now/changed" | head -n 5 | tr '\n' ' ')
    [ -n "$strays" ] || return 0
    problem="the step changed what it may not change: $strays"
    return 1
}

#: action-copy
action_copy() { put "$top/$input" "$top/$output"; }

#: action-nothing
action_nothing() { :; }

#: difference
no_tricks='-c diff.noprefix=false -c diff.mnemonicPrefix=false -c core.quotePath=true'

# Writes what changed since a commit, or between two, as a patch, and the names of the files, without the step's own.
write_changes() {
    # shellcheck disable=SC2086 # options
    (
        cd "$(git rev-parse --show-toplevel)"
        GIT_INDEX_FILE=$folder/index
        export GIT_INDEX_FILE
        set -- "$@" --
        git $no_tricks diff --no-ext-diff --no-textconv --no-color --ignore-submodules=all --find-renames "$@" >"$folder/now/patch"
        git -c core.quotePath=false diff --no-ext-diff --ignore-submodules=all --name-only --no-renames "$@"
    ) | LC_ALL=C sort >"$folder/now/names.all"
    LC_ALL=C own="$own" folders="$own_folders" awk '
        BEGIN { own_count = split(ENVIRON["own"], own, "\n"); count = split(ENVIRON["folders"], folders, "\n") }
        {
            for (i = 1; i <= own_count; i++) if ($0 == own[i]) next
            for (i = 1; i <= count; i++) if (folders[i] != "" && index($0, folders[i] "/") == 1) next
            print
        }' "$folder/now/names.all" >"$folder/now/names"
}

# The documents of the workflow itself, and all that stands beside them.
find_own() {
    own='' own_folders=''
    "inputs_$id" keep_own keep_own
    "inputs_$id" keep_folder keep_folder
    "documents_$id" keep_own
    keep_folder "$output"
}

keep_own() {
    own="$own
$1"
}

keep_folder() {
    case $1 in
        */*) own_folders="$own_folders
${1%/*}" ;;
    esac
}

need_head() {
    git rev-parse -q --verify HEAD >/dev/null || fail 'the repository has no commit yet, so there is nothing to compare with'
}

#: action-difference difference
action_difference() {
    find_own
    need_head
    case ${word_target-} in
        '')
            snapshot >/dev/null
            write_changes --cached HEAD
            ;;
        *..*)
            first=${word_target%%..*}
            last=${word_target##*..}
            write_changes "$(get_commit "$first")" "$(get_commit "$last")"
            ;;
        *)
            last=$(get_commit "$word_target")
            first=$(git merge-base HEAD "$last") || fail "$word_target and the commit that is checked out have nothing in common"
            write_changes "$first" "$last"
            ;;
    esac
    [ -s "$folder/now/names" ] || fail "$title: nothing was changed, so there is nothing to look at"
    put "$folder/now/patch" "$top/$output"
}

get_commit() {
    git rev-parse -q --verify --end-of-options "$1^{commit}" || fail "$1 is no commit, branch or tag"
}

#: action-scope difference
action_scope() {
    find_own
    need_head
    snapshot >/dev/null
    write_changes --cached HEAD
    LC_ALL=C plan=$input base=$(git rev-parse HEAD | cut -c 1-12) awk '
        # What looks like a path: a name with a slash, or one with an ending.
        function read_plan(file,    text, word) {
            while ((getline text <file) > 0)
                while (match(text, /[A-Za-z0-9_.@+-]+(\/[A-Za-z0-9_.@+-]+)*\/?/)) {
                    word = substr(text, RSTART, RLENGTH)
                    text = substr(text, RSTART + RLENGTH)
                    sub(/[.]+$/, "", word)
                    if (index(word, "/") || word ~ /[A-Za-z0-9_][.][A-Za-z0-9_]+$/) {
                        ending = word
                        sub(/.*[.]/, "", ending)
                        if (!index(word, "/") && length(ending) > 8) continue
                        sub(/^[.]\//, "", word)
                        planned[word] = 1
                    }
                }
        }
        function is_planned(path,    word, place) {
            if (path in planned) return 1
            for (word in planned) {
                place = word
                sub(/\/+$/, "", place)
                if (index(word, "/") && index(path, place "/") == 1) return 1
            }
            return 0
        }
        function say(title, list, count,    i) {
            print "## " title "\n"
            if (!count) print "None"
            for (i = 1; i <= count; i++) print i ". `" list[i] "`"
            print ""
        }
        BEGIN {
            read_plan(ARGV[1])
            while ((getline path <ARGV[2]) > 0) {
                touched[path] = 1
                if (is_planned(path)) within[++within_count] = path
                else beyond[++beyond_count] = path
            }
            for (word in planned) {
                name = word
                sub(/.*\//, "", name)
                if (index(name, ".") && !(word in touched)) missed[++missed_count] = word
            }
            for (i = 2; i <= missed_count; i++)
                for (j = i; j > 1 && missed[j] < missed[j - 1]; j--) {
                    word = missed[j]
                    missed[j] = missed[j - 1]
                    missed[j - 1] = word
                }
            print "# Scope check\n\nRead: `" ENVIRON["plan"] "` and the difference to commit " ENVIRON["base"] ".\n"
            print "**Beyond the plan: " beyond_count + 0 "**\n"
            say("Beyond the plan", beyond, beyond_count)
            say("As planned", within, within_count)
            say("Named in the plan and not touched", missed, missed_count)
        }' "$top/$input" "$folder/now/names" >"$folder/now/scope"
    # The last line is empty once only.
    sed '$d' "$folder/now/scope" >"$folder/now/scope.document"
    put "$folder/now/scope.document" "$top/$output"
    [ -z "$companion" ] || put "$folder/now/patch" "$top/$companion"
}

#: action-confidence
action_confidence() {
    : >"$folder/now/stated"
    "inputs_$id" find_confidence find_confidence
    for model in Claude Codex; do
        grep "^| $model |" "$folder/now/stated" | tail -n 1 >"$folder/now/$model" || :
        [ -s "$folder/now/$model" ] || fail "there is no line \"$model confidence: 0.80\"; start that step again"
    done
    {
        printf '# Confidence\n\n| Model | Confidence | Stated in |\n| --- | --- | --- |\n'
        cat "$folder/now/Claude" "$folder/now/Codex"
    } >"$folder/now/confidence"
    put "$folder/now/confidence" "$top/$output"
}

find_confidence() {
    LC_ALL=C path=$1 awk '
        {
            low = tolower($0)
            if (!match(low, /^[^a-z0-9_]*(claude|codex)[^a-z0-9_]+confidence[ \t*_]*[:=][ \t*_]*/)) next
            model = substr(low, 1, RLENGTH) ~ /claude/ ? "Claude" : "Codex"
            rest = substr(low, RLENGTH + 1)
            if (match(rest, /^[0-9]+ ?%/)) value = substr(rest, 1, RLENGTH) / 100
            else if (match(rest, /^[01]([.][0-9]+)?/) && substr(rest, RLENGTH + 1) !~ /^[0-9%]/) value = substr(rest, 1, RLENGTH) + 0
            else next
            printf "| %s | %.2f | %s:%d |\n", model, (value > 1 ? 1 : value), ENVIRON["path"], NR
        }' "$top/$1" >>"$folder/now/stated"
}

#: trees
# ---- Isolated work trees --------------------------------------------------------------------------------------------

find_tree() {
    branch=$branch_prefix$tree_name
    tree=$trees/$(printf '%s' "$branch" | tr -c 'A-Za-z0-9._-' -)
}

# The step's own work tree, on a branch of its own, from one commit that holds what the steps are to read.
make_tree() {
    [ ! -d "$tree" ] || return 0
    need_base
    mkdir -p "$trees"
    git worktree add -q -b "$branch" "$tree" "$base" || fail "the branch $branch is in the way; remove it or name the feature otherwise"
}

need_base() {
    if [ -s "$folder/base" ]; then
        base=$(cat "$folder/base")
        return
    fi
    head=$(git rev-parse -q --verify HEAD) || fail 'the repository has no commit yet, so no branch can start from it'
    base=$(make_base)
    printf '%s\n' "$base" >"$folder/base"
}

make_base() (
    GIT_INDEX_FILE=$folder/index.base
    export GIT_INDEX_FILE
    cd "$top"
    git read-tree "$head"
    added=''
    "inputs_$id" add_input add_input
    base_tree=$(git write-tree)
    rm -f "$GIT_INDEX_FILE"
    if [ "$base_tree" = "$(git rev-parse "$head^{tree}")" ]; then
        printf '%s\n' "$head"
    else
        set_author
        printf 'Add %s\n' "$added" | git commit-tree -p "$head" "$base_tree"
    fi
)

add_input() {
    [ -f "$1" ] || return 0
    git add -f -- "$1"
    added="$added${added:+, }${1##*/}"
}

#: action-commit trees
action_commit() (
    set_author
    cd "$tree"
    git add --all
    git diff --cached --quiet && exit 0
    git -c core.hooksPath=/dev/null commit -q --no-verify --no-gpg-sign -m "$subject"
)
