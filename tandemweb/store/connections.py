"""Opening the index: many readers, one writer, and a rebuild from nothing when the file is of no use.

with open_index_reader(data_folder) as index:          # one per request
    page = list_missions(index, MissionFilter())

with open_index_writer(data_folder) as writer:         # one per machine; raises IndexHeldError
    with writer.transaction() as index:
        save_mission(index, "shop", mission, texts)
"""

import sqlite3
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from tandemweb import __version__
from tandemweb.errors import StoreError
from tandemweb.store.database import (
    DamagedDatabaseError,
    Database,
    Transaction,
    begin,
    translate_error,
    translated_errors,
)
from tandemweb.store.locks import WriterLock, hold_writer_lock
from tandemweb.store.notices import save_notice
from tandemweb.store.opening import (
    confine,
    connect_reader,
    connect_writer,
    find_fault,
    folder_lock,
    get_version,
)
from tandemweb.store.paths import INDEX_NAME
from tandemweb.store.schema import SCHEMA_VERSION, create_tables
from tandemweb.store.seals import break_seal, doubt, find_doubt, is_sealed, set_seal, settle_doubt
from tandemweb.store.texts import save_waiting_texts

# Other versions of the program may read other things out of the same documents.
MAKER = zlib.crc32(__version__.encode()) >> 1
COMPANIONS = ("", "-wal", "-shm")  # of every database file


class IndexMissingError(StoreError):
    """There is no index of this version yet; whoever may write must open it first."""


class IndexWriter:
    """The right to write the index, held until ``close`` (or the end of ``with``). Safe to share between threads."""

    def __init__(self, data_folder: Path, lock: WriterLock) -> None:
        """Use ``open_index_writer``, which takes the lock that this one gives back."""
        self.data_folder = data_folder
        self._lock = lock
        self._path = data_folder / INDEX_NAME
        self._turn = threading.Lock()
        self._connection, self.was_rebuilt = _open_or_rebuild(self._path)
        self._inode = self._path.stat().st_ino

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Open a write transaction; threads queue for it.

        Keep it under about 2,000 documents: their texts wait in memory, and are found only after the commit.
        """
        with self._turn, _doubting(self._path), begin(self._connection, self._path) as transaction:
            yield transaction
            save_waiting_texts(transaction)

    def find_fault(self) -> str | None:
        """Say why the index can be used no longer: a query met damage, in whatever process, or the file was replaced.

        Reads no more than the first page, so it can be asked often; ``rebuild`` helps.
        """
        try:
            status = self._path.stat()
        except OSError:
            return "its file is gone"
        if status.st_ino != self._inode or not status.st_size:
            return "its file was replaced while it was in use"
        return find_doubt(self._path) or self._find_odd_version()

    def _find_odd_version(self) -> str | None:
        with self._turn:
            try:
                version = get_version(self._connection)
            except sqlite3.ProgrammingError:
                return "it could not be opened again"
            except sqlite3.Error as error:
                return str(error) if isinstance(translate_error(error, self._path), DamagedDatabaseError) else None
        return None if version == SCHEMA_VERSION else "another version of tandemweb changed it"

    def rebuild(self, fault: str) -> None:
        """Start again from an empty index, because of a ``fault`` met while it was in use (see ``find_fault``).

        Everything has to be read again then. Readers that are open go on with the old file.
        """
        with self._turn:
            self._connection.close()
            self._connection = _replace(self._path, f"was damaged ({fault})")
            self._inode = self._path.stat().st_ino
            settle_doubt(self._path)
            self.was_rebuilt = True

    def close(self) -> None:
        self._connection.close()
        set_seal(self._path)
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_index_writer(data_folder: Path, *, address: str = "") -> IndexWriter:
    """Take the index for writing; rebuilds it empty when it is damaged or of another version.

    ``was_rebuilt`` of the writer says that every project has to be read again. ``address`` is what another process
    tells its user about this one (a URL). Raises ``IndexHeldError`` (with the holder's process id and address) when
    another process writes, StoreError when the folder cannot be used.
    """
    lock = hold_writer_lock(data_folder, address=address)
    try:
        return IndexWriter(data_folder, lock)
    except BaseException:
        lock.release()
        raise


@contextmanager
def open_index_reader(data_folder: Path) -> Iterator[Database]:
    """Open the index for reading only: no statement through it can write, attach or load anything.

    It shows the index as it was when it was opened: open it anew to see later changes. Belongs to the thread that
    opened it. Raises IndexMissingError when no writer has made an index of this version yet.
    """
    path = data_folder / INDEX_NAME
    if not path.exists():
        raise IndexMissingError(f"There is no index in {data_folder} yet; run: tandemweb index")
    with _doubting(path), translated_errors(path), folder_lock(data_folder, exclusive=False):
        connection, version = connect_reader(path)
    with closing(connection):
        if version != SCHEMA_VERSION:
            raise IndexMissingError(f"The index in {data_folder} is of another version; run: tandemweb index")
        with _doubting(path), translated_errors(path):
            # Virtual tables are declared at their first use, which must not be taken for a change of the schema.
            connection.execute("SELECT 1 FROM document_texts, json_each('[]') LIMIT 0")
        confine(connection)
        with _doubting(path):
            yield Database(connection, path)


@contextmanager
def _doubting(path: Path) -> Iterator[None]:
    inode = _find_inode(path)
    try:
        yield
    except DamagedDatabaseError as error:
        if _find_inode(path) == inode:  # else another stands in its place already
            doubt(path, str(error))
        raise


def _find_inode(path: Path) -> int | None:
    try:
        return path.stat().st_ino
    except OSError:
        return None


def find_index_fault(data_folder: Path) -> str | None:
    """Say what is broken in the index, None when it is sound or absent. Reads the whole file."""
    try:
        return find_fault(data_folder / INDEX_NAME)
    except DamagedDatabaseError as error:
        return str(error)


def _open_or_rebuild(path: Path) -> tuple[sqlite3.Connection, bool]:
    """Give a connection to a sound index of this version, and whether it is a new, empty one."""
    reason = _find_reason_to_rebuild(path)
    break_seal(path)
    settle_doubt(path)
    if reason is not None:
        return _replace(path, reason), True
    with translated_errors(path):
        return connect_writer(path), False


def _replace(path: Path, reason: str) -> sqlite3.Connection:
    """Set the file aside that is there and give a connection to a new, empty index, which notes the ``reason``."""
    with translated_errors(path), folder_lock(path.parent, exclusive=True):
        kept = bool(reason) and _set_aside(path)
        connection = connect_writer(path)
        try:
            _create(connection, path, reason, kept=kept)
        except BaseException:
            connection.close()
            raise
    return connection


def _find_reason_to_rebuild(path: Path) -> str | None:
    """Say why the file cannot be used; "" when there is none yet or only the beginning of one, None when it can."""
    if not path.exists() or path.stat().st_size == 0:
        return ""
    fault = None if is_sealed(path) else find_index_fault(path.parent)
    if fault:
        return f"was damaged ({fault})"
    with translated_errors(path), closing(sqlite3.connect(path)) as connection:
        if not connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
            return ""
        maker = connection.execute("PRAGMA application_id").fetchone()[0]
        if get_version(connection) != SCHEMA_VERSION or maker != MAKER:
            return "was made by another version of tandemweb"
        try:
            connection.execute("SELECT rowid FROM document_texts WHERE document_texts MATCH 'a' LIMIT 1").fetchone()
        except sqlite3.DatabaseError as error:  # which the check of the file's structure does not see
            return f"was damaged (its words cannot be searched: {error})"
    return None


def _set_aside(path: Path) -> bool:
    """Move the database's files out of the way; whether there was one."""
    is_there = path.exists()
    for companion in COMPANIONS:
        found = Path(f"{path}{companion}")
        if found.exists():
            found.replace(f"{path}.set-aside{companion}")
    return is_there


def _create(connection: sqlite3.Connection, path: Path, reason: str, *, kept: bool) -> None:
    with begin(connection, path) as index:
        index.execute(f"PRAGMA application_id = {MAKER}")
        create_tables(index)
        # Microseconds pass faster than saves: greater than any number of an index before, so that open pages notice.
        index.execute("INSERT INTO change_counter (id, revision) VALUES (1, ?)", (time.time_ns() // 1_000,))
        if reason:
            place = f" The old file is kept as {path.name}.set-aside." if kept else ""
            save_notice(index, "index-rebuilt", f"The index {reason} and is rebuilt from the archives.{place}")
