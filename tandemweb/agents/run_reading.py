"""A run as its folder tells it, as far as it can be read.

Truth: what the driver wrote at the end; else, while the driver lives, what it says; else the run was interrupted.
Nothing else is ever called running.
"""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import reduce
from pathlib import Path
from typing import Any

from tandemweb.agents.identity import find_marked, is_alive
from tandemweb.agents.json_values import UnreadableError, from_json
from tandemweb.agents.run_files import read_json_file
from tandemweb.agents.run_folder import RunEnd, RunFolder, RunState, StepCommand, StepFolder
from tandemweb.domain.run import (
    FailureKind,
    ProcessIdentity,
    Question,
    Run,
    RunMode,
    RunRequest,
    RunStatus,
    StepRun,
    Usage,
)
from tandemweb.errors import NotFoundError

START_PATIENCE = timedelta(seconds=30)  # until a driver must have said who it is
NOT_JUDGED = "Its process has ended; it is judged when those that started with it have ended."
CUT_OFF = "Its process is gone without having said how it ended; what was done until then is kept. Start it again."
NEVER_STARTED = "Its process never began to work; look into driver.err in its folder, and start it again."


def read_run(folder: RunFolder) -> Run:
    """Read a run; what is missing or damaged is left empty. Raises NotFoundError when there is no such folder."""
    if not folder.path.is_dir():
        raise NotFoundError(f"There is no run {folder.id!r} (any more).")
    request = find_request(folder)
    has_begun = folder.driver.exists() or folder.state.exists()  # before the look at the driver, which may just come
    lives = is_driven(folder)
    end = find_end(folder)  # after the look at the driver, which may just be writing it
    state = find_state(folder)
    status, reason = _find_truth(request, state, end, lives=lives, has_begun=has_begun)
    steps = tuple(_read_step(step, lives=lives and end is None) for step in folder.list_steps())
    run = Run(
        folder.id,
        request.project,
        request.mission_path,
        request.workflow,
        request.stage,
        request.mode,
        request.work_tree,
        request.created_at,
        status,
        reason,
    )
    return replace(
        run,
        waits_for=end.waits_for if end else "",
        started_at=state.started_at if state else None,
        ended_at=end.ended_at if end else _find_last_sign(folder) if status.is_end else None,
        steps=steps,
        questions=() if status.is_end else tuple(list_questions(folder)),
        usage=sum_usage(steps),
        is_rehearsal=request.is_rehearsal,
    )


def find_request(folder: RunFolder) -> RunRequest:
    """Read what was asked for; of a damaged file what is left, with the time from the run's id."""
    empty: dict[str, Any] = dict.fromkeys(
        (
            "project",
            "project_path",
            "root_path",
            "mission_path",
            "workflow",
            "workflow_text",
            "workflow_digest",
            "stage",
            "first_step",
            "work_tree",
        ),
        "",
    )
    source = read_json_file(folder.request)
    given = source if isinstance(source, dict) else {}
    created_at = _read_time_of_id(folder.id)
    return from_json(RunRequest, given, **empty, id=folder.id, mode=RunMode.STEP, created_at=created_at)


def is_driven(folder: RunFolder) -> bool:
    """Whether the driver of this run lives."""
    driver = find_identity(read_json_file(folder.driver))
    return driver is not None and is_alive(driver)


def find_end(folder: RunFolder) -> RunEnd | None:
    with suppress(UnreadableError):
        return from_json(RunEnd, read_json_file(folder.end), ended_at=_read_time_of_file(folder))
    return None


def find_state(folder: RunFolder) -> RunState | None:
    with suppress(UnreadableError):
        return from_json(RunState, read_json_file(folder.state))
    return None


def find_command(step: StepFolder) -> StepCommand | None:
    with suppress(UnreadableError):
        return from_json(StepCommand, read_json_file(step.command), started_at=datetime.fromtimestamp(0, UTC))
    return None


def find_identity(source: object) -> ProcessIdentity | None:
    with suppress(UnreadableError):
        return from_json(ProcessIdentity, source)
    return None


def list_questions(folder: RunFolder) -> list[Question]:
    """List what agents of this run wait for and nobody has answered yet."""
    try:
        paths = sorted(folder.questions.glob("*.json"))
    except OSError:
        return []
    found = []
    for path in paths:
        with suppress(UnreadableError):
            found.append(from_json(Question, read_json_file(path)))
    return [question for question in found if folder.find_answer(question.id) is None]


def find_orphans(folder: RunFolder) -> list[ProcessIdentity]:
    """Find agents of a run, and their tools, that live on after its driver died."""
    if is_driven(folder):
        return []
    commands = [find_command(step) for step in folder.list_steps() if not step.end.exists()]
    identities = [command.identity for command in commands if command and command.identity]
    agents = [identity for identity in identities if is_alive(identity)]
    return [*agents, *(identity for identity in find_marked(folder.id) if identity not in agents)]


def sum_usage(steps: tuple[StepRun, ...]) -> Usage:
    return reduce(add_usage, (step.usage for step in steps), Usage())


def add_usage(one: Usage, other: Usage) -> Usage:
    costs = [cost for cost in (one.cost_usd, other.cost_usd) if cost is not None]
    turns = [count for count in (one.turns, other.turns) if count is not None]
    return Usage(
        one.input_tokens + other.input_tokens,
        one.cached_input_tokens + other.cached_input_tokens,
        one.output_tokens + other.output_tokens,
        sum(costs) if costs else None,
        sum(turns) if turns else None,
    )


def _find_truth(
    request: RunRequest, state: RunState | None, end: RunEnd | None, *, lives: bool, has_begun: bool
) -> tuple[RunStatus, str]:
    if end is not None:
        return (end.status if end.status.is_end else RunStatus.INTERRUPTED), end.reason
    if lives:
        told = state or RunState(RunStatus.QUEUED)
        return (RunStatus.RUNNING if told.status.is_end else told.status), told.reason
    if has_begun:
        return RunStatus.INTERRUPTED, CUT_OFF
    # The clock may have been set back since: a time far ahead is none in which anything is about to begin.
    if abs(datetime.now(UTC) - request.created_at) < START_PATIENCE:
        return RunStatus.QUEUED, ""
    return RunStatus.INTERRUPTED, NEVER_STARTED


def _read_step(step: StepFolder, *, lives: bool) -> StepRun:
    command = find_command(step)
    with suppress(UnreadableError):
        return from_json(StepRun, read_json_file(step.end), **_tell(step, command))
    told = StepRun(**_tell(step, command))
    if command is not None:
        told = replace(told, started_at=command.started_at, session_id=command.session_id, output=command.output)
    with suppress(UnreadableError):
        told = replace(told, usage=from_json(Usage, read_json_file(step.usage)))
    is_gone = command is not None and command.identity is not None and not is_alive(command.identity)
    if lives and not is_gone:
        return replace(told, status=RunStatus.RUNNING)
    ended_at = _find_newest(step.command, step.stdout, step.stderr)
    if lives:
        return replace(told, status=RunStatus.ENDED, reason=NOT_JUDGED, ended_at=ended_at)
    return replace(told, status=RunStatus.INTERRUPTED, reason=CUT_OFF, failure=FailureKind.EXIT, ended_at=ended_at)


def _tell(step: StepFolder, command: StepCommand | None) -> dict[str, Any]:
    """Say what a step's folder tells of it by its name and beginning alone."""
    number, _, name = step.path.name.partition("-")
    if command is None:
        return {"number": int(number), "name": name, "title": name, "agent": "", "folder": step.path.name}
    return {
        "number": command.number,
        "name": command.name,
        "title": command.title,
        "agent": command.agent.value,
        "folder": step.path.name,
    }


def _find_last_sign(folder: RunFolder) -> datetime:
    """Find when a run that was cut off wrote anything last: it ended then, not when somebody noticed."""
    logs = [path for step in folder.list_steps() for path in (step.command, step.stdout, step.stderr, step.end)]
    return _find_newest(folder.request, folder.driver, folder.state, *logs) or _read_time_of_id(folder.id)


def _find_newest(*paths: Path) -> datetime | None:
    times = []
    for path in paths:
        with suppress(OSError):
            times.append(path.stat().st_mtime)
    return datetime.fromtimestamp(max(times), UTC) if times else None


def _read_time_of_id(run_id: str) -> datetime:
    try:
        return datetime.strptime(run_id[:15], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return datetime.fromtimestamp(0, UTC)


def _read_time_of_file(folder: RunFolder) -> datetime:
    try:
        return datetime.fromtimestamp(folder.end.stat().st_mtime, UTC)
    except OSError:
        return _read_time_of_id(folder.id)
