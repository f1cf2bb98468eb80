import os
from dataclasses import replace

import pytest

from tandemweb.errors import HistoryError
from tandemweb.history.opening import open_repository
from tandemweb.history.repository import find_repository
from tandemweb.history.shadow import prepare_shadow


def test_the_shadow_is_private_and_holds_nothing_of_the_repository(git_repository, shadows):
    git_repository.commit("one", {"a.md": "text\n"})
    git_repository.git("config", "user.email", "ada@example.org")
    location = find_repository(git_repository.path)

    shadow = prepare_shadow(location, shadows)

    assert {path.name for path in shadow.iterdir()} == {"HEAD", "config", "home", "objects", "refs"}
    assert "ada" not in (shadow / "config").read_text()
    assert shadow.stat().st_mode & 0o077 == 0
    assert not list((shadow / "home").iterdir())


def test_worktrees_share_one_shadow(git_repository, shadows, tmp_path):
    git_repository.commit("one", {"a.md": "text\n"})
    git_repository.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))

    assert prepare_shadow(find_repository(git_repository.path), shadows) == prepare_shadow(
        find_repository(tmp_path / "side"), shadows
    )


def test_a_shadow_in_order_is_not_written_again(git_repository, shadows):
    git_repository.commit("one", {"a.md": "text\n"})
    location = find_repository(git_repository.path)
    shadow = prepare_shadow(location, shadows)
    before = {path: path.stat().st_mtime_ns for path in shadow.rglob("*")}

    prepare_shadow(location, shadows)

    assert {path: path.stat().st_mtime_ns for path in shadow.rglob("*")} == before


def test_a_damaged_shadow_is_mended(git_repository, shadows, commits_of):
    git_repository.commit("one", {"a.md": "text\n"})
    shadow = prepare_shadow(find_repository(git_repository.path), shadows)
    (shadow / "HEAD").unlink()
    (shadow / "objects/info/alternates").write_text("/elsewhere\n")
    (shadow / "config").write_text("[diff]\n\texternal = evil\n")

    assert [commit.subject for commit in commits_of(git_repository.path)] == ["one"]
    assert "evil" not in (shadow / "config").read_text()


@pytest.mark.parametrize("name", ['quo"te', "new\nline", "back\\slash", "#hash", "söße", os.fsdecode(b"latin\xe9")])
def test_any_path_can_be_borrowed_from(name, git_repository, tmp_path, commits_of):
    git_repository.commit("one", {"a.md": "text\n"})
    moved = git_repository.path.rename(tmp_path / name)

    assert [commit.subject for commit in commits_of(moved)] == ["one"]


def test_objects_with_long_names_are_read(git_repository, tmp_path, commits_of):
    long = replace(git_repository, path=tmp_path / "long")
    long.path.mkdir()
    long.git("init", "-q", "--object-format=sha256")
    oid = long.commit("one", {"a.md": "text\n"})

    commits = commits_of(long.path)

    assert len(oid) == 64
    assert [commit.oid for commit in commits] == [oid]
    assert commits[0].changes[0].old_blob is None


def test_objects_borrowed_by_the_repository_itself_are_found(git_repository, tmp_path, commits_of):
    git_repository.commit("one", {"a.md": "text\n"})
    git_repository.git("clone", "-q", "--shared", ".", str(tmp_path / "borrower"))

    assert [commit.subject for commit in commits_of(tmp_path / "borrower")] == ["one"]


def test_no_room_for_a_shadow_is_said(git_repository, tmp_path):
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(HistoryError, match="cannot be opened"):
        open_repository(find_repository(git_repository.path), tmp_path / "file")


def test_a_closed_repository_answers_no_more(git_repository, shadows):
    with open_repository(find_repository(git_repository.path), shadows) as repository:
        pass

    with pytest.raises(HistoryError, match="closed"):
        repository.run(["rev-list", "--all"])
