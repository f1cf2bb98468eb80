"""Registering projects: a folder that a person names becomes a project with a slug."""

from pathlib import Path

from tandemweb.domain.mission import Project


def register_project(data_folder: Path, path: Path) -> Project:
    """Resolve ``path``, find its repository, and keep it; the same folder keeps its slug.

    Raises InvalidRequestError when ``path`` is no folder.
    """
    raise NotImplementedError
