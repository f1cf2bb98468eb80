from datetime import UTC, datetime, timedelta

import pytest

from tandemweb.archive.next_move import QUIET, Party, find_next_move
from tandemweb.domain.mission import MissionState

NOW = datetime(2026, 11, 28, 18, tzinfo=UTC)


def state(phase: str | None, generator: str | None = None, evaluator: str | None = None, verdict: str | None = None):
    return MissionState(phase, 2, verdict, generator, evaluator, updated_at=NOW - QUIET - timedelta(seconds=1))


@pytest.mark.parametrize("phase", ["generation", "evaluation"])
@pytest.mark.parametrize(
    ("generator", "evaluator", "party"),
    [
        ("ready-for-eval", "pending", Party.EVALUATOR),
        ("ready-for-eval", "watching", Party.EVALUATOR),
        ("ready-for-eval", "evaluating", Party.EVALUATOR),
        ("ready-for-eval", "done", Party.GENERATOR),
        ("working", None, Party.GENERATOR),
        ("working", "pending", Party.GENERATOR),
        ("working", "done", Party.GENERATOR),
        ("researching", "watching", Party.GENERATOR),
        (None, None, Party.UNKNOWN),
        ("mystery", "done", Party.UNKNOWN),
    ],
)
def test_the_statuses_say_who_owes_the_next_move(phase: str, generator: str, evaluator: str, party: Party):
    assert find_next_move(state(phase, generator, evaluator), now=NOW, is_run_alive=False).party is party


@pytest.mark.parametrize(
    ("phase", "party"),
    [
        ("planning", Party.PLANNER),
        ("ready-for-execution", Party.GENERATOR),
        ("user-review", Party.USER),
        ("complete", Party.NOBODY),
        ("abandoned", Party.NOBODY),
        (None, Party.UNKNOWN),
        ("mystery", Party.UNKNOWN),
    ],
)
def test_outside_the_loop_the_phase_says_it(phase: str | None, party: Party):
    assert find_next_move(state(phase), now=NOW, is_run_alive=False).party is party


def test_a_plan_waits_for_the_user():
    assert find_next_move(state("planning"), now=NOW, is_run_alive=False, has_plan=True).party is Party.USER


def test_it_is_stalled_when_nobody_is_at_work_for_long():
    working = state("generation", "working")
    move = find_next_move(working, now=NOW, is_run_alive=False)
    assert move.is_stalled
    assert "Start the stage generate again" in move.advice
    assert not find_next_move(working, now=NOW, is_run_alive=True).is_stalled
    assert not find_next_move(working, now=NOW - timedelta(minutes=1), is_run_alive=False).is_stalled
    assert not find_next_move(state("user-review"), now=NOW, is_run_alive=False).is_stalled


def test_after_a_verdict_it_says_what_follows():
    def said(verdict: str) -> str:
        return find_next_move(state("evaluation", "ready-for-eval", "done", verdict), now=NOW, is_run_alive=False).what

    assert said("PASS") == "Round 2 has passed: brief the user for the review."
    assert "Read the evaluation of round 2 (FAIL)" in said("FAIL")
    assert "blocked" in said("BLOCKED")
