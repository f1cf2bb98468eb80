"""Going on where a run outside missions waits for a person: the next run, with the same parameters."""

from pathlib import Path

from tandemweb.agents.run_folder import get_run_folder
from tandemweb.agents.run_reading import find_request, read_run
from tandemweb.domain.mission import Project
from tandemweb.domain.run import Run, RunRequest
from tandemweb.domain.workflow import Workflow
from tandemweb.errors import ConflictError, NotFoundError
from tandemweb.services.stage_previews import GateChoice, list_choices
from tandemweb.services.stages import StageOrder, start_stage
from tandemweb.services.workflow_reading import extract_workflow
from tandemweb.store.database import Database
from tandemweb.store.runs import find_run_by_key


def list_run_choices(request: RunRequest, gate: str) -> tuple[GateChoice, ...]:
    """List the ways on from the gate that a run waits for; nothing for runs of missions, which decide elsewhere."""
    workflow = _read_workflow(request) if gate and not request.mission_path else None
    return list_choices(workflow, gate) if workflow else ()


def find_next_run(state: Database, run_id: str, word: str) -> str:
    """Name the run that a choice began; "" where it was not made."""
    row = find_run_by_key(state, _make_key(run_id, word))
    return row.id if row else ""


def choose(data_folder: Path, project: Project, run_id: str, word: str, note: str = "") -> Run | None:
    """Start the run that a choice leads to, or give the one that it began already; None where it leads to the end.

    Raises NotFoundError, ConflictError where the run waits for nothing, and what ``start_stage`` raises.
    """
    folder = get_run_folder(data_folder, run_id)
    run, request = read_run(folder), find_request(folder)
    choices = list_run_choices(request, run.waits_for)
    if not choices:
        raise ConflictError("This run does not wait for a decision here; look at it again.")
    choice = next((one for one in choices if one.word == word), None)
    if choice is None:
        raise NotFoundError(f"There is no choice {word[:60]!r} at this gate.")
    if not choice.first_step:
        return None
    return start_stage(data_folder, project, _compose(request, choice, _make_key(run_id, word), note))


def _compose(request: RunRequest, choice: GateChoice, key: str, note: str) -> StageOrder:
    return StageOrder(
        request_key=key,
        workflow=request.workflow,
        stage=choice.stage,
        mode=request.mode,
        first_step=choice.first_step,
        work_tree="" if request.work_tree == request.project_path else request.work_tree,
        goal=request.goal,
        note=note or request.note,
        parameters=request.parameters,
        limits=request.limits,
        round_limit=request.round_limit,
        retry=request.retry,
    )


def _make_key(run_id: str, word: str) -> str:
    """Name the choice: whoever makes it again is led to the run that it began."""
    return f"choice {run_id} {word}"[:200]


def _read_workflow(request: RunRequest) -> Workflow | None:
    return extract_workflow(request.workflow_text, request.workflow).workflow if request.workflow_text else None
