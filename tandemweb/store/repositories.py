"""Refs, worktrees and condition of each project's repository, as they were at the last refresh."""

from dataclasses import astuple

from tandemweb.domain.commit import Ref, RefKind, RepositoryCondition, RepositoryStatus, Worktree
from tandemweb.store.database import Database, Transaction
from tandemweb.store.revisions import next_revision


def save_repository_status(index: Transaction, project: str, status: RepositoryStatus) -> None:
    """Replace what is known of the project's repository; nothing happens when it is the same."""
    if status == find_repository_status(index, project):
        return
    project_id, _ = next_revision(index, project)
    index.execute(
        """
        INSERT OR REPLACE INTO repositories (project_id, condition, head, head_oid, message, shallow_oids, fingerprint)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
        (
            project_id,
            status.condition,
            status.head,
            status.head_oid,
            status.message,
            " ".join(status.shallow_oids),
            status.fingerprint,
        ),
    )
    index.execute("DELETE FROM refs WHERE project_id = ?", (project_id,))
    index.execute_many(
        "INSERT INTO refs (project_id, position, name, kind, oid) VALUES (?, ?, ?, ?, ?)",
        ((project_id, position, ref.name, ref.kind, ref.oid) for position, ref in enumerate(status.refs)),
    )
    index.execute("DELETE FROM worktrees WHERE project_id = ?", (project_id,))
    index.execute_many(
        """
        INSERT INTO worktrees (project_id, position, path, branch, oid, is_main, is_locked, is_missing)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
        ((project_id, position, *astuple(worktree)) for position, worktree in enumerate(status.worktrees)),
    )


def get_repository_status(index: Database, project: str) -> RepositoryStatus:
    """Give what was saved last; condition UNREAD when nothing was."""
    return find_repository_status(index, project) or RepositoryStatus(RepositoryCondition.UNREAD)


def find_repository_status(index: Database, project: str) -> RepositoryStatus | None:
    """Find what was saved last; None when nothing was."""
    row = index.row(
        "SELECT repositories.* FROM repositories JOIN projects ON projects.id = project_id WHERE slug = ?", (project,)
    )
    if row is None:
        return None
    project_id = row["project_id"]
    refs = index.rows("SELECT name, kind, oid FROM refs WHERE project_id = ? ORDER BY position", (project_id,))
    worktrees = index.rows(
        """
        SELECT path, branch, oid, is_main, is_locked, is_missing FROM worktrees
        WHERE project_id = ? ORDER BY position
        """,
        (project_id,),
    )
    return RepositoryStatus(
        condition=RepositoryCondition(row["condition"]),
        head=row["head"],
        head_oid=row["head_oid"],
        refs=tuple(Ref(name, RefKind(kind), oid) for name, kind, oid in refs),
        worktrees=tuple(Worktree(*columns[:3], *map(bool, columns[3:])) for columns in map(tuple, worktrees)),
        message=row["message"],
        shallow_oids=tuple(row["shallow_oids"].split()),
        fingerprint=row["fingerprint"],
    )
