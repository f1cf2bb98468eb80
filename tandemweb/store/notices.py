"""Notices of the index about itself, for a line on every page: that it was rebuilt and why."""

from dataclasses import dataclass

from tandemweb.store.database import Database, Transaction


@dataclass(frozen=True, slots=True)
class Notice:
    """``code`` is a stable kebab-case word (``index-rebuilt``), ``created_at`` ISO 8601, UTC."""

    id: int
    code: str
    message: str
    created_at: str


def save_notice(index: Transaction, code: str, message: str) -> None:
    """Add a notice, in place of an earlier one of the same code."""
    raise NotImplementedError


def list_notices(index: Database) -> tuple[Notice, ...]:
    """Notices that nobody has dismissed, newest first."""
    raise NotImplementedError


def dismiss_notice(index: Transaction, notice_id: int) -> None:
    raise NotImplementedError
