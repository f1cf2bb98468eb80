import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandemweb.archive.missions import list_missions
from tandemweb.archive.roots import find_roots
from tandemweb.archive.sequences import check_sequences, find_gaps
from tandemweb.archive.state import extract_state
from tandemweb.archive.tree import read_tree


@pytest.mark.parametrize(
    ("numbers", "last", "gaps"),
    [
        ([], 0, ()),
        ([1, 2, 3], 3, ()),
        ([2, 5], 6, ((1, 1), (3, 4), (6, 6))),
        ([], 3, ((1, 3),)),
        ([0, 1, 1, 7], 2, ((2, 2),)),
        ([999_999], 999_999, ((1, 999_998),)),
    ],
)
def test_gaps(numbers, last, gaps):
    assert find_gaps(numbers, last) == gaps


@given(st.sets(st.integers(0, 30)), st.integers(0, 30))
def test_gaps_are_what_is_missing(numbers, last):
    missing = {number for first, end in find_gaps(numbers, last) for number in range(first, end + 1)}
    assert missing == set(range(1, last + 1)) - numbers


@pytest.fixture
def problems_of(write_project):
    def check(paths, **values):
        project = write_project(
            {"TandemKit/001-X/State.json": "{}"} | {f"TandemKit/001-X/{path}": "" for path in paths}
        )
        tree = read_tree(str(project))
        (mission,) = list_missions(tree, find_roots(tree)[0])
        state = extract_state(json.dumps({"phase": "generation"} | values), mission.state_path)
        return [(problem.code, problem.message) for problem in check_sequences(mission, state)]

    return check


def rounds(*numbers):
    return [f"{folder}/Round-{number:02d}.md" for number in numbers for folder in ("Generator", "Evaluator")]


def test_a_mission_in_order_has_no_problem(problems_of):
    assert problems_of(rounds(1, 2), round=2, phase="complete") == []


@pytest.mark.parametrize(("phase", "is_problem"), [("generation", False), ("evaluation", True), ("complete", True)])
def test_a_round_that_is_being_generated_has_no_file_yet(problems_of, phase, is_problem):
    found = problems_of(rounds(1), round=2, phase=phase)
    assert [code for code, _ in found] == ["round-not-on-disk"] * is_problem


def test_a_round_claimed_without_any(problems_of):
    assert problems_of([], round=3) == [("round-not-on-disk", "State.json says round 3, but there is none on disk.")]


def test_missing_rounds_are_named(problems_of):
    found = problems_of([*rounds(1, 5), "Generator/Round-04.md"], phase="evaluation")
    assert [message for _, message in found] == [
        "There is no file for the generator's report of rounds 2 to 3, though the mission has rounds up to 5.",
        "There is no file for the final evaluation of rounds 2 to 4, though the mission has rounds up to 5.",
    ]


@pytest.mark.parametrize(("phase", "is_problem"), [("evaluation", False), ("user-review", True), ("complete", True)])
def test_the_last_evaluation_may_be_going_on(problems_of, phase, is_problem):
    found = problems_of(["Generator/Round-01.md"], round=1, phase=phase)
    assert [code for code, _ in found] == ["missing-round"] * is_problem


def test_missing_steps_of_a_discussion(problems_of):
    found = problems_of(["Planner-Discussion/Claude-01.md", "Planner-Discussion/Claude-03.md"])
    assert found == [("missing-step", "There is no file for Claude's document 2, though the discussion goes on to 3.")]


def test_two_files_of_one_place(problems_of):
    found = problems_of([*rounds(1), "Generator/Round-001.md", "notes.md", "other.md"])
    assert found == [
        (
            "duplicate-document",
            "The file has the same place in the mission as Generator/Round-001.md. Both are shown.",
        )
    ]


@pytest.mark.faults
def test_an_absurd_round_is_one_problem(problems_of):
    assert len(problems_of(["Generator/Round-999999.md"])) == 2
