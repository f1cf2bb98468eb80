"""Files that git is given to look at for a moment, kept in the shadow of the repository that they are about.

A process that is killed leaves them there, where the next start finds them, and not among the system's; these are taken
where the shadow cannot be written.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_TOP = "scratch"


@contextmanager
def open_scratch(shadow: Path) -> Iterator[Path]:
    """Give a private, empty folder that is gone afterwards."""
    top = shadow / _TOP if os.access(shadow, os.W_OK) else None
    if top is not None:
        top.mkdir(mode=0o700, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f"{os.getpid()}-", dir=top) as folder:
        yield Path(folder)


def clear_scratch(shadows: Path) -> None:
    """Remove what processes have left that are gone. To be called when the program starts."""
    for folder in shadows.glob(f"*.git/{_TOP}/*-*"):
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
