"""Notices of the index about itself, for a line on every page: that it was rebuilt and why."""

from dataclasses import dataclass
from datetime import UTC, datetime

from tandemweb.store.database import Database, Transaction
from tandemweb.store.values import write_time


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


def list_notices(index: Database) -> tuple[Notice, ...]:
    """Notices that nobody has dismissed, newest first."""
    rows = index.rows("SELECT id, code, message, created_at FROM notices ORDER BY created_at DESC, id DESC")
    return tuple(Notice(*row) for row in rows)


def dismiss_notice(index: Transaction, notice_id: int) -> None:
    index.execute("DELETE FROM notices WHERE id = ?", (notice_id,))
