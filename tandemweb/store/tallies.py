"""What a mission adds to the statistics, worked out once when it is saved."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from tandemweb.domain.finding import Finding
from tandemweb.domain.mission import Author, DocumentKind, Exchange, Mission, Role
from tandemweb.store.database import Transaction

MODELS = (Author.CLAUDE, Author.CODEX)
BOTH = "both"


@dataclass(frozen=True, slots=True)
class FindingKind:
    """Findings alike in what the statistics ask. ``raised_by`` is claude, codex or both.

    ``is_alone``: in this exchange one of the models gave no answer, so it says nothing about what the other added.
    """

    stage: str
    raised_by: str
    outcome: str
    is_alone: bool


@dataclass(frozen=True, slots=True)
class ExchangeKind:
    """Exchanges alike in how they ended. ``approved_step``: when Codex approved, None while it has not."""

    stage: str
    approved_step: int | None
    is_alone: bool


def count_findings(mission: Mission) -> Counter[FindingKind]:
    return Counter(
        FindingKind(exchange.stage, raiser, finding.outcome, is_alone(exchange))
        for exchange in mission.exchanges
        for finding in exchange.findings
        for raiser in _raiser(finding)
    )


def count_exchanges(mission: Mission) -> Counter[ExchangeKind]:
    """Count the exchanges in which any model wrote."""
    return Counter(
        ExchangeKind(exchange.stage, _approved_step(exchange), is_alone(exchange))
        for exchange in mission.exchanges
        if any(document.kind is DocumentKind.DISCUSSION for document in exchange.documents)
    )


def is_alone(exchange: Exchange) -> bool:
    """Say whether one of the two models wrote nothing in an exchange, or only a placeholder."""
    spoken = {
        document.author
        for document in exchange.documents
        if document.kind is DocumentKind.DISCUSSION and document.role is not Role.PLACEHOLDER
    }
    return not spoken.issuperset(MODELS)


@dataclass(frozen=True, slots=True)
class TallyRows:
    """What the statistics are to know of a mission, as it is saved."""

    findings: tuple[tuple[object, ...], ...]
    exchanges: tuple[tuple[object, ...], ...]


def make_tally_rows(mission: Mission) -> TallyRows:
    """Prepare the tallies of a mission for ``save_tallies``."""
    findings, exchanges = count_findings(mission).items(), count_exchanges(mission).items()
    return TallyRows(
        tuple(
            (position, str(kind.stage), kind.raised_by, str(kind.outcome), kind.is_alone, count)
            for position, (kind, count) in enumerate(findings)
        ),
        tuple(
            (position, str(kind.stage), kind.approved_step or 0, kind.is_alone, count)
            for position, (kind, count) in enumerate(exchanges)
        ),
    )


def save_tallies(index: Transaction, project_id: int, mission_id: int, tallies: TallyRows) -> None:
    """Replace what the statistics know of a mission, which is saved already."""
    index.execute("DELETE FROM finding_tallies WHERE mission_id = ?", (mission_id,))
    index.execute("DELETE FROM exchange_tallies WHERE mission_id = ?", (mission_id,))
    month = index.value(
        "SELECT coalesce(substr(coalesce(started_at, updated_at), 1, 7), '') FROM missions WHERE id = ?", (mission_id,)
    )
    index.execute_many(
        """
        INSERT INTO finding_tallies (mission_id, project_id, month, position, stage, raised_by, outcome, is_alone,
            count)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [(mission_id, project_id, month, *tally) for tally in tallies.findings],
    )
    index.execute_many(
        """
        INSERT INTO exchange_tallies (mission_id, project_id, month, position, stage, approved_step, is_alone, count)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [(mission_id, project_id, month, *tally) for tally in tallies.exchanges],
    )


def _raiser(finding: Finding) -> Iterator[str]:
    """Give who raised a finding; nobody where neither model did (a report, feedback)."""
    raisers = [model for model in MODELS if model in finding.raised_by]
    if raisers:
        yield BOTH if len(raisers) > 1 else raisers[0]


def _approved_step(exchange: Exchange) -> int | None:
    return min((document.step for document in exchange.documents if document.approved and document.step), default=None)
