"""Registering projects: a folder that a person names becomes a project with a slug."""

import os
import re
from collections.abc import Collection
from pathlib import Path

from tandemweb.domain.mission import Project
from tandemweb.errors import InvalidRequestError
from tandemweb.history.repository import find_repository
from tandemweb.store.database import clean_text
from tandemweb.store.projects import find_project_at, list_projects, save_project
from tandemweb.store.state import open_state, open_state_reader


def register_project(data_folder: Path, path: Path) -> Project:
    """Resolve ``path``, find its repository, and keep it; the same folder keeps its slug.

    Raises InvalidRequestError when ``path`` is no folder that can be listed.
    """
    with open_state(data_folder) as state, state.transaction() as transaction:
        resolved = resolve_project(path)
        known = find_project_at(transaction, resolved)
        taken = {project.slug for project in list_projects(transaction)}
        project = describe_project(resolved, slug=known.slug if known else choose_slug(resolved, taken))
        if project != known:
            save_project(transaction, project)
    return project


def list_registered(data_folder: Path) -> tuple[Project, ...]:
    """All registered projects by name."""
    with open_state_reader(data_folder) as state:
        return list_projects(state)


def find_registered(data_folder: Path, resolved: str) -> Project | None:
    """Find the project that is registered at a resolved path."""
    return next((project for project in list_registered(data_folder) if project.path == resolved), None)


def resolve_project(path: Path) -> str:
    """Give the folder's absolute path, links followed. Raises InvalidRequestError."""
    try:
        resolved = path.expanduser().resolve(strict=True)
        with os.scandir(resolved):
            return str(resolved)
    except NotADirectoryError as error:
        raise InvalidRequestError(f"{path} is a file; name the folder of a project.") from error
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InvalidRequestError(f"The project folder {path} cannot be opened: {reason}.") from error


def describe_project(resolved: str, slug: str) -> Project:
    """Give the values of a project at a resolved path; nothing is kept."""
    location = find_repository(Path(resolved))
    return Project(
        slug=slug,
        name=clean_text(Path(resolved).name) or resolved,
        path=resolved,
        git_dir=str(location.git_dir) if location else None,
        common_dir=str(location.common_dir) if location else None,
    )


def choose_slug(resolved: str, taken: Collection[str]) -> str:
    """Make a short word for URLs out of the folder's name; numbered when it is taken."""
    plain = re.sub(r"[^a-z0-9]+", "-", Path(resolved).name.lower()).strip("-")[:60] or "project"
    numbered = (plain if number == 1 else f"{plain}-{number}" for number in range(1, len(taken) + 2))
    return next(slug for slug in numbered if slug not in taken)
