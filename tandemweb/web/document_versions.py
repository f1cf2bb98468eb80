"""The versions of one document that a reader can look at and compare: those of its commits, and the file on disk."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass

from tandemweb.archive.reading import FileText, extract_text, read_bytes, read_text
from tandemweb.domain.commit import ChangeStatus, Commit, DocumentVersion
from tandemweb.domain.difference import FileDifference
from tandemweb.domain.mission import Project
from tandemweb.errors import ArchiveError, InvalidRequestError, NotFoundError
from tandemweb.history.contents import read_blob
from tandemweb.history.differences import read_blob_difference, read_content_difference
from tandemweb.web.contents import Content, get_content_at, get_content_of_blob
from tandemweb.web.repositories import open_history

ON_DISK = "disk"
SHA1_DIGITS = 40


@dataclass(frozen=True, slots=True)
class Version:
    """One version. ``key`` is the commit's object id, or ``disk`` for what no commit holds; then ``commit`` is None.

    ``blob`` is git's name of the content, None where the commit deleted the document, and on disk.
    """

    key: str
    path: str
    commit: Commit | None
    blob: str | None
    status: ChangeStatus | None


@dataclass(frozen=True, slots=True)
class DiskFile:
    """``data`` is None when the file cannot be read; ``text`` says why."""

    data: bytes | None
    text: FileText


def read_disk_file(project: Project, name: bytes) -> DiskFile:
    """Read the file of a document, whatever its name's bytes are; never raises for what is on disk."""
    path = os.fsdecode(name)
    try:
        data = read_bytes(project.path, path)
    except (ArchiveError, NotFoundError):
        return DiskFile(None, read_text(project.path, path))
    return DiskFile(data, extract_text(data, path))


def list_versions(commits: Sequence[DocumentVersion], path: str, disk: DiskFile) -> tuple[Version, ...]:
    """List versions newest first; the disk comes first, unless the newest commit holds just that."""
    committed = list_committed_versions(commits)
    newest = committed[0].blob if committed else None
    if disk.data is None or (newest and newest == name_blob(disk.data, len(newest))):
        return committed
    return (Version(ON_DISK, path, None, None, None), *committed)


def list_committed_versions(commits: Sequence[DocumentVersion]) -> tuple[Version, ...]:
    return tuple(Version(v.commit.oid, v.path, v.commit, v.blob, v.status) for v in commits)


def name_blob(data: bytes, digits: int = SHA1_DIGITS) -> str:
    """Give git's name for a content: SHA-1, or SHA-256 in repositories whose names have 64 digits."""
    algorithm = "sha1" if digits == SHA1_DIGITS else "sha256"
    return hashlib.new(algorithm, b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def get_version(versions: Sequence[Version], key: str) -> Version:
    """Give the version of that key. Raises InvalidRequestError."""
    for version in versions:
        if version.key == key:
            return version
    raise InvalidRequestError("A version of a document is named by one of its commits, or by the word disk.")


def get_committed_content(project: Project, versions: Sequence[Version], path: str, commit: str) -> Content:
    """Give a document as it was at any commit, under the name it had then. Raises NotFoundError, HistoryError."""
    for version in versions:
        if version.key == commit:
            if version.blob is None:
                raise NotFoundError(f"Commit {commit[:12]} deleted this document; there is no content of it.")
            return get_content_of_blob(project, version.path, version.blob)
    return get_content_at(project, path, commit)


def read_difference(project: Project, older: Version, newer: Version, disk: DiskFile) -> FileDifference:
    """Compare two versions. Raises NotFoundError, HistoryError."""
    with open_history(project) as repository:
        if ON_DISK not in {older.key, newer.key}:
            return read_blob_difference(repository, older.blob, newer.blob)
        contents = [
            (disk.data or b"") if v.key == ON_DISK else read_blob(repository, v.blob).data if v.blob else b""
            for v in (older, newer)
        ]
        return read_content_difference(repository, *contents)
