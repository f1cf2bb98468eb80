"""Where a project's repository is, found by reading files ourselves: git is never asked by its working directory."""

import os
import re
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

OBJECT_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
SMALL_FILE_LIMIT = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class RepositoryLocation:
    """A repository as its files name it; all paths absolute and resolved.

    ``git_dir`` is this work tree's own, ``common_dir`` is equal for all worktrees of one repository. ``problem`` is a
    sentence when there is a repository that will not be read (another user's, damaged, bare).
    """

    work_tree: Path
    git_dir: Path
    common_dir: Path
    problem: str = ""


class _UnusableError(Exception):
    """Says why a git directory is not one."""


def find_repository(path: Path) -> RepositoryLocation | None:
    """Find the repository whose work tree is exactly ``path``; parents are not searched. Starts no process."""
    work_tree = path.resolve()
    entry = work_tree / ".git"
    if not os.path.lexists(entry):
        if _is_git_directory(work_tree):
            problem = "This is a bare repository, without files to show; add one of its work trees instead."
            return RepositoryLocation(work_tree, work_tree, work_tree, problem)
        return None
    if _is_empty_folder(entry):  # what sandboxes of agents leave behind; git passes it over, too
        return None
    git_dir = common_dir = entry
    try:
        git_dir = common_dir = _follow_git_entry(entry)
        common_dir = _follow_common_dir(git_dir)
        _check(entry, common_dir, (work_tree, git_dir, common_dir, (common_dir / "objects").resolve()))
    except (_UnusableError, OSError, ValueError, RuntimeError) as error:
        problem = str(error) if isinstance(error, _UnusableError) else f"{entry} cannot be read: {error}."
        return RepositoryLocation(work_tree, git_dir, common_dir, problem)
    return RepositoryLocation(work_tree, git_dir, common_dir)


def read_small_file(path: Path) -> bytes | None:
    """Read a file of the git directory; None when there is none. Never blocks. Raises OSError for what is no file."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(f"{path.name} is not a regular file")
        return file.read(SMALL_FILE_LIMIT)


def read_shallow_oids(common_dir: Path) -> tuple[str, ...]:
    """Oids of the commits where a shallow clone ends."""
    text = (read_small_file(common_dir / "shallow") or b"").decode("ascii", "replace")
    return tuple(sorted(line for line in text.split("\n") if OBJECT_ID.fullmatch(line)))


def _follow_git_entry(entry: Path) -> Path:
    if entry.is_dir():
        return entry.resolve()
    text = os.fsdecode(read_small_file(entry) or b"")
    if not text.startswith("gitdir: "):
        raise _UnusableError(f"{entry} is a file that names no git directory.")
    return (entry.parent / text.removeprefix("gitdir: ").rstrip("\n")).resolve()


def _follow_common_dir(git_dir: Path) -> Path:
    named = read_small_file(git_dir / "commondir")
    return git_dir if named is None else (git_dir / os.fsdecode(named).rstrip("\n")).resolve()


def _check(entry: Path, common_dir: Path, places: Iterable[Path]) -> None:
    if not _is_git_directory(common_dir):
        raise _UnusableError(f"{entry} leads to {common_dir}, which is no git directory or a damaged one.")
    if (common_dir / "reftable").is_dir():
        raise _UnusableError(f"{common_dir} keeps its refs as reftable, a format that is not read yet.")
    for name in ("objects/info/alternates", "packed-refs"):
        if os.path.exists(common_dir / name) and not os.path.isfile(common_dir / name):  # noqa: PTH110, PTH113 these never raise
            raise _UnusableError(f"{common_dir / name} is no file, and git would wait for it.")
    for place in places:
        if place.stat().st_uid != os.geteuid():
            raise _UnusableError(f"{place} belongs to another user; start tandemweb as that user to see its history.")


def _is_empty_folder(entry: Path) -> bool:
    try:
        return entry.is_dir() and not entry.is_symlink() and next(entry.iterdir(), None) is None
    except OSError:
        return False


def _is_git_directory(path: Path) -> bool:
    return (path / "HEAD").is_file() and (path / "objects").is_dir() and (path / "refs").is_dir()
