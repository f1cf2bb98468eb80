"""How far back the history of some missions reaches, so that only that part is weighed again."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from tandemweb.store.commit_paths import list_folder_names
from tandemweb.store.database import Database, Transaction
from tandemweb.store.revisions import get_project_id, get_revision
from tandemweb.store.values import folder_range, read_time


@dataclass(frozen=True, slots=True)
class MissionMark:
    """What tells whether a mission has to be linked again.

    ``revision``: of the index, when what its commits are told by was last new.
    """

    path: str
    revision: int
    phase: str | None
    started_at: datetime | None
    updated_at: datetime | None


def list_mission_marks(index: Database, project: str) -> tuple[MissionMark, ...]:
    rows = index.rows(
        "SELECT path, evidence_revision, phase, started_at, updated_at FROM missions WHERE project_id = ?",
        (get_project_id(index, project),),
    )
    return tuple(
        MissionMark(
            row["path"],
            row["evidence_revision"],
            row["phase"],
            read_time(row["started_at"]),
            read_time(row["updated_at"]),
        )
        for row in rows
    )


@dataclass(frozen=True, slots=True)
class LinkMark:
    """What links were last made from: the project's revision then, and the row of its newest commit."""

    revision: int = 0
    last_row: int = 0


def get_link_mark(index: Database, project: str) -> LinkMark:
    """Give the mark of the last linking; zeros before the first."""
    row = index.row("SELECT revision, last_row FROM link_marks WHERE project_id = ?", (get_project_id(index, project),))
    return LinkMark(row["revision"], row["last_row"]) if row else LinkMark()


def take_link_mark(index: Database, project: str) -> LinkMark:
    """Give what a linking that begins now is made from."""
    last_row = index.value("SELECT max(id) FROM commits WHERE project_id = ?", (get_project_id(index, project),))
    return LinkMark(get_revision(index, project), last_row or 0)


def save_link_mark(index: Transaction, project: str, mark: LinkMark) -> None:
    """Note what links were made from; in the transaction that saves them."""
    index.execute(
        "INSERT OR REPLACE INTO link_marks (project_id, revision, last_row) VALUES (?, ?, ?)",
        (get_project_id(index, project), mark.revision, mark.last_row),
    )


def find_first_row(index: Database, project: str, mark: MissionMark) -> int | None:
    """Find the first commit that a mission may have to do with: of its folder, under any name, or since it started."""
    project_id = get_project_id(index, project)
    firsts = [
        index.value(
            "SELECT min(commit_id) FROM commit_files WHERE project_id = ? AND path >= ? AND path < ?",
            (project_id, *folder_range(name)),
        )
        for name in list_folder_names(index, project_id, mark.path)
    ]
    if mark.started_at:
        firsts.append(
            index.value(
                "SELECT min(id) FROM commits WHERE project_id = ? AND coalesce(authored_at, committed_at) >= ?",
                (project_id, mark.started_at.isoformat()),
            )
        )
    return min((first for first in firsts if first is not None), default=None)


def list_touched_missions(
    index: Database, project: str, first_row: int, mission_paths: Collection[str]
) -> frozenset[str]:
    """Give the missions that commits from a row on touch, by the paths of their folders today."""
    rows = index.rows(
        "SELECT DISTINCT path FROM commit_files WHERE project_id = ? AND commit_id >= ?",
        (get_project_id(index, project), first_row),
    )
    known = set(mission_paths)
    return frozenset(folder for row in rows for folder in _list_folders(row["path"]) if folder in known)


def _list_folders(path: str) -> Iterable[str]:
    end = path.rfind("/")
    while end > 0:
        yield path[:end]
        end = path.rfind("/", 0, end)


def find_time(index: Database, project: str, first_row: int) -> datetime | None:
    """Find when the earliest commit from a row on was made."""
    found = index.value(
        "SELECT min(coalesce(authored_at, committed_at)) FROM commits WHERE project_id = ? AND id >= ?",
        (get_project_id(index, project), first_row),
    )
    return read_time(found)
