"""One JSON object for a repository: what the label files of the export contract hold, and more."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tandemweb.archive.missions import list_missions
from tandemweb.archive.roots import find_roots
from tandemweb.archive.tree import Tree, read_tree
from tandemweb.domain.link import CommitLink
from tandemweb.domain.mission import ArchiveRoot, DocumentKind
from tandemweb.errors import HistoryError
from tandemweb.services.export_documents import render_project_documents
from tandemweb.services.export_missions import render_mission
from tandemweb.services.linking import group_links, link_missions
from tandemweb.services.parallel import find_parallel
from tandemweb.services.project_documents import ProjectDocument, read_project_documents
from tandemweb.services.reading import MissionReading
from tandemweb.services.registering import describe_project, resolve_project
from tandemweb.services.whole_history import WholeHistory, open_whole_history
from tandemweb.services.workers import ReadingJob, read_missions


def export_project(path: Path) -> dict[str, Any]:
    """Read the project at ``path`` without registering it and without touching the data folder.

    It is what the documents say: corrections by hand are kept apart, and are no part of it.

    Lists are sorted, so that equal archives give equal exports. Raises InvalidRequestError when ``path`` is no folder.
    """
    project = describe_project(resolve_project(path), slug="export")
    tree = read_tree(project.path)
    roots = find_roots(tree)
    documents = read_project_documents(tree, roots)
    with open_whole_history(project) as history:
        return {
            "project": next((root.project_name for root in roots if root.project_name), project.name),
            "archive_root": roots[0].path if roots else None,
            "archive_roots": [root.path for root in roots],
            "naming": roots[0].naming if roots else None,
            "missions": _render_missions(history, tree, roots),
            "documents": render_project_documents(history, documents),
            "parallel": _render_parallel(history, documents),
        }


def _render_missions(history: WholeHistory | None, tree: Tree, roots: Sequence[ArchiveRoot]) -> list[dict[str, Any]]:
    jobs = [ReadingJob(root, folder) for root in roots for folder in list_missions(tree, root)]
    readings = sorted(read_missions(tree.project_path, jobs), key=lambda reading: reading.mission.path)
    links = _link_commits(history, readings) if history and readings else {}
    return [render_mission(reading.mission, links.get(reading.mission.path, ())) for reading in readings]


def _link_commits(history: WholeHistory, readings: Sequence[MissionReading]) -> Mapping[str, tuple[CommitLink, ...]]:
    """Give the links of each mission by its path; none where git breaks off."""
    missions = [reading.mission for reading in readings]
    texts = {path: text for reading in readings for path, text in reading.texts.items()}
    try:
        return group_links(link_missions(history.repository, list(history.commits), missions, texts, history.status))
    except HistoryError:
        return {}


def _render_parallel(history: WholeHistory | None, documents: Iterable[ProjectDocument]) -> dict[str, Any] | None:
    specs = [found.document.path for found in documents if found.document.kind is DocumentKind.PARALLEL_SPEC]
    found = find_parallel(history.status, history.commits, specs) if history else None
    return {**asdict(found), "branches": list(found.branches)} if found else None
