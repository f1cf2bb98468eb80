"""Worktrees of tandemweb's own: what was cut off while one was made is finished, everything else is left alone."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tandemweb.errors import HistoryError
from tandemweb.history.invocation import GitFailedError, Invocation
from tandemweb.history.opening import Repository, open_repository
from tandemweb.history.repository import find_repository
from tandemweb.history.synthesis_branches import finish_worktree, make_detached_worktree, make_worktree, remove_worktree
from tandemweb.history.tree_states import read_tree_state

pytestmark = pytest.mark.faults
FILES = {"app.py": "print(1)\n", "folder/ü name.txt": "x\n"}


@pytest.fixture
def commit(git_repository) -> str:
    git_repository.commit("Start", FILES)
    return git_repository.git("rev-parse", "HEAD")


@pytest.fixture
def repository(commit, git_repository, tmp_path: Path):
    with open_repository(find_repository(git_repository.path), tmp_path / "shadows") as repository:
        yield repository


@pytest.mark.parametrize("place", ["read-tree", "checkout-index"])
def test_one_that_was_cut_off_is_finished(repository: Repository, commit, tmp_path: Path, monkeypatch, place: str):
    tree, run = tmp_path / "tree", Invocation.run

    def fail(self, arguments, **options):
        if arguments[0] == place:
            raise HistoryError("killed")
        return run(self, arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(Invocation, "run", fail)
        with pytest.raises(HistoryError):
            make_worktree(repository, "mission/one", commit, tree)
    assert not (tree / "app.py").exists()
    finish_worktree(repository, commit, tree)
    assert {path: (tree / path).read_text() for path in FILES} == FILES
    assert read_tree_state(repository, tree).changed == ()


def test_one_that_is_whole_is_left_alone(repository: Repository, commit, tmp_path: Path):
    tree = tmp_path / "tree"
    make_worktree(repository, "mission/one", commit, tree)
    (tree / "app.py").write_text("print(2)\n")
    (tree / "folder/ü name.txt").unlink()
    finish_worktree(repository, commit, tree)
    assert (tree / "app.py").read_text() == "print(2)\n"
    assert not (tree / "folder/ü name.txt").exists()


@contextmanager
def removing(folder: Path) -> Iterator[None]:
    """Remove an empty folder again and again, as git and tandemweb do with the last worktree."""
    is_over = threading.Event()

    def remove() -> None:
        while not is_over.wait(0.0015):
            with suppress(OSError):
                folder.rmdir()

    thread = threading.Thread(target=remove)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def test_one_is_made_while_the_last_other_one_is_removed(repository: Repository, commit, tmp_path: Path):
    with removing(repository.location.common_dir / "worktrees"):
        for number in range(40):
            tree = tmp_path / f"tree {number}"
            if number % 2:
                make_worktree(repository, f"mission/{number}", commit, tree)
            else:
                make_detached_worktree(repository, commit, tree)
            assert {path: (tree / path).read_text() for path in FILES} == FILES
            remove_worktree(repository.location, tree)


@pytest.mark.parametrize("branch", ["mission/one", None])
def test_git_was_overtaken_by_a_removal(
    repository: Repository, commit, tmp_path: Path, monkeypatch, branch: str | None
):
    tree, run, asked = tmp_path / "tree", Invocation.run, []

    def fail_once(self, arguments, **options):
        if arguments[:2] == ["worktree", "add"] and not asked:
            asked.append(arguments)
            if branch:
                run(self, ["update-ref", f"refs/heads/{branch}", commit])
            raise GitFailedError("worktree", 128, f"fatal: could not create directory of '{tree}': No such file")
        return run(self, arguments, **options)

    monkeypatch.setattr(Invocation, "run", fail_once)
    if branch:
        make_worktree(repository, branch, commit, tree)
    else:
        make_detached_worktree(repository, commit, tree)
    assert asked
    assert {path: (tree / path).read_text() for path in FILES} == FILES


def test_any_other_complaint_is_told_at_once(repository: Repository, commit, tmp_path: Path):
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "mine.txt").write_text("x")
    with pytest.raises(HistoryError, match="could not make a worktree"):
        make_detached_worktree(repository, commit, tmp_path / "tree")
    assert [path.name for path in (tmp_path / "tree").iterdir()] == ["mine.txt"]
