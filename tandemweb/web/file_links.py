"""Where the file names in a document lead: to those files as they were when the document was written."""

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import cast

from flask import current_app

from tandemweb.archive.opening import open_file
from tandemweb.domain.mission import Project
from tandemweb.errors import ArchiveError, HistoryError, NotFoundError
from tandemweb.history.contents import find_files_at
from tandemweb.store.file_names import find_known_paths, find_paths_ending
from tandemweb.web import urls
from tandemweb.web.databases import get_index
from tandemweb.web.markdown_cache import BoundedCache
from tandemweb.web.markdown_slots import Resolvers, Slot, SlotKind
from tandemweb.web.raw import find_image_type
from tandemweb.web.repositories import open_history

KEPT_PATHS = 50_000  # paths of all answers of git that are kept
MOST_ASKED = 2_000  # paths of one page that git is asked for
_EXTENSION = "tandemweb.held-paths"
_LINES = re.compile(r"L(\d+)(?:-L(\d+))?")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the links of a page may lead to: ``paths`` as they are, ``endings`` where only one file may end so."""

    paths: frozenset[str] = frozenset()
    endings: frozenset[str] = frozenset()


def join_wanted(parts: Iterable[Wanted]) -> Wanted:
    """Put together what several documents of one page want."""
    all_parts = tuple(parts)
    return Wanted(
        frozenset().union(*(part.paths for part in all_parts)), frozenset().union(*(part.endings for part in all_parts))
    )


@dataclass(frozen=True, slots=True)
class Tree:
    """Those of the files of one commit that were asked for: by their path, or by the ending of it."""

    oid: str
    paths: frozenset[str] = frozenset()
    ending: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def find_path(self, mentioned: str, folder: str) -> str | None:
        """Find the one file that a document in ``folder`` means by ``mentioned``.

        Seen from the folder, then from each one above it up to the project; else the only file of the tree whose path
        ends so. Where several would do, none is meant.
        """
        for candidate in _list_candidates(mentioned, folder):
            if candidate in self.paths:
                return candidate
        matching = self.ending.get(mentioned, ())
        return matching[0] if len(matching) == 1 else None


def find_tree(project: Project, commit: str | None, wanted: Wanted) -> Tree | None:
    """Give of the files of a commit those that are wanted; None where there is no commit that can be looked into.

    What no commit is known to hold is asked the index only; for the rest git is asked, once.
    """
    if commit is None:
        return None
    index = get_index()
    known = find_known_paths(index, project.slug, wanted.paths)
    ending = find_paths_ending(index, project.slug, wanted.endings)
    asked = sorted({*known, *chain.from_iterable(ending.values())})[:MOST_ASKED]
    try:
        held = _find_held(project, commit, tuple(asked)) if asked else frozenset()
    except (HistoryError, NotFoundError):
        return None  # documents can be read all the same, file names in them stay plain
    found = {one: tuple(path for path in paths if path in held) for one, paths in ending.items()}
    return Tree(commit, known & held, found)


def _find_held(project: Project, commit: str, paths: tuple[str, ...]) -> frozenset[str]:
    answers = cast(
        "BoundedCache[frozenset[str]]", current_app.extensions.setdefault(_EXTENSION, BoundedCache(KEPT_PATHS))
    )
    key = (project.common_dir or project.path, commit, paths)
    held = answers.find(key)
    if held is None:
        with open_history(project) as repository:
            entries = find_files_at(repository, commit, paths)
        held = frozenset(path for path, entry in entries.items() if not entry.is_folder)
        answers.keep(key, held, len(paths))
    return held


def file_address(slug: str, path: str, at: str, first: int | None = None, last: int | None = None) -> str:
    """Give the page of a file at a commit, with its lines marked there; the first of them is the anchor."""
    if first is None:
        return urls.file(slug, path, at=at)
    lines = f"{first}" if last is None or last == first else f"{first}-{last}"
    return urls.with_line(f"{urls.file(slug, path, at=at)}&lines={lines}", first)


@dataclass(frozen=True)
class DocumentLinks:
    """The resolvers of one document.

    ``documents`` are the paths that have a page as documents; ``tree`` is None when there is no commit to look into.
    """

    project: Project
    path: str
    documents: frozenset[str]
    tree: Tree | None

    @property
    def folder(self) -> str:
        return posixpath.dirname(self.path)

    def list_wanted(self, slots: Iterable[Slot]) -> Wanted:
        """List what the open places of the document may lead to."""
        paths, endings = set[str](), set[str]()
        for slot in slots:
            if slot.kind is SlotKind.REFERENCE:
                paths.update(_list_candidates(slot.target, self.folder))
                endings.add(slot.target)
            elif slot.kind in {SlotKind.LINK, SlotKind.IMAGE}:
                paths.update(self._list_targets(slot.target))
        return Wanted(frozenset(paths), frozenset(endings))

    def resolvers(self, source: str) -> Resolvers:
        return Resolvers(self.find_reference, self.find_link, self.find_image, source)

    def find_reference(self, path: str, first: int | None, last: int | None) -> str | None:
        found = self.tree and self.tree.find_path(path, self.folder)
        return file_address(self.project.slug, found, self.tree.oid, first, last) if self.tree and found else None

    def find_link(self, path: str, fragment: str) -> str | None:
        lines = _LINES.fullmatch(fragment)
        first = int(lines[1]) if lines else None
        last = int(lines[2] or lines[1]) if lines else None
        for candidate in self._list_targets(path):
            if candidate in self.documents:
                address = urls.document(self.project.slug, candidate, line=first)
                return address if lines or not fragment else f"{address}#h-{fragment.lower()}"
            if self.tree and candidate in self.tree.paths:
                return file_address(self.project.slug, candidate, self.tree.oid, first, last)
        return None

    def find_image(self, path: str) -> str | None:
        if find_image_type(path) is None:
            return None
        for candidate in self._list_targets(path):
            if self.tree and candidate in self.tree.paths:
                return urls.blob(self.project.slug, candidate, at=self.tree.oid)
            if self._is_on_disk(candidate):  # pictures are often kept out of git
                return urls.blob(self.project.slug, candidate)
        return None

    def _list_targets(self, path: str) -> Iterator[str]:
        """List what a link can lead to; absolute paths of this machine, as agents write them, are the project's own."""
        plain = path.removeprefix(self.project.path) if path.startswith(f"{self.project.path}/") else path
        return _list_candidates(plain.lstrip("/"), "" if plain.startswith("/") else self.folder)

    def _is_on_disk(self, path: str) -> bool:
        try:
            with open_file(self.project.path, path):
                return True
        except (NotFoundError, ArchiveError):
            return False


def _list_candidates(mentioned: str, folder: str) -> Iterator[str]:
    """Paths that ``mentioned`` can stand for, nearest first; never outside the project."""
    while True:
        candidate = posixpath.normpath(posixpath.join(folder, mentioned))
        if candidate != "." and not candidate.startswith(("../", "/")) and candidate != "..":
            yield candidate
        if not folder:
            return
        folder = posixpath.dirname(folder)
