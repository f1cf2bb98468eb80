"""File stamps: what a refresh compares with the disk, so that it reads only what changed."""

import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tandemweb.domain.mission import FileStamp
from tandemweb.store.database import Database, Transaction
from tandemweb.store.revisions import get_project_id
from tandemweb.store.values import read_stamp, write_stamp


@dataclass(frozen=True, slots=True)
class KnownFile:
    stamp: FileStamp
    content_hash: str  # "" when it was not read


def find_known_file(index: Database, project: str, path: str) -> KnownFile | None:
    row = index.row(
        """
        SELECT size, mtime_ns, inode, content_hash FROM known_files
        JOIN projects ON projects.id = project_id WHERE slug = ? AND known_files.path = ?
        """,
        (project, os.fsencode(path)),
    )
    return None if row is None else KnownFile(read_stamp(*row[:3]), row[3])


def forget_stamp(index: Transaction, project: str, path: str) -> None:
    """Let the next refresh take a file for changed; an unknown one is no error."""
    index.execute(
        "UPDATE known_files SET size = 0, mtime_ns = 0, inode = 0 WHERE project_id = ? AND path = ?",
        (get_project_id(index, project), os.fsencode(path)),
    )


def list_known_files(index: Database, project: str) -> dict[str, KnownFile]:
    """Path (with surrogate escapes, as on disk) -> what was seen there last."""
    rows = index.rows(
        """
        SELECT known_files.path, size, mtime_ns, inode, content_hash FROM known_files
        JOIN projects ON projects.id = project_id WHERE slug = ?
        """,
        (project,),
    )
    # As os.fsdecode does, which would look up both of them for each of many paths.
    encoding, errors = sys.getfilesystemencoding(), sys.getfilesystemencodeerrors()
    return {
        path.decode(encoding, errors): KnownFile(read_stamp(size, mtime_ns, inode), content_hash)
        for path, size, mtime_ns, inode, content_hash in rows
    }


def save_known_files(index: Transaction, project: str, files: Mapping[str, KnownFile]) -> None:
    """Add or replace what is known of these files."""
    project_id = get_project_id(index, project)
    index.execute_many(
        """
        INSERT OR REPLACE INTO known_files (project_id, path, size, mtime_ns, inode, content_hash)
        VALUES (?, ?, ?, ?, ?, ?)
        """,
        (
            (project_id, os.fsencode(path), *write_stamp(known.stamp), known.content_hash)
            for path, known in files.items()
        ),
    )


def delete_known_files(index: Transaction, project: str, paths: Iterable[str]) -> None:
    """Forget files that are gone; unknown ones are no error."""
    project_id = get_project_id(index, project)
    index.execute_many(
        "DELETE FROM known_files WHERE project_id = ? AND path = ?", ((project_id, os.fsencode(path)) for path in paths)
    )
