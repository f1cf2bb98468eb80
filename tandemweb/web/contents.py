"""The content of a file: on disk, or as a commit holds it."""

from dataclasses import dataclass
from enum import StrEnum

from tandemweb.archive.reading import FileText, extract_text, read_bytes
from tandemweb.domain.mission import Project, Readability
from tandemweb.errors import NotFoundError
from tandemweb.history.contents import TreeEntry, find_file_at, read_blob
from tandemweb.web.repositories import open_history


class ContentKind(StrEnum):
    TEXT = "text"
    BINARY = "binary"
    LINK = "symbolic link"
    SUBMODULE = "submodule"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True)
class Content:
    """``data`` may be shorter than ``size`` bytes: the beginning. ``oid`` is git's name of it, None for the disk."""

    kind: ContentKind
    path: str
    oid: str | None
    data: bytes
    size: int

    @property
    def text(self) -> FileText:
        return extract_text(self.data, self.path)


_KINDS = {"120000": ContentKind.LINK, "160000": ContentKind.SUBMODULE, "040000": ContentKind.FOLDER}


def get_content_at(project: Project, path: str, commit: str) -> Content:
    """Give what stood at ``path`` in a commit. Raises NotFoundError, HistoryError."""
    with open_history(project) as repository:
        entry = find_file_at(repository, commit, path)
        if entry is None:
            raise NotFoundError(f"There is no {path} in commit {commit[:12]}.")
        kind = _KINDS.get(entry.mode)
        if kind in {ContentKind.SUBMODULE, ContentKind.FOLDER}:
            return _without_data(entry, kind)
        blob = read_blob(repository, entry.oid)
    return Content(kind or _kind_of(blob.data, path), path, blob.oid, blob.data, blob.size)


def get_content_of_blob(project: Project, path: str, blob: str) -> Content:
    """Give a content by git's name of it; ``path`` is what it is called. Raises NotFoundError, HistoryError."""
    with open_history(project) as repository:
        found = read_blob(repository, blob)
    return Content(_kind_of(found.data, path), path, found.oid, found.data, found.size)


def get_content_on_disk(project: Project, path: str) -> Content:
    """Give what is on disk now. Raises NotFoundError, or ArchiveError when it may not be read."""
    data = read_bytes(project.path, path)
    return Content(_kind_of(data, path), path, None, data, len(data))


def _kind_of(data: bytes, path: str) -> ContentKind:
    is_binary = extract_text(data[:8000], path).readability is Readability.BINARY
    return ContentKind.BINARY if is_binary else ContentKind.TEXT


def _without_data(entry: TreeEntry, kind: ContentKind) -> Content:
    return Content(kind, entry.path, entry.oid, b"", 0)
