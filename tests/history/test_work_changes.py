"""What a work tree holds beyond a commit, and committing it to a branch of its own."""

from pathlib import Path

import pytest

from tandemweb.errors import ConflictError, HistoryError
from tandemweb.history.building import Person, open_builder
from tandemweb.history.opening import open_repository
from tandemweb.history.repository import find_repository
from tandemweb.history.work_changes import commit_work_tree, read_range_changes, read_work_changes

AGENT = Person("Agent", "agent@example.org")


@pytest.fixture
def repository(git_repository, tmp_path: Path):
    git_repository.commit("start", {"a.py": "1\n", "old name.py": "2\n", ".gitignore": "*.log\n"})
    location = find_repository(git_repository.path)
    with open_repository(location, tmp_path / "shadows") as opened:
        yield opened


def change(git_repository) -> None:
    git_repository.write({"a.py": "1\n2\n", "neu/ä b.bin": b"\0\xff", "x.log": "noise"})
    (git_repository.path / "old name.py").unlink()


def test_changes_added_removed_and_new_files_are_seen_and_ignored_ones_are_not(git_repository, repository):
    change(git_repository)
    base = git_repository.git("rev-parse", "HEAD")
    found = read_work_changes(repository, git_repository.path, base)
    assert found.paths == ("a.py", "neu/ä b.bin", "old name.py")
    assert b"+2\n" in found.patch
    assert b"Binary files /dev/null and" in found.patch
    assert git_repository.git("status", "--porcelain").splitlines()[0].startswith(" M")  # nothing was staged


def test_filters_and_hooks_of_the_repository_are_not_run(git_repository, repository, tmp_path: Path):
    canary = tmp_path / "canary"
    git_repository.git("config", "filter.evil.clean", f"sh -c 'touch {canary}; cat'")
    git_repository.git("config", "core.fsmonitor", f"touch {canary}")
    git_repository.write({".gitattributes": "*.py filter=evil\n", "a.py": "changed\n"})
    read_work_changes(repository, git_repository.path, git_repository.git("rev-parse", "HEAD"))
    assert not canary.exists()
    git_repository.git("add", "a.py")
    assert canary.exists()  # it is alive


def test_a_work_tree_is_committed_to_its_branch(git_repository, repository, tmp_path: Path):
    git_repository.git("worktree", "add", "-q", "-b", "impl/codex", str(tmp_path / "codex"))
    base = git_repository.git("rev-parse", "HEAD")
    (tmp_path / "codex/new.py").write_text("3\n")
    with open_builder(repository) as builder:
        made = commit_work_tree(
            repository, builder, tmp_path / "codex", "impl/codex", message="Build it\n", author=AGENT
        )
        again = commit_work_tree(repository, builder, tmp_path / "codex", "impl/codex", message="-", author=AGENT)
    assert git_repository.git("rev-parse", "impl/codex") == made == again
    assert git_repository.git("rev-parse", "main") == base
    assert git_repository.git("show", "--format=%an %s", "--name-only", made).split("\n") == [
        "Agent Build it",
        "",
        "new.py",
    ]
    assert read_range_changes(repository, base, made).paths == ("new.py",)


def test_a_repository_among_the_files_is_not_committed_as_an_empty_place(git_repository, repository, tmp_path: Path):
    git_repository.git("worktree", "add", "-q", "-b", "impl/codex", str(tmp_path / "codex"))
    base = git_repository.git("rev-parse", "impl/codex")
    git_repository.git("init", "-q", str(tmp_path / "codex/inner"))
    (tmp_path / "codex/inner/work.py").write_text("1\n")
    for arguments in (("add", "."), ("commit", "-q", "-m", "inner")):
        git_repository.git("-C", str(tmp_path / "codex/inner"), *arguments)
    with open_builder(repository) as builder, pytest.raises(HistoryError, match="inner is a repository of its own"):
        commit_work_tree(repository, builder, tmp_path / "codex", "impl/codex", message="-", author=AGENT)
    assert git_repository.git("rev-parse", "impl/codex") == base


def test_a_branch_that_moved_is_not_overwritten(git_repository, repository, tmp_path: Path, monkeypatch):
    git_repository.git("worktree", "add", "-q", "-b", "impl/codex", str(tmp_path / "codex"))
    (tmp_path / "codex/new.py").write_text("3\n")
    with open_builder(repository) as builder:
        write_commit = builder.write_commit

        def move_first(*arguments, **options):
            git_repository.commit("meanwhile", {"b.py": "4\n"})
            git_repository.git("update-ref", "refs/heads/impl/codex", "HEAD")
            return write_commit(*arguments, **options)

        monkeypatch.setattr(builder, "write_commit", move_first)
        with pytest.raises(ConflictError, match="impl/codex moved meanwhile"):
            commit_work_tree(repository, builder, tmp_path / "codex", "impl/codex", message="-", author=AGENT)
    assert git_repository.git("log", "-1", "--format=%s", "impl/codex") == "meanwhile"
