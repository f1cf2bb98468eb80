"""Going on from a run that has ended: from the step where it was cut off, or with a word to one of its agents."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from tandemweb.agents.run_files import read_json_file
from tandemweb.agents.run_folder import RunFolder, get_run_folder, make_run_id
from tandemweb.agents.run_reading import find_request, read_run
from tandemweb.domain.mission import Project
from tandemweb.domain.run import Run, RunRequest, RunStatus, StepRun
from tandemweb.domain.workflow import Workflow
from tandemweb.errors import ConflictError, InvalidRequestError, NotFoundError
from tandemweb.services.agent_starting import PLAN_NAME
from tandemweb.services.course import Course, find_course
from tandemweb.services.gates import DONE
from tandemweb.services.reconciling import end_orphans
from tandemweb.services.stages import start_request
from tandemweb.services.workflow_reading import extract_workflow
from tandemweb.store.projects import get_project
from tandemweb.store.state import open_state_reader


def resume_run(
    data_folder: Path,
    run_id: str,
    step_number: int = 0,
    message: str = "",
    *,
    request_key: str,
    accepts: bool = False,
) -> Run:
    """Start a run that goes on from one that has ended, and give it.

    Without a ``step_number`` it goes on where the other was cut off or failed; with one, from that step. A ``message``
    continues the conversation of the step's agent instead of asking it anew. ``accepts``: the step's document is taken
    as it stands. Raises NotFoundError, ConflictError where there is nothing to go on from, InvalidRequestError.
    """
    folder = get_run_folder(data_folder, run_id)
    run = read_run(folder)
    if not run.status.is_end:
        raise ConflictError("The run is still at work; wait for its end, or stop it, before you go on from it.")
    end_orphans(folder)
    old = find_request(folder)
    workflow = extract_workflow(old.workflow_text, old.workflow).workflow
    if workflow is None:
        raise ConflictError("The workflow of this run cannot be read any more; start the stage anew.")
    step = _find_step(run, step_number)
    course = _find_course(folder, workflow, run, step if step_number else None)
    request = _compose(old, course, run, request_key)
    if message:
        request = _with_message(request, step, message)
    if accepts and step is not None:
        request = replace(request, accepted=(step.name,))
    return start_request(data_folder, _find_project(data_folder, old.project), request)


def _find_step(run: Run, number: int) -> StepRun | None:
    if number:
        found = next((step for step in run.steps if step.number == number), None)
        if found is None:
            raise NotFoundError(f"The run has no step {number}.")
        return found
    return next((step for step in reversed(run.steps) if not step.outcome), None)


def _find_course(folder: RunFolder, workflow: Workflow, run: Run, step: StepRun | None) -> Course:
    """Say where to go on: at a step that a person chose, else where the run was last."""
    if step is not None:
        return _find_course_of(folder, workflow, run, step)
    course = find_course(folder)
    if course is None:
        raise ConflictError("The run ended before its first step; start the stage anew.")
    ended = {found.name: found.outcome for found in run.steps[course.step_count :] if found.outcome}
    finished = {**course.finished, **ended}
    members = [member.name for member in workflow.list_members(course.node)]
    if run.status is RunStatus.DONE and all(name in finished for name in members):
        raise ConflictError("Every step of this run has come to its end; start what follows.")
    return replace(course, finished={name: finished[name] for name in members if name in finished})


def _find_course_of(folder: RunFolder, workflow: Workflow, run: Run, step: StepRun) -> Course:
    source = read_json_file(folder.get_step(step.folder).path / PLAN_NAME)
    counters = source.get("counters", {}) if isinstance(source, dict) else {}
    known = workflow.find_step(step.name)
    if known is None:
        raise NotFoundError(f"The workflow {workflow.name} has no step {step.name!r}.")
    # Of those that begin together with it: one that was not begun was done before, one that failed is done again, too.
    outcomes = {found.name: found.outcome for found in run.steps}
    members = (member.name for member in workflow.list_members(known.node))
    others = {name: outcomes.get(name, DONE) for name in members if name != step.name and outcomes.get(name, DONE)}
    plain = {str(name): number for name, number in counters.items() if isinstance(number, int)}
    sessions = {found.name: found.session_id for found in run.steps if found.session_id}
    return Course(known.node, plain, others, sessions)


def _compose(old: RunRequest, course: Course, run: Run, request_key: str) -> RunRequest:
    now = datetime.now(UTC)
    if not request_key:
        raise InvalidRequestError("The request has no key of its own; load the page again.")
    return replace(
        old,
        id=make_run_id(now),
        created_at=now,
        request_key=request_key,
        first_step=course.node,
        resumes=run.id,
        counters=dict(course.counters),
        finished=dict(course.finished),
        sessions={},
        messages={},
        accepted=(),
    )


def _with_message(request: RunRequest, step: StepRun | None, message: str) -> RunRequest:
    """Let the step's agent go on in its conversation, with the message as the prompt."""
    if step is None or not step.session_id:
        raise ConflictError("There is no conversation to go on with: no agent of this run has begun one.")
    return replace(request, sessions={step.name: step.session_id}, messages={step.name: message})


def _find_project(data_folder: Path, slug: str) -> Project:
    with open_state_reader(data_folder) as state:
        return get_project(state, slug)
