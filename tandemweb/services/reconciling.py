"""Runs whose driver is gone: noticed, their agents ended, and their end written down."""

from datetime import UTC, datetime
from pathlib import Path

from tandemweb.agents.run_folder import RunFolder, get_run_folder
from tandemweb.agents.run_reading import find_orphans, read_run
from tandemweb.agents.stopping import stop_processes
from tandemweb.domain.run import Run, RunStatus
from tandemweb.errors import NotFoundError
from tandemweb.store.runs import list_open_runs, save_run_end
from tandemweb.store.state import open_state, open_state_reader


def reconcile_runs(data_folder: Path) -> tuple[Run, ...]:
    """Note the end of every run that ended since the last time, and give these runs.

    Agents that outlived a driver that was killed are ended: nobody would read what they say. Cheap where none ended.
    """
    with open_state_reader(data_folder) as state:
        rows = list_open_runs(state)
    ended = tuple(run for row in rows if (run := _find_ended(data_folder, row.id)))
    gone = [row for row in rows if not _is_there(data_folder, row.id)]
    if ended or gone:
        with open_state(data_folder) as state, state.transaction() as transaction:
            for run in ended:
                save_run_end(transaction, run.id, run.status, ended_at=run.ended_at or datetime.now(UTC))
            for row in gone:
                save_run_end(transaction, row.id, RunStatus.INTERRUPTED, ended_at=datetime.now(UTC))
    return ended


def end_orphans(folder: RunFolder) -> int:
    """End the agents of a run whose driver is dead, and their tools; says how many processes there were."""
    orphans = find_orphans(folder)
    if orphans:
        stop_processes(orphans, folder.id)
    return len(orphans)


def _find_ended(data_folder: Path, run_id: str) -> Run | None:
    try:
        folder = get_run_folder(data_folder, run_id)
        run = read_run(folder)
    except NotFoundError:
        return None
    if not run.status.is_end:
        return None
    if run.status is RunStatus.INTERRUPTED:
        end_orphans(folder)
    return run


def _is_there(data_folder: Path, run_id: str) -> bool:
    try:
        get_run_folder(data_folder, run_id)
    except NotFoundError:
        return False
    return True
