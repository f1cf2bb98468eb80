"""What the statistics page asks: sums over all missions, by project and month, in three queries."""

from dataclasses import dataclass

from tandemweb.store.database import Database
from tandemweb.store.tallies import ExchangeKind, FindingKind


@dataclass(frozen=True, slots=True)
class Slot:
    """Where missions are counted: a project, and the month (``2026-03``) that they began in, "" where unknown."""

    project: str  # slug
    project_name: str
    month: str


@dataclass(frozen=True, slots=True)
class MissionSum:
    """``judged_count`` missions have a verdict of their first evaluation; ``failed_count`` of them did not pass it."""

    slot: Slot
    mission_count: int
    judged_count: int
    failed_count: int


@dataclass(frozen=True, slots=True)
class FindingSum:
    slot: Slot
    kind: FindingKind
    count: int


@dataclass(frozen=True, slots=True)
class ExchangeSum:
    slot: Slot
    kind: ExchangeKind
    count: int


@dataclass(frozen=True, slots=True)
class Sums:
    missions: tuple[MissionSum, ...]
    findings: tuple[FindingSum, ...]
    exchanges: tuple[ExchangeSum, ...]


def sum_up(index: Database) -> Sums:
    """Sum up all missions; the number of rows grows with projects and months, not with missions."""
    return Sums(_sum_missions(index), _sum_findings(index), _sum_exchanges(index))


def _sum_missions(index: Database) -> tuple[MissionSum, ...]:
    rows = index.rows(
        """
        SELECT slug, projects.name, month, sum(count), coalesce(sum(count) FILTER (WHERE first IS NOT NULL), 0),
            coalesce(sum(count) FILTER (WHERE first IN ('FAIL', 'BLOCKED')), 0)
        FROM (
            SELECT project_id, coalesce(substr(coalesce(started_at, updated_at), 1, 7), '') AS month,
                first_verdict AS first, count(*) AS count
            FROM missions GROUP BY 1, 2, 3
        ) JOIN projects ON projects.id = project_id GROUP BY project_id, month ORDER BY projects.name, month
        """
    )
    return tuple(MissionSum(Slot(*row[:3]), *row[3:]) for row in rows)


def _sum_findings(index: Database) -> tuple[FindingSum, ...]:
    rows = index.rows(
        """
        SELECT slug, projects.name, month, stage, raised_by, outcome, is_alone, count
        FROM finding_sums JOIN projects ON projects.id = project_id
        """
    )
    return tuple(FindingSum(Slot(*row[:3]), FindingKind(row[3], row[4], row[5], bool(row[6])), row[7]) for row in rows)


def _sum_exchanges(index: Database) -> tuple[ExchangeSum, ...]:
    rows = index.rows(
        """
        SELECT slug, projects.name, month, stage, nullif(approved_step, 0), is_alone, count
        FROM exchange_sums JOIN projects ON projects.id = project_id
        """
    )
    return tuple(ExchangeSum(Slot(*row[:3]), ExchangeKind(row[3], row[4], bool(row[5])), row[6]) for row in rows)
