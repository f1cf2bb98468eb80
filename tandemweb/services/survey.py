"""What stands on disk against what the index knows: the paths that are new, changed or gone."""

import hashlib
import os
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tandemweb.archive.others import list_candidates
from tandemweb.archive.roots import find_roots
from tandemweb.archive.tree import SkipReason, Tree
from tandemweb.domain.mission import ArchiveRoot, FileStamp
from tandemweb.store.files import KnownFile

# The project itself stands among the known files under no path; its hash is the tree's structure, its stamp that of the
# last walk after which nothing was left to do.
PROJECT = ""
NO_STAMP = FileStamp(0, 0, 0)
# Rights change without a trace in a stamp: such a file is looked at again each time.
UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Survey:
    """One look at a project; paths are relative to it. ``structure`` stays while no name and no Config.json changes.

    ``is_missing``: the project's folder is away, so nothing can be said about what it holds.
    """

    tree: Tree
    roots: tuple[ArchiveRoot, ...]
    structure: str
    has_new_structure: bool
    changed: frozenset[str]
    removed: frozenset[str]
    is_missing: bool

    @property
    def is_unchanged(self) -> bool:
        return not (self.changed or self.removed or self.has_new_structure)


@dataclass(frozen=True, slots=True)
class Touched:
    """Touched paths by what they belong to. ``missions``: (root path, folder name) -> paths."""

    missions: Mapping[tuple[str, str], frozenset[str]]
    root_files: frozenset[str]
    others: frozenset[str]


def survey_tree(tree: Tree, known: Mapping[str, KnownFile], known_roots: tuple[ArchiveRoot, ...]) -> Survey:
    """Compare a walk with what is known. As long as the structure is the known one, no file is opened."""
    structure = fingerprint(tree)
    is_known = known.get(PROJECT, KnownFile(NO_STAMP, "")).content_hash == structure
    roots = known_roots if is_known else find_roots(tree)
    relevant = known.keys() - {PROJECT} if is_known else relevant_paths(tree, roots)
    return Survey(
        tree=tree,
        roots=roots,
        structure=structure,
        has_new_structure=not is_known,
        changed=frozenset(path for path in relevant if _is_changed(tree.files.get(path), known.get(path))),
        removed=frozenset(known.keys() - {PROJECT} - tree.files.keys()),
        is_missing=_is_missing(tree),
    )


def summarise_walk(tree: Tree) -> KnownFile:
    """Sum up all names and stamps of a walk: when it is the known one, nothing changed."""
    numbers = [number for stamp in tree.files.values() for number in (stamp.size, stamp.mtime_ns, stamp.inode)]
    # Hashes of whole numbers, other than those of text, are the same in every process.
    return KnownFile(FileStamp(len(tree.files), hash(tuple(numbers)), 0), fingerprint(tree))


def _is_missing(tree: Tree) -> bool:
    # Looked at again after the walk, in the middle of which the folder may have gone.
    is_unlisted = any(not entry.path and entry.reason is SkipReason.UNREADABLE for entry in tree.skipped)
    return is_unlisted or not os.path.isdir(tree.project_path)  # noqa: PTH112 - a name that is not UTF-8 stays as it is


def fingerprint(tree: Tree) -> str:
    """Hash what decides which roots and candidates there are: all names, and the stamps of Config.json files."""
    configs = [(path, stamp) for path, stamp in tree.files.items() if path[-11:].lower() == "config.json"]
    names = "\0".join((*tree.folders, "", *tree.files, "", repr(configs)))
    return hashlib.sha256(names.encode("utf-8", "surrogateescape")).hexdigest()


def relevant_paths(tree: Tree, roots: Iterable[ArchiveRoot]) -> set[str]:
    """Every file inside a root, and every one outside that may be a document of another kind."""
    inside = {path for root in roots for path in tree.list_files(root.path)}
    return inside | set(list_candidates(tree, tuple(roots)))


def sort_touched(paths: Iterable[str], roots: Iterable[ArchiveRoot]) -> Touched:
    """Say for each path which mission's it is, or whether it stands beside the missions of a root, or outside."""
    root_paths = {root.path for root in roots}
    missions: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    root_files, others = set(), set()
    for path in paths:
        root = find_root_path(path, root_paths)
        if root is None:
            others.add(path)
            continue
        folder, _, inner = path[len(root) :].lstrip("/").partition("/")
        if inner:
            missions[root, folder].add(path)
        else:
            root_files.add(path)
    sorted_missions = {key: frozenset(members) for key, members in missions.items()}
    return Touched(sorted_missions, frozenset(root_files), frozenset(others))


def find_root_path(path: str, root_paths: set[str]) -> str | None:
    """Give the innermost root that a path lies in."""
    above = path
    while above:
        above = above.rpartition("/")[0]
        if above in root_paths:
            return above
    return None


def _is_changed(stamp: FileStamp | None, known: KnownFile | None) -> bool:
    if stamp is None:
        return False
    if known is None or known.content_hash == UNREADABLE:
        return True
    # Field by field: comparing values as wholes takes longer than the walk.
    seen = known.stamp
    return stamp.mtime_ns != seen.mtime_ns or stamp.size != seen.size or stamp.inode != seen.inode
