"""The list of missions over all projects: filtered, sorted, counted, in two queries whatever its length."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tandemweb.store.database import Database


class MissionSort(StrEnum):
    UPDATED = "updated"
    STARTED = "started"
    NAME = "name"
    PROJECT = "project"
    PHASE = "phase"
    ROUNDS = "rounds"
    OPEN = "open"  # high before medium before low
    PROBLEMS = "problems"


class MissionFlag(StrEnum):
    """Questions with yes or no that the list can be narrowed by."""

    ACTIVE = "active"  # neither complete nor abandoned
    WAITING = "waiting"  # a person has to act: user-review, awaiting-user, ready-for-execution
    DISPUTED = "disputed"  # open disputes in its latest exchange
    STUCK = "stuck"
    FAILED_FIRST = "failed-first"  # the first evaluation ended with FAIL
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


@dataclass(frozen=True, slots=True)
class Facet:
    """A value that the list can be narrowed to, with how many missions that gives beside the other filters."""

    value: str
    label: str
    count: int


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


def list_missions(index: Database, wanted: MissionFilter) -> MissionPage:
    raise NotImplementedError
