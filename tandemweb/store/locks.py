"""One writer per index: a lock that the kernel gives back when its process dies, with a note of who holds it."""

from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from tandemweb.errors import StoreError


@dataclass(frozen=True, slots=True)
class LockHolder:
    """Who writes the index. ``address`` is a URL, "" where it serves nothing."""

    process_id: int
    address: str


class IndexHeldError(StoreError):
    """Another process writes the index; this one may read it. ``holder`` is None when it left no note."""

    def __init__(self, holder: LockHolder | None) -> None:
        self.holder = holder
        where = f" at {holder.address}" if holder and holder.address else ""
        who = f" (process {holder.process_id}{where})" if holder else ""
        super().__init__(f"Another tandemweb{who} keeps the index up to date; use that one or stop it first.")


class WriterLock:
    """The lock, held from ``hold_writer_lock`` to ``release`` or the end of the process."""

    def release(self) -> None:
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def hold_writer_lock(data_folder: Path, *, address: str = "") -> WriterLock:
    """Take the lock at once or raise IndexHeldError."""
    raise NotImplementedError


def find_lock_holder(data_folder: Path) -> LockHolder | None:
    """Say who holds the lock now, None when nobody does."""
    raise NotImplementedError
