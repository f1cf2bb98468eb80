"""Files that git is given to look at for a moment, kept in the shadow of the repository that they are about.

A process that is killed leaves them there, where the next start finds them, and not among the system's; these are taken
where the shadow cannot be written. Many small files are kept in memory where the system has a place for that: a disk
takes a millisecond to make and unmake each.
"""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_TOP = "scratch"
_MEMORY = Path("/dev/shm")  # noqa: S108 only a folder of our own in it is used
_LARGEST_IN_MEMORY = 16 * 1024 * 1024  # bytes
_MEMORY_LEFT = 4  # times what is written has to be free there


@contextmanager
def open_scratch(shadow: Path, size: int = _LARGEST_IN_MEMORY + 1) -> Iterator[Path]:
    """Give a private, empty folder that is gone afterwards. ``size`` is what will be written there, in bytes."""
    top = _find_memory(size)
    if top is None and os.access(shadow, os.W_OK):
        top = shadow / _TOP
        top.mkdir(mode=0o700, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f"{os.getpid()}-", dir=top) as folder:
        yield Path(folder)


def _find_memory(size: int) -> Path | None:
    with suppress(OSError):
        if size <= _LARGEST_IN_MEMORY and shutil.disk_usage(_MEMORY).free >= size * _MEMORY_LEFT:
            return _open_own_memory()
    return None


def _open_own_memory() -> Path | None:
    """Give our folder there, None where somebody else made one of its name."""
    own = _MEMORY / f"tandemweb-{os.geteuid()}"
    own.mkdir(mode=0o700, exist_ok=True)
    status = own.lstat()
    is_ours = stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid() and not status.st_mode & 0o077
    return own if is_ours else None


def clear_scratch(shadows: Path) -> None:
    """Remove what processes have left that are gone. To be called when the program starts."""
    left = [*shadows.glob(f"*.git/{_TOP}/*-*")]
    with suppress(OSError):
        own = _open_own_memory() if _MEMORY.is_dir() else None
        left += own.glob("*-*") if own else ()
    for folder in left:
        number = folder.name.partition("-")[0]
        if number.isdecimal() and not _is_alive(int(number)):
            shutil.rmtree(folder, ignore_errors=True)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
