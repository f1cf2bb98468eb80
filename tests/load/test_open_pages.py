"""Many open pages beside many runs that print, and an index that is brought up to date: quick, and nothing lost.

``TANDEMWEB_LONG_TESTS=1 pytest -m load -s`` is the whole of it: 200 pages, 20 runs of 1,000 events a second.
"""

import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import count, cycle, islice
from pathlib import Path

import psutil
import pytest
from conftest import GitRepository, init_repository
from effort import IS_LONG, choose
from playwright.sync_api import Page
from run_folders import wait_until
from services.examples import archive
from serving import RunningServer, running_server

from tandemweb.agents.run_folder import RunFolder
from tests.load.measuring import ProcessorTime, assert_nothing_is_added, count_settled, find_largest_memory
from tests.load.open_pages import LIGHT, Figures, PollingPages, Stream, ask, open_tabs
from tests.load.printing_runs import (
    GO_NAME,
    assert_no_process_is_left,
    assert_nothing_is_lost,
    have_ended,
    start_runs,
    wait_until_noted,
    write_workflow,
)

pytestmark = [pytest.mark.load, pytest.mark.browser, pytest.mark.timeout(900)]

RUN_COUNT = choose(3, 20)
EVENTS_PER_SECOND = choose(200, 1000)
SECONDS = choose(5, 60)
TAB_COUNT = choose(6, 40)
TABS_OF_ONE_BROWSER = choose(3, 10)
POLLING_COUNT = choose(14, 160)
WRITE_SECONDS = choose(2, 5)  # between two new documents
LARGEST_MEMORY = 150e6  # bytes
MISSION = "/projects/project/missions/tandemkit/001-Mission"
DOCUMENT = "/projects/project/documents/TandemKit/001-Mission/Spec.md"


def make_project(path: Path) -> GitRepository:
    repository = init_repository(path)
    repository.commit("Start", archive(*(f"{number:03}-Mission" for number in range(1, choose(6, 60)))))
    return repository


@pytest.fixture
def other(tmp_path: Path) -> GitRepository:
    """Give a project in which no run is at work: where one is, a change by others fails its step."""
    return make_project(tmp_path / "other")


@pytest.fixture
def server(tmp_path: Path, other: GitRepository) -> Iterator[RunningServer]:
    project, home = make_project(tmp_path / "project"), tmp_path / "home"
    write_workflow(home, "printing", EVENTS_PER_SECOND, SECONDS)
    write_workflow(home, "warming", EVENTS_PER_SECOND, 0.2)
    (home / "tandemweb/settings.toml").write_text(f"[runs]\nparallel_limit = {RUN_COUNT}\n")
    with running_server(home, str(project.path), str(other.path)) as server:
        yield server


def test_two_hundred_tabs_twenty_runs_and_a_refresh(server: RunningServer, other: GitRepository):
    process, cookie = psutil.Process(server.process.pid), server.log_in()
    warm_up(server, cookie)
    before = count_settled(process)
    with ExitStack() as stack:
        tabs = open_tabs(stack, server, cookie, TAB_COUNT, TABS_OF_ONE_BROWSER)
        folders = start_runs(server.home, "printing", RUN_COUNT)
        show_runs(tabs, server, folders)
        heard = stack.enter_context(Stream(server, cookie)).heard
        polling = stack.enter_context(PollingPages(server, cookie, list_polled(folders)))
        used = ProcessorTime(process)
        (server.home / GO_NAME).touch()
        seen_after = write_missions(server, cookie, other, folders)
        busy = used.tell()
        for tab in tabs:
            tab.bring_to_front()  # one that nobody sees waits until somebody does
            tab.locator(".chip", has_text="done").first.wait_for(timeout=90_000)
    event_count = EVENTS_PER_SECOND * SECONDS
    late = [second for folder in folders for second in assert_nothing_is_lost(server, cookie, folder, event_count)]
    wait_until_noted(server.home)
    assert_no_process_is_left(folders)
    assert_nothing_is_added(process, before)
    ends = [find_delay(heard[f"run:{folder.id}"], folder.end.stat().st_mtime) for folder in folders]
    tell(polling.figures, {"event read": late, "end of a run told": ends, "new mission shown": seen_after})
    memory = find_largest_memory(process)
    print(f"{len(late)} events, none lost; largest memory of the server {memory / 1e6:.0f} MB")
    assert polling.figures.failures == []
    assert memory < LARGEST_MEMORY
    assert busy < 1
    if IS_LONG:  # alone on its machine: control C9 and R17
        assert polling.figures.find_quantile(LIGHT, 95) < 0.3
        assert max(polling.figures.find_quantile(kind, 99) for kind in polling.figures.seconds) < 1.5
        assert max(ends) < 2


def find_delay(heard: Sequence[float], ended_at: float) -> float:
    """Give after how many seconds the end of a run was told."""
    return min(at for at in heard if at > ended_at) - ended_at


def tell(figures: Figures, delays: Mapping[str, Sequence[float]]) -> None:
    pages = f"{TAB_COUNT} tabs of Chromium, {POLLING_COUNT} pages that poll"
    print(f"{pages}, {RUN_COUNT} runs, {EVENTS_PER_SECOND} events a second each for {SECONDS} s")
    figures.tell()
    for what, seconds in delays.items():
        print(f"{what} after: middle {statistics.median(seconds):.2f} s, longest {max(seconds):.2f} s")


def warm_up(server: RunningServer, cookie: str) -> None:
    """Have everything started that a server starts once, when it is first needed."""
    for path in (MISSION, DOCUMENT, DOCUMENT.replace("/project/", "/other/")):
        wait_until(lambda: ask(server, cookie, path).status == 200, 60)  # noqa: B023 it is called within the turn
    (server.home / GO_NAME).touch()
    (folder,) = start_runs(server.home, "warming", 1)
    paths = [MISSION, f"/runs/{folder.id}", "/", DOCUMENT] * 8
    with ThreadPoolExecutor(16) as pool:
        assert {answer.status for answer in pool.map(lambda path: ask(server, cookie, path), paths)} == {200}
    wait_until(lambda: have_ended([folder]), 120)
    wait_until_noted(server.home)
    (server.home / GO_NAME).unlink()


def show_runs(tabs: Sequence[Page], server: RunningServer, folders: Sequence[RunFolder]) -> None:
    for tab, folder in zip(tabs, cycle(folders)):
        tab.goto(f"{server.origin}/runs/{folder.id}", timeout=90_000)


def list_polled(folders: Sequence[RunFolder]) -> list[str]:
    """List what pages without a stream show: runs, and as many others."""
    runs = (f"/runs/{folder.id}" for folder in cycle(folders))
    others = cycle((MISSION, "/", "/runs", "/projects/project"))
    return [path for pair in islice(zip(runs, others, strict=False), POLLING_COUNT // 2) for path in pair]


def write_missions(
    server: RunningServer, cookie: str, other: GitRepository, folders: Sequence[RunFolder]
) -> list[float]:
    """Write a mission now and then until all runs have ended; gives how many seconds later each had a page."""
    seen_after = []
    for number in count(900):
        name = f"{number}-Later"
        other.write({path: text for path, text in archive(name).items() if name in path})
        written_at = time.monotonic()
        while ask(server, cookie, f"/projects/other/missions/tandemkit/{name}").status != 200:
            assert time.monotonic() < written_at + 120
            time.sleep(0.2)
        seen_after.append(time.monotonic() - written_at)
        time.sleep(max(0.0, written_at + WRITE_SECONDS - time.monotonic()))
        if have_ended(folders):
            return seen_after
    raise AssertionError
