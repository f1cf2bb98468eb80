"""One writer at a time for each archive root. The lock lives in the data folder, never in a repository."""

import fcntl
import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tandemweb.errors import ArchiveError, ConflictError

PATIENCE = 20.0  # seconds; a change takes milliseconds
PAUSE = 0.005


def name_root(project_path: str, root_path: str) -> str:
    """Give the name under which a root's backups stand in the data folder."""
    place = os.fsencode(project_path) + b"\0" + os.fsencode(root_path)
    return hashlib.sha256(place).hexdigest()[:24]


@contextmanager
def hold_root(data_folder: Path, project_path: str, root_path: str, *, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the root's lock, waiting up to ``patience`` seconds. The kernel gives it back when the process dies.

    It is the same one in every project that the root lies in: a folder of a project may be a project, too.
    Raises ConflictError when another change takes that long, ArchiveError when there can be no lock.
    """
    place = os.path.realpath(Path(project_path, root_path))
    path = data_folder / "locks" / f"{name_root(place, '')}.lock"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise ArchiveError(f"The lock {path} cannot be opened: {error.strerror}.") from error
    try:
        _take(descriptor, root_path, time.monotonic() + patience)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, root_path: str, deadline: float) -> None:
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                message = f"Another change of {root_path or 'this archive'} is still being written. Try again."
                raise ConflictError(message) from None
        time.sleep(PAUSE)
