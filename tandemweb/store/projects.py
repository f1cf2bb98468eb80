"""Registered projects, in the state database."""

import os

from tandemweb.domain.mission import Project
from tandemweb.errors import ConflictError, NotFoundError
from tandemweb.store.database import Database, Row, Transaction
from tandemweb.store.values import write_path_bytes


def save_project(state: Transaction, project: Project) -> None:
    """Register ``project`` or replace the one with its slug; raises ConflictError when its path has another slug."""
    known = find_project_at(state, project.path)
    if known and known.slug != project.slug:
        raise ConflictError(f"{project.path} is already registered as {known.slug}.")
    path_bytes = write_path_bytes(project.path)
    state.execute(
        "INSERT OR REPLACE INTO projects (slug, name, path, path_bytes, git_dir, common_dir) VALUES (?, ?, ?, ?, ?, ?)",
        (project.slug, project.name, project.path, path_bytes, project.git_dir, project.common_dir),
    )


def list_projects(state: Database) -> tuple[Project, ...]:
    """All projects by name."""
    return tuple(map(_project, state.rows("SELECT * FROM projects ORDER BY name COLLATE NOCASE, slug")))


def get_project(state: Database, slug: str) -> Project:
    row = state.row("SELECT * FROM projects WHERE slug = ?", (slug,))
    if row is None:
        raise NotFoundError(f"There is no project {slug!r}; the projects page lists all.")
    return _project(row)


def find_project_at(state: Database, path: str) -> Project | None:
    """Find the project whose work tree is exactly ``path`` (absolute, resolved)."""
    row = state.row("SELECT * FROM projects WHERE path = ?", (path,))
    return None if row is None else _project(row)


def delete_project(state: Transaction, slug: str) -> None:
    """Forget a project; its corrections are kept and come back with it. Its index rows: ``forget_project``."""
    state.execute("DELETE FROM projects WHERE slug = ?", (slug,))


def _project(row: Row) -> Project:
    path = row["path"] if row["path_bytes"] is None else os.fsdecode(row["path_bytes"])
    return Project(row["slug"], row["name"], path, row["git_dir"], row["common_dir"])
