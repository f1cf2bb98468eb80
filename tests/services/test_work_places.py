"""Missions on a branch, and in a work tree, of their own."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from trusting import trust

from tandemweb.domain.intent import WorkPlace
from tandemweb.domain.mission import Project
from tandemweb.errors import ArchiveError, ConflictError, InvalidRequestError
from tandemweb.services import new_missions
from tandemweb.services.new_missions import MissionRequest, create
from tandemweb.services.registering import list_registered, register_project
from tandemweb.services.trusting import NotTrustedError
from tandemweb.services.work_places import name_branch

AT = datetime(2026, 5, 4, 12, tzinfo=UTC)
CONFIG = {"currentMission": None, "nextMissionNumber": 3, "projectName": "Shop", "namingConvention": "PascalCase"}
WANTED = MissionRequest("TandemKit", "AddDarkMode", "A dark mode.", "tandem", WorkPlace.BRANCH)


@pytest.fixture
def data_folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def project(git_repository, data_folder: Path) -> Project:
    git_repository.commit("start", {"TandemKit/Config.json": json.dumps(CONFIG), "app.py": "1\n"})
    git_repository.write({"app.py": "changed\n", "new.txt": "x"})
    git_repository.git("add", "new.txt")
    return register_project(data_folder, git_repository.path)


@pytest.mark.parametrize(
    ("mission", "branch"),
    [
        ("003-AddDarkMode", "mission/003-add-dark-mode"),
        ("012-FixAPIEndpoint", "mission/012-fix-api-endpoint"),
        ("004-add-dark-mode", "mission/004-add-dark-mode"),
        ("004-add_dark_mode", "mission/004-add-dark-mode"),
    ],
)
def test_branches_are_named_after_the_mission(mission, branch):
    assert name_branch(mission) == branch


def test_a_new_branch_leaves_files_and_index_as_they_are(git_repository, project, data_folder):
    before = git_repository.git("status", "--porcelain"), git_repository.git("rev-parse", "main")
    index = (git_repository.path / ".git/index").read_bytes()
    own, record = create(data_folder, project, WANTED, at=AT)
    assert own == project
    assert git_repository.git("symbolic-ref", "--short", "HEAD") == "mission/003-add-dark-mode"
    assert (git_repository.path / ".git/index").read_bytes() == index
    status = git_repository.git("status", "--porcelain").splitlines()
    assert set(before[0].splitlines()) <= set(status)
    assert git_repository.git("rev-parse", "main", "HEAD").split() == [before[1], before[1]]
    assert (git_repository.path / record.mission_path / "State.json").exists()


def test_a_work_tree_of_its_own_is_a_project_of_its_own(git_repository, project, data_folder):
    wanted = replace(WANTED, work_place=WorkPlace.WORKTREE)
    with pytest.raises(NotTrustedError):
        create(data_folder, project, wanted, at=AT)
    trust(data_folder, project)
    before = git_repository.git("status", "--porcelain"), git_repository.git("rev-parse", "HEAD")
    own, record = create(data_folder, project, wanted, at=AT)
    assert own in list_registered(data_folder)
    assert own.common_dir == project.common_dir
    assert (Path(own.path) / record.mission_path / "State.json").exists()
    assert (git_repository.git("status", "--porcelain"), git_repository.git("rev-parse", "HEAD")) == before
    assert not (git_repository.path / record.mission_path).exists()
    assert git_repository.git("worktree", "list").count("\n") == 1


@pytest.mark.parametrize("place", [WorkPlace.BRANCH, WorkPlace.WORKTREE])
def test_what_cannot_be_created_makes_no_branch(git_repository, project, data_folder, place):
    trust(data_folder, project)
    refs = git_repository.git("for-each-ref"), git_repository.git("symbolic-ref", "HEAD")
    with pytest.raises(InvalidRequestError, match="word"):
        create(data_folder, project, replace(WANTED, name="One", work_place=place), at=AT)
    with pytest.raises(InvalidRequestError, match="not committed"):
        create(data_folder, project, replace(WANTED, root_path="HarnessKit", work_place=WorkPlace.WORKTREE), at=AT)
    git_repository.git("branch", "mission/003-add-dark-mode")
    with pytest.raises(ConflictError, match="already"):
        create(data_folder, project, replace(WANTED, work_place=place), at=AT)
    git_repository.git("branch", "-D", "mission/003-add-dark-mode")
    assert (git_repository.git("for-each-ref"), git_repository.git("symbolic-ref", "HEAD")) == refs


@pytest.mark.faults
@pytest.mark.parametrize("place", [WorkPlace.BRANCH, WorkPlace.WORKTREE])
def test_what_failed_after_its_branch_was_made_is_created_at_the_next_press(
    git_repository, project, data_folder, place, monkeypatch
):
    trust(data_folder, project)
    wanted = replace(WANTED, work_place=place)

    def fail(*_arguments, **_options):
        raise ArchiveError("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(new_missions, "apply_planned", fail)
        with pytest.raises(ArchiveError):
            create(data_folder, project, wanted, at=AT)
    own, record = create(data_folder, project, wanted, at=AT)
    assert (Path(own.path) / record.mission_path / "State.json").exists()
    assert git_repository.git("branch", "--list", "mission/*").count("mission/") == 1
    assert len(list_registered(data_folder)) == (1 if place is WorkPlace.BRANCH else 2)
