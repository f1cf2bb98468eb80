"""What State.json says at each step of a mission, by the name that workflows use."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tandemweb.archive.changes import Change
from tandemweb.archive.mission_files import MissionFiles, open_mission
from tandemweb.archive.transitions import brief_user, hand_over, record_verdict, start_evaluation, start_generation
from tandemweb.domain.mission import MissionState
from tandemweb.errors import TandemwebError
from tandemweb.services.mission_changes import MissionOnDisk, apply_event

GENERATING = ("working", "researching")


@dataclass(frozen=True, slots=True)
class Point:
    """Where the run stands: ``round`` and the outcome of the step that ended."""

    round: int
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Transition:
    """``is_made`` says whether State.json has it already: a run that goes on may come by a second time."""

    plan: Callable[[MissionFiles, datetime, Point], Change]
    is_made: Callable[[MissionState, Point], bool]


def _is_generating(state: MissionState, point: Point) -> bool:
    return state.phase == "generation" and state.generator_status in GENERATING and state.round == point.round


def _is_handed_over(state: MissionState, point: Point) -> bool:
    return state.phase == "evaluation" and state.round == point.round and state.generator_status == "ready-for-eval"


def _is_evaluating(state: MissionState, point: Point) -> bool:
    return _is_handed_over(state, point) and state.evaluator_status == "evaluating"


def _has_verdict(state: MissionState, point: Point) -> bool:
    is_done = state.phase in {"evaluation", "user-review"} and state.evaluator_status == "done"
    return is_done and state.verdict == point.outcome and state.round == point.round


def _is_before_user(state: MissionState, _: Point) -> bool:
    return state.phase == "user-review"


TRANSITIONS: Mapping[str, Transition] = {
    "generation": Transition(
        lambda files, at, point: start_generation(files, at, round_number=point.round), _is_generating
    ),
    "handed-over": Transition(lambda files, at, _: hand_over(files, at), _is_handed_over),
    "evaluation": Transition(lambda files, at, _: start_evaluation(files, at), _is_evaluating),
    "verdict": Transition(lambda files, at, point: record_verdict(files, at, verdict=point.outcome), _has_verdict),
    "user-review": Transition(lambda files, at, _: brief_user(files, at), _is_before_user),
}


def make_transition(
    name: str, data_folder: Path, work_tree: str, mission_path: str, point: Point, *, made_by: str
) -> None:
    """Write what State.json says from now on. Raises ConflictError where that does not fit what it says now."""
    transition = TRANSITIONS[name]
    files = open_mission(work_tree, mission_path)
    if transition.is_made(files.state, point):
        return
    place = MissionOnDisk(data_folder, work_tree, mission_path)
    apply_event(place, lambda found, at: transition.plan(found, at, point), at=datetime.now(UTC), made_by=made_by)


def find_refusal(name: str, files: MissionFiles, point: Point) -> str:
    """Say why State.json could not take a transition now, "" when it can. Nothing is written."""
    transition = TRANSITIONS[name]
    if transition.is_made(files.state, point):
        return ""
    try:
        transition.plan(files, datetime.now(UTC), point)
    except TandemwebError as error:
        return str(error)
    return ""
