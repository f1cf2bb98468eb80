"""Who owes the next move of a mission, as State.json has it, and what a person can do when nothing moves."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from tandemweb.archive.transitions import PASSES
from tandemweb.domain.mission import MissionState

QUIET = timedelta(minutes=15)  # a side that works writes something sooner


class Party(StrEnum):
    USER = "user"
    PLANNER = "planner"
    GENERATOR = "generator"
    EVALUATOR = "evaluator"
    NOBODY = "nobody"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class NextMove:
    """``since`` is when State.json was last written. ``advice`` is "" where all goes its way.

    ``is_stalled``: a side owes a move, nothing says that it is at work, and it has been quiet for long.
    """

    party: Party
    what: str
    since: datetime | None
    is_stalled: bool = False
    advice: str = ""


def find_next_move(state: MissionState, *, now: datetime, is_run_alive: bool, has_plan: bool = False) -> NextMove:
    """Say who has to move. ``is_run_alive``: a run of this mission works on it just now, whoever's turn it is.

    ``has_plan``: planning has come to a merged plan that the user can approve.
    """
    party, what = _find_party(state, has_plan=has_plan)
    since = state.updated_at
    if party is Party.NOBODY or party is Party.USER or is_run_alive:
        return NextMove(party, what, since)
    if party is Party.UNKNOWN:
        return NextMove(party, what, since, advice="Look at State.json and the last documents; start the stage anew.")
    is_quiet = since is None or now - since > QUIET
    return NextMove(party, what, since, is_quiet, _advise(party, state) if is_quiet else "")


_BY_PHASE = {
    "planning": (Party.PLANNER, "Investigate and write the plan."),
    "ready-for-execution": (Party.GENERATOR, "Start with round 1."),
    "user-review": (Party.USER, "Look at what was built; give feedback, or complete the mission."),
    "complete": (Party.NOBODY, "The mission is complete."),
    "abandoned": (Party.NOBODY, "The mission was abandoned."),
}
_PLANNED = (Party.USER, "Read the plan; approve it as the spec, or send it back.")
_UNKNOWN = (Party.UNKNOWN, "State.json does not say where the mission stands.")


def _find_party(state: MissionState, *, has_plan: bool) -> tuple[Party, str]:
    if state.phase in {"generation", "evaluation"}:
        return _find_side(state)
    if state.phase == "planning" and has_plan:
        return _PLANNED
    return _BY_PHASE.get(state.phase or "", _UNKNOWN)


def _find_side(state: MissionState) -> tuple[Party, str]:
    number = state.round or 0
    match state.generator_status, state.evaluator_status:
        case "ready-for-eval", "pending" | "watching":
            return Party.EVALUATOR, f"Evaluate round {number}."
        case "ready-for-eval", "evaluating":
            return Party.EVALUATOR, f"Finish the evaluation of round {number} and give a verdict."
        case "ready-for-eval", "done":
            return Party.GENERATOR, _answer_verdict(state.verdict, number)
        case (("working" | "researching"), _):
            return Party.GENERATOR, "Finish what is being built, and hand the round over."
    statuses = f"{state.generator_status} and {state.evaluator_status}"
    return Party.UNKNOWN, f"The two sides' statuses ({statuses}) fit no point of the protocol."


def _answer_verdict(verdict: str | None, number: int) -> str:
    if verdict in PASSES:
        return f"Round {number} has passed: brief the user for the review."
    if verdict == "BLOCKED":
        return f"Round {number} is blocked: tell the user what could not be verified, then start the next round."
    return f"Read the evaluation of round {number} ({verdict or 'no verdict'}) and start the next round."


def _advise(party: Party, state: MissionState) -> str:
    stage = {Party.PLANNER: "planning", Party.GENERATOR: "generate", Party.EVALUATOR: "evaluate"}[party]
    wake = "If a session of your own works on it, nudge that session: its watcher may have died."
    if party is Party.GENERATOR and state.phase == "ready-for-execution":
        return f"Nothing is running. Start the stage {stage}."
    return f"Nothing is running, and nothing has been written for a while. Start the stage {stage} again. {wake}"
