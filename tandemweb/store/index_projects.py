"""Projects as the index knows them, with their archive roots."""

from collections.abc import Iterable
from dataclasses import dataclass

from tandemweb.domain.mission import ArchiveRoot, Project
from tandemweb.store.database import Database, Transaction


@dataclass(frozen=True, slots=True)
class ProjectSummary:
    """One row of the projects page."""

    slug: str
    name: str
    path: str
    root_count: int
    mission_count: int
    active_count: int
    document_count: int
    commit_count: int
    problem_count: int
    refreshed_at: str | None  # ISO 8601, UTC; None before the first refresh has ended
    revision: int


def save_indexed_project(index: Transaction, project: Project) -> None:
    """Make the project known to the index; to be called before anything else is saved for its slug."""
    raise NotImplementedError


def forget_project(index: Transaction, slug: str) -> None:
    """Remove a project with everything the index holds of it."""
    raise NotImplementedError


def mark_refreshed(index: Transaction, slug: str, refreshed_at: str) -> None:
    """Note when a refresh of the project has ended (ISO 8601, UTC)."""
    raise NotImplementedError


def list_project_summaries(index: Database) -> tuple[ProjectSummary, ...]:
    """All projects of the index by name, in one query."""
    raise NotImplementedError


def save_roots(index: Transaction, project: str, roots: Iterable[ArchiveRoot]) -> None:
    """Replace the archive roots of a project; missions of roots that are gone go with them."""
    raise NotImplementedError


def list_roots(index: Database, project: str) -> tuple[ArchiveRoot, ...]:
    raise NotImplementedError
