"""The table of runs in the state database: what was asked for, and who saw its end. What happened is in its folder."""

from dataclasses import dataclass
from datetime import datetime

from tandemweb.domain.run import RunStatus
from tandemweb.store.database import Database, Row, Transaction
from tandemweb.store.values import read_time, write_time

LIST_LIMIT = 200


@dataclass(frozen=True, slots=True)
class RunRow:
    """``status`` is None until the run's end was noticed."""

    id: str
    project: str
    mission_path: str
    workflow: str
    stage: str
    work_tree: str
    request_key: str
    created_at: datetime
    status: RunStatus | None = None
    ended_at: datetime | None = None
    seen_at: datetime | None = None


def save_run(state: Transaction, run: RunRow) -> None:
    """Keep a new run. Its ``request_key`` must be new, too: ``find_run_by_key`` tells, while starts are locked out."""
    state.execute(
        """
        INSERT INTO runs (id, project, mission_path, workflow, stage, work_tree, request_key, created_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (
            run.id,
            run.project,
            run.mission_path,
            run.workflow,
            run.stage,
            run.work_tree,
            run.request_key,
            write_time(run.created_at),
        ),
    )


def find_run(state: Database, run_id: str) -> RunRow | None:
    row = state.row("SELECT * FROM runs WHERE id = ?", (run_id,))
    return None if row is None else _run(row)


def find_run_by_key(state: Database, request_key: str) -> RunRow | None:
    """Find the run that a press of a button began."""
    row = state.row("SELECT * FROM runs WHERE request_key = ?", (request_key,))
    return None if row is None else _run(row)


def list_run_rows(
    state: Database, *, project: str | None = None, mission_path: str | None = None, limit: int = LIST_LIMIT
) -> tuple[RunRow, ...]:
    """List runs, newest first; of all projects, of one, or of one mission."""
    rows = state.rows(
        """
        SELECT * FROM runs WHERE (? IS NULL OR project = ?) AND (? IS NULL OR mission_path = ?)
        ORDER BY created_at DESC, id DESC LIMIT ?
        """,
        (project, project, mission_path, mission_path, limit),
    )
    return tuple(map(_run, rows))


def list_runs_of_workflow(
    state: Database, project: str, workflow: str, *, limit: int = LIST_LIMIT
) -> tuple[RunRow, ...]:
    """List the runs of a workflow in a project, newest first."""
    rows = state.rows(
        "SELECT * FROM runs WHERE project = ? AND workflow = ? ORDER BY created_at DESC, id DESC LIMIT ?",
        (project, workflow, limit),
    )
    return tuple(map(_run, rows))


def list_open_runs(state: Database) -> tuple[RunRow, ...]:
    """List runs whose end was not noticed yet, oldest first."""
    return tuple(map(_run, state.rows("SELECT * FROM runs WHERE status = '' ORDER BY created_at, id")))


def list_unseen_runs(state: Database) -> tuple[RunRow, ...]:
    """List runs that ended and that nobody looked at since, newest first."""
    rows = state.rows(
        "SELECT * FROM runs WHERE status <> '' AND seen_at IS NULL ORDER BY created_at DESC LIMIT ?", (LIST_LIMIT,)
    )
    return tuple(map(_run, rows))


def save_run_end(state: Transaction, run_id: str, status: RunStatus, *, ended_at: datetime | None) -> None:
    """Note that a run ended; the first note stands."""
    state.execute(
        "UPDATE runs SET status = ?, ended_at = ? WHERE id = ? AND status = ''", (status, write_time(ended_at), run_id)
    )


def save_run_seen(state: Transaction, run_id: str, *, seen_at: datetime) -> None:
    """Note that a person looked at the end of a run."""
    state.execute(
        "UPDATE runs SET seen_at = ? WHERE id = ? AND status <> '' AND seen_at IS NULL", (write_time(seen_at), run_id)
    )


def _run(row: Row) -> RunRow:
    return RunRow(
        id=row["id"],
        project=row["project"],
        mission_path=row["mission_path"],
        workflow=row["workflow"],
        stage=row["stage"],
        work_tree=row["work_tree"],
        request_key=row["request_key"],
        created_at=datetime.fromisoformat(row["created_at"]),
        status=RunStatus(row["status"]) if row["status"] else None,
        ended_at=read_time(row["ended_at"]),
        seen_at=read_time(row["seen_at"]),
    )
