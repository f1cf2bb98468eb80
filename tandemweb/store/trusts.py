"""What people allowed: to start agents in a project, or to use a workflow of it, as these were then."""

from dataclasses import dataclass
from datetime import datetime

from tandemweb.store.database import Database, Row, Transaction
from tandemweb.store.values import write_time


@dataclass(frozen=True, slots=True)
class Trust:
    """``subject`` is what was allowed, ``digest`` stands for what was seen: it holds for exactly that."""

    project: str  # slug
    subject: str
    digest: str
    created_at: datetime


def find_trust(state: Database, project: str, subject: str) -> Trust | None:
    """Find what was allowed last; whether it still holds is for the caller to compare."""
    row = state.row("SELECT * FROM trusts WHERE project = ? AND subject = ?", (project, subject))
    return None if row is None else _trust(row)


def list_trusts(state: Database, project: str) -> tuple[Trust, ...]:
    """All that was allowed in a project, by subject."""
    rows = state.rows("SELECT * FROM trusts WHERE project = ? ORDER BY subject", (project,))
    return tuple(map(_trust, rows))


def save_trust(state: Transaction, project: str, subject: str, digest: str, *, created_at: datetime) -> None:
    """Keep that ``subject`` was allowed as it is now, in place of any earlier trust in it."""
    state.execute(
        "INSERT OR REPLACE INTO trusts (project, subject, digest, created_at) VALUES (?, ?, ?, ?)",
        (project, subject, digest, write_time(created_at)),
    )


def delete_trust(state: Transaction, project: str, subject: str) -> None:
    """Take a trust back; nothing happens where there is none."""
    state.execute("DELETE FROM trusts WHERE project = ? AND subject = ?", (project, subject))


def _trust(row: Row) -> Trust:
    return Trust(row["project"], row["subject"], row["digest"], datetime.fromisoformat(row["created_at"]))
