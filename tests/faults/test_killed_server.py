"""The real server is killed again and again while a run goes on, and tells the truth about it each time it is back."""

import json
import os
import random
import re
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from run_folders import wait_until
from serving import RunningServer, exchange, running_server

from tandemweb.agents.run_folder import RunFolder, get_run_folder
from tandemweb.agents.run_reading import read_run
from tandemweb.services.stages import stop_all_runs
from tests.conftest import GitRepository
from tests.services.running import make_bench

pytestmark = pytest.mark.faults

KILLS = 10
SECONDS = 2.0  # in which a server that is back has to tell the truth
LONGEST_LIFE = 0.8  # seconds of a server, from its first answer on
STEP_ENDS = (3, 6, 9)  # after which kills a step ends, with no server there
COUNTING = """
import os, sys, time
number = 0
while not os.path.exists(sys.argv[1]):
    number += 1
    print(number, flush=True)
    time.sleep(0.01)
print("end", flush=True)
"""
WORKFLOW = """
name = "counting"
title = "Counting"
mission = false
[stages.count]
title = "Count"
first = "step-1"
"""
STEP = """
[steps.step-{number}]
title = "Count until told"
stage = "count"
agent = "command"
argv = {argv}
next = {{ "*" = "{following}" }}
"""


@dataclass
class Site:
    """A data folder with one project; ``server`` is the one that lives just now, ``cookie`` its visitor's."""

    home: Path
    servers: ExitStack
    server: RunningServer = field(init=False)
    cookie: str = ""
    is_up_at: float = 0.0

    def serve(self) -> None:
        """Start the server, and log in."""
        self.server = self.servers.enter_context(running_server(self.home))
        assert self.server.port
        self.is_up_at = time.monotonic()
        self.cookie = self.server.log_in()

    def kill(self) -> None:
        os.kill(self.server.process.pid, signal.SIGKILL)
        self.server.process.wait()

    def get(self, path: str) -> bytes:
        answer = self.server.get(path, self.cookie)
        assert answer.status == 200, answer
        return answer.body

    def read_run(self, address: str) -> dict[str, Any]:
        return json.loads(self.get(f"{address}.json"))

    def read_log(self, address: str, step: int) -> list[str]:
        return self.get(f"{address}/steps/{step}/stdout").decode().splitlines()

    def start(self, workflow: str, stage: str) -> str:
        """Press the button of a workflow's page, and give the address of the run."""
        page = self.get(f"/workflows/{workflow}/try?project=repository").decode()
        fields = dict(re.findall(r'<input type="hidden" name="(csrf|request_key)" value="([^"]*)"', page))
        body = urlencode({**fields, "project": "repository", "stage": stage})
        head = f"POST /workflows/{workflow}/try/start HTTP/1.1\r\nHost: 127.0.0.1:{self.server.port}\r\n"
        head += f"Origin: {self.server.origin}\r\nCookie: {self.cookie}\r\nContent-Length: {len(body)}\r\n"
        head += "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
        answer = exchange(self.server.port, f"{head}{body}".encode())
        assert answer.status == 303, answer
        return answer.headers["location"]


@pytest.fixture
def site(own_home: Path, git_repository: GitRepository) -> Iterator[Site]:
    git_repository.commit("First", {"app.py": "x = 1\n"})
    bench = make_bench(git_repository.path)
    steps = [
        STEP.format(
            number=number,
            argv=json.dumps([sys.executable, "-c", COUNTING, str(own_home / f"go-{number}")]),
            following="end" if number == 3 else f"step-{number + 1}",
        )
        for number in (1, 2, 3)
    ]
    bench.save_workflow("counting", WORKFLOW + "".join(steps))
    with ExitStack() as servers:
        yield Site(own_home, servers)
    stop_all_runs(bench.data_folder)


def test_nothing_is_lost_with_a_server_that_is_killed_ten_times(site: Site):
    seed = int(datetime.now(UTC).timestamp())
    print(f"the moments come from the seed {seed}")
    moments = random.Random(seed)
    site.serve()
    address = site.start("counting", "count")
    folder = get_run_folder(site.home / "tandemweb", address.rpartition("/")[2])
    wait_until(lambda: read_run(folder).steps)
    ended_count = 0
    counted = dict.fromkeys((1, 2, 3), 0)
    for number in range(KILLS):
        time.sleep(moments.uniform(0, LONGEST_LIFE))
        site.kill()
        if number in STEP_ENDS:
            ended_count += 1
            end_step(site, folder, ended_count)
        site.serve()
        assert_truth(site, address, ended_count)
        assert_complete(site, address, ended_count, counted)
    print(f"lines counted with {KILLS} kills: {counted}")
    assert '<span class="chip pass">✓ done</span>' in site.get(address).decode()
    wait_until(lambda: f'id="notice-{folder.id}"' in site.get("/projects").decode())


def end_step(site: Site, folder: RunFolder, number: int) -> None:
    """Let a step end while there is no server, and wait until its driver has written that down."""
    (site.home / f"go-{number}").touch()
    wait_until(lambda: len([step for step in read_run(folder).steps if step.outcome]) == number)
    wait_until(lambda: read_run(folder).status.is_end or len(read_run(folder).steps) == number + 1)


def assert_truth(site: Site, address: str, ended_count: int) -> None:
    """Hold the first answer of a server that is back against where the run is."""
    run = site.read_run(address)["run"]
    late = time.monotonic() - site.is_up_at
    has_ended = ended_count == len(STEP_ENDS)
    assert run["status"] == ("done" if has_ended else "running")
    expected = ["done"] * ended_count + ([] if has_ended else ["running"])
    assert [step["status"] for step in run["steps"]] == expected
    assert late < SECONDS, f"the truth was told only {late:.2f} s after the server was back"


def assert_complete(site: Site, address: str, ended_count: int, counted: dict[int, int]) -> None:
    """Hold the logs to every line that was printed, and to no fewer than before the kill."""
    for number in range(1, min(ended_count + 1, len(STEP_ENDS)) + 1):
        lines = site.read_log(address, number)
        if number <= ended_count:
            assert lines.pop() == "end"
        assert lines == [str(n) for n in range(1, len(lines) + 1)]
        assert len(lines) >= counted[number]
        counted[number] = len(lines)
