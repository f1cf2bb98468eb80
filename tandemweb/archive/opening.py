"""Opening files and folders below a project so that no name, link or race leads outside it, and nothing blocks."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tandemweb.errors import ArchiveError, NotFoundError

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# Without O_NONBLOCK, opening a FIFO waits for a writer that never comes.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


class RefusedPathError(ArchiveError):
    """The path leads through a symbolic link, outside the project, or to something that is no regular file."""


@contextmanager
def open_file(project_path: str, path: str) -> Iterator[int]:
    """Open a regular file below the project, following no symbolic link below it.

    Gives a file descriptor that is closed at the end. Raises NotFoundError, RefusedPathError or ArchiveError.
    """
    descriptor = _open(project_path, path)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise RefusedPathError(f"{path} is not a regular file (a folder, pipe, socket or device).")
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def open_folder(project_path: str, path: str) -> Iterator[int]:
    """Open a folder below the project, "" for the project itself, following no symbolic link below it.

    Gives a file descriptor for use as ``dir_fd``, closed at the end. Raises NotFoundError, RefusedPathError or
    ArchiveError.
    """
    parts = split_path(path) if path else []
    with _explained(project_path, path, parts):
        descriptor = _walk(project_path, parts)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _open(project_path: str, path: str) -> int:
    *folders, name = split_path(path)
    with _explained(project_path, path, folders):
        folder = _walk(project_path, folders)
        try:
            return os.open(name, _FILE, dir_fd=folder)
        finally:
            os.close(folder)


@contextmanager
def _explained(project_path: str, path: str, folders: list[str]) -> Iterator[None]:
    try:
        yield
    except (FileNotFoundError, NotADirectoryError) as error:
        if error.errno == errno.ENOTDIR and _leads_through_link(project_path, folders):
            raise _refused_link(path) from error
        raise NotFoundError(f"There is no file {path} (any more).") from error
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise _refused_link(path) from error
        if error.errno == errno.ENXIO:
            raise RefusedPathError(f"{path} is not a regular file (a pipe or socket).") from error
        raise ArchiveError(f"{path} cannot be opened: {os.strerror(error.errno or errno.EIO)}.") from error


def split_path(path: str) -> list[str]:
    """Give the names of a path below a project. Raises RefusedPathError or NotFoundError for what can be none."""
    parts = path.split("/")
    if any(part in {"", ".", ".."} or "\0" in part or part.casefold() == ".git" for part in parts):
        raise RefusedPathError(f"{path!r} is not a path of a file in this project.")
    try:
        os.fsencode(path)
    except UnicodeEncodeError as error:
        raise NotFoundError("There is no file of that name.") from error
    return parts


def _walk(project_path: str, folders: list[str]) -> int:
    """Go down one component after the other, each relative to the folder that is open: nothing can be swapped."""
    folder = os.open(project_path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in folders:
            below = os.open(part, _FOLDER, dir_fd=folder)
            os.close(folder)
            folder = below
    except BaseException:
        os.close(folder)
        raise
    return folder


def _leads_through_link(project_path: str, folders: list[str]) -> bool:
    """Whether one of the folders is a symbolic link; only words the message, decides nothing."""
    paths = (Path(project_path, *folders[: count + 1]) for count in range(len(folders)))
    return any(path.is_symlink() for path in paths)


def _refused_link(path: str) -> RefusedPathError:
    return RefusedPathError(f"{path} is or leads through a symbolic link, which is not followed.")
