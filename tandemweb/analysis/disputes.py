"""Disputes that were settled, as decisions: whose position it ended with, and in whose words."""

from collections.abc import Iterable, Iterator

from tandemweb.domain.decision import DecisionSource, KeyDecision, Quote
from tandemweb.domain.finding import Agreement, Finding, Outcome, Stance, TrailStep
from tandemweb.domain.mission import Exchange

_HOLDS = {Stance.RAISES, Stance.OBJECTS}
_REFUSES = {Stance.REJECTS, Stance.WITHDRAWS, Stance.DEFERS}
_WORDS = {
    Outcome.CONFIRMED: "It stands",
    Outcome.DOWNGRADED: "It stands, but weighs less",
    Outcome.DISMISSED: "It was dropped",
}


def list_settled(exchanges: Iterable[Exchange]) -> Iterator[KeyDecision]:
    """Yield a decision for each finding on which the two stood against each other and in the end agreed."""
    for exchange in exchanges:
        for finding in exchange.findings:
            if _was_disputed(finding) and finding.agreement is Agreement.AGREED and finding.outcome in _WORDS:
                yield _settle(exchange, finding)


def _was_disputed(finding: Finding) -> bool:
    return any(step.agreement is Agreement.DISPUTED for step in finding.trail)


def _settle(exchange: Exchange, finding: Finding) -> KeyDecision:
    winner = find_winner(finding)
    last = _find_turn(finding)
    quotes = tuple(_list_quotes(finding, last))
    severity = f" as {finding.final_severity.lower()}" if finding.final_severity else ""
    position = f"; the position of {winner.capitalize()} won" if winner else "; both gave way"
    return KeyDecision(
        key="",
        source=DecisionSource.DISPUTE,
        title=finding.title,
        text=f"{_WORDS[finding.outcome]}{severity}{position}.",
        rationale=last.quote,
        alternatives=(),
        path=last.path,
        line=last.line,
        end_line=last.line,
        round=exchange.round,
        won_by=winner,
        quotes=quotes,
        files=tuple(dict.fromkeys(place.path for mention in finding.mentions for place in mention.file_references)),
    )


def find_winner(finding: Finding) -> str | None:
    """Say whose position the finding ended with; None where neither side had it from the start."""
    refusing = [
        step.author for step in finding.trail if step.stance in _REFUSES and step.agreement is Agreement.DISPUTED
    ]
    holding = [step.author for step in finding.trail if step.stance in _HOLDS and step.author not in refusing]
    if finding.outcome is Outcome.DISMISSED:
        return refusing[0] if refusing else None
    if finding.outcome is Outcome.CONFIRMED and holding:
        return holding[0]
    first = {step.author: step.severity for step in reversed(finding.trail) if step.severity}
    right = [author for author, severity in first.items() if severity is finding.final_severity]
    return right[0] if len(right) == 1 and len(first) > 1 else None


def _find_turn(finding: Finding) -> TrailStep:
    """Give the step with which the dispute ended: the first one in agreement after the last one against it."""
    last = max(number for number, step in enumerate(finding.trail) if step.agreement is Agreement.DISPUTED)
    return next((step for step in finding.trail[last + 1 :] if step.agreement is Agreement.AGREED), finding.trail[-1])


def _list_quotes(finding: Finding, last: TrailStep) -> Iterator[Quote]:
    """Yield each side's fullest words while they stood against each other, then those that ended it."""
    chosen: dict[str, TrailStep] = {}
    for step in finding.trail:
        if step is last:
            break
        if step.author not in chosen or len(step.quote) > len(chosen[step.author].quote):
            chosen[step.author] = step
    for step in dict.fromkeys([*chosen.values(), last]):
        if step.quote:
            yield Quote(step.author, step.path, step.line, step.quote)
