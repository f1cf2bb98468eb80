"""Opening ``state.db``: what cannot be rebuilt. Migrated after a backup, never thrown away."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tandemweb.errors import StoreError
from tandemweb.store.database import DamagedDatabaseError, Database, Transaction, begin, translated_errors
from tandemweb.store.migrations_state import state_migrations
from tandemweb.store.opening import (
    confine,
    connect_reader,
    connect_writer,
    find_fault,
    folder_lock,
    get_version,
    migrate,
)
from tandemweb.store.paths import STATE_NAME, prepare_data_folder

STATE_VERSION = 4  # the number of functions in migrations_state


@dataclass(frozen=True, slots=True)
class State(Database):
    """The open state database. Any process may write it; transactions queue."""

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        with begin(self.connection, self.path) as transaction:
            yield transaction


@contextmanager
def open_state(data_folder: Path) -> Iterator[State]:
    """Open (and, the first time, create or migrate) the state database for reading and writing.

    Raises DamagedDatabaseError naming the backup, or StoreError when a newer tandemweb wrote it.
    """
    path = prepare_data_folder(data_folder) / STATE_NAME
    # The lock: while one process turns a new file to WAL, another is refused at once, however patient it is.
    with _named_backup(path), translated_errors(path), folder_lock(path.parent, exclusive=True):
        # FULL: what a person decided is on the disk before the page says so.
        connection = connect_writer(path, synchronous="FULL")
    with closing(connection):
        with _named_backup(path), translated_errors(path):
            _bring_up_to_date(connection, path)
        yield State(connection, path)


@contextmanager
def open_state_reader(data_folder: Path) -> Iterator[Database]:
    """Open the state database for reading only, as it is now; creates or migrates it first where that is needed."""
    path = data_folder / STATE_NAME
    if not path.exists():
        with open_state(data_folder):
            pass
    with _named_backup(path), translated_errors(path), folder_lock(data_folder, exclusive=False):
        connection, version = connect_reader(path)
    if version != STATE_VERSION:
        connection.close()
        with open_state(data_folder):
            pass
        with translated_errors(path):
            connection, _ = connect_reader(path)
    with closing(connection):
        confine(connection)
        yield Database(connection, path)


def find_state_fault(data_folder: Path) -> str | None:
    """Say what is broken in the state database, None when it is sound or absent."""
    try:
        return find_fault(data_folder / STATE_NAME)
    except DamagedDatabaseError as error:
        return str(error)


@contextmanager
def _named_backup(path: Path) -> Iterator[None]:
    """Add to the error of a damaged file what a person can do: nothing in it may be thrown away for them."""
    try:
        yield
    except DamagedDatabaseError as error:
        backups = ", ".join(sorted(found.name for found in path.parent.glob(f"{path.name}.backup-*"))) or "none"
        raise DamagedDatabaseError(
            f"{error} It holds projects and corrections and is left as it is: repair it, put a backup in its place "
            f"(there: {backups}), or move it away to start without."
        ) from error


def _bring_up_to_date(connection: sqlite3.Connection, path: Path) -> None:
    if get_version(connection) == STATE_VERSION:
        return
    with folder_lock(path.parent, exclusive=True):
        version = get_version(connection)  # another process may have been faster
        if version > STATE_VERSION:
            raise StoreError(f"{path} was written by a newer tandemweb (version {version}); use that one.")
        if version == STATE_VERSION:
            return
        if version > 0:
            _back_up(connection, Path(f"{path}.backup-{version}"))
        migrate(connection, state_migrations, STATE_VERSION)


def _back_up(connection: sqlite3.Connection, target: Path) -> None:
    target.unlink(missing_ok=True)
    with closing(sqlite3.connect(target)) as copy:
        connection.backup(copy)
