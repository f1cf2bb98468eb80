"""What to watch of a project, and what a change there means."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tandemweb.domain.mission import ArchiveRoot, Document, Project
from tandemweb.history.repository import RepositoryLocation


@dataclass(frozen=True, slots=True)
class WatchList:
    """Absolute folders: ``deep`` ones with all that is below them, ``flat`` ones without their sub-folders."""

    deep: frozenset[str]
    flat: frozenset[str]


@dataclass(frozen=True, slots=True)
class Touch:
    """What changed on disk: paths relative to the project, and whether anything of git moved."""

    paths: frozenset[str] = frozenset()
    has_git_moved: bool = False


def list_watched(
    project: Project, roots: Iterable[ArchiveRoot], documents: Iterable[Document], location: RepositoryLocation | None
) -> WatchList:
    """Watch archives whole; of the rest of a project only the folders that hold its documents, and git's refs."""
    top = Path(project.path)
    roots = tuple(roots)
    deep = {top / root.path for root in roots}
    # The folder above tells when the project itself goes, and when it is back.
    flat = {top.parent, top, *((top / root.path).parent for root in roots)}
    flat |= {(top / document.path).parent for document in documents}
    if location and not location.problem:
        deep |= {location.common_dir / "refs", location.common_dir / "worktrees"}
        flat |= {location.git_dir, location.common_dir}
    return WatchList(_existing(deep), _existing(flat))


def interpret_changes(paths: Iterable[str], project: Project, location: RepositoryLocation | None) -> Touch:
    """Say which changed absolute paths are the project's, and whether one of git's files says where a ref stands."""
    inside: set[str] = set()
    has_git_moved = False
    git_folders = (f"{location.git_dir}/", f"{location.common_dir}/") if location else ()
    for path in paths:
        if path.startswith(git_folders):
            has_git_moved |= _says_where_refs_stand(path)
        elif path.startswith(f"{project.path}/"):
            inside.add(path[len(project.path) + 1 :])
    return Touch(frozenset(path for path in inside if not _is_passing(path)), has_git_moved)


def _existing(folders: Iterable[Path]) -> frozenset[str]:
    return frozenset(os.fspath(folder) for folder in folders if folder.is_dir())


def _says_where_refs_stand(path: str) -> bool:
    name = path.rpartition("/")[2]
    return name in {"HEAD", "packed-refs", "shallow"} or ("/refs/" in path and not name.endswith(".lock"))


def _is_passing(path: str) -> bool:
    """Whether a path is git's, or a writer's hidden temporary file, which says nothing to a reader."""
    return path.startswith(".git/") or path.rpartition("/")[2].startswith(".")
