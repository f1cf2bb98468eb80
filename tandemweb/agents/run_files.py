"""Writing the files of a run: whole or not at all, and readable by their user only."""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tandemweb.agents.json_values import to_json
from tandemweb.errors import AgentError

FOLDER_MODE = 0o700
LARGEST = 32 * 1024 * 1024


class RunFolderError(AgentError):
    """A file of a run cannot be written."""


def make_folder(path: Path) -> Path:
    """Create a folder for its user alone; one that is there is no error. Raises RunFolderError."""
    with _told(path):
        path.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    return path


def write_json_file(path: Path, value: Any) -> None:
    """Replace a file by a value as JSON. Raises RunFolderError."""
    text = json.dumps(to_json(value), ensure_ascii=False, indent=1) + "\n"
    write_file(path, text.encode("utf-8", "replace"))


def write_file(path: Path, content: bytes) -> None:
    """Replace a file as a whole; it is on the disk when this returns. Raises RunFolderError."""
    with _told(path):
        _replace(path, content)


def read_json_file(path: Path) -> Any:
    """Read a JSON value; None where there is none, or no whole one."""
    try:
        with path.open("rb") as opened:
            return json.loads(opened.read(LARGEST))
    except (OSError, ValueError, RecursionError):
        return None


def _replace(path: Path, content: bytes) -> None:
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(descriptor)
        os.replace(name, path)  # noqa: PTH105 as the rest of this function
    except BaseException:
        with suppress(OSError):
            os.unlink(name)  # noqa: PTH108
        raise
    _sync_folder(path.parent)


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RunFolderError(
            f"{path} cannot be written ({error.strerror}); make room there, or make it writable, and start again."
        ) from error
