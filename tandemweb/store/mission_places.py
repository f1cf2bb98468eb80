"""Where missions and documents have their pages, asked by their paths: for what is known by a path only."""

from collections.abc import Iterable
from dataclasses import dataclass

from tandemweb.store.database import Database
from tandemweb.store.values import write_json


@dataclass(frozen=True, slots=True)
class IndexedMission:
    """The words of a mission's address; ``root`` is the slug of its archive root."""

    project: str
    path: str
    root: str
    name: str
    title: str


def list_mission_places(index: Database, paths: Iterable[str]) -> dict[tuple[str, str], IndexedMission]:
    """Find missions of any project at these paths, by (project slug, path); what is not indexed is left out."""
    rows = index.rows(
        """
        SELECT projects.slug, missions.path, archive_roots.slug, missions.name, missions.title FROM missions
        JOIN projects ON projects.id = missions.project_id JOIN archive_roots ON archive_roots.id = missions.root_id
        WHERE missions.path IN (SELECT value FROM json_each(?))
        """,
        (write_json(paths),),
    )
    return {(row[0], row[1]): IndexedMission(*row) for row in rows}


def find_document_paths(index: Database, project: str, paths: Iterable[str]) -> frozenset[str]:
    """Say which of these paths have a page as documents."""
    rows = index.rows(
        """
        SELECT documents.path FROM documents JOIN projects ON projects.id = documents.project_id
        WHERE projects.slug = ? AND documents.path IN (SELECT value FROM json_each(?))
        """,
        (project, write_json(paths)),
    )
    return frozenset(row[0] for row in rows)
