"""Connections with every safeguard set, for the index and the state alike."""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlite_utils

from tandemweb.errors import StoreError
from tandemweb.store.database import translated_errors

PATIENCE = 5.0  # seconds to wait for another process's transaction
LARGEST_LOG = 64 * 1024 * 1024
READING = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE}


def connect_writer(path: Path, *, synchronous: str = "NORMAL") -> sqlite3.Connection:
    """Open (or create) the database at ``path`` for writing.

    Transactions are begun by hand; whoever shares the connection between threads locks them out of each other.
    """
    connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA journal_size_limit = {LARGEST_LOG}")
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        connection.execute("PRAGMA foreign_keys = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def connect_reader(path: Path) -> tuple[sqlite3.Connection, int]:
    """Open the database at ``path`` for reading; ``confine`` the connection before anything else gets it.

    Gives its schema's version too. All questions are answered as of one moment: a snapshot is taken here and ends
    with the connection.
    """
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=PATIENCE, isolation_level=None)
    connection.row_factory = sqlite3.Row
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA query_only = ON")
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        version = get_version(connection)
    except BaseException:
        connection.close()
        raise
    return connection, version


def confine(connection: sqlite3.Connection) -> None:
    """Let the connection do nothing but read: read-only mode alone would still let it attach and so create files."""
    connection.set_authorizer(_authorise_reading)


def _authorise_reading(
    action: int, first: str | None, second: str | None, _database: str | None, _trigger: str | None
) -> int:
    if action in READING:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_FUNCTION and second != "load_extension":
        return sqlite3.SQLITE_OK
    # FTS5 asks by itself whether its tables have changed.
    if action == sqlite3.SQLITE_PRAGMA and first == "data_version" and second is None:
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


@contextmanager
def folder_lock(data_folder: Path, *, exclusive: bool) -> Iterator[None]:
    """Keep database files from being put in another's place while they are opened (shared) or moved (exclusive).

    Raises StoreError when the folder is away.
    """
    try:
        descriptor = os.open(data_folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise StoreError(f"The data folder {data_folder} cannot be opened ({error.strerror}).") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH)
        yield
    finally:
        os.close(descriptor)


def get_version(connection: sqlite3.Connection) -> int:
    """Give the number of the schema this database has; 0 for an empty one."""
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def run_script(connection: sqlite3.Connection, script: str) -> None:
    """Run the statements one by one: ``executescript`` would commit the transaction around them."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            connection.execute(statement)
            statement = ""


def migrate(connection: sqlite3.Connection, migrations: sqlite_utils.Migrations, version: int) -> None:
    """Apply what is pending with foreign keys off, check them all, and write down the version; all of it or nothing."""
    database = sqlite_utils.Database(connection, execute_plugins=False)
    connection.execute("PRAGMA foreign_keys = OFF")  # which does nothing inside a transaction
    with database.atomic():
        migrations.apply(database)
        broken = connection.execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            count, table = len(broken), broken[0][0]
            raise sqlite3.IntegrityError(f"{count} rows refer to rows that are gone, first in table {table}")
        connection.execute(f"PRAGMA user_version = {version}")
    connection.execute("PRAGMA foreign_keys = ON")


def find_fault(path: Path) -> str | None:
    """Say what is broken in the database at ``path``, None when it is sound or absent. Reads the whole file."""
    if not path.exists():
        return None
    with translated_errors(path):
        connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=PATIENCE)
        try:
            answer: str = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        finally:
            connection.close()
    return None if answer == "ok" else answer
