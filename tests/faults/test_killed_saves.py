"""The server killed at any write of what a person asked for: it is done, or it is not, and nothing is in between.

The next start finishes or takes back what was cut off. Pressing the button again gives what one press without a kill
gives, and what was acknowledged before stays.
"""

import json
import re
import sqlite3
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
import trusting
from archive.missions_on_disk import Archive
from conftest import GitRepository
from effort import choose

from faults.running import Machine
from tandemweb.agents import run_reading
from tandemweb.agents.identity import find_marked
from tandemweb.agents.run_folder import get_run_folder, list_run_folders
from tandemweb.agents.run_reading import read_run
from tandemweb.domain.mission import Naming
from tandemweb.domain.run import Run, RunStatus
from tandemweb.services.mission_changes import finish_all_cut_off
from tandemweb.services.reconciling import reconcile_runs
from tandemweb.services.resuming import resume_run
from tandemweb.services.run_listing import list_runs
from tandemweb.services.stages import StageOrder, start_stage
from tandemweb.store.projects import list_projects
from tandemweb.store.state import open_state, open_state_reader
from tests.services.running import wait_for

pytestmark = [pytest.mark.faults, pytest.mark.timeout(choose(300, 3600))]

COUNT_SLACK = 10  # how often a driver looks before it writes depends on how quick the machine is
PHASES = {
    "create": {"phase": "complete"},
    "approve": {"phase": "planning", "generatorStatus": None},
    "send-back": {"phase": "planning"},
    "feedback": {"phase": "user-review", "round": 1, "generatorStatus": "awaiting-user"},
    "complete": {"phase": "user-review", "round": 1, "generatorStatus": "awaiting-user"},
    "abandon": {"phase": "generation", "round": 1},
    "undo": {"phase": "user-review", "round": 1, "generatorStatus": "awaiting-user"},
}


def trust(machine: Machine) -> None:
    with open_state_reader(machine.data) as state:
        (project,) = list_projects(state)
    trusting.trust(machine.data, project)


def read_files(folder: Path) -> dict[str, bytes]:
    """Give the user's own files; temporary ones of a killed writer are swept later and belong to nobody."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".git/" not in str(path.relative_to(folder)) and not path.name.startswith(".")
    }


def dump_state(machine: Machine) -> list[tuple]:
    """Give what the state database holds, without the numbers and times of the program's own book-keeping."""
    with closing(sqlite3.connect(machine.data / "state.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        own = sorted(name for name in tables if not name.startswith(("sqlite_", "_sqlite_")))
        return [(table, *row) for table in own for row in connection.execute(f"SELECT * FROM {table}")]


@pytest.mark.parametrize("verb", PHASES)
def test_killed_while_a_mission_is_written(machine: Machine, verb: str):
    archive = Archive(machine.project, machine.data, Naming.PASCAL)
    archive.write_mission(**PHASES[verb])
    archive.write({archive.spell("plan", number): f"# Plan {number}\n\nDark.\n" for number in (1, 2)})
    if verb == "create":
        archive.write_config(currentMission=None, nextMissionNumber=2)
    if verb == "undo":
        machine.do_whole("feedback")
    before = read_files(archive.project)
    machine.keep()
    count = machine.do_whole(verb)
    after = read_files(archive.project)
    assert after != before
    assert count > 5
    for place in machine.kill_everywhere(verb, count):
        for path, content in read_files(archive.project).items():
            assert content in (before.get(path), after.get(path)), (place, path, "is half written")
        finish_all_cut_off(machine.data)
        found = read_files(archive.project)
        assert found in (before, after), place
        json.loads(archive.project.joinpath("TandemKit/Config.json").read_bytes())
        status, said = machine.do(verb)
        if found == before:
            assert status == 0, (place, said)
        elif status:  # it is done already, and that is said
            assert re.search(r"(Conflict|Refused|NotFound)\w*Error", said), (place, said)
        if verb in {"create", "send-back", "feedback", "undo"} and found == after:
            continue  # pressing once more would be another one
        assert read_files(archive.project) == after, place


@pytest.mark.parametrize("verb", ["correct", "pick", "trust"])
def test_killed_while_a_decision_is_kept(machine: Machine, verb: str):
    before = dump_state(machine)
    machine.keep()
    count = machine.do_whole(verb)
    after = dump_state(machine)
    for place in machine.kill_everywhere(verb, count):
        found = dump_state(machine)
        assert found in (before, after), place
        if found == before:
            assert machine.do(verb)[0] == 0
            assert dump_state(machine) == after, place


def test_killed_while_settings_are_saved(machine: Machine):
    path = machine.data / "settings.toml"
    path.write_text(before := "[runs]\nparallel_limit = 3\n")
    machine.keep()
    count = machine.do_whole("settings")
    after = path.read_text()
    for place in machine.kill_everywhere("settings", count):
        assert path.read_text() in (before, after), place
        assert machine.do("settings")[0] == 0
        assert path.read_text() == after


WORKFLOW = """
name = "test"
title = "Test"
mission = false
[stages.all]
title = "All"
first = "one"
[steps.one]
title = "One"
stage = "all"
agent = "command"
argv = [{python}, "-c", "open('one','a').write('x'); print('one')"]
access = "write"
next = {{ "*" = "two" }}
[steps.two]
title = "Two"
stage = "all"
agent = "command"
argv = [{python}, "-c", "open('two','a').write('x')"]
access = "write"
next = {{ "*" = "user:look" }}
[gates.look]
title = "Look"
choices = {{ done = "end" }}
"""


def save_workflow(machine: Machine, text: str = WORKFLOW) -> None:
    (machine.data / "workflows").mkdir(exist_ok=True)
    (machine.data / "workflows/test.toml").write_text(text.format(python=json.dumps(sys.executable)))


def press(machine: Machine, key: str):
    with open_state_reader(machine.data) as state:
        (project,) = list_projects(state)
    return start_stage(machine.data, project, StageOrder(key, "test", "all"))


def test_killed_while_a_run_is_started(machine: Machine, monkeypatch):
    """Between folder, row and driver: no press starts two, and none is called running that is not."""
    save_workflow(machine)
    trust(machine)
    machine.keep()
    count = machine.do_whole("start")
    wait_for_ends(machine)
    for place in machine.kill_everywhere("start", count, quick=6):
        begun = [one for one in list_run_folders(machine.data) if one.driver.exists() or find_marked(one.id)]
        wait_for(lambda begun=begun: not begun or read_run(begun[0]).status.is_end, str(place))
        with monkeypatch.context() as patience:
            patience.setattr(run_reading, "START_PATIENCE", timedelta(0))
            for lost in [read_run(one) for one in list_run_folders(machine.data) if one not in begun]:
                assert lost.status is RunStatus.INTERRUPTED, place
                assert "never began to work" in lost.reason
                assert "start it again" in lost.reason
        with open_state_reader(machine.data) as state:
            is_kept = bool(list_runs(machine.data, state))
        pressed = press(machine, "another press" if is_kept and not begun else "one press")
        assert not begun or begun[0].id == pressed.id
        wait_for(lambda pressed=pressed: read_run(get_run_folder(machine.data, pressed.id)).status.is_end, str(place))
        assert [(machine.project / name).read_text() for name in ("one", "two")] == ["x", "x"], place
        reconcile_runs(machine.data)
        with open_state_reader(machine.data) as state:
            assert RunStatus.DONE in [one.status for one in list_runs(machine.data, state)], place


def wait_for_ends(machine: Machine) -> None:
    wait_for(lambda: all(read_run(one).status.is_end for one in list_run_folders(machine.data)))


def test_killed_while_the_end_of_a_run_is_noted(machine: Machine):
    save_workflow(machine)
    trust(machine)
    ended = press(machine, "a press")
    wait_for_ends(machine)
    machine.keep()
    count = machine.do_whole("note-ends")
    for place in machine.kill_everywhere("note-ends", count):
        reconcile_runs(machine.data)
        with open_state(machine.data) as state:
            (row,) = state.rows("SELECT id, status, seen_at FROM runs")
        assert tuple(row) == (ended.id, "done", None), place


TREES = WORKFLOW.replace("open('one'", "open('app.py').close(); open('one'").replace(
    'access = "write"\nnext = {{ "*" = "two" }}', 'access = "write"\nwork-tree = "claude"\nnext = {{ "*" = "two" }}'
)


@pytest.mark.parametrize("workflow", [WORKFLOW, TREES], ids=["in the checkout", "in a work tree of its own"])
def test_a_driver_is_killed_at_any_of_its_writes(machine: Machine, workflow: str):
    """What was written until then is kept, the state says that it was cut off, and going on ends it."""
    save_workflow(machine, workflow)
    trust(machine)
    run_id = begin_undriven(machine)
    machine.keep()
    count = machine.do_whole("drive") - COUNT_SLACK
    for place in machine.kill_everywhere("drive", count, quick=5):
        (own,) = list_run_folders(machine.data)
        found = read_run(own)
        assert found.status is (RunStatus.INTERRUPTED if own.driver.exists() else RunStatus.QUEUED), (place, found)
        assert not own.driver.exists() or "what was done until then is kept" in found.reason, place
        assert not own.driver.exists() or all(step.status.is_end for step in found.steps), place
        reconcile_runs(machine.data)
        has_begun = (own.path / "course.json").exists()
        following = resume_run(machine.data, run_id, request_key="go on") if has_begun else press(machine, "once more")
        following = wait_for(lambda following=following: find_ended(machine, following.id), str(place))
        assert (following.status, following.waits_for) == (RunStatus.DONE, "look"), (place, following)
        assert (machine.project / "two").read_text() in {"x", "xx"}, place
        assert read_run(own).id == run_id, "the record of the one that was cut off stays"


def find_ended(machine: Machine, run_id: str) -> Run | None:
    found = read_run(get_run_folder(machine.data, run_id))
    return found if found.status.is_end else None


def begin_undriven(machine: Machine) -> str:
    """Begin a run that only its request tells of, for drivers that are killed."""
    begun = press(machine, "first")
    wait_for_ends(machine)
    (own,) = list_run_folders(machine.data)
    for path in sorted(own.path.rglob("*"), reverse=True):
        if path.is_dir() and path.parent == own.steps:
            path.rmdir()
        elif path.is_file() and path != own.request:
            path.unlink()
    for name in ("one", "two"):
        (machine.project / name).unlink(missing_ok=True)
    repository = GitRepository(machine.project)
    for line in repository.git("worktree", "list", "--porcelain").splitlines():
        if line.startswith("worktree ") and line != f"worktree {machine.project}":
            repository.git("worktree", "remove", "--force", line.removeprefix("worktree "))
            repository.git("branch", "-D", "impl/claude")
    return begun.id
