"""Worktrees of tandemweb's own: what was cut off while one was made is finished, everything else is left alone."""

from pathlib import Path

import pytest

from tandemweb.errors import HistoryError
from tandemweb.history.invocation import Invocation
from tandemweb.history.opening import Repository, open_repository
from tandemweb.history.repository import find_repository
from tandemweb.history.synthesis_branches import finish_worktree, make_worktree
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
