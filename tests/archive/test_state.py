import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandemweb.archive.state import extract_state, read_state
from tandemweb.domain.mission import MissionState

WHOLE = {
    "phase": "user-review",
    "round": 2,
    "generatorStatus": "awaiting-user",
    "evaluatorStatus": "done",
    "verdict": "PASS",
    "userFeedbackRounds": 1,
    "started": "2026-10-05T17:05:48Z",
    "updated": "2026-10-10T10:31:44+02:00",
    "completedBy": "user",
    "catchupEvaluation": True,
    "notes": {"by": "hand"},
}


def problems_of(values):
    reading = extract_state(json.dumps({"phase": "planning", **values}, indent=1), "State.json")
    return reading.state, [(problem.code, problem.line) for problem in reading.problems]


def test_a_whole_state(write_project):
    project = write_project({"State.json": json.dumps(WHOLE, indent=2)})
    reading = read_state(str(project), "State.json")
    assert reading.is_readable
    assert reading.problems == ()
    assert reading.state == MissionState(
        phase="user-review",
        round=2,
        verdict="PASS",
        generator_status="awaiting-user",
        evaluator_status="done",
        user_feedback_round_count=1,
        started_at=datetime(2026, 10, 5, 17, 5, 48, tzinfo=UTC),
        updated_at=datetime(2026, 10, 10, 8, 31, 44, tzinfo=UTC),
        completed_by="user",
        unknown={"catchupEvaluation": True, "notes": {"by": "hand"}},
    )
    assert (reading.lines["phase"], reading.lines["completedBy"]) == (2, 10)


@pytest.mark.parametrize(
    ("key", "field", "code"),
    [
        ("phase", "phase", "unknown-phase"),
        ("verdict", "verdict", "unknown-verdict"),
        ("generatorStatus", "generator_status", "unknown-generator-status"),
        ("evaluatorStatus", "evaluator_status", "unknown-evaluator-status"),
        ("completedBy", "completed_by", "unknown-completed-by"),
    ],
)
def test_unknown_words_are_kept_and_said(key, field, code):
    state, problems = problems_of({key: "PASS_WITH_FINDINGS"})
    assert getattr(state, field) == "PASS_WITH_FINDINGS"
    assert problems == [(code, 2 if key == "phase" else 3)]


@pytest.mark.parametrize(
    ("values", "number"),
    [
        ({"round": "2"}, 2),
        ({"round": "two"}, None),
        ({"round": 1.5}, None),
        ({"round": True}, None),
        ({"round": -1}, None),
        ({"round": 10**30}, None),
        ({"round": "9" * 30}, None),
        ({"round": [1]}, None),
    ],
)
def test_rounds_of_a_wrong_type(values, number):
    state, problems = problems_of(values)
    assert state.round == number
    assert problems == [("wrong-type", 3)]


@pytest.mark.parametrize("value", [3, [], {}, False])
def test_words_of_a_wrong_type(value):
    state, problems = problems_of({"verdict": value})
    assert state.verdict is None
    assert problems == [("wrong-type", 3)]


@pytest.mark.parametrize(
    ("value", "time"),
    [
        ("2026-01-02T03:04:05", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2026-01-02", datetime(2026, 1, 2, tzinfo=UTC)),
        ("2026-01-02T03:04:05.678-01:00", datetime(2026, 1, 2, 4, 4, 5, 678000, tzinfo=UTC)),
    ],
)
def test_times_in_other_forms(value, time):
    state, problems = problems_of({"started": value})
    assert (state.started_at, problems) == (time, [])


@pytest.mark.parametrize(
    "value", ["yesterday", "", 1767323045, "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"]
)
def test_times_that_are_none(value):
    state, problems = problems_of({"updated": value})
    assert state.updated_at is None
    assert problems == [("wrong-type", 3)]


def test_a_state_without_phase_says_so():
    assert [problem.code for problem in extract_state("{}", "State.json").problems] == ["missing-phase"]
    assert extract_state('{"phase": null}', "State.json").problems == ()


def test_a_long_odd_value_does_not_fill_the_page():
    reading = extract_state(json.dumps({"phase": "x" * 10_000}), "State.json")
    assert len(reading.problems[0].message) < 300


@given(
    st.dictionaries(
        st.sampled_from(sorted(WHOLE)), st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists)
    )
)
def test_any_values_give_a_state(values):
    reading = extract_state(json.dumps(values), "State.json")
    assert reading.is_readable
    assert set(reading.lines) == set(values)
