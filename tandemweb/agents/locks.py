"""Places of parallel runs and work trees, held by locks that vanish with their holder; first come, first served.

A resource is a folder of files: one ``ticket`` per waiting process and one ``slot`` per place, each locked by its
process as long as it lives. A ticket that nobody holds belonged to somebody who died. Who comes or goes holds the
``door``, so that a folder nobody needs any more is removed under nobody's hands.
"""

import fcntl
import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from tandemweb.agents.run_files import FOLDER_MODE, make_folder
from tandemweb.errors import AgentError

PRIVATE = 0o600
LONGEST_NOTE = 200
PAUSE = 0.02
DOOR, SESSION = "door", "session-"


class LockError(AgentError):
    """A lock cannot be taken."""


@dataclass(frozen=True, slots=True)
class Writer:
    """A run that writes a work tree, or wrote it last; ``taken_at`` (ns since 1970) tells one claim from the next."""

    run_id: str = ""
    taken_at: int = 0
    is_held: bool = False


class Place:
    """One holder's claim to a resource of ``capacity`` places: it waits until ``try_take`` says True.

    ``before`` is who had the place that was taken last, "" where nobody had.
    """

    def __init__(self, folder: Path, name: str, holder: str) -> None:
        self.folder = folder / name
        self.holder = holder
        self.before = ""
        self._ticket = self.folder / f"ticket-{time.time_ns():020}-{holder}"
        self._slot: int | None = None
        with _hold_door(self.folder):  # else somebody could take it for a dead one's in between
            self._waiting: int | None = _open(self._ticket)
            _take(self._waiting)

    def try_take(self, capacity: int = 1) -> bool:
        """Take a place if one is free and nobody waits who came before. To be asked again until it says True."""
        if self._slot is not None:
            return True
        with _hold_door(self.folder):
            earlier = [ticket for ticket in sorted(self.folder.glob("ticket-*")) if ticket < self._ticket]
            waiting_count = sum(_is_held(ticket) for ticket in earlier)
            slots = {slot: _is_held(slot) for slot in self.folder.glob("slot-*")}
            if sum(slots.values()) + waiting_count >= capacity:
                return False
            free = [slot for slot, held in slots.items() if not held]
            self._slot = _open(free[0] if free else self.folder / f"slot-{len(slots)}")
            _take(self._slot)
            self.before = os.pread(self._slot, LONGEST_NOTE, 0).decode("utf-8", "replace")
            os.ftruncate(self._slot, 0)
            os.pwrite(self._slot, self.holder.encode()[:LONGEST_NOTE], 0)
        self._leave_queue()
        return True

    def release(self) -> None:
        """Give the place back, or leave the queue."""
        self._leave_queue()
        if self._slot is not None:
            os.close(self._slot)
            self._slot = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def _leave_queue(self) -> None:
        if self._waiting is not None:
            self._ticket.unlink(missing_ok=True)
            os.close(self._waiting)
            self._waiting = None


class Session(Place):
    """The claim to a conversation: nothing is to be known of it afterwards."""

    def release(self) -> None:
        super().release()
        for folder in self.folder.parent.glob(f"{SESSION}*"):  # of those, too, whose holders were killed
            _remove_free(folder)


def get_locks_folder(data_folder: Path) -> Path:
    return data_folder / "runs" / "locks"


def claim_place(data_folder: Path, run_id: str) -> Place:
    """Queue for one of the places of parallel runs."""
    return Place(get_locks_folder(data_folder), "places", run_id)


def claim_work_tree(data_folder: Path, work_tree: str, run_id: str) -> Place:
    """Queue for the one place of a work tree; to be taken before a place of parallel runs, never after it."""
    return Place(get_locks_folder(data_folder), _name_work_tree(work_tree), run_id)


def hold_session(data_folder: Path, session_id: str, run_id: str) -> Session:
    """Go on with a conversation of claude alone: of two at once it forgets one, and says nothing. Raises LockError."""
    place = Session(get_locks_folder(data_folder), f"{SESSION}{_digest(session_id)}", run_id)
    if not place.try_take():
        place.release()
        raise LockError("Another run goes on with this conversation now; wait for its end, and start the step again.")
    return place


def find_holders(folder: Path) -> list[str]:
    """List who holds the places of a resource now."""
    return [_read_note(slot) for slot in sorted(folder.glob("slot-*")) if _is_held(slot)]


def find_writer(data_folder: Path, work_tree: str) -> Writer:
    """Say which run writes a work tree now, or wrote it last."""
    folder = get_locks_folder(data_folder) / _name_work_tree(work_tree)
    slot = next(folder.glob("slot-*"), None)
    return Writer() if slot is None else Writer(_read_note(slot), slot.stat().st_mtime_ns, _is_held(slot))


@contextmanager
def hold_start_lock(data_folder: Path, mission: str) -> Iterator[None]:
    """Let one run of a mission be started at a time: whoever comes second finds the first one there."""
    folder = make_folder(get_locks_folder(data_folder))
    with hold_lock(folder / f"start-{_digest(mission)}"):
        yield


@contextmanager
def hold_lock(path: Path, patience: float = 10.0) -> Iterator[None]:
    """Hold a lock, waiting for it ``patience`` seconds at most. Raises LockError."""
    descriptor = _open(path)
    try:
        _wait_for(descriptor, path, patience)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _hold_door(folder: Path) -> Iterator[None]:
    """Hold the door of a resource, the folder of which is there as long as this lasts."""
    descriptor = None
    while descriptor is None:
        make_folder(folder.parent)
        descriptor = _try_door(folder)
    try:
        yield
    finally:
        os.close(descriptor)


def _try_door(folder: Path, patience: float = 10.0) -> int | None:
    """Lock the door of a resource; None where it was removed meanwhile, with its folder."""
    path = folder / DOOR
    try:
        with suppress(FileExistsError):
            folder.mkdir(FOLDER_MODE)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise LockError(f"The lock {path} cannot be opened ({error.strerror}).") from error
    try:
        _wait_for(descriptor, path, patience)
        if _is_still(descriptor, path):
            return descriptor
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None


def _remove_free(folder: Path) -> None:
    """Remove a resource that nobody holds or waits for. Whoever is at its door sees to it instead."""
    door = folder / DOOR
    with suppress(OSError):
        descriptor = os.open(door, os.O_RDWR | os.O_CLOEXEC)
        try:
            if not _try_take(descriptor) or not _is_still(descriptor, door):
                return
            others = [path for path in folder.iterdir() if path != door]
            if any(_is_held(path) for path in others):
                return
            for path in (*others, door):
                path.unlink(missing_ok=True)
            folder.rmdir()  # fails where somebody has come since the door was taken off
        finally:
            os.close(descriptor)


def _wait_for(descriptor: int, path: Path, patience: float) -> None:
    end = time.monotonic() + patience
    while not _try_take(descriptor):
        if time.monotonic() > end:
            raise LockError(f"{path} is locked by another tandemweb; look for one that hangs, and try again.")
        time.sleep(PAUSE)


def _is_still(descriptor: int, path: Path) -> bool:
    """Whether a file that is open has its name still."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _name_work_tree(work_tree: str) -> str:
    return f"tree-{_digest(os.path.realpath(work_tree))}"


def _digest(text: str) -> str:
    return hashlib.sha256(os.fsencode(text)).hexdigest()[:24]


def _open(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE)
    except OSError as error:
        raise LockError(f"The lock {path} cannot be opened ({error.strerror}).") from error


def _take(descriptor: int) -> None:
    fcntl.flock(descriptor, fcntl.LOCK_EX)


def _try_take(descriptor: int, kind: int = fcntl.LOCK_EX) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _is_held(path: Path) -> bool:
    """Whether a living process holds it; the ticket of a dead one is thrown away."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        if not _try_take(descriptor, fcntl.LOCK_SH):  # shared: else two who ask would see each other
            return True
        if path.name.startswith("ticket-"):
            with suppress(OSError):
                path.unlink()
        return False
    finally:
        os.close(descriptor)


def _read_note(path: Path) -> str:
    try:
        return path.read_bytes()[:LONGEST_NOTE].decode("utf-8", "replace")
    except OSError:
        return ""
