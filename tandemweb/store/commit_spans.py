"""The commits between two others, for several pairs at once."""

from collections import defaultdict
from collections.abc import Sequence

from tandemweb.domain.commit import Commit, FileChange
from tandemweb.store.commit_rows import read_change, read_commit
from tandemweb.store.database import Database
from tandemweb.store.revisions import get_project_id
from tandemweb.store.values import write_json

MOST_COMMITS = 500  # of all spans together

Span = tuple[str, str | None]


def list_commits_in_spans(index: Database, project: str, spans: Sequence[Span]) -> tuple[tuple[Commit, ...], ...]:
    """Give for each ``(after oid, up to and with oid)`` the reachable commits between, oldest first, with changes.

    Without an end a span goes on to the newest commit. Order is that of the history. Two queries.
    """
    project_id = get_project_id(index, project)
    rows = index.rows(
        """
        SELECT spans.key AS span, commits.* FROM json_each(?2) AS spans
        JOIN commits AS older ON older.project_id = ?1 AND older.oid = json_extract(spans.value, '$[0]')
        LEFT JOIN commits AS newer ON newer.project_id = ?1 AND newer.oid = json_extract(spans.value, '$[1]')
        JOIN commits ON commits.project_id = ?1 AND commits.is_reachable = 1
            AND commits.id > older.id AND commits.id <= coalesce(newer.id, 0x7fffffffffffffff)
        ORDER BY commits.id LIMIT ?3
        """,
        (project_id, write_json(spans), MOST_COMMITS),
    )
    changes: defaultdict[int, list[FileChange]] = defaultdict(list)
    for row in index.rows(
        "SELECT * FROM commit_files WHERE commit_id IN (SELECT value FROM json_each(?)) ORDER BY commit_id, position",
        (write_json({row["id"] for row in rows}),),
    ):
        changes[row["commit_id"]].append(read_change(row))
    found: list[list[Commit]] = [[] for _ in spans]
    for row in rows:
        found[row["span"]].append(read_commit(row, changes[row["id"]]))
    return tuple(map(tuple, found))
