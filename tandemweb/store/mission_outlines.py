"""All missions of a project at once, as far as linking commits to them needs: in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from tandemweb.domain.finding import Criterion
from tandemweb.domain.mission import Document, DocumentKind, Mission
from tandemweb.store.database import Database
from tandemweb.store.documents import read_document
from tandemweb.store.index_projects import read_root
from tandemweb.store.mission_reading import read_state
from tandemweb.store.revisions import get_project_id
from tandemweb.store.values import read_json, write_json


def list_mission_outlines(
    index: Database, project: str, paths: Iterable[str], kinds: Collection[DocumentKind]
) -> tuple[Mission, ...]:
    """Missions of the given folders with their criteria, manifests and documents of the given kinds, and no more."""
    project_id = get_project_id(index, project)
    roots = {
        row["id"]: read_root(row)
        for row in index.rows("SELECT * FROM archive_roots WHERE project_id = ?", (project_id,))
    }
    rows = index.rows(
        "SELECT * FROM missions WHERE project_id = ? AND path IN (SELECT value FROM json_each(?)) ORDER BY path",
        (project_id, write_json(paths)),
    )
    ids = write_json(row["id"] for row in rows)
    documents = _list_documents(index, ids, kinds)
    criteria = _list_criteria(index, ids)
    manifests = _list_manifests(index, ids)
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


def _list_documents(index: Database, ids: str, kinds: Iterable[DocumentKind]) -> defaultdict[int, list[Document]]:
    found = defaultdict(list)
    for row in index.rows(
        """
        SELECT * FROM documents
        WHERE mission_id IN (SELECT value FROM json_each(?)) AND kind IN (SELECT value FROM json_each(?))
        ORDER BY mission_id, position
        """,
        (ids, write_json(sorted(kinds))),
    ):
        found[row["mission_id"]].append(read_document(row))
    return found


def _list_criteria(index: Database, ids: str) -> defaultdict[int, list[Criterion]]:
    found = defaultdict(list)
    for mission_id, *values in index.rows(
        """
        SELECT mission_id, number, text, path, line FROM criteria
        WHERE mission_id IN (SELECT value FROM json_each(?)) ORDER BY mission_id, position
        """,
        (ids,),
    ):
        found[mission_id].append(Criterion(*values))
    return found


def _list_manifests(index: Database, ids: str) -> defaultdict[int, dict[int, tuple[str, ...]]]:
    found: defaultdict[int, dict[int, tuple[str, ...]]] = defaultdict(dict)
    for mission_id, number, paths in index.rows(
        """
        SELECT mission_id, round, paths FROM changed_files WHERE mission_id IN (SELECT value FROM json_each(?))
        """,
        (ids,),
    ):
        found[mission_id][number] = tuple(read_json(paths))
    return found
