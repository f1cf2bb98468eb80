import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from tandemweb.agents import processes
from tandemweb.agents.identity import find_descendants, find_marked, identify, identify_self, is_alive

MARKER = "20261128-181500-3f9a1c/01-step"


def wait_until(holds: Callable[[], object], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never came to hold"
        time.sleep(0.01)


@pytest.fixture
def marked() -> Iterator[subprocess.Popen[bytes]]:
    """Start a marked process that waits for its stdin to close."""
    environment = {"PATH": os.environ["PATH"], "TANDEMWEB_RUN": MARKER}
    with subprocess.Popen(["sh", "-c", "cat; true"], stdin=subprocess.PIPE, env=environment) as process:
        yield process
        process.kill()


def test_a_living_process_is_itself_and_no_other(marked):
    identity = identify(marked.pid)

    assert identity is not None
    assert identity.marker == MARKER
    assert is_alive(identity)
    for other in (
        replace(identity, started=identity.started + 1),
        replace(identity, boot_id="another boot"),
        replace(identity, marker="20261128-181500-000000/01-step"),
        replace(identity, pid=os.getpid()),
    ):
        assert not is_alive(other), other


def test_a_zombie_is_dead():
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    identity = identify(process.pid)
    assert identity is not None
    process.kill()

    wait_until(lambda: not is_alive(identity))

    row = processes.find_process(process.pid)
    assert row is not None, "it has not been buried yet"
    assert row.is_zombie
    assert identify(process.pid) is None
    process.stdin.close()
    process.wait()
    assert not is_alive(identity)


def test_descendants_are_found_in_whatever_session_they_are():
    script = "setsid sh -c 'setsid sleep 50 & sleep 50; true' & wait"
    with subprocess.Popen(["sh", "-c", script]) as process:
        root = identify(process.pid)
        assert root is not None
        wait_until(lambda: len(find_descendants([root])) == 3)
        found = find_descendants([root])
        for identity in found:
            os.kill(identity.pid, 9)
    assert root not in found
    wait_until(lambda: not any(is_alive(identity) for identity in found))


def test_marked_processes_are_found_by_step_and_by_run_but_never_ourselves(marked, monkeypatch):
    wait_until(lambda: find_marked(MARKER))

    for marker in (MARKER, MARKER.partition("/")[0]):
        assert marked.pid in {identity.pid for identity in find_marked(marker)}
    assert find_marked("20261128-181500-3f9a1c/02-step") == []
    assert os.getpid() not in {identity.pid for identity in find_marked("")}


def test_without_proc_the_same_is_asked_of_psutil(marked, monkeypatch):
    monkeypatch.setattr(processes, "HAS_PROC", False)
    identity = identify(marked.pid)

    assert identity is not None
    assert identity.marker == MARKER
    assert is_alive(identity)
    assert not is_alive(replace(identity, started=identity.started - 1))
    marked.kill()
    wait_until(lambda: not is_alive(identity))


def test_we_live():
    assert is_alive(identify_self())
