"""The sample projects: three small ones that two models really developed, with their whole git history."""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tandemweb.history.cloning import clone_bundle

NAMES = ("ledgerlite", "linkshelf", "papertrail")
PREFIX = "tandemweb-demo-"
NEWBORN = 60.0  # seconds in which a folder may not have its lock yet


def build_demo(folder: Path) -> tuple[Path, ...]:
    """Make a checkout of each sample project in ``folder`` and give their paths; those that are there are kept."""
    checkouts = tuple(folder / name for name in NAMES)
    for checkout in checkouts:
        if not checkout.exists():
            clone_bundle(Path(__file__).with_name(f"{checkout.name}.bundle"), checkout)
    return checkouts


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Give a folder that goes at the end, and remove those of demos that were killed before they could."""
    _remove_left_behind(Path(tempfile.gettempdir()))
    with tempfile.TemporaryDirectory(prefix=PREFIX) as name:
        lock = os.open(name, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)  # given back by the kernel, however this process ends
            yield Path(name)
        finally:
            os.close(lock)


def _remove_left_behind(parent: Path) -> None:
    for folder in parent.glob(f"{PREFIX}*"):
        with suppress(OSError):  # another user's, in use, or just being removed
            lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                status = os.fstat(lock)
                if status.st_uid == os.geteuid() and time.time() - status.st_mtime > NEWBORN:
                    shutil.rmtree(folder)
            finally:
                os.close(lock)
