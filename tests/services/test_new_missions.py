"""Creating missions: cut off and tried again, and where they can be created."""

import signal
import subprocess
import sys

import pytest
from archive.missions_on_disk import AT, Archive

from tandemweb.domain.mission import ArchiveRoot, Naming, Project
from tandemweb.errors import ConflictError
from tandemweb.services.intents import find_intent
from tandemweb.services.new_missions import MissionRequest, create, list_places, preview_creation, suggest_for

WANTED = MissionRequest("TandemKit", "AddDarkMode", "Add a dark mode", "tandem")
CUT_OFF = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from tandemweb.archive import changing, writing
from tandemweb.domain.mission import Project
from tandemweb.services.new_missions import MissionRequest, create
left = int(sys.argv[3])
def count(function):
    def counted(*arguments):
        global left
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
        return function(*arguments)
    return counted
changing.write_edit = count(changing.write_edit)
changing._make_folder = count(changing._make_folder)
changing.end_backup = count(changing.end_backup)
wanted = MissionRequest("TandemKit", "AddDarkMode", "Add a dark mode", "tandem")
create(Path(sys.argv[1]), Project("p", "p", sys.argv[2]), wanted, at=datetime.now(UTC))
"""


@pytest.fixture
def archive(tmp_path) -> Archive:
    made = Archive(tmp_path / "project", tmp_path / "data", Naming.PASCAL)
    made.write_config()
    return made


@pytest.fixture
def project(archive: Archive) -> Project:
    return Project("project", "project", str(archive.project))


@pytest.mark.faults
@pytest.mark.parametrize("after", range(6))
def test_a_creation_that_was_cut_off_is_completed_by_the_next_try(archive: Archive, project: Project, after: int):
    arguments = [str(archive.data), project.path, str(after)]
    killed = subprocess.run([sys.executable, "-c", CUT_OFF, *arguments], check=False)
    assert killed.returncode == -signal.SIGKILL
    _, record = create(archive.data, project, WANTED, at=AT)
    assert record.mission_path == "TandemKit/001-AddDarkMode"
    assert sorted(path.name for path in archive.mission.iterdir()) == ["Assets", "Planner-Discussion", "State.json"]
    assert archive.read_state()["phase"] == "planning"
    config = archive.read_config()
    assert (config["currentMission"], config["nextMissionNumber"]) == ("001-AddDarkMode", 2)
    intent = find_intent(archive.data, project.path, record.mission_path)
    assert intent is not None
    assert intent.goal == WANTED.goal


def test_two_at_once_make_one_mission(archive: Archive, project: Project):
    create(archive.data, project, WANTED, at=AT)
    with pytest.raises(ConflictError, match="is the current mission"):
        create(archive.data, project, WANTED, at=AT)
    assert [path.name for path in archive.root.iterdir() if path.is_dir()] == ["001-AddDarkMode"]


def test_a_preview_writes_nothing(archive: Archive, project: Project):
    was = archive.snapshot()
    preview = preview_creation(project, WANTED, at=AT)
    assert [file.change.path for file in preview.files] == [
        "TandemKit/001-AddDarkMode/State.json",
        "TandemKit/Config.json",
    ]
    assert preview.new_folders[-1] == "TandemKit/001-AddDarkMode/Assets"
    assert archive.snapshot() == was
    assert suggest_for(project, WANTED)[0] == "AddDarkMode"


def test_archives_say_whether_they_take_a_mission(archive: Archive, project: Project):
    root = ArchiveRoot("TandemKit", "tandemkit", Naming.PASCAL)
    (place,) = list_places(project, [root])
    assert (place.next_name, place.trouble, place.is_new) == ("001-AddDarkMode", "", False)
    archive.write_config(currentMission="001-Old")
    (place,) = list_places(project, [root])
    assert "001-Old is its current mission" in place.trouble
    (archive.root / "Config.json").unlink()
    archive.root.rmdir()
    (place,) = list_places(project, [])
    assert (place.root_path, place.is_new) == ("TandemKit", True)
