"""One JSON object for a repository: what the label files of the export contract hold, and more."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tandemweb.archive.missions import list_missions
from tandemweb.archive.roots import find_roots
from tandemweb.archive.tree import Tree, read_tree
from tandemweb.domain.mission import ArchiveRoot
from tandemweb.services.export_documents import render_project_documents
from tandemweb.services.export_missions import render_mission
from tandemweb.services.project_documents import read_project_documents
from tandemweb.services.registering import describe_project, resolve_project
from tandemweb.services.workers import ReadingJob, read_missions


def export_project(path: Path) -> dict[str, Any]:
    """Read the project at ``path`` without registering it and without touching the data folder.

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
        "missions": _render_missions(tree, roots),
        "documents": render_project_documents(project, read_project_documents(tree, roots)),
        "parallel": None,
    }


def _render_missions(tree: Tree, roots: Sequence[ArchiveRoot]) -> list[dict[str, Any]]:
    jobs = [ReadingJob(root, folder) for root in roots for folder in list_missions(tree, root)]
    missions = [reading.mission for reading in read_missions(tree.project_path, jobs)]
    return [render_mission(mission) for mission in sorted(missions, key=lambda mission: mission.path)]
