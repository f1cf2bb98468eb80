"""One open database: what every query of this layer goes through.

Readers take a ``Database``, writers a ``Transaction`` (which is a ``Database`` too). All text is cleaned of lone
surrogates here, and all errors of SQLite become a StoreError here, so that no query can forget it.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from operator import length_hint
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tandemweb.errors import StoreError

if TYPE_CHECKING:
    from tandemweb.store.texts import Text

Row = sqlite3.Row
LARGEST = 2**63 - 1
SURROGATES = re.compile("[\ud800-\udfff]")
UNCLEAN = (UnicodeEncodeError, OverflowError)  # lone surrogates, numbers beyond 64 bits
# sqlite3.SQLITE_FULL and so on, without the extended part.
FULL, BUSY, LOCKED, READ_ONLY, IO_ERROR = 13, 5, 6, 8, 10
CANNOT_OPEN, DAMAGED, NO_DATABASE, INTERRUPTED = 14, 11, 26, 9

# What is missing was there when the file was opened as one of this version; the second message is Python's own.
_DAMAGE = re.compile(r"no such (?:table|column|index)\b|Could not decode to UTF-8")

_SENTENCES = {
    FULL: "The disk is full: nothing could be written to {path}; free some space and try again.",
    READ_ONLY: "The database {path} cannot be written (read-only); check the rights of its folder.",
    IO_ERROR: "The database {path} cannot be read or written ({error}); check the disk.",
    CANNOT_OPEN: "The database {path} cannot be opened ({error}); check the rights of its folder.",
}


class DamagedDatabaseError(StoreError):
    """The file holds no readable database. An index can be rebuilt from nothing; the state cannot."""


class BusyDatabaseError(StoreError):
    """Another process writes, and has not finished in time."""


class InterruptedQueryError(StoreError):
    """The deadline of a query has passed."""


def clean_text(text: str) -> str:
    """Replace lone surrogates, which SQLite and HTML cannot hold, by U+FFFD."""
    return text if text.isascii() else SURROGATES.sub("\ufffd", text)


def clean_value(value: Any) -> Any:
    if type(value) is str or isinstance(value, str):
        return value if value.isascii() else SURROGATES.sub("\ufffd", value)
    if type(value) is int and not -LARGEST <= value <= LARGEST:
        return LARGEST if value > 0 else -LARGEST
    return value


def _clean_row(values: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(map(clean_value, values))


def _run(connection: sqlite3.Connection, sql: str, parameters: Sequence[Any]) -> sqlite3.Cursor:
    """Run a statement; values that SQLite refuses are cleaned, which is too rare to look for them beforehand."""
    try:
        return connection.execute(sql, parameters)
    except UNCLEAN:
        return connection.execute(sql, _clean_row(parameters))


def _run_many(connection: sqlite3.Connection, sql: str, rows: Sequence[Sequence[Any]]) -> None:
    """Run a statement with each row. Where SQLite refuses a value, those before it are done: clean it and go on."""
    waiting = iter(rows)
    while True:
        try:
            connection.executemany(sql, waiting)
        except UNCLEAN:
            refused = len(rows) - length_hint(waiting) - 1
            connection.execute(sql, _clean_row(rows[refused]))
        else:
            return


def translate_error(error: sqlite3.Error, path: Path) -> StoreError:
    """Say in one sentence what SQLite could not do with the database at ``path``, and what helps."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (DAMAGED, NO_DATABASE) or _DAMAGE.match(str(error)):
        return DamagedDatabaseError(f"The database {path} is damaged ({error}).")
    if code in (BUSY, LOCKED):
        return BusyDatabaseError(f"The database {path} is in use by another process; try again in a moment.")
    if code == INTERRUPTED:
        return InterruptedQueryError(f"A query on {path} took too long and was stopped.")
    return StoreError(
        _SENTENCES.get(code, "The database {path} could not answer ({error}).").format(path=path, error=error)
    )


@contextmanager
def translated_errors(path: Path) -> Iterator[None]:
    """Turn every error of SQLite in the block into a StoreError that names ``path``."""
    try:
        yield
    except sqlite3.Error as error:
        raise translate_error(error, path) from error
    except UnicodeDecodeError as error:  # SQLite quotes the damage in its message, and Python cannot read that
        raise DamagedDatabaseError(f"The database {path} is damaged (a text in it is not UTF-8).") from error


@dataclass(frozen=True, slots=True)
class Database:
    """A connection to ``index.db`` or ``state.db`` that can be asked. Belongs to one thread at a time."""

    connection: sqlite3.Connection
    path: Path

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        with translated_errors(self.path):
            return _run(self.connection, sql, parameters).fetchall()

    def row(self, sql: str, parameters: Sequence[Any] = ()) -> Row | None:
        """Give the first row, None when there is none."""
        with translated_errors(self.path):
            found: Row | None = _run(self.connection, sql, parameters).fetchone()
            return found

    def value(self, sql: str, parameters: Sequence[Any] = ()) -> Any:
        """Give the first column of the first row, None when there is none."""
        found = self.row(sql, parameters)
        return None if found is None else found[0]


@dataclass(frozen=True, slots=True)
class Transaction(Database):
    """An open write transaction; it ends with the ``with`` block of ``transaction()`` that gave it.

    Texts by document's row id wait here for the commit: see ``texts.save_waiting_texts``.
    """

    waiting_texts: dict[int, "Text"] = field(default_factory=dict)
    outdated_texts: set[int] = field(default_factory=set)

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """Run one statement and give the id of the row it inserted last."""
        with translated_errors(self.path):
            return _run(self.connection, sql, parameters).lastrowid or 0

    def execute_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        with translated_errors(self.path):
            _run_many(self.connection, sql, list(rows))


@contextmanager
def begin(connection: sqlite3.Connection, path: Path) -> Iterator[Transaction]:
    """Open a write transaction at once (never one that starts reading): commit at the end, undo on any error."""
    with translated_errors(path):
        connection.execute("BEGIN IMMEDIATE")
    try:
        yield Transaction(connection, path)
        with translated_errors(path):
            connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.rollback()
        raise
