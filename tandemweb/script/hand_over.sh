#: no-mission
transition() { :; }

#: hand-over
# ---- From one machine to the next: the work tree as commits in a bundle, and what the script keeps itself -----------

# Writes the work tree as it is, and the script's own files, into a folder.
hand_pack() {
    need_place "$1"
    head=$(git rev-parse -q --verify HEAD) || fail 'the repository has no commit yet'
    set_author
    git update-ref refs/tandem/state "$(keep_tree "$top" "$head" 'The work tree')"
    set -- "$1" refs/tandem/state
    for kept in "$trees"/*/; do
        [ -e "$kept/.git" ] || continue
        kept_branch=$(git -C "$kept" symbolic-ref -q --short HEAD) || continue
        git update-ref "refs/tandem/trees/$kept_branch" "$(keep_tree "$kept" "$(git -C "$kept" rev-parse HEAD)" 'An isolated work tree')"
        set -- "$@" "refs/tandem/trees/$kept_branch" "refs/heads/$kept_branch"
    done
    place=$1
    shift
    git bundle create -q "$place/work.bundle" "$@" "^$head^@" 2>/dev/null || git bundle create -q "$place/work.bundle" "$@"
    rm -rf "$place/own"
    mkdir -p "$place/own"
    for part in counters place base now log repeats; do
        [ ! -e "$folder/$part" ] || cp -R "$folder/$part" "$place/own/"
    done
}

need_place() {
    [ -n "$1" ] || refuse "$command needs a folder"
    mkdir -p "$1"
}

# The files of a work tree as a commit on top of another; what git ignores of the archive is in it all the same.
keep_tree() (
    GIT_INDEX_FILE=$folder/index.kept
    export GIT_INDEX_FILE
    rm -f "$GIT_INDEX_FILE"
    cd "$1"
    cd "$(git rev-parse --show-toplevel)"
    git read-tree "$2"
    git add --all
    if [ -n "$archive_root" ] && [ -d "$1/$archive_root" ]; then git add --force -- "$1/$archive_root"; fi
    kept_tree=$(git write-tree)
    printf '%s\n' "$3" | git commit-tree -p "$2" "$kept_tree"
)

# Makes the work tree what a bundle says.
hand_unpack() {
    [ -f "$1/work.bundle" ] || refuse "$1 holds no work.bundle"
    git fetch -q --no-tags --force "$1/work.bundle" 'refs/tandem/*:refs/tandem/*' 'refs/heads/*:refs/tandem/heads/*'
    lay_out "$top" refs/tandem/state
    git for-each-ref --format='%(refname)' refs/tandem/trees/ | while IFS= read -r ref; do
        kept_branch=${ref#refs/tandem/trees/}
        kept=$trees/$(printf '%s' "$kept_branch" | tr -c 'A-Za-z0-9._-' -)
        [ -z "$only_branch" ] || [ "$only_branch" = "$kept_branch" ] || continue
        if [ ! -d "$kept" ]; then
            mkdir -p "$trees"
            git worktree add -q -B "$kept_branch" "$kept" "refs/tandem/heads/$kept_branch"
        fi
        git -C "$kept" reset -q --soft "refs/tandem/heads/$kept_branch"
        lay_out "$kept" "$ref"
    done
    for part in "$1"/own/*; do
        [ -e "$part" ] || continue
        if [ -d "$part" ]; then
            mkdir -p "$folder/${part##*/}"
            cp -R "$part/." "$folder/${part##*/}/"
        else
            cp "$part" "$folder/"
        fi
    done
}

# Puts the files of a commit in place, and takes away those that it does not have.
lay_out() (
    cd "$1"
    cd "$(git rev-parse --show-toplevel)"
    GIT_INDEX_FILE=$folder/index.laid
    export GIT_INDEX_FILE
    rm -f "$GIT_INDEX_FILE"
    git read-tree HEAD
    git add --all
    git read-tree --reset -u "$2"
    rm -f "$GIT_INDEX_FILE"
)

# Puts together what the steps of a group left on several machines (a folder each below $TANDEM_PARTS), and says what
# the group came to.
hand_join() {
    is_known_node "$1" || refuse "there is no group $1"
    parts=${TANDEM_PARTS:?}
    rm -rf "$folder/now"
    mkdir -p "$folder/now"
    start_commit=''
    members=$("members_$(printf '%s' "$1" | tr - _)")
    only_branch=''
    for name in $members; do
        [ -d "$parts/$name" ] || fail "there is no hand-over of $name"
        if [ -z "$start_commit" ]; then
            before=$(snapshot)
            set_author
            start_commit=$(printf 'Before\n' | git commit-tree -p HEAD "$before")
            hand_unpack "$parts/$name"
            joined=$(git rev-parse refs/tandem/state)
        else
            git fetch -q --no-tags --force "$parts/$name/work.bundle" 'refs/tandem/*:refs/tandem/*'
            joined=$(add_changes "$joined" "$start_commit" refs/tandem/state)
            about "$name"
            [ -z "$tree_name" ] || only_branch=$branch_prefix$tree_name
            hand_unpack "$parts/$name"
            lay_out "$top" "$joined"
        fi
    done
    rm -f "$folder/now/node"
    # shellcheck disable=SC2086 # names of steps
    settle "$("words_$(printf '%s' "$1" | tr - _)")" $members
    tell_outcome "$outcome" "$1"
}

# What one commit changed against another, added to a third.
add_changes() (
    GIT_INDEX_FILE=$folder/index.joined
    export GIT_INDEX_FILE
    rm -f "$GIT_INDEX_FILE"
    cd "$(git rev-parse --show-toplevel)"
    git read-tree "$1"
    git diff-tree -r --no-renames "$2" "$3" | sed 's/^:[0-7]* \([0-7]*\) [0-9a-f]* \([0-9a-f]*\) [A-Z]/\1 \2/' | git update-index --index-info
    joined_tree=$(git write-tree)
    printf 'Joined\n' | git commit-tree -p HEAD "$joined_tree"
)

# What a person's choice does, where the choice was made elsewhere: NAME=CHOICE.
hand_decide() {
    answers=$1
    current=user:${1%%=*}
    [ ! -f "$folder/counters" ] || read_counters
    locate
    "gate_at_$(printf '%s' "${1%%=*}" | tr - _)"
    printf '%s\n' "$next" >"$folder/place"
    tell_outcome "$choice" "${1%%=*}"
}

set_author() {
    git config user.email >/dev/null && return
    GIT_AUTHOR_NAME=tandem GIT_AUTHOR_EMAIL=tandem@localhost
    GIT_COMMITTER_NAME=tandem GIT_COMMITTER_EMAIL=tandem@localhost
    export GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL
}
