import os
from dataclasses import replace
from pathlib import Path

import pytest

from tandemweb.errors import HistoryError
from tandemweb.history.opening import open_repository
from tandemweb.history.repository import find_repository


def test_a_plain_folder_has_none(tmp_path):
    assert find_repository(tmp_path) is None


def test_parents_are_not_searched(git_repository):
    inner = git_repository.path / "inner"
    inner.mkdir()

    assert find_repository(inner) is None


def test_a_checkout(git_repository):
    location = find_repository(git_repository.path)

    assert location is not None
    assert location.work_tree == git_repository.path
    assert location.git_dir == location.common_dir == git_repository.path / ".git"
    assert not location.problem


def test_worktrees_share_the_common_dir(git_repository, tmp_path):
    git_repository.commit("one", {"a.md": "text\n"})
    git_repository.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))

    main, side = find_repository(git_repository.path), find_repository(tmp_path / "side")

    assert main is not None
    assert side is not None
    assert not side.problem
    assert side.common_dir == main.common_dir
    assert side.git_dir == main.git_dir / "worktrees" / "side"


def test_a_submodule_is_a_repository_of_its_own(git_repository, tmp_path):
    child = replace(git_repository, path=tmp_path / "child")
    child.path.mkdir()
    child.git("init", "-q")
    child.commit("child", {"c.md": "c\n"})
    git_repository.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(child.path), "sub")

    location = find_repository(git_repository.path / "sub")

    assert location is not None
    assert location.common_dir == git_repository.path / ".git/modules/sub"
    assert not location.problem


def test_through_a_symlink_the_real_place_is_found(git_repository, tmp_path):
    (tmp_path / "link").symlink_to(git_repository.path)

    location = find_repository(tmp_path / "link")

    assert location is not None
    assert location.work_tree == git_repository.path


def write_file(entry: Path) -> None:
    entry.write_text("nonsense\n")


def write_lost_path(entry: Path) -> None:
    entry.write_text("gitdir: /nowhere/at/all\n")


def make_fifo(entry: Path) -> None:
    os.mkfifo(entry)


def make_loop(entry: Path) -> None:
    entry.symlink_to(entry.name)


def write_zero(entry: Path) -> None:
    entry.write_bytes(b"gitdir: a\0b\n")


@pytest.mark.parametrize("damage", [write_file, write_lost_path, make_fifo, make_loop, write_zero])
def test_a_damaged_git_entry_is_a_problem_in_words(damage, tmp_path, shadows):
    damage(tmp_path / ".git")

    location = find_repository(tmp_path)

    assert location is not None
    assert str(tmp_path) in location.problem
    with pytest.raises(HistoryError):
        open_repository(location, shadows)


def test_another_users_repository_is_not_read(git_repository, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)

    location = find_repository(git_repository.path)

    assert location is not None
    assert "belongs to another user" in location.problem


@pytest.mark.parametrize(
    "foreign", ["tree", "repository/.git/worktrees/tree", "repository/.git", "repository/.git/objects"]
)
def test_one_place_of_another_user_is_enough(foreign, git_repository, tmp_path, monkeypatch):
    git_repository.commit("first", {"a": "1\n"})
    git_repository.git("worktree", "add", "-q", str(tmp_path / "tree"))
    assert find_repository(tmp_path / "tree").problem == ""
    stat = Path.stat

    def tell_another_owner(path: Path, **options: bool) -> os.stat_result:
        found = stat(path, **options)
        is_foreign = path == tmp_path / foreign
        return os.stat_result((*found[:4], found.st_uid + 1, *found[5:10])) if is_foreign else found

    monkeypatch.setattr(Path, "stat", tell_another_owner)
    assert f"{tmp_path / foreign} belongs to another user" in find_repository(tmp_path / "tree").problem


def test_a_bare_repository_is_told_from_a_folder_without_one(git_repository, tmp_path):
    bare = tmp_path / "bare.git"
    git_repository.git("init", "-q", "--bare", str(bare))

    location = find_repository(bare)

    assert location is not None
    assert "bare repository" in location.problem


def test_a_bare_repository_with_worktrees_beside_it_is_read(git_repository, tmp_path):
    git_repository.commit("one", {"a.md": "text\n"})
    folder = tmp_path / "project"
    folder.mkdir()
    git_repository.git("clone", "-q", "--bare", ".", str(folder / ".bare"))
    (folder / ".git").write_text("gitdir: ./.bare\n")

    location = find_repository(folder)

    assert location is not None
    assert not location.problem
    assert location.common_dir == folder / ".bare"


def test_reftable_is_named_as_the_reason(git_repository):
    (git_repository.path / ".git/reftable").mkdir()

    location = find_repository(git_repository.path)

    assert location is not None
    assert "reftable" in location.problem


def test_an_empty_git_folder_is_no_repository(tmp_path: Path):
    """Sandboxes of agents leave such folders behind."""
    (tmp_path / ".git").mkdir()
    assert find_repository(tmp_path) is None
    (tmp_path / ".git/config").write_text("")
    assert find_repository(tmp_path).problem


@pytest.mark.parametrize("name", ["objects/info/alternates", "packed-refs"])
@pytest.mark.parametrize("target", ["pipe", "/dev/zero"])
def test_files_that_git_would_wait_for_or_read_for_ever_are_refused(git_repository, name, target):
    place = git_repository.path / ".git" / name
    place.parent.mkdir(exist_ok=True)
    os.mkfifo(place) if target == "pipe" else place.symlink_to(target)

    location = find_repository(git_repository.path)

    assert location is not None
    assert "is no file, and git would wait for it" in location.problem
