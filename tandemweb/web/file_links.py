"""Where the file names in a document lead: to those files as they were when the document was written."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from flask import current_app

from tandemweb.archive.opening import open_file
from tandemweb.domain.mission import Project
from tandemweb.errors import ArchiveError, NotFoundError
from tandemweb.history.trees import list_paths
from tandemweb.web import urls
from tandemweb.web.markdown_cache import BoundedCache
from tandemweb.web.markdown_slots import Resolvers
from tandemweb.web.raw import find_image_type
from tandemweb.web.repositories import open_history

TREE_PATHS = 300_000  # paths of all cached trees together
_EXTENSION = "tandemweb.trees"
_LINES = re.compile(r"L(\d+)(?:-L(\d+))?")


@dataclass(frozen=True)
class Tree:
    """The files of one commit."""

    oid: str
    paths: frozenset[str]

    @cached_property
    def by_name(self) -> dict[str, list[str]]:
        names: dict[str, list[str]] = {}
        for path in self.paths:
            names.setdefault(path.rpartition("/")[2], []).append(path)
        return names

    def find_path(self, mentioned: str, folder: str) -> str | None:
        """Find the one file that a document in ``folder`` means by ``mentioned``.

        Seen from the folder, then from each one above it up to the project; else the only file of the tree whose path
        ends so. Where several would do, none is meant.
        """
        for candidate in _list_candidates(mentioned, folder):
            if candidate in self.paths:
                return candidate
        ending = f"/{mentioned}"
        if len(named := self.by_name.get(mentioned.rpartition("/")[2], [])) > NAME_LIMIT:
            return None
        matching = [path for path in named if path.endswith(ending)]
        return matching[0] if len(matching) == 1 else None


NAME_LIMIT = 1000  # files of one name; more are not looked through


def get_tree(project: Project, commit: str) -> Tree:
    """Give the files of a commit; known ones cost nothing. Raises NotFoundError, HistoryError."""
    trees = cast("BoundedCache[Tree]", current_app.extensions.setdefault(_EXTENSION, BoundedCache(TREE_PATHS)))
    key = (project.common_dir or project.path, commit)
    tree = trees.find(key)
    if tree is None:
        with open_history(project) as repository:
            tree = Tree(commit, frozenset(list_paths(repository, commit)))
        trees.keep(key, tree, len(tree.paths))
    return tree


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

    def resolvers(self, source: str) -> Resolvers:
        return Resolvers(self.find_reference, self.find_link, self.find_image, source)

    def find_reference(self, path: str, first: int | None, last: int | None) -> str | None:
        found = self.tree and self.tree.find_path(path, self.folder)
        return file_address(self.project.slug, found, self.tree.oid, first, last) if self.tree and found else None

    def find_link(self, path: str, fragment: str) -> str | None:
        lines = _LINES.fullmatch(fragment)
        first = int(lines[1]) if lines else None
        last = int(lines[2] or lines[1]) if lines else None
        plain = self._within_project(path)
        for candidate in _list_candidates(plain.lstrip("/"), "" if plain.startswith("/") else self.folder):
            if candidate in self.documents:
                address = urls.document(self.project.slug, candidate, line=first)
                return address if lines or not fragment else f"{address}#h-{fragment.lower()}"
            if self.tree and candidate in self.tree.paths:
                return file_address(self.project.slug, candidate, self.tree.oid, first, last)
        return None

    def find_image(self, path: str) -> str | None:
        if find_image_type(path) is None:
            return None
        for candidate in _list_candidates(path.lstrip("/"), "" if path.startswith("/") else self.folder):
            if self.tree and candidate in self.tree.paths:
                return urls.blob(self.project.slug, candidate, at=self.tree.oid)
            if self._is_on_disk(candidate):  # pictures are often kept out of git
                return urls.blob(self.project.slug, candidate)
        return None

    def _within_project(self, path: str) -> str:
        """Turn an absolute path of this machine, as agents write them, into one from the project's top."""
        return path.removeprefix(self.project.path) if path.startswith(f"{self.project.path}/") else path

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
