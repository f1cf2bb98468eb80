"""Opening the index: many readers, one writer, and a rebuild from nothing when the file is of no use.

with open_index_reader(data_folder) as index:          # one per request
    page = list_missions(index, MissionFilter())

with open_index_writer(data_folder) as writer:         # one per machine; raises IndexHeldError
    with writer.transaction() as index:
        save_mission(index, "shop", mission, texts)
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from tandemweb.errors import StoreError
from tandemweb.store.database import Database, Transaction


class IndexMissingError(StoreError):
    """There is no index of this version yet; whoever may write must open it first."""


class IndexWriter:
    """The right to write the index, held until ``close`` (or the end of ``with``). Safe to share between threads."""

    @property
    def was_rebuilt(self) -> bool:
        """Whether opening started from an empty index, so that every project has to be read again."""
        raise NotImplementedError

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Open a write transaction; threads queue for it. Keep it under about 2,000 documents."""
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_index_writer(data_folder: Path, *, address: str = "") -> IndexWriter:
    """Take the index for writing; rebuilds it empty when it is damaged or of another version.

    ``address`` is what another process tells its user about this one (a URL). Raises ``IndexHeldError`` (with the
    holder's process id and address) when another process writes, StoreError when the folder cannot be used.
    """
    raise NotImplementedError


@contextmanager
def open_index_reader(data_folder: Path) -> Iterator[Database]:
    """Open the index for reading only: no statement through it can write, attach or load anything.

    Raises IndexMissingError when no writer has made an index of this version yet.
    """
    raise NotImplementedError
    yield
