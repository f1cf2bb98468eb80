import os
from dataclasses import replace

import pytest

from tandemweb.domain.commit import RefKind, RepositoryCondition
from tandemweb.history.repository import find_repository
from tandemweb.history.status import read_status


def test_no_repository(shadows):
    assert read_status(None, shadows).condition is RepositoryCondition.NONE


def test_a_repository_without_commits(git_repository, status_of):
    status = status_of(git_repository.path)

    assert status.condition is RepositoryCondition.EMPTY
    assert status.head == "refs/heads/main"
    assert status.head_oid is None
    assert status.tips == ()


def test_branches_tags_and_remotes(git_repository, status_of, tmp_path):
    first = git_repository.commit("one", {"a.md": "1\n"})
    git_repository.git("tag", "light")
    git_repository.git("tag", "-a", "-m", "release", "heavy")
    git_repository.git("tag", "-a", "-m", "tag of a tag", "nested", "heavy")
    git_repository.git("tag", "blob", git_repository.git("rev-parse", "HEAD:a.md"))
    git_repository.git("branch", "feature/x")
    git_repository.git("clone", "-q", ".", str(tmp_path / "clone"))

    status = status_of(tmp_path / "clone")

    assert status.condition is RepositoryCondition.NORMAL
    assert (status.head, status.head_oid) == ("refs/heads/main", first)
    assert {(ref.name, ref.kind) for ref in status.refs} == {
        ("refs/heads/main", RefKind.BRANCH),
        ("refs/remotes/origin/main", RefKind.REMOTE),
        ("refs/remotes/origin/feature/x", RefKind.REMOTE),
        ("refs/tags/light", RefKind.TAG),
        ("refs/tags/heavy", RefKind.TAG),
        ("refs/tags/nested", RefKind.TAG),
    }
    assert {ref.oid for ref in status.refs} == {first}
    assert status.tips == (first,)
    assert status.message == ""


def test_stashes_and_notes_are_not_history(git_repository, commits_of):
    git_repository.commit("one", {"a.md": "1\n"})
    git_repository.git("notes", "add", "-m", "note")
    git_repository.write({"a.md": "2\n"})
    git_repository.git("stash")

    assert [commit.subject for commit in commits_of(git_repository.path)] == ["one"]


def test_a_detached_head_is_a_tip_of_its_own(git_repository, status_of):
    git_repository.commit("one", {"a.md": "1\n"})
    git_repository.git("checkout", "-q", "--detach")
    loose = git_repository.commit("loose", {"a.md": "2\n"})

    status = status_of(git_repository.path)

    assert status.head is None
    assert status.head_oid == loose
    assert loose in status.tips


def test_an_unborn_branch_beside_others(git_repository, status_of):
    git_repository.commit("one", {"a.md": "1\n"})
    git_repository.git("checkout", "-q", "--orphan", "fresh")

    status = status_of(git_repository.path)

    assert status.condition is RepositoryCondition.NORMAL
    assert (status.head, status.head_oid) == ("refs/heads/fresh", None)
    assert len(status.tips) == 1


def test_worktrees_are_listed_from_each_of_them(git_repository, status_of, tmp_path):
    first = git_repository.commit("one", {"a.md": "1\n"})
    paths = {name: tmp_path / name for name in ("side", "loose", "gone")}
    git_repository.git("worktree", "add", "-q", "-b", "side", str(paths["side"]))
    git_repository.git("worktree", "add", "-q", "--detach", str(paths["loose"]))
    git_repository.git("worktree", "add", "-q", "-b", "gone", str(paths["gone"]))
    git_repository.git("worktree", "lock", str(paths["side"]))
    (paths["gone"] / ".git").unlink()
    loose = replace(git_repository, path=paths["loose"]).commit("loose", {"a.md": "2\n"})

    status = status_of(git_repository.path)

    found = {tree.path: tree for tree in status.worktrees}
    assert set(found) == {str(git_repository.path), *map(str, paths.values())}
    assert found[str(git_repository.path)].is_main
    assert found[str(paths["side"])].branch == "refs/heads/side"
    assert found[str(paths["side"])].oid == first
    assert found[str(paths["side"])].is_locked
    assert found[str(paths["loose"])].branch is None
    assert found[str(paths["loose"])].oid == loose
    assert found[str(paths["gone"])].is_missing
    assert [tree.path for tree in status.worktrees if tree.is_missing] == [str(paths["gone"])]
    assert status_of(paths["side"]).worktrees == status.worktrees
    assert status_of(paths["side"]).head == "refs/heads/side"


def test_a_shallow_clone(git_repository, status_of, tmp_path):
    git_repository.commit("one", {"a.md": "1\n"})
    second = git_repository.commit("two", {"a.md": "2\n"})
    git_repository.git("clone", "-q", "--depth=1", f"file://{git_repository.path}", str(tmp_path / "shallow"))

    status = status_of(tmp_path / "shallow")

    assert status.condition is RepositoryCondition.SHALLOW
    assert status.shallow_oids == (second,)


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        ("[include]\n\tpath = /etc/passwd\n", "configuration cannot be parsed"),
        ("[core\n", "configuration cannot be parsed"),
        ("[core]\n\trepositoryformatversion = 99\n", "newer than the installed git"),
        ("[core]\n\trepositoryformatversion = 1\n[extensions]\n\tfuture = 1\n", "an extension that"),
    ],
)
def test_a_broken_configuration_is_explained_without_repeating_it(config, reason, git_repository, status_of):
    git_repository.commit("one", {"a.md": "1\n"})
    (git_repository.path / ".git/config").write_text(config)

    status = status_of(git_repository.path)

    assert status.condition is RepositoryCondition.UNREADABLE
    assert reason in status.message
    assert "passwd" not in status.message


def test_a_configuration_that_never_ends_is_given_up(git_repository, status_of, tmp_path, monkeypatch):
    monkeypatch.setattr("tandemweb.history.status._PATIENCE", 0.3)
    git_repository.commit("one", {"a.md": "1\n"})
    os.mkfifo(tmp_path / "fifo")
    (git_repository.path / ".git/config").write_text(f"[include]\n\tpath = {tmp_path}/fifo\n")

    status = status_of(git_repository.path)

    assert status.condition is RepositoryCondition.UNREADABLE
    assert "did not answer" in status.message


def test_a_branch_without_its_commit_is_named_and_the_others_stay(git_repository, status_of):
    git_repository.commit("one", {"a.md": "1\n"})
    (git_repository.path / ".git/refs/heads/broken").write_text("1" * 40 + "\n")
    (git_repository.path / ".git/refs/heads/garbage").write_text("garbage\n")

    status = status_of(git_repository.path)

    assert status.condition is RepositoryCondition.NORMAL
    assert [ref.name for ref in status.refs] == ["refs/heads/main"]
    assert "refs/heads/broken" in status.message


@pytest.mark.parametrize("name", ["refs/heads/--output=PWNED", "refs/tags/-x", "refs/heads/ü$(id)`"])
def test_names_that_look_like_options_are_only_names(name, git_repository, status_of, commits_of, shadows):
    oid = git_repository.commit("one", {"a.md": "1\n"})
    git_repository.git("update-ref", "--stdin", stdin=f"create {name} {oid}\n".encode())

    status = status_of(git_repository.path)
    commits = commits_of(git_repository.path)

    assert name in {ref.name for ref in status.refs}
    assert [commit.oid for commit in commits] == [oid]
    assert not list(shadows.rglob("PWNED"))
    assert not list(git_repository.path.rglob("PWNED"))


def test_the_fingerprint_changes_with_refs_and_heads_and_nothing_else(git_repository, status_of):
    git_repository.commit("one", {"a.md": "1\n"})
    seen = [status_of(git_repository.path).fingerprint]
    git_repository.write({"a.md": "dirty\n"})
    git_repository.git("gc", "-q")
    assert status_of(git_repository.path).fingerprint == seen[0]

    for arguments in (["tag", "t"], ["branch", "b"], ["checkout", "-q", "b"], ["checkout", "-q", "--detach"]):
        git_repository.git(*arguments)
        seen.append(status_of(git_repository.path).fingerprint)

    assert len(set(seen)) == 5


def test_it_takes_two_processes(git_repository, shadows, git_calls):
    git_repository.commit("one", {"a.md": "1\n"})
    for number in range(20):
        git_repository.git("tag", f"t{number}")
    git_calls.forget()

    read_status(find_repository(git_repository.path), shadows)

    assert git_calls.commands == ["for-each-ref", "cat-file"]


def test_head_as_a_symlink_and_head_as_nonsense(git_repository, status_of):
    git_repository.commit("one", {"a.md": "1\n"})
    head = git_repository.path / ".git/HEAD"
    head.unlink()
    head.symlink_to("refs/heads/main")
    assert status_of(git_repository.path).head == "refs/heads/main"

    head.unlink()
    head.write_text("nonsense\n")
    assert status_of(git_repository.path).condition is RepositoryCondition.UNREADABLE


def test_a_lock_of_somebody_is_neither_waited_for_nor_removed(git_repository, status_of, commits_of):
    git_repository.commit("one", {"a.md": "1\n"})
    locks = [git_repository.path / ".git" / name for name in ("index.lock", "HEAD.lock", "packed-refs.lock")]
    for lock in locks:
        lock.touch()

    assert status_of(git_repository.path).condition is RepositoryCondition.NORMAL
    assert [commit.subject for commit in commits_of(git_repository.path)] == ["one"]
    assert all(lock.exists() for lock in locks)


def test_a_shallow_file_full_of_lies_hides_history_and_breaks_nothing(git_repository, status_of, commits_of):
    git_repository.commit("one", {"a.md": "1\n"})
    oid = git_repository.commit("two", {"a.md": "2\n"})
    blob = git_repository.git("rev-parse", "HEAD:a.md")
    lies = ["garbage", "--all", "1" * 40, blob, oid]
    (git_repository.path / ".git/shallow").write_text("".join(f"{lie}\n" for lie in lies))

    assert status_of(git_repository.path).shallow_oids == tuple(sorted(["1" * 40, blob, oid]))
    assert [(commit.subject, commit.changes) for commit in commits_of(git_repository.path)] == [("two", ())]


def test_a_bare_repository_has_linked_worktrees_only(git_repository, status_of, tmp_path):
    git_repository.commit("one", {"a.md": "1\n"})
    bare = replace(git_repository, path=tmp_path / "project.git")
    git_repository.git("clone", "-q", "--bare", ".", str(bare.path))
    bare.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))

    status = status_of(tmp_path / "side")

    assert [(tree.path, tree.is_main) for tree in status.worktrees] == [(str(tmp_path / "side"), False)]
    assert status.head == "refs/heads/side"


def test_a_worktree_with_files_that_are_none_is_left_out_or_has_no_head(git_repository, status_of, tmp_path):
    git_repository.commit("one", {"a.md": "1\n"})
    for name in ("first", "second"):
        git_repository.git("worktree", "add", "-q", "-b", name, str(tmp_path / name))
    for damaged in ("first/gitdir", "second/HEAD"):
        path = git_repository.path / ".git/worktrees" / damaged
        path.unlink()
        os.mkfifo(path)

    main, second = status_of(git_repository.path).worktrees

    assert main.is_main
    assert (second.path, second.branch, second.oid) == (str(tmp_path / "second"), None, None)
