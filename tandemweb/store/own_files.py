"""Small files of the data folder beside the databases: whole or not at all, and readable by their user only."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from tandemweb.errors import StoreError

PRIVATE_FOLDER = 0o700


def write_own_file(path: Path, content: bytes) -> None:
    """Replace a file as a whole; it is on the disk when this returns. Raises StoreError; the old file stays then."""
    try:
        path.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        _replace(path, content)
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}. What was there before is kept.") from error


def _replace(path: Path, content: bytes) -> None:
    # A name of its own for each writer: two that share one could put half of a file in place.
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
