"""A command killed at any thing it writes: the next one finds nothing half done and ends as if nothing had happened."""

import json
import shutil
import signal
from pathlib import Path

import pytest
from conftest import GitRepository
from corpus.clones import clone_corpus
from effort import choose

from faults.dumps import dump_index
from faults.running import open_machine, run

pytestmark = [pytest.mark.faults, pytest.mark.timeout(choose(300, 7200))]

QUICK = 6  # places of each


def hash_files(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize(("name", "mission_count"), [("papertrail", 0), ("linkshelf", 4)])
def test_killed_while_it_indexes(tmp_path: Path, name: str, mission_count: int):
    folder = tmp_path / "machine"
    project = clone_corpus(name, folder / "project")
    with open_machine(folder) as machine:
        machine.data.mkdir(mode=0o700)
        machine.keep("data")  # another copy of the project would be another one: files are known by their inodes
        count = machine.do_whole("index")
        wanted, files = dump_index(machine.data / "index.db"), hash_files(project)
        assert count > 20
        assert len(wanted["missions"]) == mission_count
        for place in machine.kill_everywhere("index", count, QUICK):
            machine.do_whole("index")
            assert dump_index(machine.data / "index.db") == wanted, place
            assert hash_files(project) == files, place


def change_names(project: GitRepository) -> None:
    """Let a mission go, edit one, copy one, and commit."""
    missions = sorted(path for path in project.path.glob("TandemKit/0*") if path.is_dir())
    shutil.copytree(missions[0], missions[0].with_name("009-Again"))
    shutil.rmtree(missions[1])
    edit(missions[2] / "Spec.md", "# ", "# More ")
    project.commit("Change some")


def change_contents(project: GitRepository) -> None:
    """Keep every name, but close the current mission and edit a title."""
    edit(project.path / "TandemKit/004-dark-page/State.json", "ready-for-execution", "abandoned")
    edit(project.path / "TandemKit/001-tag-search/Spec.md", "# ", "# More ")


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


@pytest.mark.parametrize("change", [change_names, change_contents])
def test_killed_while_it_reads_what_changed(tmp_path: Path, change):
    """Cut off on its way to what a new index would be, it is that in the end."""
    folder = tmp_path / "machine"
    project = GitRepository(clone_corpus("linkshelf", folder / "project"))
    config = project.path / "TandemKit/Config.json"
    config.write_text(json.dumps({**json.loads(config.read_text()), "currentMission": "004-dark-page"}))
    with open_machine(folder) as machine:
        machine.do_whole("index")
        change(project)
        machine.keep("data")
        shutil.rmtree(machine.data)
        machine.do_whole("index")
        wanted = dump_index(machine.data / "index.db")
        machine.put_back()
        count = machine.do_whole("index")
        assert dump_index(machine.data / "index.db") == wanted
        for place in machine.kill_everywhere("index", count, QUICK):
            machine.do_whole("index")
            assert dump_index(machine.data / "index.db") == wanted, place


def test_the_command_itself_is_killed(tmp_path: Path):
    """What the others fork is what a person starts."""
    project = clone_corpus("papertrail", tmp_path / "project")
    assert run(tmp_path, 7, "index", str(project)).returncode == -signal.SIGKILL
