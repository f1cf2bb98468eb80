"""One JSON object for a repository: what the label files of the export contract hold, and more."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tandemweb.archive.missions import list_missions
from tandemweb.archive.roots import find_roots
from tandemweb.archive.tree import Tree, read_tree
from tandemweb.domain.link import CommitLink
from tandemweb.domain.mission import ArchiveRoot, Project
from tandemweb.errors import HistoryError
from tandemweb.history.log import read_commits
from tandemweb.history.opening import open_repository
from tandemweb.history.repository import find_repository
from tandemweb.history.status import read_status
from tandemweb.services.export_documents import render_project_documents
from tandemweb.services.export_missions import render_mission
from tandemweb.services.linking import group_links, link_missions
from tandemweb.services.project_documents import read_project_documents
from tandemweb.services.reading import MissionReading
from tandemweb.services.registering import describe_project, resolve_project
from tandemweb.services.workers import ReadingJob, read_missions


def export_project(path: Path) -> dict[str, Any]:
    """Read the project at ``path`` without registering it and without touching the data folder.

    It is what the documents say: corrections by hand are kept apart, and are no part of it.

    Lists are sorted, so that equal archives give equal exports. Raises InvalidRequestError when ``path`` is no folder.
    """
    project = describe_project(resolve_project(path), slug="export")
    tree = read_tree(project.path)
    roots = find_roots(tree)
    return {
        "project": next((root.project_name for root in roots if root.project_name), project.name),
        "archive_root": roots[0].path if roots else None,
        "archive_roots": [root.path for root in roots],
        "naming": roots[0].naming if roots else None,
        "missions": _render_missions(project, tree, roots),
        "documents": render_project_documents(project, read_project_documents(tree, roots)),
        "parallel": None,
    }


def _render_missions(project: Project, tree: Tree, roots: Sequence[ArchiveRoot]) -> list[dict[str, Any]]:
    jobs = [ReadingJob(root, folder) for root in roots for folder in list_missions(tree, root)]
    readings = sorted(read_missions(tree.project_path, jobs), key=lambda reading: reading.mission.path)
    links = _link_commits(project, readings)
    return [render_mission(reading.mission, links.get(reading.mission.path, ())) for reading in readings]


def _link_commits(project: Project, readings: Sequence[MissionReading]) -> Mapping[str, tuple[CommitLink, ...]]:
    """Give the links of each mission by its path; none where git cannot be asked."""
    location = find_repository(Path(project.path))
    if location is None or location.problem or not readings:
        return {}
    with tempfile.TemporaryDirectory() as shadows:
        status = read_status(location, Path(shadows))
        try:
            with open_repository(location, Path(shadows)) as repository:
                commits = list(read_commits(repository, tips=status.tips))
                missions = [reading.mission for reading in readings]
                texts = {path: text for reading in readings for path, text in reading.texts.items()}
                return group_links(link_missions(repository, commits, missions, texts, status))
        except HistoryError:
            return {}
