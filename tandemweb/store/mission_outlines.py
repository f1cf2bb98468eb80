"""All missions of a project at once, as far as linking commits to them needs: in a fixed number of queries."""

from collections import defaultdict

from tandemweb.domain.finding import Criterion
from tandemweb.domain.mission import Document, Mission
from tandemweb.store.database import Database
from tandemweb.store.documents import read_document
from tandemweb.store.index_projects import read_root
from tandemweb.store.mission_reading import read_state
from tandemweb.store.revisions import get_project_id
from tandemweb.store.values import read_json


def list_mission_outlines(index: Database, project: str) -> tuple[Mission, ...]:
    """Missions by path with their documents, criteria and manifests; everything else of them is empty."""
    project_id = get_project_id(index, project)
    roots = {
        row["id"]: read_root(row)
        for row in index.rows("SELECT * FROM archive_roots WHERE project_id = ?", (project_id,))
    }
    documents = _list_documents(index, project_id)
    criteria = _list_criteria(index, project_id)
    manifests = _list_manifests(index, project_id)
    rows = index.rows("SELECT * FROM missions WHERE project_id = ? ORDER BY path", (project_id,))
    return tuple(
        Mission(
            root=roots[row["root_id"]],
            path=row["path"],
            name=row["name"],
            number=row["number"],
            title=row["title"],
            state=read_state(row),
            documents=tuple(documents[row["id"]]),
            exchanges=(),
            criteria=tuple(criteria[row["id"]]),
            changed_files=manifests[row["id"]],
        )
        for row in rows
    )


def _list_documents(index: Database, project_id: int) -> defaultdict[int, list[Document]]:
    found = defaultdict(list)
    for row in index.rows(
        "SELECT * FROM documents WHERE project_id = ? AND mission_id IS NOT NULL ORDER BY mission_id, position",
        (project_id,),
    ):
        found[row["mission_id"]].append(read_document(row))
    return found


def _list_criteria(index: Database, project_id: int) -> defaultdict[int, list[Criterion]]:
    found = defaultdict(list)
    for mission_id, *values in index.rows(
        """
        SELECT mission_id, criteria.number, text, criteria.path, line
        FROM missions JOIN criteria ON mission_id = missions.id WHERE project_id = ? ORDER BY mission_id, position
        """,
        (project_id,),
    ):
        found[mission_id].append(Criterion(*values))
    return found


def _list_manifests(index: Database, project_id: int) -> defaultdict[int, dict[int, tuple[str, ...]]]:
    found: defaultdict[int, dict[int, tuple[str, ...]]] = defaultdict(dict)
    for mission_id, number, paths in index.rows(
        """
        SELECT mission_id, changed_files.round, paths
        FROM missions JOIN changed_files ON mission_id = missions.id WHERE project_id = ?
        """,
        (project_id,),
    ):
        found[mission_id][number] = tuple(read_json(paths))
    return found
