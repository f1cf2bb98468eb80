"""A repository whose configuration, hooks and attributes start a program wherever git lets them; history starts none.

Each kind of program writes its own word into one log. The same repository, asked by plain git, must fill that log:
otherwise an empty one would prove nothing.
"""

import inspect
import os
import pkgutil
import shutil
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import pytest

import tandemweb.history
from tandemweb.domain.commit import RepositoryCondition
from tandemweb.errors import NotFoundError, TandemwebError
from tandemweb.history.blame import read_blame
from tandemweb.history.branching import start_branch
from tandemweb.history.building import TreeEdit, open_builder, read_author
from tandemweb.history.committers import find_user
from tandemweb.history.contents import (
    find_file_at,
    find_files_at,
    list_folder_at,
    read_blob,
    read_blobs,
    read_texts_at,
)
from tandemweb.history.differences import (
    read_blob_difference,
    read_commit_difference,
    read_content_difference,
)
from tandemweb.history.line_edits import read_edits
from tandemweb.history.log import find_rewritten, read_commits, read_messages, read_messages_of_each
from tandemweb.history.merge_bases import find_commits, find_merge_base, find_merge_bases
from tandemweb.history.opening import Repository, open_repository
from tandemweb.history.patches import read_patch, read_patch_ids
from tandemweb.history.repository import RepositoryLocation, find_repository
from tandemweb.history.status import read_status
from tandemweb.history.synthesis_branches import (
    check_branch_name,
    delete_branch,
    fill_worktree,
    find_branch,
    finish_worktree,
    make_detached_worktree,
    make_worktree,
    open_worktree,
    remove_worktree,
)
from tandemweb.history.tree_changes import list_lost, read_pair_changes
from tandemweb.history.tree_states import find_common_base, move_branch, read_tree_state
from tandemweb.history.trees import list_paths
from tandemweb.history.work_changes import commit_work_tree, read_range_changes, read_work_changes

pytestmark = pytest.mark.security

CANARY = """\
#!/bin/sh
echo "$1" >> "{log}"
case "$1" in
    textconv) cat "$2" ;;
    clean|smudge|clean-equals|smudge-equals) cat ;;
    fsmonitor|process|gpg) exit 1 ;;
esac
"""
CONFIG = """\
[include]
	path = {folder}/included
[core]
	repositoryformatversion = 1
	fsmonitor = {canary} fsmonitor
	hooksPath = {folder}/hooks
	pager = {canary} pager
	editor = {canary} editor
	sshCommand = {canary} ssh-command
	askPass = {canary} askpass
	gitProxy = {canary} git-proxy
	alternateRefsCommand = {canary} alternate-refs
	attributesFile = {folder}/attributes
[diff]
	external = {canary} diff-external
[diff "evil"]
	command = {canary} diff-command
	textconv = {canary} textconv
[filter "evil"]
	clean = {canary} clean
	smudge = {canary} smudge
[filter "a=b"]
	clean = {canary} clean-equals
	smudge = {canary} smudge-equals
[merge "evil"]
	driver = {canary} merge-driver
[gpg]
	program = {folder}/gpg
[log]
	showSignature = true
[protocol "ext"]
	allow = always
[remote "origin"]
	url = ext::{canary} transport
	fetch = +refs/heads/*:refs/remotes/origin/*
	promisor = true
	partialclonefilter = blob:none
[tar "evil"]
	command = {canary} tar-command
[submodule]
	recurse = true
[extensions]
	partialClone = origin
"""
ATTRIBUTES = "*.md diff=evil filter=evil merge=evil\n*.txt filter=a=b\n"
HOOKS = ("reference-transaction", "post-index-change", "post-checkout", "fsmonitor-watchman", "pre-auto-gc")
SIGNED = """\
tree {tree}
parent {parent}
author A <a@example.org> 1700000000 +0000
committer A <a@example.org> 1700000000 +0000
gpgsig -----BEGIN PGP SIGNATURE-----
 iQ==
 =abcd
 -----END PGP SIGNATURE-----

signed
"""
LOST_BLOB = "1" * 40
IGNORED = f"{LOST_BLOB}\n--output=PWNED\nHEAD\n$(touch PWNED)\n"


@dataclass(frozen=True)
class HostileRepository:
    path: Path
    log: Path

    def started(self) -> set[str]:
        """Words of the programs started since the last call."""
        words = set(self.log.read_text().split()) if self.log.exists() else set()
        self.log.unlink(missing_ok=True)
        return words

    def ask_plain_git(self, *arguments: str) -> set[str]:
        """Run git as anybody would, and tell what it started."""
        variables = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1"}
        subprocess.run(
            ["git", "-C", self.path, *arguments], env=variables, capture_output=True, timeout=30, check=False
        )
        return self.started()


def write_program(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


@pytest.fixture
def hostile(git_repository, tmp_path: Path) -> HostileRepository:
    folder = tmp_path / "evil"
    canary, log = folder / "canary", folder / "log"
    write_program(canary, CANARY.format(log=log))
    write_program(folder / "gpg", f'#!/bin/sh\nexec "{canary}" gpg\n')
    for number in range(3):
        git_repository.commit(f"commit {number}", {f"doc{number}.md": f"# document\n\n{number}\n", "note.txt": "hi\n"})
    git_repository.git("checkout", "-q", "-b", "side")
    git_repository.commit("side", {"doc0.md": "side\n"})
    git_repository.git("checkout", "-q", "main")
    git_repository.commit(
        "main", {"doc0.md": "main\n", ".gitattributes": ATTRIBUTES, ".git-blame-ignore-revs": IGNORED}
    )
    signed = SIGNED.format(
        tree=git_repository.git("rev-parse", "HEAD^{tree}"), parent=git_repository.git("rev-parse", "HEAD")
    )
    oid = git_repository.git("hash-object", "-t", "commit", "-w", "--stdin", stdin=signed.encode())
    git_repository.git("update-ref", "refs/heads/main", oid)
    git_repository.git("update-ref", "refs/heads/--output=PWNED", oid)
    git = git_repository.path / ".git"
    for hook in HOOKS:
        write_program(git / "hooks" / hook, f'#!/bin/sh\nexec "{canary}" hook-{hook}\n')
        write_program(folder / "hooks" / hook, f'#!/bin/sh\nexec "{canary}" hook-{hook}\n')
    (git / "info/attributes").write_text(ATTRIBUTES)
    (folder / "attributes").write_text(ATTRIBUTES)
    (folder / "included").write_text(f"[core]\n\tfsmonitor = {canary} fsmonitor\n")
    (git / "config").write_text(CONFIG.format(folder=folder, canary=canary))
    (git_repository.path / "doc1.md").write_text("dirty\n")
    return HostileRepository(git_repository.path, log)


@pytest.fixture
def hostile_surroundings(hostile: HostileRepository, own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables and a user configuration that start programs as well."""
    canary = hostile.log.parent / "canary"
    (own_home / ".gitconfig").write_text(CONFIG.format(folder=hostile.log.parent, canary=canary))
    for name in ("GIT_EXTERNAL_DIFF", "GIT_PAGER", "GIT_EDITOR", "GIT_SSH_COMMAND", "GIT_ASKPASS", "GIT_PROXY_COMMAND"):
        monkeypatch.setenv(name, f"{canary} variable")
    monkeypatch.setenv("GIT_DIR", str(hostile.path / ".git"))
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "diff.external")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", f"{canary} variable")
    monkeypatch.chdir(hostile.path)


PLAIN_COMMANDS = {
    ("log", "-p", "main"): {"gpg", "textconv"},
    ("diff", "main", "side"): {"diff-command"},
    ("diff", "main~2", "main", "--", "note.txt", ".gitattributes"): {"diff-external"},
    ("status",): {"clean", "fsmonitor"},
    ("blame", "main", "--", "doc0.md"): {"textconv"},
    ("cat-file", "-p", LOST_BLOB): {"transport"},
    ("archive", "--format=evil", "main"): {"tar-command"},
    ("branch", "new"): {"hook-reference-transaction"},
    ("merge-tree", "--write-tree", "main", "side"): {"merge-driver"},
    ("checkout", "-f", "side"): {"smudge", "hook-post-checkout"},
}


@pytest.mark.parametrize(("arguments", "expected"), PLAIN_COMMANDS.items(), ids=map(" ".join, PLAIN_COMMANDS))
def test_the_canaries_are_alive(arguments: Iterable[str], expected: set[str], hostile: HostileRepository):
    assert hostile.ask_plain_git(*arguments) >= expected


def ask_about_every_commit(repository: Repository, tips: tuple[str, ...]) -> None:
    commits = list(read_commits(repository, tips=tips))
    assert "signed" in {commit.subject for commit in commits}
    for commit in commits:
        assert read_commit_difference(repository, commit.oid).oid == commit.oid
    assert find_rewritten(repository, tips=tips[:1], known=[commits[-1].oid]) == ()
    assert find_file_at(repository, tips[0], "doc0.md") is not None
    assert "doc0.md" in list_paths(repository, tips[0])


def ask_about_contents(repository: Repository, tips: tuple[str, ...]) -> None:
    entries = [find_file_at(repository, tip, "doc0.md") for tip in tips[:2]]
    old, new = (entry.oid for entry in entries if entry)
    assert len(list(read_blobs(repository, [old, LOST_BLOB, new]))) == 2
    places = [(tips[0], "doc0.md"), (tips[0], "../doc0.md"), (tips[0], "a\nb"), (tips[0], "--all")]
    assert [blob is not None for blob in read_texts_at(repository, places, [new])] == [True, False, False, False, True]
    assert read_blob_difference(repository, old, new).hunks
    assert read_content_difference(repository, b"old\n", b"new\n").hunks
    with pytest.raises(NotFoundError):
        read_blob(repository, LOST_BLOB)
    with pytest.raises(NotFoundError):
        read_commit_difference(repository, LOST_BLOB)


def ask_who_wrote(repository: Repository, tips: tuple[str, ...]) -> None:
    assert len(find_files_at(repository, tips[0], ["doc0.md", "note.txt", ".git-blame-ignore-revs"])) == 3
    for folder in ("gone", "--all", "..", ":(top)"):
        assert list_folder_at(repository, tips[0], folder) == ()
    for path in ("doc0.md", "note.txt"):
        for follow_copies in (False, True):
            assert read_blame(repository, tips[0], path, follow_copies=follow_copies)
    assert tips[1] in read_patch_ids(repository, tips)


def ask_what_differs(repository: Repository, tips: tuple[str, ...]) -> None:
    left, right = tips[:2]
    base = find_merge_base(repository, [left, right])
    assert find_commits(repository, [base or ""]) == {base: base}
    assert find_merge_bases(repository, [[left, right], [right, left]]) == (base, base)
    assert read_messages_of_each(repository, [left, right], right)[1] == ()
    assert {commit.oid for commit in read_messages(repository, tips=[left], known=[right])}
    assert list_lost(repository, [left, LOST_BLOB]) == {LOST_BLOB}
    for with_counts in (False, True):
        pairs = read_pair_changes(repository, base or left, [left, right], with_counts=with_counts)
        assert pairs[-1].changes
    assert read_edits(repository, [(b"old\n", b"new\n")])[0]
    assert base == find_common_base(repository, left, right)
    assert read_range_changes(repository, base or left, left).paths
    assert read_patch(repository, left, right)


QUESTIONS: dict[Callable[..., object], Callable[[Repository, tuple[str, ...]], None]] = {
    read_commits: ask_about_every_commit,
    find_rewritten: ask_about_every_commit,
    read_commit_difference: ask_about_every_commit,
    find_file_at: ask_about_every_commit,
    find_files_at: ask_who_wrote,
    list_folder_at: ask_who_wrote,
    read_blame: ask_who_wrote,
    read_patch_ids: ask_who_wrote,
    list_paths: ask_about_every_commit,
    read_blob: ask_about_contents,
    read_blobs: ask_about_contents,
    read_texts_at: ask_about_contents,
    read_blob_difference: ask_about_contents,
    read_content_difference: ask_about_contents,
    read_messages: ask_what_differs,
    read_edits: ask_what_differs,
    read_patch: ask_what_differs,
    find_commits: ask_what_differs,
    find_merge_base: ask_what_differs,
    find_merge_bases: ask_what_differs,
    read_messages_of_each: ask_what_differs,
    list_lost: ask_what_differs,
    read_pair_changes: ask_what_differs,
    find_common_base: ask_what_differs,
    read_range_changes: ask_what_differs,
}


MAKING = {
    check_branch_name,
    commit_work_tree,
    delete_branch,
    fill_worktree,
    find_branch,
    find_user,
    finish_worktree,
    make_detached_worktree,
    make_worktree,
    move_branch,
    open_builder,
    open_worktree,
    read_author,
    read_tree_state,
    read_work_changes,
    start_branch,
}


def take_snapshot(folder: Path) -> dict[str, tuple[int, int]]:
    return {
        str(path): (path.lstat().st_mtime_ns, path.lstat().st_size)
        for path in folder.rglob("*")
        if not path.name.endswith(".lock")
    }


@pytest.mark.usefixtures("hostile_surroundings")
@pytest.mark.parametrize("ask", dict.fromkeys(QUESTIONS.values()))
def test_nothing_is_started_and_nothing_is_changed(ask, hostile: HostileRepository, tmp_path: Path):
    before = take_snapshot(hostile.path)
    location = find_repository(hostile.path)
    assert location is not None

    status = read_status(location, tmp_path / "shadows")
    with open_repository(location, tmp_path / "shadows") as repository:
        ask(repository, status.tips)

    assert status.condition is RepositoryCondition.NORMAL
    assert hostile.started() == set()
    assert take_snapshot(hostile.path) == before
    assert not list(tmp_path.rglob("PWNED"))


def test_every_question_of_the_layer_is_asked_here():
    """A new function that takes a repository must be added to QUESTIONS."""
    modules = [
        import_module(found.name) for found in pkgutil.iter_modules(tandemweb.history.__path__, "tandemweb.history.")
    ]
    public = {
        function
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if not name.startswith("_") and function.__module__ == module.__name__
    }
    asking = {
        function
        for function in public
        if any(parameter.annotation is Repository for parameter in inspect.signature(function).parameters.values())
    }

    assert asking == set(QUESTIONS) | MAKING


@pytest.mark.usefixtures("hostile_surroundings")
@pytest.mark.parametrize("surprise", [{}, {"*.txt": "filter=late"}])
def test_a_branch_is_made_and_unmade_and_nothing_is_started(surprise, hostile: HostileRepository, tmp_path: Path):
    """With a filter that only the worktree's own condition in the configuration brings in, too."""
    canary = hostile.log.parent / "canary"
    late = tmp_path / "late-config"
    late.write_text(f'[filter "late"]\n\tsmudge = {canary} smudge\n\tclean = {canary} clean\n')
    with (hostile.path / ".git/config").open("a") as config:
        config.write(f'[includeIf "gitdir:**/worktrees/**"]\n\tpath = {late}\n')
    location = find_repository(hostile.path)
    assert location is not None
    before = hash_files(hostile.path)
    status = read_status(location, tmp_path / "shadows")
    text = "".join(f"{pattern} {attributes}\n" for pattern, attributes in surprise.items()).encode()
    folder = tmp_path / "made"

    with open_repository(location, tmp_path / "shadows") as repository:
        tip = status.tips[0]
        check_branch_name(repository, status, "impl/synthesis")
        user = find_user(repository)
        with open_builder(repository) as builder:
            own, attributes = builder.write_blobs([b"made\n", b"*.md filter=evil diff=evil merge=evil ident\n" + text])
            edits = [TreeEdit("new.md", "100644", own), TreeEdit(".gitattributes", "100644", attributes)]
            tree = builder.write_tree(tip, ["doc0.md"], edits)
            commit = builder.write_commit(tree, tip, "made", author=read_author(repository, tip), committer=user)
        make_worktree(repository, "impl/synthesis", commit, folder)
        assert sorted(path.name for path in folder.glob("*.md")) == ["doc1.md", "doc2.md", "new.md"]
        assert (folder / "note.txt").read_bytes() == b"hi\n"
        assert read_tree_state(repository, folder).changed == ()
        fill_worktree(repository, commit, folder)
        finish_worktree(repository, commit, folder)
        (location.common_dir / "worktrees" / folder.name / "index").unlink()
        finish_worktree(repository, commit, folder)
        assert find_branch(repository, "impl/synthesis") == commit
        remove_worktree(location, folder)
        delete_branch(repository, "impl/synthesis", commit)

    assert hostile.started() == set()
    assert hash_files(hostile.path) == before
    assert not list(tmp_path.rglob("PWNED"))


@pytest.mark.usefixtures("hostile_surroundings")
def test_work_goes_on_in_worktrees_of_it_and_nothing_is_started(hostile: HostileRepository, tmp_path: Path):
    location = find_repository(hostile.path)
    assert location is not None
    before = hash_files(hostile.path)
    tip = read_status(location, tmp_path / "shadows").tips[0]
    folder, other = tmp_path / "made", tmp_path / "detached"

    with open_repository(location, tmp_path / "shadows") as repository:
        make_worktree(repository, "impl/codex", tip, folder)
        make_detached_worktree(repository, tip, other)
        (folder / "doc1.md").write_text("changed\n")
        (folder / "late.txt").write_text("new\n")
        assert open_worktree(repository, folder) is not None
        assert {"doc1.md", "late.txt"} <= set(read_tree_state(repository, folder).changed)
        assert {"doc1.md", "late.txt"} <= set(read_work_changes(repository, folder, tip).paths)
        with open_builder(repository) as builder:
            me = find_user(repository)
            made = commit_work_tree(repository, builder, folder, "impl/codex", message="Go on\n", author=me)
        move_branch(repository, "impl/codex", tip, made)
        for place in (folder, other):
            remove_worktree(location, place)
        delete_branch(repository, "impl/codex", tip)
        head = (hostile.path / ".git/HEAD").read_bytes()
        start_branch(repository, "mission/001-x", tip)
        assert (hostile.path / ".git/HEAD").read_text() == "ref: refs/heads/mission/001-x\n"
        (hostile.path / ".git/HEAD").write_bytes(head)
        delete_branch(repository, "mission/001-x", tip)

    assert hostile.started() == set()
    after = hash_files(hostile.path)
    assert {path for path in after if after[path] != before.get(path) and "/logs/" not in path} == set()


def hash_files(folder: Path) -> dict[str, bytes]:
    """Contents of all files but objects."""
    return {
        str(path): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".git/objects" not in str(path) and not path.name.endswith(".lock")
    }


@pytest.mark.usefixtures("hostile_surroundings")
def test_a_worktree_of_it_is_no_better(hostile: HostileRepository, tmp_path: Path):
    hostile.ask_plain_git("worktree", "add", "--no-checkout", str(tmp_path / "tree"), "side")
    location = find_repository(tmp_path / "tree")
    assert location is not None

    status = read_status(location, tmp_path / "shadows")
    with open_repository(location, tmp_path / "shadows") as repository:
        commits = list(read_commits(repository, tips=status.tips))

    assert status.head == "refs/heads/side"
    assert len(commits) == 6
    assert hostile.started() == set()


def embed_bare(hostile: HostileRepository) -> Path:
    folder = hostile.path / "missions/M1"
    shutil.copytree(hostile.path / ".git", folder)
    with (folder / "config").open("a") as config:
        config.write("[core]\n\tbare = false\n\tworktree = .\n")
    return folder


def drop_git_file(hostile: HostileRepository) -> Path:
    folder = hostile.path / "missions/M2"
    folder.mkdir(parents=True)
    shutil.copytree(hostile.path / ".git", hostile.path / "data")
    (folder / ".git").write_text("gitdir: ../../data\n")
    return folder


@pytest.mark.usefixtures("hostile_surroundings")
@pytest.mark.parametrize("place", [embed_bare, drop_git_file])
def test_a_repository_dropped_into_an_archive_starts_nothing(place, hostile: HostileRepository, tmp_path: Path):
    folder = place(hostile)
    assert hostile.ask_plain_git("-C", str(folder), "status")
    location = find_repository(folder)
    assert location is not None

    status = read_status(location, tmp_path / "shadows")

    assert hostile.started() == set()
    assert status.condition in (RepositoryCondition.NORMAL, RepositoryCondition.UNREADABLE)


@pytest.mark.usefixtures("hostile_surroundings")
def test_borrowed_objects_of_a_hostile_repository_start_nothing(hostile: HostileRepository, tmp_path: Path):
    """``objects/info/alternates`` of the repository may lead into another one; its objects are read, no more."""
    other = tmp_path / "other"
    hostile.ask_plain_git("init", "-q", str(other))
    (other / ".git/objects/info/alternates").write_text(f"{hostile.path}/.git/objects\n")
    for name in ("config", "packed-refs"):
        if (hostile.path / ".git" / name).exists():
            shutil.copy(hostile.path / ".git" / name, other / ".git" / name)
    shutil.copytree(hostile.path / ".git/refs", other / ".git/refs", dirs_exist_ok=True)
    hostile.started()
    location = find_repository(other)
    assert location is not None

    status = read_status(location, tmp_path / "shadows")
    with open_repository(location, tmp_path / "shadows") as repository:
        ask_about_every_commit(repository, status.tips)

    assert hostile.started() == set()


def test_another_users_repository_is_refused(hostile: HostileRepository, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    location = find_repository(hostile.path)
    assert isinstance(location, RepositoryLocation)

    assert read_status(location, tmp_path / "shadows").condition is RepositoryCondition.UNREADABLE
    with pytest.raises(TandemwebError, match="another user"):
        open_repository(location, tmp_path / "shadows")
