"""Registered projects, in the state database."""

from tandemweb.domain.mission import Project
from tandemweb.store.database import Database, Transaction


def save_project(state: Transaction, project: Project) -> None:
    """Register ``project`` or replace the one with its slug; raises ConflictError when its path has another slug."""
    raise NotImplementedError


def list_projects(state: Database) -> tuple[Project, ...]:
    """All projects by name."""
    raise NotImplementedError


def get_project(state: Database, slug: str) -> Project:
    raise NotImplementedError


def find_project_at(state: Database, path: str) -> Project | None:
    """Find the project whose work tree is exactly ``path`` (absolute, resolved)."""
    raise NotImplementedError


def delete_project(state: Transaction, slug: str) -> None:
    """Forget a project; its corrections are kept and come back with it. Its index rows: ``forget_project``."""
    raise NotImplementedError
