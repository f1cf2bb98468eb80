"""State.json to values. Words stay as written; what is wrong is said with its line."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tandemweb.archive.fields import Fields
from tandemweb.archive.json_objects import JsonObject, extract_json_object, read_json_object
from tandemweb.domain.mission import MissionState
from tandemweb.domain.problem import Problem

PHASES = frozenset(
    ("planning", "ready-for-execution", "generation", "evaluation", "user-review", "complete", "abandoned")
)
GENERATOR_STATUSES = frozenset(("researching", "working", "ready-for-eval", "awaiting-user", "done"))
EVALUATOR_STATUSES = frozenset(("pending", "watching", "evaluating", "done"))
VERDICTS = frozenset(("PASS", "PASS_WITH_GAPS", "FAIL", "BLOCKED"))
FINISHERS = frozenset(("user", "generator"))  # that the generator closed a mission is for the checks to say

_KNOWN_KEYS = frozenset(
    (
        *("phase", "round", "verdict", "generatorStatus", "evaluatorStatus", "userFeedbackRounds"),
        *("started", "updated", "completedBy"),
    )
)


@dataclass(frozen=True, slots=True)
class StateReading:
    """``lines`` gives the 1-based line of each top-level key. ``is_readable`` is False where no value could be had."""

    path: str
    state: MissionState
    is_readable: bool
    lines: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def read_state(project_path: str, path: str) -> StateReading:
    """Read State.json; a missing, unreadable or broken one gives an empty state with problems."""
    return _interpret(read_json_object(project_path, path))


def extract_state(text: str, path: str) -> StateReading:
    """Read the text of a State.json from elsewhere (a git blob) in the same way."""
    return _interpret(extract_json_object(text, path))


def _interpret(source: JsonObject) -> StateReading:
    fields = Fields(source)
    state = MissionState(
        phase=fields.take_word("phase", PHASES),
        round=fields.take_number("round"),
        verdict=fields.take_word("verdict", VERDICTS),
        generator_status=fields.take_word("generatorStatus", GENERATOR_STATUSES),
        evaluator_status=fields.take_word("evaluatorStatus", EVALUATOR_STATUSES),
        user_feedback_round_count=fields.take_number("userFeedbackRounds"),
        started_at=fields.take_time("started"),
        updated_at=fields.take_time("updated"),
        completed_by=fields.take_word("completedBy", FINISHERS),
        unknown={key: value for key, value in source.values.items() if key not in _KNOWN_KEYS},
    )
    if source.is_readable and "phase" not in source.values:
        fields.complain("phase", "missing-phase", "State.json names no phase, so where the mission stands is unknown.")
    problems = source.problems + tuple(fields.problems)
    return StateReading(source.path, state, source.is_readable, source.lines, problems)
