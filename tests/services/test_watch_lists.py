from pathlib import Path

import pytest

from tandemweb.domain.mission import ArchiveRoot, Naming, Project
from tandemweb.history.repository import RepositoryLocation, find_repository
from tandemweb.services.watch_lists import Touch, interpret_changes, list_watched

PROJECT = Project("shop", "shop", "/src/shop")
LOCATION = RepositoryLocation(Path("/src/shop"), Path("/src/shop/.git"), Path("/src/shop/.git"))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/src/shop/TandemKit/001-A/Spec.md", Touch(frozenset({"TandemKit/001-A/Spec.md"}))),
        ("/src/shop/.git/HEAD", Touch(has_git_moved=True)),
        ("/src/shop/.git/refs/heads/main", Touch(has_git_moved=True)),
        ("/src/shop/.git/packed-refs", Touch(has_git_moved=True)),
        ("/src/shop/.git/worktrees/second/HEAD", Touch(has_git_moved=True)),
        ("/src/shop/.git/refs/heads/main.lock", Touch()),
        ("/src/shop/.git/index.lock", Touch()),
        ("/src/shop/TandemKit/001-A/.State.json.x7", Touch()),  # a writer's temporary file
        ("/src/shop-2/TandemKit/001-A/Spec.md", Touch()),
        ("/src/shop", Touch()),
    ],
)
def test_what_a_change_means(path: str, expected: Touch):
    assert interpret_changes([path], PROJECT, LOCATION) == expected


def test_archives_are_watched_whole_and_the_rest_flat(git_repository, project):
    git_repository.commit("First", {"kit/TandemKit/001-A/State.json": "{}"})
    root = ArchiveRoot("kit/TandemKit", "kit-tandemkit", Naming.PASCAL)
    watched = list_watched(project, [root], [], find_repository(git_repository.path))
    top = git_repository.path
    assert watched.deep == {str(top / "kit/TandemKit"), str(top / ".git/refs")}
    assert watched.flat == {str(top.parent), str(top), str(top / "kit"), str(top / ".git")}


def test_what_is_not_there_is_not_watched(tmp_path: Path):
    gone = Project("gone", "gone", str(tmp_path / "gone"))
    assert list_watched(gone, [ArchiveRoot("TandemKit", "tandemkit", Naming.PASCAL)], [], None).flat == {str(tmp_path)}
