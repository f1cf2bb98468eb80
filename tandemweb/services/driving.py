"""The driver of one run: a process of its own that does everything, from the queue to the gate.

It outlives the server, and the server outlives it: both know of each other only what stands in the run's folder.
"""

import logging
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path

from tandemweb.agents.identity import identify_self
from tandemweb.agents.locks import Place, claim_place, claim_work_tree
from tandemweb.agents.priority import work_in_background
from tandemweb.agents.run_folder import RunEnd, RunFolder, get_run_folder
from tandemweb.agents.run_reading import find_end, find_request, is_driven, read_run
from tandemweb.agents.stopping import stop_marked
from tandemweb.domain.run import RunStatus
from tandemweb.domain.workflow import Access, WorkflowSource
from tandemweb.errors import InvalidRequestError, NotFoundError, TandemwebError
from tandemweb.services.course import Stopped, find_course, follow_course, list_reached
from tandemweb.services.own_trees import remove_own_trees
from tandemweb.services.reconciling import end_orphans
from tandemweb.services.rehearsing import read_run_settings
from tandemweb.services.run_context import RunContext
from tandemweb.services.step_trees import find_step_tree
from tandemweb.services.workflow_reading import extract_workflow
from tandemweb.store.runs import find_run
from tandemweb.store.state import open_state_reader

PAUSE = 0.1  # seconds
QUEUED_FOR_TREE = "Waits for the run that works in this work tree now."
QUEUED_FOR_PLACE = "Waits for a place: as many runs as the settings allow are at work."
STOPPED = "Stopped by you; what was written until then is kept."

log = logging.getLogger(__name__)


def drive_in_background(path: Path) -> None:
    """Do a run in this process, which is for nothing else: it gives way to all that a person looks at."""
    work_in_background()
    drive(path)


def drive(path: Path) -> None:
    """Do the run whose folder this is, to its end, which is written there.

    Returns at once for one that is driven or has ended, also where that was only noted: the driver came too late.
    """
    folder = RunFolder(path)
    if find_end(folder) is not None or is_driven(folder) or _is_noted_as_ended(folder):
        return
    folder.write_driver(identify_self())
    try:
        end = _drive(folder)
    except Exception as error:
        log.exception("The run %s was given up", folder.id)
        reason = str(error) if isinstance(error, TandemwebError) else f"A mistake in tandemweb ({error!r})."
        end = RunEnd(RunStatus.FAILED, datetime.now(UTC), reason)
    folder.write_end(end)


def _is_noted_as_ended(folder: RunFolder) -> bool:
    with open_state_reader(folder.path.parent.parent) as state:
        row = find_run(state, folder.id)
    return row is not None and row.status is not None


def _drive(folder: RunFolder) -> RunEnd:
    context = _open_context(folder)
    with ExitStack() as places:
        try:
            _wait_for_places(context, places)
            context.tell(RunStatus.RUNNING)
            return follow_course(context)
        except Stopped:
            return RunEnd(RunStatus.CANCELLED, datetime.now(UTC), STOPPED)
        finally:
            stop_marked(folder.id)  # what agents left in the background, before another run may write here
            remove_own_trees(folder, context.work_tree)


def _open_context(folder: RunFolder) -> RunContext:
    request = find_request(folder)
    reading = extract_workflow(request.workflow_text, f"{request.workflow}.toml", WorkflowSource.USER)
    if reading.workflow is None:
        raise InvalidRequestError(reading.problems[0].message)
    data_folder = folder.path.parent.parent
    settings = read_run_settings(data_folder)
    context = RunContext(folder, request, reading.workflow, settings, data_folder, started_at=datetime.now(UTC))
    _take_over_conversations(context)
    return context


def _take_over_conversations(context: RunContext) -> None:
    """Know the conversations of the run that this one goes on from, and what they used in all runs before."""
    resumes = context.request.resumes
    earlier = find_course(get_run_folder(context.data_folder, resumes)) if resumes else None
    if earlier is not None:
        context.sessions.update(earlier.sessions)
    with suppress(NotFoundError):  # the folder of a run long ago may be gone
        while resumes:
            folder = get_run_folder(context.data_folder, resumes)
            for step in read_run(folder).steps:
                context.count_usage(step)
            resumes = find_request(folder).resumes


def _wait_for_places(context: RunContext, places: ExitStack) -> None:
    """Queue for the work trees that the run may write to, then for one of the places. Raises Stopped."""
    run_id = context.folder.id
    for path in _list_work_trees(context):
        tree = places.enter_context(claim_work_tree(context.data_folder, path, run_id))
        _wait(context, tree, 1, QUEUED_FOR_TREE)
        _end_orphans_of(context, tree.before)
    place = places.enter_context(claim_place(context.data_folder, run_id))
    _wait(context, place, context.settings.runs.parallel_limit, QUEUED_FOR_PLACE)


def _list_work_trees(context: RunContext) -> list[str]:
    """List the work trees that are the run's alone, sorted: two runs that queue for the same ones block no other."""
    steps = list_reached(context.workflow, context.request)
    isolated = {step.work_tree for step in steps if step.work_tree and not step.work_tree_at}
    trees = {str(find_step_tree(context, name)) for name in isolated}
    if any(step.access is not Access.READ_ONLY for step in steps):
        trees.add(context.whole_tree)
    return sorted(trees)


def _end_orphans_of(context: RunContext, run_id: str) -> None:
    """End what a run that wrote here before left at work when its driver was killed: nobody else may have noticed."""
    with suppress(NotFoundError):
        end_orphans(get_run_folder(context.data_folder, run_id))


def _wait(context: RunContext, place: Place, capacity: int, reason: str) -> None:
    while not place.try_take(capacity):
        context.tell(RunStatus.QUEUED, reason=reason)
        if context.folder.is_stop_wanted():
            raise Stopped
        context.pause(PAUSE)
