"""Commits out of the index: lists with filters and pages, one commit whole."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tandemweb.domain.commit import Commit, FileChange
from tandemweb.errors import NotFoundError
from tandemweb.store.commit_rows import read_change, read_commit
from tandemweb.store.database import Database
from tandemweb.store.revisions import get_project_id
from tandemweb.store.values import contains_pattern, folder_range, write_json, write_time


@dataclass(frozen=True, slots=True)
class CommitFilter:
    """What to list. ``path`` is a file or a folder, ``text`` is looked for in subject, body and author."""

    path: str | None = None
    after: datetime | None = None
    before: datetime | None = None
    text: str = ""
    with_unreachable: bool = False
    offset: int = 0
    limit: int = 50


@dataclass(frozen=True, slots=True)
class CommitRow:
    """One row of a list; ``commit.changes`` is empty."""

    commit: Commit
    change_count: int
    is_reachable: bool


@dataclass(frozen=True, slots=True)
class CommitPage:
    rows: tuple[CommitRow, ...]
    total_count: int


def list_commits(index: Database, project: str, wanted: CommitFilter) -> CommitPage:
    """Newest first, in topological order (clocks are not trusted); two queries."""
    project_id = get_project_id(index, project)
    conditions, parameters = ["project_id = ?"], [project_id]
    for condition, values in _conditions(project_id, wanted):
        conditions.append(condition)
        parameters.extend(values)
    where = " AND ".join(conditions)  # literals of this module
    if wanted == replace(CommitFilter(), offset=wanted.offset, limit=wanted.limit):  # counted beforehand
        total = index.value(
            """
            SELECT commit_count - (SELECT count(*) FROM commits WHERE project_id = projects.id AND is_reachable = 0)
            FROM projects WHERE id = ?
            """,
            (project_id,),
        )
    else:
        total = index.value(f"SELECT count(*) FROM commits WHERE {where}", parameters)  # noqa: S608 see above
    rows = index.rows(
        f"SELECT * FROM commits WHERE {where} ORDER BY id DESC LIMIT ? OFFSET ?",  # noqa: S608 see above
        [*parameters, wanted.limit, wanted.offset],
    )
    return CommitPage(
        tuple(CommitRow(read_commit(row), row["change_count"], bool(row["is_reachable"])) for row in rows), total
    )


def _conditions(project_id: int, wanted: CommitFilter) -> Iterator[tuple[str, tuple[Any, ...]]]:
    if not wanted.with_unreachable:
        yield "is_reachable = 1", ()
    if wanted.after:
        yield "committed_at >= ?", (write_time(wanted.after),)
    if wanted.before:
        yield "committed_at < ?", (write_time(wanted.before),)
    if wanted.text:
        pattern = contains_pattern(wanted.text)
        yield (
            r"""(subject LIKE ? ESCAPE '\' OR body LIKE ? ESCAPE '\' OR author_name LIKE ? ESCAPE '\'
                OR oid LIKE ? ESCAPE '\')""",
            (pattern, pattern, pattern, pattern[1:]),
        )
    if wanted.path:
        yield (
            """id IN (SELECT commit_id FROM commit_files WHERE project_id = ? AND path = ?
                UNION ALL SELECT commit_id FROM commit_files WHERE project_id = ? AND path >= ? AND path < ?)""",
            (project_id, wanted.path, project_id, *folder_range(wanted.path)),
        )


def get_commit(index: Database, project: str, oid: str) -> CommitRow:
    """Give one commit with its changes. Raises NotFoundError."""
    row = index.row(
        "SELECT commits.* FROM projects JOIN commits ON project_id = projects.id WHERE slug = ? AND oid = ?",
        (project, oid),
    )
    if row is None:
        raise NotFoundError(f"There is no commit {oid} in project {project!r}.")
    changes = index.rows("SELECT * FROM commit_files WHERE commit_id = ? ORDER BY position", (row["id"],))
    return CommitRow(read_commit(row, map(read_change, changes)), row["change_count"], bool(row["is_reachable"]))


def list_history(index: Database, project: str, *, first_row: int = 0) -> tuple[Commit, ...]:
    """Every commit from a row on with all its changes, newest first, also those that no ref leads to; two queries."""
    project_id = get_project_id(index, project)
    changes: defaultdict[int, list[FileChange]] = defaultdict(list)
    for row in index.rows(
        "SELECT * FROM commit_files WHERE project_id = ? AND commit_id >= ? ORDER BY commit_id, position",
        (project_id, first_row),
    ):
        changes[row["commit_id"]].append(read_change(row))
    rows = index.rows(
        "SELECT * FROM commits WHERE project_id = ? AND id >= ? ORDER BY id DESC", (project_id, first_row)
    )
    return tuple(read_commit(row, changes[row["id"]]) for row in rows)


def list_rows_by_oid(index: Database, project: str, oids: Iterable[str]) -> tuple[CommitRow, ...]:
    """Give those of the named commits that the index knows, oldest first, without their changes."""
    rows = index.rows(
        """
        SELECT * FROM commits WHERE project_id = ? AND oid IN (SELECT value FROM json_each(?)) ORDER BY id
        """,
        (get_project_id(index, project), write_json(set(oids))),
    )
    return tuple(CommitRow(read_commit(row), row["change_count"], bool(row["is_reachable"])) for row in rows)


def list_commits_by_oid(index: Database, project: str, oids: Iterable[str]) -> dict[str, Commit]:
    """Give those of the named commits that the index knows, by their id, without their changes."""
    return {row.commit.oid: row.commit for row in list_rows_by_oid(index, project, oids)}
