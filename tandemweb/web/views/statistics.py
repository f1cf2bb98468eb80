"""What the second model added, over all missions: sums, shares with their uncertainty, charts with tables beside."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import Blueprint

from tandemweb.domain.mission import Stage
from tandemweb.errors import NotFoundError
from tandemweb.services.statistics import TOLD_FROM, Statistics, Tally, build_statistics
from tandemweb.store.corrections import count_corrections
from tandemweb.store.statistics import sum_up
from tandemweb.web import urls
from tandemweb.web.charts import BarChart, BarInput, Part, build_bar_chart
from tandemweb.web.databases import get_index, get_state
from tandemweb.web.pages import page
from tandemweb.web.parameters import find_choice, find_text

blueprint = Blueprint("statistics", __name__)

CHARTED_MONTHS = 24


@dataclass(frozen=True, slots=True)
class StatisticsQuery:
    project: str | None = None
    stage: Stage | None = None

    def address(self, **changes: object) -> str:
        wanted = replace(self, **changes)  # type: ignore[arg-type]  # names are checked by replace
        return urls.statistics(project=wanted.project, stage=wanted.stage)


@dataclass(frozen=True, slots=True)
class StatisticsPage:
    """``told_from``: with fewer cases no share is shown. ``correction_count`` corrections are not counted in."""

    query: StatisticsQuery
    statistics: Statistics
    month_chart: BarChart | None
    convergence_chart: BarChart | None
    told_from: int
    correction_count: int


@page(blueprint, "/statistics", "statistics/show.html")
def show() -> StatisticsPage:
    query = StatisticsQuery(project=find_text("project"), stage=find_choice("stage", Stage))
    statistics = build_statistics(sum_up(get_index()), project=query.project, stage=query.stage)
    if query.project and query.project not in {tally.key for tally in statistics.projects}:
        raise NotFoundError(f"There is no project {query.project!r} with missions.")
    corrections = count_corrections(get_state())
    return StatisticsPage(
        query=query,
        statistics=statistics,
        month_chart=_draw_months(statistics.months[-CHARTED_MONTHS:]),
        convergence_chart=_draw_convergence(statistics.total),
        told_from=TOLD_FROM,
        correction_count=sum(count for (project, _), count in corrections.items() if query.project in (None, project)),
    )


def _draw_months(months: Sequence[Tally]) -> BarChart | None:
    """Stack what Claude only, both and Codex only raised, month by month, years together."""
    years: dict[str, list[BarInput]] = {}
    for tally in months:
        parts = tuple(Part(_name(source.raised_by), source.raised_by, source.count) for source in tally.sources)
        years.setdefault(tally.key[:4] or "no date", []).append(BarInput(tally.key[5:7] or "–", parts))
    has_findings = any(tally.finding_count for tally in months)
    return build_bar_chart(list(years.items())) if has_findings else None


def _draw_convergence(tally: Tally) -> BarChart | None:
    numbered = [entry for entry in tally.convergence if entry.step is not None]
    never = [entry for entry in tally.convergence if entry.step is None]
    groups = [
        ("approved at exchange", [BarInput(str(entry.step), _plain(entry.count)) for entry in numbered]),
        ("", [BarInput("never", _plain(entry.count)) for entry in never]),
    ]
    shown = [(label, bars) for label, bars in groups if bars]
    return build_bar_chart(shown) if shown else None


def _plain(count: int) -> tuple[Part, ...]:
    return (Part("exchanges", "plain", count),)


def _name(raised_by: str) -> str:
    return "by both" if raised_by == "both" else f"only by {raised_by.capitalize()}"
