"""Commits and their changes as rows, back to values."""

from collections.abc import Iterable

from tandemweb.domain.commit import ChangeStatus, Commit, FileChange
from tandemweb.store.database import Row
from tandemweb.store.values import read_time


def read_commit(row: Row, changes: Iterable[FileChange] = ()) -> Commit:
    """Make the value of a row of ``commits``."""
    return Commit(
        oid=row["oid"],
        parents=tuple(row["parents"].split()),
        author_name=row["author_name"],
        author_email=row["author_email"],
        authored_at=read_time(row["authored_at"]),
        committed_at=read_time(row["committed_at"]),
        subject=row["subject"],
        body=row["body"],
        changes=tuple(changes),
        is_boundary=bool(row["is_boundary"]),
    )


def read_change(row: Row) -> FileChange:
    """Make the value of a row of ``commit_files``."""
    return FileChange(
        status=ChangeStatus(row["status"]),
        path=row["path"],
        old_path=row["old_path"],
        blob=row["blob"],
        old_blob=row["old_blob"],
        mode=row["mode"],
        old_mode=row["old_mode"],
    )
