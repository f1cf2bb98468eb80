"""Writing one file of a work tree: whole or not at all, and only over what it was thought to be.

A new version is written beside the file and takes its name in one step, so that a reader, a crash or a full disk meets
the old version or the new one. Agents take no lock, so what was displaced is looked at after the step and put back
where it is not what was expected (``swapping``).
"""

import os
import secrets
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from tandemweb.archive.conflicts import ChangedMeanwhileError
from tandemweb.archive.opening import RefusedPathError, open_folder, split_path
from tandemweb.archive.reading import READ_LIMIT, read_bytes
from tandemweb.archive.swapping import move_to_free_name, swap_names
from tandemweb.errors import ArchiveError, NotFoundError

TEMPORARY_SUFFIX = ".tandemweb"
ABANDONED_SECONDS = 3600  # a temporary file this old belongs to nobody
MOST_SWAPS = 1000
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class WriteError(ArchiveError):
    """A file could not be written; it is as it was."""


class UnconfirmedError(WriteError):
    """A file is as it was asked for, but the disk did not confirm that: a loss of power may bring back the old one."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One file's next version. None is "there is no such file". ``path`` is relative to the project."""

    path: str
    before: bytes | None
    after: bytes | None


def read_version(project_path: str, path: str) -> bytes | None:
    """Read a file's bytes, None where there is none. Raises ArchiveError where it may not be read."""
    try:
        return read_bytes(project_path, path)
    except NotFoundError:
        return None


def write_edit(project_path: str, edit: Edit) -> None:
    """Write, create or remove one file, the folder of which is there already.

    Raises ChangedMeanwhileError when the file is not ``before``, RefusedPathError for links and special files,
    WriteError when the system does not let it happen. The file is as it was after each of them, but for
    UnconfirmedError: then the new version stands there.
    """
    folder_path, _, name = edit.path.rpartition("/")
    split_path(edit.path)
    with open_folder(project_path, folder_path) as folder, _explained(edit.path):
        if edit.after is None:
            _remove(folder, name, edit)
            return
        _sweep(folder, name)
        temporary = _write_temporary(folder, name, edit.after)
        try:
            if edit.before is None:
                _create(folder, temporary, name, edit)
            else:
                _replace(folder, temporary, name, edit)
            _confirm(folder, edit.path)  # before what was displaced is thrown away
        finally:
            _unlink(folder, temporary)


@contextmanager
def _explained(path: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise WriteError(f"{path} cannot be written: {error.strerror}. It is as it was.") from error


def _confirm(folder: int, path: str) -> None:
    """Have the disk keep what names the folder holds now."""
    try:
        os.fsync(folder)
    except OSError as error:
        raise UnconfirmedError(
            f"{path} is changed, but the disk did not confirm it ({error.strerror}): after a loss of power it may be "
            "as it was. Check the disk."
        ) from error


def _write_temporary(folder: int, name: str, content: bytes) -> str:
    temporary = f".{name}.{secrets.token_hex(4)}{TEMPORARY_SUFFIX}"
    descriptor = os.open(temporary, _NEW, 0o666, dir_fd=folder)
    try:
        _keep_rights(folder, name, descriptor)
        view = memoryview(content)
        while view:
            view = view[os.write(descriptor, view) :]
        os.fsync(descriptor)
    except BaseException:
        _unlink(folder, temporary)
        raise
    finally:
        os.close(descriptor)
    return temporary


def _keep_rights(folder: int, name: str, descriptor: int) -> None:
    """Give the new version the mode of the old one, and its owner where we may."""
    try:
        old = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return
    own = os.fstat(descriptor)
    if (old.st_uid, old.st_gid) != (own.st_uid, own.st_gid):
        # A group's file of somebody else: the content may be ours to write, the owner is not ours to choose.
        with suppress(PermissionError):
            os.fchown(descriptor, old.st_uid, old.st_gid)
    if stat.S_ISREG(old.st_mode):
        os.fchmod(descriptor, stat.S_IMODE(old.st_mode))


def _create(folder: int, temporary: str, name: str, edit: Edit) -> None:
    try:
        move_to_free_name(folder, temporary, name)
    except FileExistsError:
        raise ChangedMeanwhileError(edit.path, None, _read(folder, name, edit.path)) from None


def _replace(folder: int, temporary: str, name: str, edit: Edit) -> None:
    found = _read(folder, name, edit.path)
    if found != edit.before:
        raise ChangedMeanwhileError(edit.path, edit.before, found)
    try:
        is_swapped = swap_names(folder, temporary, name)
    except FileNotFoundError:
        raise ChangedMeanwhileError(edit.path, edit.before, None) from None
    if not is_swapped:
        os.replace(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
        return
    displaced = _read_regular(folder, temporary)
    if displaced != edit.before:
        _put_back(folder, temporary, name, edit.after)
        raise ChangedMeanwhileError(edit.path, edit.before, _read(folder, name, edit.path))


def _put_back(folder: int, temporary: str, name: str, ours: bytes | None) -> None:
    """Give the displaced version its name again; one that came after ours even so goes before it.

    Each swap shows what stood there until then. When that is what this function put there itself, nobody else came.
    """
    last_put = ours
    for _ in range(MOST_SWAPS):
        putting = _read_regular(folder, temporary)
        try:
            swap_names(folder, temporary, name)
        except FileNotFoundError:  # removed by somebody: the latest version is the one in hand
            move_to_free_name(folder, temporary, name)
            return
        if _read_regular(folder, temporary) == last_put:
            return
        last_put = putting


def _remove(folder: int, name: str, edit: Edit) -> None:
    found = _read(folder, name, edit.path)
    if found is None or found != edit.before:
        raise ChangedMeanwhileError(edit.path, edit.before, found)
    aside = f".{name}.{secrets.token_hex(4)}{TEMPORARY_SUFFIX}"
    move_to_free_name(folder, name, aside)
    displaced = _read_regular(folder, aside)
    if displaced != edit.before:
        try:
            move_to_free_name(folder, aside, name)
        except FileExistsError:
            message = f"{edit.path} was changed twice meanwhile; an earlier version of it is kept as {aside}."
            raise WriteError(message) from None
        raise ChangedMeanwhileError(edit.path, edit.before, displaced)
    _unlink(folder, aside)
    _confirm(folder, edit.path)


def _read(folder: int, name: str, path: str) -> bytes | None:
    """Read what stands under a name now, None where nothing does. Raises RefusedPathError for links and the like."""
    try:
        status = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(status.st_mode):
        raise RefusedPathError(f"{path} is a symbolic link, or no regular file: it is not written to.")
    content = _read_regular(folder, name)
    if content is None:
        raise RefusedPathError(f"{path} is too large, or no regular file: it is not written to.")
    return content


def _read_regular(folder: int, name: str) -> bytes | None:
    """Read a regular file; None for what is none, or larger than anything that is ever written here."""
    try:
        descriptor = os.open(name, _FILE, dir_fd=folder)
    except OSError:
        return None
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size > READ_LIMIT:
            return None
        chunks = []
        while chunk := os.read(descriptor, 1 << 20):
            chunks.append(chunk)
        return b"".join(chunks)
    finally:
        os.close(descriptor)


def _sweep(folder: int, name: str) -> None:
    """Remove temporary files of this name that a killed process left behind long ago."""
    prefix = f".{name}."
    for entry in os.listdir(folder):
        if entry.startswith(prefix) and entry.endswith(TEMPORARY_SUFFIX):
            try:
                age = time.time() - os.stat(entry, dir_fd=folder, follow_symlinks=False).st_mtime
            except FileNotFoundError:
                continue
            if age > ABANDONED_SECONDS:
                _unlink(folder, entry)


def _unlink(folder: int, name: str) -> None:
    with suppress(FileNotFoundError):
        os.unlink(name, dir_fd=folder)
