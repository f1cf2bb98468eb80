"""Refs, worktrees and condition of each project's repository, as they were at the last refresh."""

from tandemweb.domain.commit import RepositoryStatus
from tandemweb.store.database import Database, Transaction


def save_repository_status(index: Transaction, project: str, status: RepositoryStatus) -> None:
    """Replace what is known of the project's repository."""
    raise NotImplementedError


def get_repository_status(index: Database, project: str) -> RepositoryStatus:
    """Give what was saved last; condition NONE when nothing was."""
    raise NotImplementedError
