"""Where the events of a log stand, so that events N to M of a hundred thousand are read without the others.

A file beside the log: a head (how far the log was read, how many events there were) and one record per event. It can
be deleted at any time. Whoever writes it holds its lock: the driver while the agent runs, later the first reader.
"""

import fcntl
import os
import struct
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

NAME = "events.idx"
MAGIC = b"TWX2"  # another one when a change of the parsers gives other events for the same lines
HEAD = struct.Struct("<4sIQQ")  # magic, unused, bytes of the log that were read, count of events
RECORD = struct.Struct("<QQIHBB")  # offset, seen at (ms), size of the line, its how manieth event, unused, flags
CUT = 1
PRIVATE = 0o600
PAUSE = 0.01


@dataclass(frozen=True, slots=True)
class Place:
    """Where one event stands: ``part`` counts from 0 the events of one line. ``seen_at`` is in ms, 0 is none."""

    offset: int
    size: int
    part: int
    seen_at: int = 0
    is_cut: bool = False


class EventIndex:
    """An open index. ``scanned`` is how far the log was read, ``count`` how many events it had up to there."""

    def __init__(self, descriptor: int | None, patience: float) -> None:
        self._descriptor = descriptor
        self._is_writable = descriptor is not None and _take_lock(descriptor, patience)
        self._is_kept = descriptor is not None and not self._is_writable
        self.scanned, self.count = self._read_head()

    @classmethod
    def open(cls, folder: Path, patience: float = 0.0) -> Self:
        """Open the index in a step's folder, waiting ``patience`` seconds for its lock.

        Where that cannot be had, or nothing be written, the index is only read.
        """
        try:
            return cls(os.open(folder / NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE), patience)
        except OSError:
            return cls(None, patience)

    @property
    def is_writable(self) -> bool:
        """Whether we hold its lock, and nobody else adds to it."""
        return self._is_writable

    @property
    def is_kept(self) -> bool:
        """Whether somebody else held its lock when it was opened, and adds to it what the log has more."""
        return self._is_kept

    def restart(self) -> None:
        """Forget everything: the log is not the one that this was made from."""
        self.scanned = self.count = 0

    def add(self, places: Iterable[Place], scanned: int) -> None:
        """Add what was found up to ``scanned``.

        A full disk is no reason to stop the agent: nothing is added from then on, and readers, who get the lock, read
        the log itself.
        """
        if not self._is_writable or self._descriptor is None:
            return
        packed = [
            RECORD.pack(place.offset, place.seen_at, place.size & 0xFFFFFFFF, place.part, 0, CUT if place.is_cut else 0)
            for place in places
        ]
        try:
            _write(self._descriptor, b"".join(packed), HEAD.size + self.count * RECORD.size)
            _write(self._descriptor, HEAD.pack(MAGIC, 0, scanned, self.count + len(packed)), 0)
        except OSError:
            self._is_writable = False
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)
            return
        self.scanned = scanned
        self.count += len(packed)

    def read(self, first: int, count: int) -> list[Place]:
        """Read the places of events ``first`` (from 0) and following."""
        count = max(0, min(count, self.count - first))
        if self._descriptor is None or not count:
            return []
        raw = os.pread(self._descriptor, count * RECORD.size, HEAD.size + first * RECORD.size)
        whole = raw[: len(raw) // RECORD.size * RECORD.size]
        return [
            Place(offset, size, part, seen_at, flags == CUT)
            for offset, seen_at, size, part, _, flags in RECORD.iter_unpack(whole)
        ]

    def close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _read_head(self) -> tuple[int, int]:
        head = b"" if self._descriptor is None else os.pread(self._descriptor, HEAD.size, 0)
        if self._descriptor is None or len(head) < HEAD.size:
            return 0, 0
        magic, _, scanned, count = HEAD.unpack(head)
        size = os.fstat(self._descriptor).st_size
        if magic != MAGIC or HEAD.size + count * RECORD.size > size:
            return 0, 0
        return scanned, count


def _take_lock(descriptor: int, patience: float) -> bool:
    end = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() >= end:
                return False
            time.sleep(PAUSE)
        else:
            return True


def _write(descriptor: int, content: bytes, at: int) -> None:
    while content:
        written = os.pwrite(descriptor, content, at)
        content = content[written:]
        at += written
