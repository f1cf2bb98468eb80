"""Commits out of the index: lists with filters and pages, one commit whole, the versions of a document."""

from dataclasses import dataclass
from datetime import datetime

from tandemweb.domain.commit import Commit, DocumentVersion
from tandemweb.store.database import Database


@dataclass(frozen=True, slots=True)
class CommitFilter:
    """What to list. ``path`` is a file or a folder, ``text`` is looked for in subject, body and author."""

    path: str | None = None
    after: datetime | None = None
    before: datetime | None = None
    text: str = ""
    with_unreachable: bool = False
    offset: int = 0
    limit: int = 50


@dataclass(frozen=True, slots=True)
class CommitRow:
    """One row of a list; ``commit.changes`` is empty."""

    commit: Commit
    change_count: int
    is_reachable: bool


@dataclass(frozen=True, slots=True)
class CommitPage:
    rows: tuple[CommitRow, ...]
    total_count: int


def list_commits(index: Database, project: str, wanted: CommitFilter) -> CommitPage:
    """Newest first, in topological order (clocks are not trusted)."""
    raise NotImplementedError


def get_commit(index: Database, project: str, oid: str) -> CommitRow:
    """Give one commit with its changes. Raises NotFoundError."""
    raise NotImplementedError


def list_mission_commits(index: Database, project: str, mission_path: str) -> tuple[CommitRow, ...]:
    """Commits that touch a mission's folder, under its earlier names too; newest first, with the changes in it."""
    raise NotImplementedError


def list_document_versions(index: Database, project: str, path: str) -> tuple[DocumentVersion, ...]:
    """Every commit that changed a document, newest first, renames followed back; commits come without changes."""
    raise NotImplementedError
