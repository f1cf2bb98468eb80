"""The list of missions over all projects: filtered, sorted, counted, in two queries whatever its length."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from tandemweb.store.database import Database, Row
from tandemweb.store.mission_facets import (
    Choice,
    Facet,
    count_chosen,
    count_flags,
    count_phases,
    count_projects,
    count_verdicts,
    list_groups,
)
from tandemweb.store.mission_flags import MissionFlag, pack_flags, unpack_flags
from tandemweb.store.values import contains_pattern, read_json, read_time

__all__ = [
    "Facet",
    "MissionFilter",
    "MissionFlag",
    "MissionPage",
    "MissionRow",
    "MissionSort",
    "RoundMark",
    "list_missions",
]


class MissionSort(StrEnum):
    UPDATED = "updated"
    STARTED = "started"
    NAME = "name"
    PROJECT = "project"
    PHASE = "phase"
    ROUNDS = "rounds"
    OPEN = "open"  # high before medium before low
    PROBLEMS = "problems"


@dataclass(frozen=True, slots=True)
class MissionFilter:
    """What to list. ``text`` is looked for in name and title; ``phase=""`` and ``verdict=""`` mean without one."""

    project: str | None = None
    phase: str | None = None
    verdict: str | None = None
    flags: frozenset[MissionFlag] = frozenset()
    text: str = ""
    sort: MissionSort = MissionSort.UPDATED
    descending: bool = True
    offset: int = 0
    limit: int = 50


@dataclass(frozen=True, slots=True)
class RoundMark:
    """One evaluation round and how it ended; ``verdict`` is None while it has none."""

    round: int
    verdict: str | None


@dataclass(frozen=True, slots=True)
class MissionRow:
    """One row of the list."""

    project: str  # slug
    project_name: str
    root: str  # slug
    name: str
    path: str
    title: str
    phase: str | None
    round: int | None
    verdict: str | None
    generator_status: str | None
    evaluator_status: str | None
    rounds: tuple[RoundMark, ...]
    open_high_count: int
    open_medium_count: int
    open_low_count: int
    only_claude_count: int  # findings over all exchanges that only Claude raised
    only_codex_count: int
    both_count: int
    is_active: bool
    is_waiting: bool
    is_disputed: bool
    is_stuck: bool
    failed_first: bool
    problem_count: int
    started_at: datetime | None
    updated_at: datetime | None
    revision: int

    @property
    def subtitle(self) -> str:
        """Give the title where it says more than the folder's name, else nothing."""
        name = _letters(self.name)
        return "" if _letters(self.title) in {name, name.lstrip("0123456789")} else self.title


@dataclass(frozen=True, slots=True)
class MissionPage:
    """``total_count`` counts what the filter lets through, ``all_count`` every mission of the index."""

    rows: tuple[MissionRow, ...]
    total_count: int
    all_count: int
    projects: tuple[Facet, ...]
    phases: tuple[Facet, ...]
    verdicts: tuple[Facet, ...]
    flags: tuple[Facet, ...]  # one per MissionFlag, in its order


_ORDERS = {
    MissionSort.UPDATED: ("missions.updated_at",),
    MissionSort.STARTED: ("missions.started_at",),
    MissionSort.NAME: ("missions.name COLLATE NOCASE",),
    MissionSort.PROJECT: ("projects.name COLLATE NOCASE", "missions.path"),
    MissionSort.PHASE: ("missions.phase", "missions.updated_at"),
    MissionSort.ROUNDS: ("json_array_length(missions.round_marks)", "missions.updated_at"),
    MissionSort.OPEN: ("missions.open_high_count", "missions.open_medium_count", "missions.open_low_count"),
    MissionSort.PROBLEMS: ("missions.problem_count", "missions.updated_at"),
}


def list_missions(index: Database, wanted: MissionFilter) -> MissionPage:
    """Give one page of missions, and what each other filter would give; two queries, whatever the filter."""
    groups = list_groups(index, wanted.text)
    choice = Choice(wanted.project, wanted.phase, wanted.verdict, pack_flags(wanted.flags))
    return MissionPage(
        rows=_list_rows(index, wanted),
        total_count=count_chosen(groups, choice),
        all_count=sum(group.all_count for group in groups),
        projects=count_projects(groups, choice),
        phases=count_phases(groups, choice),
        verdicts=count_verdicts(groups, choice),
        flags=count_flags(groups, choice),
    )


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _list_rows(index: Database, wanted: MissionFilter) -> tuple[MissionRow, ...]:
    direction = "DESC" if wanted.descending else "ASC"
    order = ", ".join(f"{column} {direction} NULLS LAST" for column in (*_ORDERS[wanted.sort], "missions.id"))
    conditions, parameters = _conditions(wanted)
    rows = index.rows(
        f"""
        SELECT missions.*, projects.slug AS project, projects.name AS project_name, archive_roots.slug AS root
        FROM missions JOIN projects ON projects.id = missions.project_id
        JOIN archive_roots ON archive_roots.id = missions.root_id
        WHERE {" AND ".join(conditions)} ORDER BY {order} LIMIT ? OFFSET ?
        """,  # noqa: S608 conditions and order are literals of this module
        [*parameters, wanted.limit, wanted.offset],
    )
    return tuple(map(_mission_row, rows))


def _conditions(wanted: MissionFilter) -> tuple[list[str], list[Any]]:
    conditions, parameters = ["TRUE"], list[Any]()
    if wanted.project is not None:
        # Without the sign, all missions of the project would be sorted to show the first of them.
        conditions.append("+missions.project_id = (SELECT id FROM projects WHERE slug = ?)")
        parameters.append(wanted.project)
    if wanted.phase is not None:
        conditions.append("missions.phase IS ?")
        parameters.append(wanted.phase or None)
    if wanted.verdict is not None:
        conditions.append("missions.verdict IS ?")
        parameters.append(wanted.verdict or None)
    if wanted.flags:
        conditions.append("missions.flags & ? = ?")
        parameters.extend([pack_flags(wanted.flags)] * 2)
    if wanted.text:
        conditions.append(r"(missions.name LIKE ? ESCAPE '\' OR missions.title LIKE ? ESCAPE '\')")
        parameters.extend([contains_pattern(wanted.text)] * 2)
    return conditions, parameters


def _mission_row(row: Row) -> MissionRow:
    flags = unpack_flags(row["flags"])
    return MissionRow(
        project=row["project"],
        project_name=row["project_name"],
        root=row["root"],
        name=row["name"],
        path=row["path"],
        title=row["title"],
        phase=row["phase"],
        round=row["round"],
        verdict=row["verdict"],
        generator_status=row["generator_status"],
        evaluator_status=row["evaluator_status"],
        rounds=tuple(RoundMark(number, verdict) for number, verdict in read_json(row["round_marks"])),
        open_high_count=row["open_high_count"],
        open_medium_count=row["open_medium_count"],
        open_low_count=row["open_low_count"],
        only_claude_count=row["only_claude_count"],
        only_codex_count=row["only_codex_count"],
        both_count=row["both_count"],
        is_active=MissionFlag.ACTIVE in flags,
        is_waiting=MissionFlag.WAITING in flags,
        is_disputed=MissionFlag.DISPUTED in flags,
        is_stuck=MissionFlag.STUCK in flags,
        failed_first=MissionFlag.FAILED_FIRST in flags,
        problem_count=row["problem_count"],
        started_at=read_time(row["started_at"]),
        updated_at=read_time(row["updated_at"]),
        revision=row["revision"],
    )
