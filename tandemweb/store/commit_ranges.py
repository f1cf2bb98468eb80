"""Which commits several have that one has not, out of the index."""

from collections.abc import Iterator, Sequence

from tandemweb.domain.commit import Commit
from tandemweb.store.commit_rows import read_commit
from tandemweb.store.database import Database, Row
from tandemweb.store.revisions import get_project_id
from tandemweb.store.values import write_json

BATCH = 500  # rows that are read at once, from the newest on


def find_commits_since(
    index: Database, project: str, tips: Sequence[str], base: str
) -> tuple[tuple[Commit, ...], ...] | None:
    """Give for each tip the commits that lead to it and not to ``base``, newest first, without what they changed.

    None where the index does not know one of them, or one that they build on.
    """
    project_id = get_project_id(index, project)
    places = index.rows(
        "SELECT oid, id FROM commits WHERE project_id = ? AND oid IN (SELECT value FROM json_each(?))",
        (project_id, write_json({base, *tips})),
    )
    if {row["oid"] for row in places} != {base, *tips}:
        return None
    reached = {tip: {number} for number, tip in enumerate(tips)}  # by whom, of those still to come
    known = {base}  # what the base leads to, of those still to come
    found: tuple[list[Commit], ...] = tuple([] for _ in tips)
    for row in _walk(index, project_id, max(row["id"] for row in places)):
        if reached.keys() <= known:
            return tuple(map(tuple, found))
        numbers, parents = reached.pop(row["oid"], set()), row["parents"].split()
        if row["oid"] in known:
            known.remove(row["oid"])
            known.update(parents)
        elif numbers:
            commit = read_commit(row)
            for number in numbers:
                found[number].append(commit)
            for parent in parents:
                reached.setdefault(parent, set()).update(numbers)
    return None if reached.keys() - known else tuple(map(tuple, found))


def _walk(index: Database, project_id: int, newest: int) -> Iterator[Row]:
    """Yield commits from one on, each before those that it builds on."""
    while True:
        rows = index.rows(
            "SELECT * FROM commits WHERE project_id = ? AND id <= ? ORDER BY id DESC LIMIT ?",
            (project_id, newest, BATCH),
        )
        yield from rows
        if len(rows) < BATCH:
            return
        newest = rows[-1]["id"] - 1
