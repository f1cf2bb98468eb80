"""What each event sets in State.json, and when it may: the protocol's table of who sets what, as functions.

Each gives a ``Change`` planned from the mission as it is now; nothing is written here. An event that does not fit
where the mission stands is refused with a sentence.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from tandemweb.archive.changes import Change
from tandemweb.archive.json_edits import set_keys
from tandemweb.archive.mission_files import MissionFiles, RootFiles
from tandemweb.archive.state import VERDICTS
from tandemweb.archive.writing import Edit
from tandemweb.domain.mission import DocumentKind
from tandemweb.errors import ConflictError, InvalidRequestError

PASSES = frozenset(("PASS", "PASS_WITH_GAPS", "PASS_WITH_FINDINGS"))
CLOSED = frozenset(("complete", "abandoned"))


class RefusedEventError(ConflictError):
    """The event does not fit where the mission stands."""


def start_watching(files: MissionFiles, at: datetime) -> Change:
    """Let the evaluator say that it is ready."""
    require_phase(files, "wait for a round", "ready-for-execution", "generation", "evaluation")
    return change_state(files, at, "start-watching", "Evaluator ready", {"evaluatorStatus": "watching"})


def start_research(files: MissionFiles, at: datetime) -> Change:
    """Let the generator look around while the evaluator is not ready."""
    require_phase(files, "start the research", "ready-for-execution", "generation")
    return change_state(files, at, "start-research", "Research started", {"generatorStatus": "researching"})


def start_generation(files: MissionFiles, at: datetime, *, round_number: int) -> Change:
    """Let the generator begin with a round: the first, the next after FAIL, BLOCKED or feedback, or the same again."""
    require_phase(files, "start generating", "ready-for-execution", "generation", "evaluation")
    state = files.state
    if state.phase == "evaluation" and state.evaluator_status != "done":
        raise refuse(files, "start generating", "round {round} is still being evaluated")
    if state.phase == "evaluation" and state.verdict in PASSES:
        raise refuse(files, "start generating", "the verdict is {verdict}: what follows is the user's review")
    last = state.round or 0
    allowed = (last, last + 1) if state.phase == "generation" and last else (last + 1,)
    if round_number not in allowed:
        raise refuse(files, f"start round {round_number}", f"the next one is {allowed[-1]}")
    values = {"phase": "generation", "round": round_number, "generatorStatus": "working"}
    return change_state(files, at, "start-generation", f"Round {round_number} started", values)


def hand_over(files: MissionFiles, at: datetime) -> Change:
    """Let the generator hand its round to the evaluator. The round's report must be there."""
    require_phase(files, "hand the round over", "generation")
    number = _require_document(files, "hand the round over", DocumentKind.REPORT, "the generator's report")
    values = {
        "phase": "evaluation",
        "round": number,
        "generatorStatus": "ready-for-eval",
        "evaluatorStatus": "pending",
    }
    return change_state(files, at, "hand-over", f"Round {number} handed over", values)


def start_evaluation(files: MissionFiles, at: datetime) -> Change:
    """Let the evaluator begin with the round that was handed over."""
    require_phase(files, "start evaluating", "evaluation")
    if files.state.evaluator_status == "done":
        raise refuse(files, "start evaluating", "round {round} has its verdict: {verdict}")
    return change_state(files, at, "start-evaluation", "Evaluation started", {"evaluatorStatus": "evaluating"})


def record_verdict(files: MissionFiles, at: datetime, *, verdict: str) -> Change:
    """Let the evaluator give its verdict on the round. The final evaluation must be there."""
    require_phase(files, "record a verdict", "evaluation")
    if verdict not in VERDICTS:
        raise InvalidRequestError(f"A verdict cannot be {verdict[:40]!r}; it is one of: {', '.join(sorted(VERDICTS))}.")
    number = _require_document(files, "record a verdict", DocumentKind.EVALUATION, "the final evaluation")
    values = {"evaluatorStatus": "done", "verdict": verdict}
    return change_state(files, at, "record-verdict", f"Round {number}: {verdict}", values)


def brief_user(files: MissionFiles, at: datetime) -> Change:
    """Let the generator put a round that passed before the user."""
    require_phase(files, "ask for the user's review", "evaluation")
    if files.state.evaluator_status != "done" or files.state.verdict not in PASSES:
        raise refuse(files, "ask for the user's review", "round {round} has not passed")
    values = {"phase": "user-review", "generatorStatus": "awaiting-user"}
    return change_state(files, at, "brief-user", "Put before the user", values)


def abandon(files: MissionFiles, at: datetime) -> Change:
    """Let the user give the mission up: phase abandoned, and the archive is free for another mission."""
    edits = list_release_edits(files)
    if files.state.phase in CLOSED and not (files.state.phase == "abandoned" and edits):
        raise refuse(files, "abandon the mission", "it is closed")
    if files.state.phase == "abandoned":
        return build_change(files, "abandon", "Mission abandoned", edits)
    edit = edit_state(files, at, {"phase": "abandoned"})
    return build_change(files, "abandon", "Mission abandoned", (edit, *edits))


def list_release_edits(files: MissionFiles) -> tuple[Edit, ...]:
    """Take the mission out of Config.json's ``currentMission``; nothing where another one stands there, or none."""
    root_files = files.root_files
    if root_files.config_content is None or root_files.config.current_mission != files.folder.name:
        return ()
    return (edit_config(root_files, {"currentMission": None}),)


def edit_config(root_files: RootFiles, values: Mapping[str, Any]) -> Edit:
    content = root_files.config_content or b"{}\n"
    after = set_keys(content, values, root_files.config_path)
    return Edit(root_files.config_path, root_files.config_content, after)


def change_state(files: MissionFiles, at: datetime, event: str, title: str, values: Mapping[str, Any]) -> Change:
    return build_change(files, event, title, (edit_state(files, at, values),))


def edit_state(files: MissionFiles, at: datetime, values: Mapping[str, Any]) -> Edit:
    """Set an event's own fields, and when: everything else in State.json stays as it is, unknown keys included."""
    path = files.reading.path
    after = set_keys(files.state_content, {**values, "updated": write_time(at)}, path)
    return Edit(path, files.state_content, after)


def build_change(
    files: MissionFiles,
    event: str,
    title: str,
    edits: tuple[Edit, ...],
    relies_on: Mapping[str, bytes | None] | None = None,
) -> Change:
    """Put a change of the mission together, with the folders that its new files need."""
    needed = (folder for edit in edits for folder in files.list_missing_folders(edit.path) if edit.after is not None)
    return Change(
        event=event,
        title=title,
        root_path=files.folder.root_path,
        mission_path=files.folder.path,
        edits=edits,
        new_folders=tuple(dict.fromkeys(needed)),
        relies_on={files.reading.path: files.state_content} | dict(relies_on or {}),
    )


def write_time(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def require_phase(files: MissionFiles, what: str, *phases: str) -> None:
    if files.state.phase not in phases:
        needed = " or ".join(phases)
        raise refuse(files, what, f"that needs the phase {needed}")


def refuse(files: MissionFiles, what: str, why: str) -> RefusedEventError:
    """Give the error that says what cannot be done, where the mission stands, and why that does not fit."""
    state = files.state
    reason = why.replace("{round}", str(state.round or 0)).replace("{verdict}", state.verdict or "none")
    phase = state.phase or "unknown"
    return RefusedEventError(f"{files.folder.name} is in the phase {phase}; it is not possible to {what}: {reason}.")


def _require_document(files: MissionFiles, what: str, kind: DocumentKind, name: str) -> int:
    number = files.state.round or 0
    if number not in files.list_numbers(kind):
        raise refuse(files, what, f"{name} of round {{round}} is not there")
    return number
