"""Agents that misbehave, as real processes in the place of claude and codex: what a person reads of them."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from agents.stepping import MARKER, Stepping, make_step, start_step
from agents.test_identity import wait_until
from tandemweb.agents.event_log import read_window
from tandemweb.agents.identity import find_marked, is_alive
from tandemweb.agents.judging import judge_missing
from tandemweb.agents.spawning import MissingAgentError
from tandemweb.agents.stopping import Grace, stop_processes
from tandemweb.agents.verdicts import Ending
from tandemweb.domain.run import EventKind
from tandemweb.domain.settings import AgentSettings, Settings
from tandemweb.domain.workflow import AgentKind

pytestmark = pytest.mark.faults

CLAUDE, CODEX = AgentKind.CLAUDE, AgentKind.CODEX
BOTH = pytest.mark.parametrize("kind", [CLAUDE, CODEX])
SHORT = Grace(0.3, 0.3, 2)
SUCCESS = json.dumps({"type": "result", "subtype": "success", "is_error": False, "num_turns": 1, "result": "ok"})


@pytest.fixture
def start(tmp_path: Path) -> Callable[..., Stepping]:
    """Start a shell script that claims to be claude or codex."""

    def start_one(kind: AgentKind, script: str) -> Stepping:
        program = tmp_path / kind.value
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        settings = Settings({kind: AgentSettings(str(program))})
        return start_step(make_step(kind), settings, "goal\n", tmp_path, tmp_path / "step")

    return start_one


@BOTH
def test_one_that_is_not_installed(kind, tmp_path):
    settings = Settings({kind: AgentSettings("/nowhere/agent")})
    with pytest.raises(MissingAgentError) as caught:
        start_step(make_step(kind), settings, "goal", tmp_path, tmp_path / "step")

    judged = judge_missing(str(caught.value))
    assert judged.failure == "missing"
    assert "install it with `npm install -g" in judged.reason


@BOTH
def test_one_that_writes_nothing(kind, start):
    judged = start(kind, "cat > /dev/null").judge()

    assert (judged.status, judged.failure) == ("failed", "exit")
    assert "ended without saying how it went" in judged.reason


@BOTH
def test_one_that_crashes_with_a_word(kind, start):
    judged = start(kind, "echo 'Illegal instruction' >&2; exit 132").judge()

    assert (judged.status, judged.failure) == ("failed", "exit")
    assert 'exit status 132; it complains "Illegal instruction"' in judged.reason


@BOTH
def test_one_that_is_killed_by_the_system(kind, start):
    judged = start(kind, 'echo \'{"type": "turn.started"}\'; kill -9 $$').judge()

    assert (judged.status, judged.failure) == ("interrupted", "exit")
    assert "ended from outside by SIGKILL" in judged.reason


@BOTH
def test_one_that_prints_broken_json(kind, start, tmp_path):
    stepping = start(kind, 'echo \'{"type": "assi\'; echo "<html>Bad gateway</html>"; printf \'{"type":\'')
    judged = stepping.judge()

    assert (judged.status, judged.failure) == ("failed", "exit")
    assert [event.kind for event in stepping.events] == [EventKind.NOTICE] * 3
    assert [event.detail for event in stepping.events][1:] == ["<html>Bad gateway</html>", '{"type":']
    assert read_window(tmp_path / "step", kind, 1, 10, is_complete=True).total == 3


def test_one_that_prints_broken_json_and_then_ends_well(start):
    stepping = start(CLAUDE, f"echo oops; cat <<'END'\n{SUCCESS}\nEND")

    assert stepping.judge().is_ok
    assert stepping.summary.broken_count == 1


@BOTH
def test_one_that_ignores_an_interrupt(kind, start):
    stepping = start(kind, "trap '' INT; echo '{}'; while :; do sleep 0.05; done")
    stepping.follow(lambda it: it.events)

    stop = stop_processes([stepping.child.identity], MARKER, SHORT)

    judged = stepping.judge(ending=Ending.PERSON)
    assert (stop.signal, judged.status) == ("SIGTERM", "cancelled")


@BOTH
def test_one_whose_child_ignores_all_signals(kind, start):
    stepping = start(kind, "setsid sh -c \"trap '' INT TERM HUP; echo '{}'; sleep 60; sleep 60\" & wait")
    stepping.follow(lambda it: it.events)

    stop = stop_processes([stepping.child.identity], MARKER, SHORT)

    judged = stepping.judge(ending=Ending.TIME, seconds=90.0)
    assert stop.killed_count >= 1
    assert find_marked(MARKER) == []
    assert judged.failure == "time"
    assert "time limit of 1.5 minutes" in judged.reason


def test_one_that_closes_its_output_and_stays(start):
    stepping = start(CLAUDE, "exec >&- 2>&-; while :; do sleep 0.05; done")
    wait_until(lambda: _has_closed_output(stepping.child.identity.pid))
    assert stepping.follow(lambda _: True) is None

    stop_processes([stepping.child.identity], MARKER, SHORT)

    assert stepping.judge(ending=Ending.PERSON).status == "cancelled"
    assert not is_alive(stepping.child.identity)


def _has_closed_output(pid: int) -> bool:
    return not os.path.lexists(f"/proc/{pid}/fd/1")
