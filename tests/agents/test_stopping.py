"""The clean stop, on real processes that do not want to end."""

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from agents.stepping import MARKER, Stepping, start_script
from agents.test_identity import wait_until
from tandemweb.agents.identity import find_descendants, find_marked, is_alive
from tandemweb.agents.stopping import Grace, Stop, stop_processes

SHORT = Grace(0.3, 0.3, 2)

pytestmark = pytest.mark.faults


def start(script: str, tmp_path: Path) -> Stepping:
    """Start a script that says ``ready`` when it is."""
    stepping = start_script(script, tmp_path / "step", tmp_path)
    stepping.follow(lambda it: any(event.text == "ready" for event in it.events))
    return stepping


def stop_all(stepping: Stepping, marker: str = MARKER, grace: Grace = SHORT) -> Stop:
    stop = stop_processes([stepping.child.identity], marker, grace)
    stepping.follow()
    return stop


def test_an_agent_that_obeys_ends_at_once(tmp_path):
    stepping = start("trap 'exit 0' INT; echo ready; while :; do sleep 0.05; done", tmp_path)

    stop = stop_processes([stepping.child.identity], MARKER)

    assert stop.signal == "SIGINT"
    assert stop.seconds < 1
    assert stop.left == ()
    assert stepping.follow() == 0


def test_one_that_ignores_sigint_is_terminated(tmp_path):
    stepping = start("trap '' INT; echo ready; while :; do sleep 0.05; done", tmp_path)

    stop = stop_all(stepping)

    assert stop.signal == "SIGTERM"
    assert stepping.follow() == -15


def test_one_that_ignores_both_is_killed(tmp_path):
    stepping = start("trap '' INT TERM; echo ready; while :; do sleep 0.05; done", tmp_path)

    stop = stop_all(stepping)

    assert stop.signal == "SIGKILL"
    assert stop.left == ()
    assert stepping.follow() == -9


def test_a_child_in_its_own_session_that_ignores_sigterm_goes_with_it(tmp_path):
    child = "trap '' INT TERM HUP; echo ready; sleep 60; sleep 60"
    stepping = start(f'setsid sh -c "{child}" & wait', tmp_path)
    descendants = find_descendants([stepping.child.identity])
    assert len(descendants) >= 2

    stop = stop_all(stepping)

    assert stop.killed_count >= 1
    assert not any(is_alive(identity) for identity in descendants)


def test_one_that_has_left_its_family_is_found_by_its_mark(tmp_path):
    stepping = start("(setsid sh -c 'trap \"\" INT TERM; echo ready; sleep 60; sleep 60' &) ; sleep 60", tmp_path)
    family = [stepping.child.identity]
    wait_until(lambda: len(find_marked(MARKER)) > len(find_descendants(family)) + 1)

    stop_all(stepping)

    assert find_marked(MARKER) == []


def test_what_a_dead_agent_left_behind_is_ended(tmp_path):
    stepping = start("setsid sh -c 'echo ready; sleep 60; sleep 60' & wait", tmp_path)
    os.kill(stepping.child.identity.pid, 9)
    assert stepping.follow() == -9
    assert find_marked(MARKER)

    stop = stop_all(stepping)

    assert stop.killed_count >= 1
    assert find_marked(MARKER) == []


def test_one_step_is_ended_and_its_neighbour_goes_on(tmp_path):
    stepping = start("echo ready; sleep 60", tmp_path)
    other = start_script("TANDEMWEB_RUN=20261128-181500-3f9a1c/02-other exec sleep 60", tmp_path / "other", tmp_path)
    wait_until(lambda: find_marked("20261128-181500-3f9a1c/02-other"))

    stop_all(stepping)

    assert other.child.poll() is None
    stop_processes([], "20261128-181500-3f9a1c", SHORT)
    assert other.follow() == -9


def test_a_later_process_of_the_same_number_is_spared(tmp_path):
    stepping = start("echo ready; sleep 60", tmp_path)
    earlier = replace(stepping.child.identity, started=stepping.child.identity.started - 1, marker="")

    stop = stop_processes([earlier], grace=SHORT)

    assert stop.killed_count == 0
    assert stepping.child.poll() is None
    stop_all(stepping, "")


def test_one_that_forks_all_the_time_is_caught(tmp_path):
    """Each generation lives shortly and starts the next in a session of its own."""
    script = tmp_path / "hydra.sh"
    script.write_text("trap '' INT TERM\necho ready\nsleep 0.05\nsetsid sh $0 &\n")
    stepping = start(f"sh {script}; exec sleep 60", tmp_path)

    stop_all(stepping)

    time.sleep(0.2)  # a generation that was missed would have started the next one by now
    assert find_marked(MARKER) == []
