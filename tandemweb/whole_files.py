"""Files that are there whole or not at all, whatever ends the process or the power; readable by their user only."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path


def replace_file(path: Path, content: bytes) -> None:
    """Replace a file; it is on the disk, by its name, when this returns. Raises OSError."""
    put_file(path, content)
    sync_folder(path.parent)


def put_file(path: Path, content: bytes) -> None:
    """Replace a file; until ``sync_folder`` a loss of power may bring back what had its name. Raises OSError."""
    # A name of its own for each writer: two that share one could put half of a file in place.
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(descriptor)
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def sync_folder(path: Path) -> None:
    """Have the disk keep the names that a folder holds now. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
