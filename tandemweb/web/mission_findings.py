"""The findings of a whole mission, over all its exchanges, as its page shows them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tandemweb.domain.mission import Stage
from tandemweb.services.convergence import ConvergenceStep, ExchangeProgress, list_progress
from tandemweb.services.correcting import CorrectedMission
from tandemweb.services.following import FollowedFinding, follow_mission
from tandemweb.store.commit_list import CommitRow
from tandemweb.store.corrections import Correction
from tandemweb.store.database import Database
from tandemweb.web import urls
from tandemweb.web.charts import BarChart, BarInput, Part, build_bar_chart


@dataclass(frozen=True, slots=True)
class ProgressRow:
    """Findings open after one step; ``address`` leads to its exchange."""

    exchange: str
    step: ConvergenceStep
    address: str


@dataclass(frozen=True, slots=True)
class MissionFindings:
    """``chart`` and ``rows`` say the same: what was open after each step of each exchange. None with nothing to show.

    ``followed`` are findings from round to round; ``orphans`` are corrections whose finding is not found any more.
    """

    chart: BarChart | None
    rows: tuple[ProgressRow, ...]
    followed: tuple[FollowedFinding, ...]
    orphans: tuple[Correction, ...]
    correction_count: int


def build_mission_findings(
    index: Database, project: str, corrected: CorrectedMission, commits: Sequence[CommitRow]
) -> MissionFindings:
    """Build the part of a mission's page about findings; ``commits`` are its ``list_mission_commits``."""
    mission = corrected.mission
    progress = list_progress(mission) if any(exchange.findings for exchange in mission.exchanges) else ()
    base = urls.mission(project, mission.root.slug, mission.name)
    return MissionFindings(
        chart=draw_progress(progress) if progress else None,
        rows=tuple(_list_rows(progress, base)),
        followed=follow_mission(index, project, mission, commits),
        orphans=corrected.orphans,
        correction_count=sum(
            len(exchange.removed) + sum(map(len, exchange.corrections.values())) for exchange in corrected.exchanges
        ),
    )


def draw_progress(progress: Sequence[ExchangeProgress]) -> BarChart:
    return build_bar_chart(
        [(_name(one), [BarInput(str(step.number), _parts(step)) for step in one.steps]) for one in progress]
    )


def _parts(step: ConvergenceStep) -> tuple[Part, ...]:
    return (
        Part("high", "high", step.high_count),
        Part("medium", "medium", step.medium_count),
        Part("low", "low", step.low_count),
        Part("without severity", "unrated", step.unrated_count),
    )


def _list_rows(progress: Sequence[ExchangeProgress], base: str) -> Iterator[ProgressRow]:
    for one in progress:
        page = "planning" if one.stage is Stage.PLANNING else f"rounds/{one.round}"
        for step in one.steps:
            yield ProgressRow(_name(one), step, f"{base}/{page}#step-{step.number}")


def _name(progress: ExchangeProgress) -> str:
    if progress.stage is Stage.EVALUATION:
        return f"Round {progress.round}"
    return "Planning" if progress.round == 1 else f"Planning {progress.round}"
