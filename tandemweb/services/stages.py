"""Starting runs, and what a person does with one under way: the server's side of a run.

The server writes down what was asked for, starts the driver, and drops wishes into the run's folder. All else is the
driver's, so that nothing is lost when the server goes.
"""

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tandemweb.agents.environment import build_environment
from tandemweb.agents.locks import hold_start_lock
from tandemweb.agents.run_folder import Answer, RunFolder, create_run, get_run_folder, make_run_id
from tandemweb.agents.run_reading import list_questions, read_run
from tandemweb.agents.spawning import spawn_detached
from tandemweb.domain.mission import Project
from tandemweb.domain.run import Run, RunMode, RunRequest
from tandemweb.domain.workflow import Limits, Workflow
from tandemweb.errors import ConflictError, InvalidRequestError, NotFoundError
from tandemweb.history.repository import find_repository
from tandemweb.history.worktrees import read_worktrees
from tandemweb.services.intents import find_intent
from tandemweb.services.prompt_edits import check_prompt_edits
from tandemweb.services.rehearsing import is_rehearsing
from tandemweb.services.trusting import require_trust
from tandemweb.services.workflows import get_workflow
from tandemweb.store.database import Database
from tandemweb.store.runs import RunRow, find_run_by_key, list_open_runs, save_run, save_run_seen
from tandemweb.store.state import open_state, open_state_reader

TEXT_LIMIT = 200_000  # characters of what a person writes for a run
STOP_PAUSE = 0.1  # seconds
ROUND_LIMIT = 5  # of autopilot, where nobody says another


@dataclass(frozen=True, slots=True)
class StageOrder:
    """What a person asks for. ``request_key`` is the form's own: one press, one run.

    ``first_step`` is a step or group to begin with, "" the stage's own; ``work_tree`` is absolute, "" the project's.
    ``prompts`` (templates) and ``arguments`` are edited for this run, by step name.
    """

    request_key: str
    workflow: str
    stage: str
    mission_path: str = ""
    mode: RunMode = RunMode.STAGE
    first_step: str = ""
    work_tree: str = ""
    goal: str = ""
    note: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    prompts: Mapping[str, str] = field(default_factory=dict)
    arguments: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    round_limit: int | None = None
    retry: bool = False


def start_stage(data_folder: Path, project: Project, order: StageOrder) -> Run:
    """Start a run, or give the one that the same press began, or that is at work on the mission already.

    Raises NotTrustedError, UntrustedWorkflowError, NotFoundError, InvalidRequestError; nothing was started then.
    """
    workflow = get_workflow(data_folder, order.workflow, project)
    request = _compose(data_folder, project, workflow, order)
    return start_request(data_folder, project, request)


def start_request(data_folder: Path, project: Project, request: RunRequest) -> Run:
    """Start the run that a request describes; see ``start_stage``."""
    with lock_starts(data_folder, project.slug, request.mission_path):
        known = _find_same(data_folder, request)
        if known is not None:
            return known
        require_trust(data_folder, project, _other_work_tree(project, request.work_tree))
        folder = create_run(data_folder, request)
        with open_state(data_folder) as state, state.transaction() as transaction:
            save_run(transaction, _to_row(request))
        start_driver(folder)
    return read_run(folder)


@contextmanager
def lock_starts(data_folder: Path, project: str, mission_path: str) -> Iterator[None]:
    """Let no other run of a mission be started meanwhile. Raises AgentError after long waiting."""
    with hold_start_lock(data_folder, f"{project}\0{mission_path}"):
        yield


def start_driver(folder: RunFolder) -> None:
    """Start the process that does the run. It belongs to nobody, and to no session."""
    spawn_detached(
        # -P: nothing is imported from the folder that it starts in.
        [sys.executable, "-P", "-m", "tandemweb.commands.drive", str(folder.path)],
        cwd=folder.path,
        environment=build_environment(folder.id),
        stdout=folder.driver_output,
        stderr=folder.driver_complaints,
    )


def find_active_run(data_folder: Path, state: Database, project: str, mission_path: str) -> Run | None:
    """Find the run that is at work on a mission, or waits to be; None where there is none."""
    rows = [row for row in list_open_runs(state) if (row.project, row.mission_path) == (project, mission_path)]
    for row in rows:
        try:
            run = read_run(get_run_folder(data_folder, row.id))
        except NotFoundError:
            continue
        if not run.status.is_end:
            return run
    return None


def stop_run(data_folder: Path, run_id: str) -> None:
    """Ask a run to stop; its driver ends the agents first. Raises NotFoundError, ConflictError when it has ended."""
    get_living(data_folder, run_id, "stopped").ask_to_stop(datetime.now(UTC))


def stop_all_runs(data_folder: Path, patience: float = 10.0) -> None:
    """Ask every run to stop, and wait up to ``patience`` seconds for their ends."""
    with open_state_reader(data_folder) as state:
        waiting = [row.id for row in list_open_runs(state)]
    for run_id in waiting:
        with suppress(NotFoundError, ConflictError):
            stop_run(data_folder, run_id)
    end = time.monotonic() + patience
    while waiting and time.monotonic() < end:
        waiting = [run_id for run_id in waiting if not _has_ended(data_folder, run_id)]
        time.sleep(STOP_PAUSE)


def _has_ended(data_folder: Path, run_id: str) -> bool:
    try:
        return read_run(get_run_folder(data_folder, run_id)).status.is_end
    except NotFoundError:
        return True


def pause_run(data_folder: Path, run_id: str) -> None:
    """Ask a run to wait before its next step. Raises NotFoundError, ConflictError when it has ended."""
    get_living(data_folder, run_id, "paused").ask_to_pause(datetime.now(UTC))


def go_on_run(data_folder: Path, run_id: str) -> None:
    """Let a paused run go on. Raises NotFoundError, ConflictError when it has ended."""
    get_living(data_folder, run_id, "continued").go_on()


def answer_question(
    data_folder: Path,
    run_id: str,
    question_id: str,
    *,
    is_allowed: bool,
    answers: Mapping[str, str] | None = None,
    message: str = "",
) -> None:
    """Answer what an agent waits for. Raises NotFoundError, ConflictError when it does not wait for it (any more)."""
    folder = get_living(data_folder, run_id, "answered")
    if all(question.id != question_id for question in list_questions(folder)):
        raise ConflictError("The question was answered or withdrawn already; look at the run.")
    folder.answer(Answer(question_id, is_allowed, datetime.now(UTC), answers or {}, message))


def mark_seen(data_folder: Path, run_id: str) -> None:
    """Note that a person looked at the end of a run."""
    with open_state(data_folder) as state, state.transaction() as transaction:
        save_run_seen(transaction, run_id, seen_at=datetime.now(UTC))


def get_living(data_folder: Path, run_id: str, what: str) -> RunFolder:
    """Give the folder of a run that has not ended. Raises NotFoundError, ConflictError."""
    folder = get_run_folder(data_folder, run_id)
    if read_run(folder).status.is_end:
        raise ConflictError(f"The run has ended, so it cannot be {what} any more.")
    return folder


def _find_same(data_folder: Path, request: RunRequest) -> Run | None:
    with open_state_reader(data_folder) as state:
        row = find_run_by_key(state, request.request_key)
        if row is not None:
            return read_run(get_run_folder(data_folder, row.id))
        if not request.mission_path:
            return None
        return find_active_run(data_folder, state, request.project, request.mission_path)


def _compose(data_folder: Path, project: Project, workflow: Workflow, order: StageOrder) -> RunRequest:
    stage = workflow.find_stage(order.stage)
    if stage is None:
        raise NotFoundError(f"The workflow {workflow.name} has no stage {order.stage!r}.")
    first = order.first_step or stage.first
    if not workflow.list_members(first):
        raise NotFoundError(f"The workflow {workflow.name} has no step {first!r}.")
    _check_texts(workflow, order)
    _check_work_tree(project, order.work_tree)
    now = datetime.now(UTC)
    return RunRequest(
        id=make_run_id(now),
        project=project.slug,
        project_path=project.path,
        root_path=order.mission_path.rpartition("/")[0],
        mission_path=order.mission_path,
        workflow=workflow.name,
        workflow_text=workflow.text,
        workflow_digest=workflow.digest,
        stage=stage.name,
        first_step=first,
        mode=order.mode,
        work_tree=order.work_tree or project.path,
        created_at=now,
        prompts=order.prompts,
        arguments=order.arguments,
        limits=order.limits,
        round_limit=order.round_limit or (ROUND_LIMIT if order.mode is RunMode.AUTOPILOT else None),
        request_key=order.request_key,
        goal=order.goal or find_goal(data_folder, project, order.mission_path),
        note=order.note,
        parameters=order.parameters,
        retry=order.retry,
        is_rehearsal=is_rehearsing(data_folder),
    )


def find_goal(data_folder: Path, project: Project, mission_path: str) -> str:
    """Find what the user wanted of a mission when it was created; "" where that is not known."""
    intent = find_intent(data_folder, project.path, mission_path) if mission_path else None
    return intent.goal if intent else ""


def _check_texts(workflow: Workflow, order: StageOrder) -> None:
    if not order.request_key or len(order.request_key) > 200:
        raise InvalidRequestError("The request has no key of its own; load the page again.")
    if workflow.needs_mission and not order.mission_path:
        raise InvalidRequestError(f"The workflow {workflow.name} works on a mission; choose one.")
    texts = (order.goal, order.note, *order.prompts.values(), *order.parameters.values())
    if any(len(text) > TEXT_LIMIT for text in texts):
        raise InvalidRequestError(f"A text is longer than {TEXT_LIMIT:,} characters: put the rest into a file.")
    check_prompt_edits(workflow, order.prompts)
    for parameter in workflow.parameters:
        if parameter.is_required and not order.parameters.get(parameter.name, parameter.default).strip():
            raise InvalidRequestError(f"{parameter.title} is missing; the workflow {workflow.name} needs it.")


def _check_work_tree(project: Project, work_tree: str) -> None:
    """Refuse a folder that is none of the project's work trees."""
    if work_tree in {"", project.path}:
        return
    location = find_repository(Path(project.path))
    known = {tree.path for tree, _ in read_worktrees(location)} if location and not location.problem else set()
    if work_tree not in known:
        raise InvalidRequestError(f"{work_tree} is no work tree of {project.name}; choose one that is listed.")


def _other_work_tree(project: Project, work_tree: str) -> str:
    return "" if work_tree == project.path else work_tree


def _to_row(request: RunRequest) -> RunRow:
    return RunRow(
        request.id,
        request.project,
        request.mission_path,
        request.workflow,
        request.stage,
        request.work_tree,
        request.request_key,
        request.created_at,
    )
