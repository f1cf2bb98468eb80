"""Notices of the index about itself, for a line on every page: that it was rebuilt and why."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tandemweb.store.database import Database, Transaction
from tandemweb.store.values import write_time

SHOWN_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Notice:
    """``code`` is a stable kebab-case word (``index-rebuilt``), ``created_at`` ISO 8601, UTC."""

    id: int
    code: str
    message: str
    created_at: str


def save_notice(index: Transaction, code: str, message: str) -> None:
    """Add a notice, in place of an earlier one of the same code."""
    index.execute(
        "INSERT OR REPLACE INTO notices (code, message, created_at) VALUES (?, ?, ?)",
        (code, message, write_time(datetime.now(UTC))),
    )


def list_notices(index: Database, *, now: datetime | None = None) -> tuple[Notice, ...]:
    """Notices of the last day, newest first: who looks later has nothing left to do about them."""
    rows = index.rows(
        "SELECT id, code, message, created_at FROM notices WHERE created_at > ? ORDER BY created_at DESC, id DESC",
        (write_time((now or datetime.now(UTC)) - SHOWN_FOR),),
    )
    return tuple(Notice(*row) for row in rows)
