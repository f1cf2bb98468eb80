"""What two models together find, over many missions; honest about how little some of the numbers say."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from math import sqrt

from tandemweb.domain.finding import Outcome
from tandemweb.domain.mission import Author, Stage
from tandemweb.store.statistics import Slot, Sums
from tandemweb.store.tallies import BOTH

TOLD_FROM = 20  # a share of fewer cases is not shown as one
CONFIDENCE = 1.96  # standard deviations: 95 % of the cases
RIGHT = {Outcome.CONFIRMED, Outcome.DOWNGRADED}
SOURCES = (Author.CLAUDE.value, BOTH, Author.CODEX.value)


@dataclass(frozen=True, slots=True)
class Share:
    """``count`` of ``total`` cases; ``low`` to ``high`` is where the true share lies in 95 of 100 such samples."""

    count: int
    total: int

    @property
    def is_told(self) -> bool:
        return self.total >= TOLD_FROM

    @property
    def value(self) -> float:
        return self.count / self.total if self.total else 0.0

    @property
    def low(self) -> float:
        return self._bound(-1)

    @property
    def high(self) -> float:
        return self._bound(1)

    def _bound(self, sign: int) -> float:
        """Give a bound of Wilson's interval, which holds for few cases and for shares near 0 and 1 too."""
        if not self.total:
            return 0.0 if sign < 0 else 1.0
        share, spread = self.value, CONFIDENCE**2 / self.total
        half = CONFIDENCE * sqrt(share * (1 - share) / self.total + spread / (4 * self.total))
        return max(0.0, min(1.0, (share + spread / 2 + sign * half) / (1 + spread)))


@dataclass(frozen=True, slots=True)
class Source:
    """Findings by who raised them: ``claude`` only, ``codex`` only, or ``both``, with what became of them."""

    raised_by: str
    count: int
    outcomes: dict[Outcome, int]
    right: Share  # confirmed or downgraded, of those that were settled


@dataclass(frozen=True, slots=True)
class ConvergenceCount:
    """How many exchanges Codex approved at this step; ``step`` is None for those it has not approved."""

    step: int | None
    count: int


@dataclass(frozen=True, slots=True)
class Tally:
    """The figures of one group of missions.

    ``sources`` and ``convergence`` count exchanges in which both models answered (``exchange_count``);
    ``alone_count`` are the others.
    """

    name: str
    key: str  # slug of a project, or a month
    mission_count: int
    exchange_count: int
    alone_count: int
    finding_count: int
    sources: tuple[Source, ...]
    added_by_codex: Share  # raised by Codex only, of all findings
    convergence: tuple[ConvergenceCount, ...]
    failed_first: Share  # missions whose first evaluation failed, of those that have one


@dataclass(frozen=True, slots=True)
class Statistics:
    total: Tally
    projects: tuple[Tally, ...]
    months: tuple[Tally, ...]


def build_statistics(sums: Sums, *, project: str | None = None, stage: Stage | None = None) -> Statistics:
    """Group sums by project and by month; all of it, or only one project's and one kind of exchange's.

    With ``project`` only its months are counted; ``projects`` always lists all, to choose from.
    """
    chosen = [project] if project else sorted({entry.slot.project for entry in sums.missions})
    names = {entry.slot.project: entry.slot.project_name for entry in sums.missions}
    months = sorted({entry.slot.month for entry in sums.missions if entry.slot.project in chosen})

    return Statistics(
        total=_tally(
            sums, names.get(project or "", "All projects"), project or "", stage, lambda slot: slot.project in chosen
        ),
        projects=tuple(
            _tally(sums, names[slug], slug, stage, partial(_is_of_project, slug))
            for slug in sorted(names, key=lambda slug: names[slug].casefold())
        ),
        months=tuple(
            _tally(sums, month or "no date", month, stage, partial(_is_of_month, month, chosen)) for month in months
        ),
    )


def _is_of_project(slug: str, slot: Slot) -> bool:
    return slot.project == slug


def _is_of_month(month: str, projects: Sequence[str], slot: Slot) -> bool:
    return slot.month == month and slot.project in projects


def _tally(sums: Sums, name: str, key: str, stage: Stage | None, takes: Callable[[Slot], bool]) -> Tally:
    missions = [entry for entry in sums.missions if takes(entry.slot)]
    findings: Counter[tuple[str, str]] = Counter()
    for finding in sums.findings:
        if takes(finding.slot) and not finding.kind.is_alone and stage in (None, finding.kind.stage):
            findings[finding.kind.raised_by, finding.kind.outcome] += finding.count
    steps: Counter[int | None] = Counter()
    alone = 0
    for exchange in sums.exchanges:
        if takes(exchange.slot) and stage in (None, exchange.kind.stage):
            if exchange.kind.is_alone:
                alone += exchange.count
            else:
                steps[exchange.kind.approved_step] += exchange.count
    sources = tuple(_source(raiser, findings) for raiser in SOURCES)
    total = sum(source.count for source in sources)
    return Tally(
        name=name,
        key=key,
        mission_count=sum(entry.mission_count for entry in missions),
        exchange_count=sum(steps.values()),
        alone_count=alone,
        finding_count=total,
        sources=sources,
        added_by_codex=Share(sources[-1].count, total),
        convergence=_order_steps(steps),
        failed_first=Share(
            sum(entry.failed_count for entry in missions), sum(entry.judged_count for entry in missions)
        ),
    )


def _source(raiser: str, findings: Counter[tuple[str, str]]) -> Source:
    outcomes = {outcome: findings[raiser, outcome] for outcome in Outcome}
    right = sum(outcomes[outcome] for outcome in RIGHT)
    return Source(raiser, sum(outcomes.values()), outcomes, Share(right, right + outcomes[Outcome.DISMISSED]))


def _order_steps(steps: Counter[int | None]) -> tuple[ConvergenceCount, ...]:
    """Give every step up to the last one that occurs, then those never approved."""
    last = max((step for step in steps if step is not None), default=0)
    numbered = tuple(ConvergenceCount(step, steps[step]) for step in range(1, last + 1))
    return (*numbered, ConvergenceCount(None, steps[None])) if steps[None] else numbered
