"""Whether a step changed files that it may not change: the work tree before it against the work tree after it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tandemweb.archive.tree import read_tree
from tandemweb.domain.mission import FileStamp
from tandemweb.errors import HistoryError
from tandemweb.history.ignoring import list_ignored
from tandemweb.history.repository import find_repository
from tandemweb.services.folders import shadow_folder

NAMED_COUNT = 5  # paths in a sentence


@dataclass(frozen=True, slots=True)
class TreeStamp:
    """Every file of a work tree, caches and build output left out, with what tells that it is still the same."""

    work_tree: str
    files: Mapping[str, FileStamp]


@dataclass(frozen=True, slots=True)
class Looks:
    """The work tree before a group of steps and after it. ``is_shared``: another run wrote there meanwhile."""

    before: TreeStamp
    after: TreeStamp
    is_shared: bool = False


def stamp_tree(work_tree: str) -> TreeStamp:
    """Look at every file of a work tree once; none is opened."""
    return TreeStamp(work_tree, read_tree(work_tree).files)


def find_strays(data_folder: Path, before: TreeStamp, after: TreeStamp, allowed: Collection[str]) -> tuple[str, ...]:
    """Find the paths that were added, changed or removed between two looks, though they are not ``allowed``.

    What is allowed is a file, or a folder with all that is in it. What git ignores is nobody's change.
    """
    strays = sorted(path for path in _list_changed(before, after) if not is_below(path, allowed))
    location = find_repository(Path(after.work_tree)) if strays else None
    if location is None:
        return tuple(strays)
    try:
        ignored = list_ignored(location, shadow_folder(data_folder), strays)
    except (HistoryError, OSError):  # without git nothing counts as ignored
        ignored = frozenset()
    return tuple(path for path in strays if path not in ignored)


def is_below(path: str, places: Collection[str]) -> bool:
    """Whether ``path`` is one of the places or inside one."""
    return any(path == place or path.startswith(f"{place}/") for place in places)


def describe_strays(strays: Collection[str]) -> str:
    """Say in a sentence which files a step changed elsewhere, and what to do."""
    named = ", ".join(sorted(strays)[:NAMED_COUNT])
    more = f" and {len(strays) - NAMED_COUNT} more" if len(strays) > NAMED_COUNT else ""
    return f"The step changed what it may not change: {named}{more}. Look at these files, then start the step again."


def _list_changed(before: TreeStamp, after: TreeStamp) -> Iterator[str]:
    for path, stamp in after.files.items():
        if before.files.get(path) != stamp:
            yield path
    yield from before.files.keys() - after.files.keys()
