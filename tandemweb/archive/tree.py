"""One walk over a work tree: what is there, with the stamps that tell what changed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from tandemweb.domain.mission import FileStamp
from tandemweb.domain.problem import Problem


class SkipReason(StrEnum):
    """Why an entry is not part of the tree."""

    IGNORED = "ignored"  # .git, node_modules, virtual environments, caches, build output
    NESTED = "nested-repository"  # has its own .git: another repository, a submodule or a worktree
    SYMLINK = "symlink"  # listed, never followed
    LOOP = "symlink-loop"
    SPECIAL = "special-file"  # FIFO, socket, device
    UNREADABLE = "unreadable"


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


@dataclass(frozen=True, slots=True)
class Tree:
    """A work tree at one moment. All paths are relative, separated by ``/``; ``""`` is the top."""

    project_path: str  # absolute
    files: Mapping[str, FileStamp]  # regular files only
    folders: Mapping[str, Folder]
    skipped: tuple[Skipped, ...]

    def list_files(self, folder: str) -> Iterator[str]:
        """Paths of all files below a folder (``""`` for all), deepest included, in a stable order."""
        raise NotImplementedError


def read_tree(project_path: str) -> Tree:
    """Walk the work tree once with ``os.scandir``; nothing is opened but folders, no symlink is followed.

    Never raises for what it meets: what cannot be listed is in ``skipped``. A missing project is an empty tree
    with one skipped entry of path ``""``.
    """
    raise NotImplementedError


def list_skip_problems(tree: Tree, under: str = "") -> tuple[Problem, ...]:
    """Problems for what was skipped below a folder: loops, special files and unreadable folders."""
    raise NotImplementedError
