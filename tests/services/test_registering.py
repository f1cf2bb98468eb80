import os
from pathlib import Path

import pytest

from tandemweb.errors import InvalidRequestError
from tandemweb.services.registering import choose_slug, list_registered, register_project


def test_a_project_keeps_its_slug(git_repository, data_folder: Path):
    first = register_project(data_folder, git_repository.path)
    assert first.slug == "repository"
    assert first.git_dir == first.common_dir == str(git_repository.path / ".git")
    assert register_project(data_folder, git_repository.path / "." / ".." / "repository") == first
    assert list_registered(data_folder) == (first,)


def test_links_lead_to_one_project(git_repository, tmp_path: Path, data_folder: Path):
    (tmp_path / "link").symlink_to(git_repository.path)
    assert register_project(data_folder, tmp_path / "link") == register_project(data_folder, git_repository.path)


def test_worktrees_share_their_common_directory(git_repository, tmp_path: Path, data_folder: Path):
    git_repository.commit("First", {"a": ""})
    git_repository.git("worktree", "add", "--quiet", str(tmp_path / "second"), "-b", "second")
    main = register_project(data_folder, git_repository.path)
    second = register_project(data_folder, tmp_path / "second")
    assert second.common_dir == main.common_dir
    assert second.git_dir != main.git_dir


@pytest.mark.parametrize(
    ("name", "taken", "expected"),
    [
        ("shop", [], "shop"),
        ("Shop & Söhne", [], "shop-s-hne"),
        ("shop", ["shop", "shop-2"], "shop-3"),
        ("<script>", [], "script"),
        ("日本", [], "project"),
        ("x" * 300, [], "x" * 60),
    ],
)
def test_slugs_are_short_words(name: str, taken: list[str], expected: str):
    assert choose_slug(f"/src/{name}", taken) == expected


def test_names_that_are_not_text(tmp_path: Path, data_folder: Path):
    folder = tmp_path / os.fsdecode(b"caf\xe9")
    folder.mkdir()
    project = register_project(data_folder, folder)
    assert project.name == "caf\ufffd"
    assert list_registered(data_folder)[0].path == str(folder)


def test_only_folders_are_projects(tmp_path: Path, data_folder: Path):
    (tmp_path / "file").write_text("")
    (tmp_path / "loop").symlink_to("loop")
    for name in ("file", "nothing", "loop"):
        with pytest.raises(InvalidRequestError):
            register_project(data_folder, tmp_path / name)
    assert list_registered(data_folder) == ()
