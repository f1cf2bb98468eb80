"""Which commits belong to a document or a mission, under all the names it has had."""

from collections import defaultdict
from collections.abc import Iterable

from tandemweb.domain.commit import ChangeStatus, DocumentVersion, FileChange
from tandemweb.store.commit_list import CommitRow
from tandemweb.store.commit_rows import read_change, read_commit
from tandemweb.store.database import Database
from tandemweb.store.revisions import get_project_id
from tandemweb.store.values import folder_range, write_json

MOST_NAMES = 16  # of one mission folder; a history that was made to be hostile has more


def list_document_versions(index: Database, project: str, path: str) -> tuple[DocumentVersion, ...]:
    """Every reachable commit that changed a document, newest first, renames followed back.

    Commits come without their other changes. A name counts from the commit that renamed the document to it; an older
    name counts after that commit too (a branch may not know the new one), until another file takes it.
    """
    rows = index.rows(
        """
        WITH RECURSIVE names (path, taken_id, before_id, renamed_id) AS (
            SELECT ?2, 0x7fffffffffffffff, 0x7fffffffffffffff, (
                SELECT max(commit_id) FROM commit_files AS renaming
                WHERE project_id = ?1 AND renaming.path = ?2 AND status = 'R'
            )
            UNION
            SELECT change.old_path,
                coalesce((
                    SELECT min(commit_id) FROM commit_files AS taking
                    WHERE project_id = ?1 AND taking.path = change.old_path AND status = 'A'
                        AND commit_id > change.commit_id
                ), 0x7fffffffffffffff),
                change.commit_id,
                (
                    SELECT max(commit_id) FROM commit_files AS renaming
                    WHERE project_id = ?1 AND renaming.path = change.old_path AND status = 'R'
                        AND commit_id < change.commit_id
                )
            FROM names JOIN commit_files AS change
                ON change.project_id = ?1 AND change.path = names.path AND change.commit_id = names.renamed_id
            WHERE change.status = 'R'
        )
        SELECT commits.*, change.path, change.status, change.blob
        FROM names JOIN commit_files AS change
            ON change.project_id = ?1 AND change.path = names.path
            AND change.commit_id >= coalesce(names.renamed_id, 0) AND change.commit_id < names.taken_id
        JOIN commits ON commits.id = change.commit_id
        WHERE is_reachable = 1 GROUP BY commits.id, change.position ORDER BY commits.id DESC, change.position
        """,
        (get_project_id(index, project), path),
    )
    return tuple(
        DocumentVersion(read_commit(row), row["path"], row["blob"], ChangeStatus(row["status"])) for row in rows
    )


def find_last_commit(index: Database, project: str, paths: Iterable[str]) -> str | None:
    """Find the newest commit that changed one of some files; None where none is known that did."""
    found: str | None = index.value(
        """
        SELECT oid FROM commits WHERE id = (
            SELECT max(commit_id) FROM commit_files
            WHERE project_id = ? AND path IN (SELECT value FROM json_each(?))
        )
        """,
        (get_project_id(index, project), write_json(paths)),
    )
    return found


def count_changes(index: Database, project: str, path: str) -> int:
    """Count the commits that changed a file under its present name: how much there is to look through."""
    found: int = index.value(
        "SELECT count(*) FROM commit_files WHERE project_id = ? AND path = ?", (get_project_id(index, project), path)
    )
    return found


def list_mission_commits(index: Database, project: str, mission_path: str) -> tuple[CommitRow, ...]:
    """Give the commits that touch a mission's folder, under its earlier names too; newest first, with changes in it."""
    project_id = get_project_id(index, project)
    changes: defaultdict[int, list[FileChange]] = defaultdict(list)
    for folder in list_folder_names(index, project_id, mission_path):
        for row in index.rows(
            """
            SELECT * FROM commit_files WHERE project_id = ? AND path >= ? AND path < ? ORDER BY commit_id, position
            """,
            (project_id, *folder_range(folder)),
        ):
            changes[row["commit_id"]].append(read_change(row))
    rows = index.rows(
        "SELECT * FROM commits WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id DESC",
        (write_json(tuple(changes)),),
    )
    return tuple(
        CommitRow(read_commit(row, changes[row["id"]]), row["change_count"], bool(row["is_reachable"])) for row in rows
    )


def list_folder_names(index: Database, project_id: int, folder: str) -> tuple[str, ...]:
    """Give the folder with the names it was renamed from, latest first: whole, with the files inside it."""
    names = [folder]
    for name in names:
        rows = index.rows(
            """
            SELECT DISTINCT substr(old_path, 1, length(old_path) - length(path) + length(?2)) FROM commit_files
            WHERE project_id = ?1 AND path >= ?3 AND path < ?4 AND status = 'R'
                AND length(old_path) > length(path) - length(?2)
                AND substr(old_path, length(?2) - length(path)) = substr(path, length(?2) - length(path))
            """,
            (project_id, name, *folder_range(name)),
        )
        names.extend(row[0] for row in rows if row[0] not in names)
        if len(names) >= MOST_NAMES:
            break
    return tuple(names[:MOST_NAMES])
