"""A root with very many missions is not listed again for each of them."""

import os
from pathlib import Path

import pytest

from archive.missions_on_disk import Archive
from tandemweb.archive import mission_files
from tandemweb.archive.mission_files import list_folder_names, open_mission, open_root
from tandemweb.archive.tree import read_subtree


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the folders that are listed from here on."""
    paths: list[str] = []

    def note(project_path: str, path: str, **options):
        paths.append(path)
        return read_subtree(project_path, path, **options)

    monkeypatch.setattr(mission_files, "read_subtree", note)
    return paths


def test_a_root_is_listed_again_when_names_in_it_changed(pascal: Archive, listed: list[str]):
    project, root = str(pascal.project), Path(pascal.project, "TandemKit")
    mission = root / "001-AddDarkMode"
    mission.mkdir()
    (mission / "State.json").write_text('{"phase": "planning"}')
    os.utime(root, (1_000_000_000, 1_000_000_000))
    for _ in range(3):
        assert open_mission(project, f"TandemKit/{mission.name}").state.phase == "planning"
    assert listed.count("TandemKit") == 1
    (root / "Config.json").rename(root / "config.json")
    opened = [open_mission(project, f"TandemKit/{mission.name}") for _ in range(2)]
    assert all(files.root_files.is_lower_case for files in opened)
    assert listed.count("TandemKit") == 3


def test_who_makes_a_mission_sees_what_is_there(pascal: Archive):
    project, root = str(pascal.project), Path(pascal.project, "TandemKit")
    before = list_folder_names(open_root(project, "TandemKit"))
    status = root.stat()
    (root / "099-New").mkdir()
    os.utime(root, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert set(list_folder_names(open_root(project, "TandemKit"))) == {*before, "099-New"}
