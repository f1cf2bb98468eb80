"""One writer per index: a lock that the kernel gives back when its process dies, with a note of who holds it."""

import fcntl
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from tandemweb.errors import StoreError
from tandemweb.store.paths import prepare_data_folder

LOCK_NAME = "index.lock"
LONGEST_NOTE = 4096
ATTEMPTS, PAUSE = 3, 0.02


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


@dataclass(frozen=True, slots=True)
class WriterLock:
    """The lock, held from ``hold_writer_lock`` to ``release`` or the end of the process."""

    descriptor: int

    def release(self) -> None:
        os.close(self.descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def hold_writer_lock(data_folder: Path, *, address: str = "") -> WriterLock:
    """Take the lock at once or raise IndexHeldError."""
    descriptor = _open(prepare_data_folder(data_folder))
    try:
        _take(descriptor)
        _leave_note(descriptor, LockHolder(os.getpid(), address))
    except BlockingIOError:
        holder = _read_note(descriptor)
        os.close(descriptor)
        raise IndexHeldError(holder) from None
    except OSError as error:
        os.close(descriptor)
        raise StoreError(f"The lock in {data_folder} cannot be taken ({error.strerror}).") from error
    return WriterLock(descriptor)


def find_lock_holder(data_folder: Path) -> LockHolder | None:
    """Say who holds the lock now, None when nobody does."""
    if not (data_folder / LOCK_NAME).exists():
        return None
    descriptor = _open(data_folder)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _read_note(descriptor)
    else:
        return None
    finally:
        os.close(descriptor)


def _take(descriptor: int) -> None:
    # Whoever asks who holds the lock holds it shared for a moment: that is no reason to give up.
    for _ in range(ATTEMPTS - 1):
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(PAUSE)
    return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _open(data_folder: Path) -> int:
    try:
        return os.open(data_folder / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreError(f"The lock in {data_folder} cannot be opened ({error.strerror}).") from error


def _leave_note(descriptor: int, holder: LockHolder) -> None:
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, json.dumps({"process_id": holder.process_id, "address": holder.address}).encode(), 0)


def _read_note(descriptor: int) -> LockHolder | None:
    try:
        note = json.loads(os.pread(descriptor, LONGEST_NOTE, 0))
        return LockHolder(int(note["process_id"]), str(note["address"]))
    except (ValueError, KeyError, TypeError):
        return None  # the holder is just writing it
