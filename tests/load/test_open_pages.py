"""Many open pages beside many runs that print, and an index that is brought up to date: quick, and nothing lost.

``TANDEMWEB_LONG_TESTS=1 pytest -m load -s`` is the whole of it: 200 pages, 20 runs of 1,000 events a second.
"""

import http.client
import json
import re
import statistics
import sys
import threading
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from operator import le
from pathlib import Path
from uuid import uuid4

import psutil
import pytest
from browsing import log_in, running_chromium
from conftest import GitRepository, init_repository
from effort import IS_LONG, choose
from run_folders import wait_until
from services.examples import archive
from serving import RunningServer, running_server

from tandemweb.agents.identity import find_marked
from tandemweb.agents.run_folder import RunFolder, get_run_folder
from tandemweb.agents.run_reading import read_run
from tandemweb.domain.run import RunStatus
from tandemweb.services.registering import list_registered
from tandemweb.services.stages import StageOrder, start_stage
from tandemweb.store.runs import list_open_runs
from tandemweb.store.state import open_state_reader
from tests.services.running import Bench

pytestmark = [pytest.mark.load, pytest.mark.browser, pytest.mark.timeout(900)]

RUN_COUNT = choose(3, 20)
EVENTS_PER_SECOND = choose(200, 1000)
SECONDS = choose(8, 60)
BROWSER_PAGES = choose(6, 40)
PAGES_OF_ONE_BROWSER = choose(3, 10)
OTHER_PAGES = choose(14, 160)
LIGHT = "/login"  # a page that reads nothing: what it takes is waiting for the others
POLL_SECONDS = 2.0  # as static/js/live.js has it
SETTLED_SECONDS = 60
PRINTER = """
import json, sys, time
per_second, seconds = int(sys.argv[1]), int(sys.argv[2])
begun = time.monotonic()
for number in range(per_second * seconds):
    text = {"type": "text", "text": f"event {number} " + "word " * 12}
    print(json.dumps({"type": "assistant", "message": {"content": [text]}}))
    if number % 20 == 0:
        sys.stdout.flush()
        time.sleep(max(0.0, begun + number / per_second - time.monotonic()))
"""
WORKFLOW = """
name = "printing"
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


@dataclass
class Figures:
    """Seconds that answers took, by kind, and what came instead of answers."""

    seconds: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failures: list[str] = field(default_factory=list)

    def tell(self) -> None:
        for kind, found in sorted(self.seconds.items()):
            cuts = statistics.quantiles(found, n=100) if len(found) > 1 else found * 99
            p50, p95, p99 = (cuts[number] * 1000 for number in (49, 94, 98))
            print(f"{kind}: {len(found)} answers, p50 {p50:.0f} ms, p95 {p95:.0f} ms, p99 {p99:.0f} ms")


class Polling(threading.Thread):
    """A page without a stream: asks for itself every two seconds, and names what it knows."""

    def __init__(
        self, server: RunningServer, cookie: str, path: str, figures: Figures, is_over: threading.Event
    ) -> None:
        super().__init__(daemon=True)
        self._where, self._path, self._figures, self._is_over = server.port, path, figures, is_over
        self._headers = {"Cookie": cookie, "Accept": "text/html", "Host": f"127.0.0.1:{server.port}"}

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._where, timeout=60)
        kind = "page of a run" if self._path.startswith("/runs/") else "other page"
        kind, pause = (LIGHT, 0.1) if self._path == LIGHT else (kind, POLL_SECONDS)
        etag = ""
        while not self._is_over.wait(pause):
            started = time.perf_counter()
            try:
                connection.request("GET", self._path, headers={**self._headers, "If-None-Match": etag})
                answer = connection.getresponse()
                answer.read()
            except OSError as error:
                self._figures.failures.append(f"{self._path}: {error!r}")
                return
            self._figures.seconds[kind].append(time.perf_counter() - started)
            if answer.status not in {200, 304}:
                self._figures.failures.append(f"{self._path}: {answer.status}")
            etag = answer.headers.get("ETag", etag)
        connection.close()


def make_project(path: Path) -> GitRepository:
    repository = init_repository(path)
    repository.commit("Start", archive(*(f"{number:03}-Mission" for number in range(1, choose(6, 60)))))
    return repository


@pytest.fixture
def project(tmp_path: Path) -> GitRepository:
    return make_project(tmp_path / "project")


@pytest.fixture
def other(tmp_path: Path) -> GitRepository:
    """Give a project in which no run is at work: where one is, a change by others fails its step."""
    return make_project(tmp_path / "other")


@pytest.fixture
def server(tmp_path: Path, project: GitRepository, other: GitRepository):
    data = tmp_path / "home/tandemweb"
    (data / "workflows").mkdir(parents=True, mode=0o700)
    (tmp_path / "printer.py").write_text(PRINTER)
    argv = [sys.executable, str(tmp_path / "printer.py"), str(EVENTS_PER_SECOND), str(SECONDS)]
    (data / "workflows/printing.toml").write_text(WORKFLOW.format(argv=json.dumps(argv)))
    (data / "settings.toml").write_text(f"[runs]\nparallel_limit = {RUN_COUNT}\n")
    with running_server(tmp_path / "home", str(project.path), str(other.path), opens_browser=True) as server:
        yield server


def count_all(process: psutil.Process) -> tuple[int, int]:
    """Count threads and children. Workers that render are replaced now and then, but there are never more."""
    return process.num_threads(), len(process.children(recursive=True))


def warm_up(server: RunningServer, cookie: str, data: Path, mission: str) -> None:
    """Have everything started that a server starts once, when it is first needed."""
    (folder,) = start_runs(data, 1)
    paths = [mission, f"/runs/{folder.id}", "/", "/projects/project/documents/TandemKit/001-Mission/Spec.md"] * 8
    with ThreadPoolExecutor(16) as pool:
        assert {answer.status for answer in pool.map(lambda path: server.get(path, cookie), paths)} == {200}
    wait_until(lambda: read_run(folder).status.is_end, 120)
    wait_until(lambda: not has_open_runs(data), 60)


def has_open_runs(data: Path) -> bool:
    with open_state_reader(data) as state:
        return bool(list_open_runs(state))


def start_runs(data: Path, count: int) -> list[RunFolder]:
    project = next(found for found in list_registered(data) if found.slug == "project")
    Bench(data, project).trust()
    orders = [StageOrder(uuid4().hex, "printing", "all") for _ in range(count)]
    folders = [get_run_folder(data, start_stage(data, project, order).id) for order in orders]
    wait_until(lambda: all(read_run(folder).steps for folder in folders), 120)
    return folders


def test_two_hundred_tabs_twenty_runs_and_a_refresh(server: RunningServer, other: GitRepository, tmp_path: Path):
    data = tmp_path / "home/tandemweb"
    cookie = server.log_in()
    mission = "/projects/project/missions/tandemkit/001-Mission"
    wait_until(lambda: server.get(mission, cookie).status == 200, 60)
    process = psutil.Process(server.process.pid)
    warm_up(server, cookie, data, mission)
    before, descriptors = count_all(process), process.num_fds()
    figures, is_over = Figures(), threading.Event()
    with ExitStack() as stack:
        tabs = open_tabs(stack, server)  # before it gets busy, as people do
        folders = start_runs(data, RUN_COUNT)
        paths = [f"/runs/{folder.id}" for folder in folders]
        others = [mission, "/", "/runs", "/projects/project"]
        pollers = [
            Polling(
                server,
                cookie,
                (paths if number % 2 else others)[number // 2 % len(paths if number % 2 else others)],
                figures,
                is_over,
            )
            for number in range(OTHER_PAGES)
        ]
        pollers.append(Polling(server, cookie, LIGHT, figures, is_over))
        for poller in pollers:
            poller.start()
        for number, tab in enumerate(tabs):
            tab.goto(f"{server.origin}{paths[number % len(paths)]}", timeout=90_000)
        memory, seen_after = watch(process, server, cookie, other, folders)
        for tab in tabs:
            tab.bring_to_front()  # one that nobody sees waits until somebody does
            tab.locator(".chip", has_text="done").first.wait_for(timeout=90_000)
        is_over.set()
        for poller in pollers:
            poller.join(90)
    figures.tell()
    print(
        f"{len(tabs)} tabs of Chromium, {OTHER_PAGES} polling, {RUN_COUNT} runs of {EVENTS_PER_SECOND} events a second"
    )
    print(f"largest memory of the server {max(memory) / 1e6:.0f} MB; a new document was shown after {seen_after:.1f} s")
    assert figures.failures == []
    assert_nothing_is_lost(server, cookie, folders)
    assert_nothing_is_left(process, before, descriptors, folders)
    if IS_LONG:  # alone on its machine: control C9
        assert statistics.quantiles(figures.seconds[LIGHT], n=20)[-1] < 0.3


def open_tabs(stack: ExitStack, server: RunningServer) -> list:
    chromium = stack.enter_context(running_chromium())
    tabs, state = [], None
    for number in range(BROWSER_PAGES):
        if number % PAGES_OF_ONE_BROWSER == 0:
            context = chromium.new_context(storage_state=state)
            stack.callback(context.close)
        tab = context.new_page()
        if state is None:
            log_in(tab, server)
            state = context.storage_state()
        tabs.append(tab)
    return tabs


def watch(process, server, cookie, other, folders) -> tuple[list[int], float]:
    """Wait until all runs have ended, and have the index brought up to date meanwhile."""
    memory = [process.memory_info().rss]
    later = archive("900-Later")
    other.write({path: text for path, text in later.items() if "900-Later" in path})
    written_at, seen_after = time.monotonic(), 0.0
    end = written_at + 600
    while not (seen_after and all(read_run(folder).status.is_end for folder in folders)):
        memory.append(process.memory_info().rss)
        if not seen_after and server.get("/projects/other/missions/tandemkit/900-Later", cookie).status == 200:
            seen_after = time.monotonic() - written_at
        assert time.monotonic() < end
        time.sleep(0.1)
    return memory, seen_after


def assert_nothing_is_lost(server: RunningServer, cookie: str, folders: list[RunFolder]) -> None:
    wanted = [f"event {number} " for number in range(EVENTS_PER_SECOND * SECONDS)]
    for folder in folders:
        run = read_run(folder)
        assert run.status is RunStatus.DONE, run
        answer = server.get(f"/runs/{folder.id}/steps/1/stdout", cookie)
        assert re.findall(r"event \d+ ", answer.body.decode()) == wanted
        shown = server.get(f"/runs/{folder.id}", cookie).body.decode()
        assert wanted[-1].strip() in shown, "the last event is on the page"


def assert_nothing_is_left(process: psutil.Process, before, descriptors: int, folders: list[RunFolder]) -> None:
    assert not [left for folder in folders for left in find_marked(folder.id)]
    end = time.monotonic() + SETTLED_SECONDS
    while not (process.num_fds() <= descriptors + 2 and all(map(le, count_all(process), before))):
        left = f"{process.num_fds()} files, {count_all(process)} threads and children; before {descriptors}, {before}"
        assert time.monotonic() < end, left
        time.sleep(0.2)
    print(f"left: {process.num_fds()} files, {count_all(process)} threads and children; before {descriptors}, {before}")
