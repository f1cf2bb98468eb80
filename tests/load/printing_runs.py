"""Runs whose agents print so many events a second, and what became of the events."""

import json
import re
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

from run_folders import wait_until
from serving import RunningServer

from tandemweb.agents.event_log import read_window
from tandemweb.agents.identity import find_marked
from tandemweb.agents.run_folder import RunFolder, get_run_folder
from tandemweb.agents.run_reading import read_run
from tandemweb.domain.run import RunStatus
from tandemweb.domain.workflow import AgentKind
from tandemweb.services.registering import list_registered
from tandemweb.services.stages import StageOrder, start_stage
from tandemweb.store.runs import list_open_runs
from tandemweb.store.state import open_state_reader
from tests.load.open_pages import ask
from tests.services.running import Bench

PATIENCE_SECONDS = 120
WINDOW = 5000  # events
GO_NAME = "go"  # in the home folder: nothing is printed until there is such a file
# As cheap as a program can print: what is measured is what becomes of it.
PRINTER = """
import os, sys, time
go, per_second, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
line = '{"type": "assistant", "message": {"content": [{"type": "text", "text": "event %d at %.3f %s"}]}}\\n'
words = "word " * 12
while not os.path.exists(go):
    time.sleep(0.05)
begun, batch = time.monotonic(), max(1, per_second // 20)
for first in range(0, int(per_second * seconds), batch):
    time.sleep(max(0.0, begun + first / per_second - time.monotonic()))
    now = time.time()
    sys.stdout.write("".join([line % (number, now, words) for number in range(first, first + batch)]))
    sys.stdout.flush()
"""
WORKFLOW = """
name = "{name}"
title = "Printing"
mission = false
[stages.all]
title = "All"
first = "one"
[steps.one]
title = "Print"
stage = "all"
agent = "command"
argv = {argv}
next = {{ "*" = "end" }}
"""


def write_workflow(home: Path, name: str, per_second: int, seconds: float) -> None:
    """Write a workflow of one step that prints; before a server is started, or its settings are read."""
    folder = home / "tandemweb/workflows"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (home / "printer.py").write_text(PRINTER)
    argv = [sys.executable, "-S", str(home / "printer.py"), str(home / GO_NAME), str(per_second), str(seconds)]
    (folder / f"{name}.toml").write_text(WORKFLOW.format(name=name, argv=json.dumps(argv)))


def start_runs(home: Path, workflow: str, count: int) -> list[RunFolder]:
    """Start so many runs of the project named ``project``, and wait until the agents of all are at work."""
    data = home / "tandemweb"
    project = next(found for found in list_registered(data) if found.slug == "project")
    Bench(data, project).trust()
    orders = [StageOrder(uuid4().hex, workflow, "all") for _ in range(count)]
    folders = [get_run_folder(data, start_stage(data, project, order).id) for order in orders]
    wait_until(lambda: all(read_run(folder).steps for folder in folders), PATIENCE_SECONDS)
    return folders


def have_ended(folders: Sequence[RunFolder]) -> bool:
    return all(folder.end.exists() for folder in folders)


def wait_until_noted(home: Path) -> None:
    """Wait until the server has noted the end of all runs."""

    def is_noted() -> bool:
        with open_state_reader(home / "tandemweb") as state:
            return not list_open_runs(state)

    wait_until(is_noted, PATIENCE_SECONDS)


def assert_nothing_is_lost(server: RunningServer, cookie: str, folder: RunFolder, count: int) -> list[float]:
    """Assert that all events of a run were seen, in order and one by one, and that its pages tell of them.

    Gives for each event how many seconds after it was printed the driver had read it.
    """
    run = read_run(folder)
    assert run.status is RunStatus.DONE, run
    step = folder.get_step(run.steps[0].folder)
    windows = [read_window(step.path, AgentKind.COMMAND, first, WINDOW) for first in range(1, count + 1, WINDOW)]
    assert {window.total for window in windows} == {count}
    events = [event for window in windows for event in window.events]
    assert [event.number for event in events] == list(range(1, count + 1))
    told = [re.match(r"event (\d+) at ([\d.]+) ", event.text) for event in events]
    assert [int(found[1]) for found in told] == list(range(count))
    (view,) = (view for row in json.loads(ask(server, cookie, f"/runs/{folder.id}.json").body)["rows"] for view in row)
    assert view["event_count"] == count
    shown = [int(number) for number in re.findall(rb"event (\d+) at", ask(server, cookie, f"/runs/{folder.id}").body)]
    assert max(shown) == count - 1
    assert all(later - earlier in {0, 1} for earlier, later in pairwise(shown)), "no event of the window is left out"
    return [event.at.timestamp() - float(found[2]) for event, found in zip(events, told, strict=True)]


def assert_no_process_is_left(folders: Sequence[RunFolder]) -> None:
    assert not [left for folder in folders for left in find_marked(folder.id)]
