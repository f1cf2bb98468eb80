"""Saving history and where the last pass over it ended."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from tandemweb.domain.commit import Commit
from tandemweb.store.database import Database, Transaction
from tandemweb.store.decisions import date_decisions
from tandemweb.store.file_names import save_file_names
from tandemweb.store.revisions import get_project_id, next_revision
from tandemweb.store.search_items import save_commit_items
from tandemweb.store.values import write_time

BATCH = 500
# Each pass numbers its commits downwards from the top of a block of its own, so that newest first can be stored as
# it streams in; ids then follow the topology within a pass and from pass to pass.
BLOCK = 2**32


def save_commits(index: Transaction, project: str, commits: Iterable[Commit], *, complete: bool = False) -> int:
    """Keep commits given newest first, as git lists them (children before parents); gives how many came.

    They count as newer than all saved before. ``complete`` says that these are all commits reachable now: others are
    kept and marked unreachable.
    """
    project_id = get_project_id(index, project)
    if complete:
        index.execute("UPDATE commits SET is_reachable = 0 WHERE project_id = ?", (project_id,))
    newest = index.value("SELECT max(id) FROM commits") or 0
    first_id = (newest // BLOCK + 2) * BLOCK - 1
    count = 0
    remaining = iter(commits)
    while batch := list(islice(remaining, BATCH)):
        _save_batch(index, project_id, first_id - count, batch)
        count += len(batch)
    if count or complete:
        next_revision(index, project)
    return count


def _save_batch(index: Transaction, project_id: int, first_id: int, commits: Sequence[Commit]) -> None:
    numbered = [(first_id - offset, commit) for offset, commit in enumerate(commits)]  # saved in the order of ids
    # A commit that is known already (history was read anew) moves to its new place.
    index.execute_many(
        "DELETE FROM commits WHERE project_id = ? AND oid = ?", ((project_id, commit.oid) for commit in commits)
    )
    index.execute_many(
        """
        INSERT INTO commits (id, project_id, oid, parents, author_name, author_email, authored_at, committed_at,
            subject, body, change_count, is_boundary, is_reachable)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)
        """,
        [(commit_id, project_id, *_commit_columns(commit)) for commit_id, commit in reversed(numbered)],
    )
    index.execute_many(
        """
        INSERT INTO commit_files (commit_id, position, project_id, status, path, old_path, blob, old_blob, mode,
            old_mode)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [row for commit_id, commit in reversed(numbered) for row in _file_rows(commit_id, project_id, commit)],
    )
    changes = [change for commit in commits for change in commit.changes]
    paths = {path for change in changes for path in (change.path, change.old_path) if path}
    save_file_names(index, project_id, paths)
    date_decisions(index, project_id, paths)
    save_commit_items(index, project_id, numbered)


def _commit_columns(commit: Commit) -> tuple[object, ...]:
    return (
        commit.oid,
        " ".join(commit.parents),
        commit.author_name,
        commit.author_email,
        write_time(commit.authored_at),
        write_time(commit.committed_at),
        commit.subject,
        commit.body,
        len(commit.changes),
        commit.is_boundary,
    )


def _file_rows(commit_id: int, project_id: int, commit: Commit) -> Iterator[tuple[object, ...]]:
    for position, change in enumerate(commit.changes):
        yield (
            commit_id,
            position,
            project_id,
            change.status,
            change.path,
            change.old_path,
            change.blob,
            change.old_blob,
            change.mode,
            change.old_mode,
        )


def save_history_tips(index: Transaction, project: str, oids: Iterable[str]) -> None:
    """Note where the pass just saved began, for the next one's ``known``; in the transaction of ``save_commits``."""
    project_id = get_project_id(index, project)
    index.execute("DELETE FROM history_tips WHERE project_id = ?", (project_id,))
    index.execute_many(
        "INSERT OR IGNORE INTO history_tips (project_id, oid) VALUES (?, ?)", ((project_id, oid) for oid in oids)
    )


def list_history_tips(index: Database, project: str) -> tuple[str, ...]:
    """Object ids that the last pass began at, sorted; empty before the first."""
    rows = index.rows(
        "SELECT oid FROM history_tips JOIN projects ON projects.id = project_id WHERE slug = ? ORDER BY oid", (project,)
    )
    return tuple(row[0] for row in rows)
