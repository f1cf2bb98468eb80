"""One walk over a work tree: what is there, with the stamps that tell what changed."""

import errno
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tandemweb.archive.naming import ROOT_NAMES, fold_name
from tandemweb.domain.mission import FileStamp
from tandemweb.domain.problem import Problem

IGNORED_NAMES = frozenset(
    (
        *(".git", ".hg", ".svn", ".jj", "node_modules", "bower_components", "site-packages", "__pycache__"),
        *(".venv", "venv", ".tox", ".nox", ".cache", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis"),
        *(".eggs", "htmlcov", ".gradle", ".terraform", ".next", ".nuxt", ".svelte-kit", ".turbo", ".parcel-cache"),
        *("build", ".build", "dist", "target", "DerivedData", "Pods", "Carthage"),
    )
)
# A file that says of its folder what it is, whatever the folder is called.
MARKER_FILES = frozenset(("pyvenv.cfg", "CACHEDIR.TAG"))
DEEPEST = 64  # folders in each other; a walk opens each by all that it stands in


class SkipReason(StrEnum):
    """Why an entry is not part of the tree."""

    IGNORED = "ignored"  # .git, node_modules, virtual environments, caches, build output
    NESTED = "nested-repository"  # has its own .git: another repository, a submodule or a worktree
    SYMLINK = "symlink"  # listed, never followed
    LOOP = "symlink-loop"
    SPECIAL = "special-file"  # FIFO, socket, device
    UNREADABLE = "unreadable"
    DEEP = "too-deep"


MEANINGS = {
    SkipReason.IGNORED: "its name is that of a cache or of build output, which is not looked into",
    SkipReason.NESTED: "a repository of its own, which is not looked into",
    SkipReason.SYMLINK: "a symbolic link; it is listed, but not followed, so what it leads to is not shown",
    SkipReason.LOOP: "a symbolic link that leads to itself; it is not followed",
    SkipReason.SPECIAL: "neither a file nor a folder (a pipe, socket or device); it is not opened",
    SkipReason.UNREADABLE: "cannot be listed; what it holds is not shown",
    SkipReason.DEEP: "a folder in more folders than anybody makes by hand; what it holds is not shown",
}


@dataclass(frozen=True, slots=True)
class Skipped:
    path: str
    reason: SkipReason
    message: str = ""


@dataclass(frozen=True, slots=True)
class Folder:
    """Names of what one folder holds, sorted; skipped entries are not among them."""

    folders: tuple[str, ...]
    files: tuple[str, ...]


NO_FOLDER = Folder((), ())


@dataclass(frozen=True, slots=True)
class Tree:
    """A work tree at one moment. All paths are relative, separated by ``/``; ``""`` is the top."""

    project_path: str  # absolute
    files: Mapping[str, FileStamp]  # regular files only
    folders: Mapping[str, Folder]
    skipped: tuple[Skipped, ...]

    def list_files(self, folder: str) -> Iterator[str]:
        """Paths of all files below a folder (``""`` for all), deepest included, in a stable order."""
        open_folders = [folder]
        while open_folders:
            path = open_folders.pop()
            listed = self.folders.get(path, NO_FOLDER)
            yield from (join(path, name) for name in listed.files)
            open_folders.extend(join(path, name) for name in reversed(listed.folders))


def join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def read_tree(project_path: str) -> Tree:
    """Walk the work tree once with ``os.scandir``; nothing is opened but folders, no symlink is followed.

    Never raises for what it meets: what cannot be listed is in ``skipped``. A missing project is an empty tree
    with one skipped entry of path ``""``.
    """
    walk = _Walk(project_path)
    open_folders = [""]
    while open_folders:
        path = open_folders.pop()
        open_folders.extend(join(path, name) for name in reversed(walk.list_folder(path)))
    skipped = tuple(sorted(walk.skipped, key=lambda entry: entry.path))
    return Tree(project_path, walk.files, walk.folders, skipped)


def read_subtree(project_path: str, path: str, *, depth: int | None = None) -> Tree:
    """Walk one folder of a work tree in the same way; ``depth`` 1 lists it, but nothing of the folders in it."""
    walk = _Walk(project_path)
    level = [path]
    while level and (depth is None or depth > 0):
        level = [join(folder, name) for folder in level for name in walk.list_folder(folder)]
        depth = None if depth is None else depth - 1
    skipped = tuple(sorted(walk.skipped, key=lambda entry: entry.path))
    return Tree(project_path, walk.files, walk.folders, skipped)


@dataclass(slots=True)
class _Walk:
    """What a walk has met so far."""

    project_path: str
    files: dict[str, FileStamp] = field(default_factory=dict)
    folders: dict[str, Folder] = field(default_factory=dict)
    skipped: list[Skipped] = field(default_factory=list)

    def list_folder(self, path: str) -> tuple[str, ...]:
        """Take in one folder; the names of the folders below it that are to be walked."""
        if path.count("/") >= DEEPEST:
            self._skip(path, SkipReason.DEEP)
            return ()
        prefix = f"{path}/" if path else ""
        found = _list_entries(f"{self.project_path}/{path}" if path else self.project_path)
        if isinstance(found, OSError):
            self._skip(path, SkipReason.UNREADABLE, os.strerror(found.errno or errno.EIO))
            return ()
        reason = _reason_to_skip(path, {entry.name for entry in found})
        if reason is not None:
            self._skip(path, reason)
            return ()
        folders, files = [], []
        for entry in found:
            try:
                if entry.is_dir(follow_symlinks=False):
                    if entry.name in IGNORED_NAMES:
                        self._skip(prefix + entry.name, SkipReason.IGNORED)
                    else:
                        folders.append(entry.name)
                elif entry.is_file(follow_symlinks=False):
                    stat = entry.stat(follow_symlinks=False)
                    self.files[prefix + entry.name] = FileStamp(stat.st_size, stat.st_mtime_ns, stat.st_ino)
                    files.append(entry.name)
                else:
                    self._skip(prefix + entry.name, _reason_not_regular(entry))
            except OSError as error:  # gone or closed off since it was listed
                self._skip(prefix + entry.name, SkipReason.UNREADABLE, os.strerror(error.errno or errno.EIO))
        self.folders[path] = Folder(tuple(folders), tuple(files))
        return self.folders[path].folders

    def _skip(self, path: str, reason: SkipReason, message: str = "") -> None:
        self.skipped.append(Skipped(path, reason, message))


def _list_entries(absolute_path: str) -> list[os.DirEntry[str]] | OSError:
    try:
        with os.scandir(absolute_path) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        return error


def _reason_to_skip(path: str, names: set[str]) -> SkipReason | None:
    """Why a listed folder is none of this project's, judged by what it holds. The top is always walked."""
    if not path:
        return None
    if not MARKER_FILES.isdisjoint(names):
        return SkipReason.IGNORED
    # An archive may be a repository of its own inside the project: it is still this project's archive.
    if ".git" in names and fold_name(path.rpartition("/")[2]) not in ROOT_NAMES:
        return SkipReason.NESTED
    return None


def _reason_not_regular(entry: os.DirEntry[str]) -> SkipReason:
    if not entry.is_symlink():
        return SkipReason.SPECIAL
    try:
        entry.stat(follow_symlinks=True)
    except OSError as error:
        return SkipReason.LOOP if error.errno == errno.ELOOP else SkipReason.SYMLINK
    return SkipReason.SYMLINK


def list_skip_problems(tree: Tree, under: str = "") -> tuple[Problem, ...]:
    """Problems for what was skipped below a folder: loops, special files, unreadable folders.

    Ordinary symbolic links, other repositories and ignored folders are a problem inside an archive only (``under`` not
    empty): there they hide what belongs to it, elsewhere they are usual.
    """
    prefix = f"{under}/" if under else ""
    usual = set() if under else {SkipReason.IGNORED, SkipReason.NESTED, SkipReason.SYMLINK}
    return tuple(
        Problem(entry.path, None, entry.reason.value, _explain(entry))
        for entry in tree.skipped
        if entry.reason not in usual
        and (entry.path == under or entry.path.startswith(prefix))
        and not entry.path.endswith("/.git")
    )


def _explain(entry: Skipped) -> str:
    name = entry.path.rpartition("/")[2] or "The project folder"
    detail = f" ({entry.message})" if entry.message else ""
    return f"{name} is skipped: {MEANINGS[entry.reason]}{detail}."
