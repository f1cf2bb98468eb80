"""Opening ``state.db``: what cannot be rebuilt. Migrated after a backup, never thrown away."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tandemweb.store.database import Database, Transaction


@dataclass(frozen=True, slots=True)
class State(Database):
    """The open state database. Any process may write it; transactions queue."""

    def transaction(self) -> AbstractContextManager[Transaction]:
        raise NotImplementedError


@contextmanager
def open_state(data_folder: Path) -> Iterator[State]:
    """Open (and, the first time, create or migrate) the state database.

    Raises DamagedDatabaseError naming the backup, or StoreError when a newer tandemweb wrote it.
    """
    raise NotImplementedError
    yield
