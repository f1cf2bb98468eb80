"""Writing the files of a run: whole or not at all, and readable by their user only."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tandemweb.agents.json_values import to_json
from tandemweb.errors import AgentError
from tandemweb.whole_files import replace_file

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
        replace_file(path, content)


def read_json_file(path: Path) -> Any:
    """Read a JSON value; None where there is none, or no whole one."""
    try:
        with path.open("rb") as opened:
            return json.loads(opened.read(LARGEST))
    except (OSError, ValueError, RecursionError):
        return None


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RunFolderError(
            f"{path} cannot be written ({error.strerror}); make room there, or make it writable, and start again."
        ) from error
