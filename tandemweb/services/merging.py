"""Several findings of an exchange that a person says are one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tandemweb.analysis.convergence import judge_finding
from tandemweb.analysis.matching import ExchangeDocument
from tandemweb.domain.finding import Finding, MatchReason, Mention
from tandemweb.domain.mission import Document, Exchange

CORRECTED = "correction"  # the reason why their mentions belong together


def merge_findings(exchange: Exchange, target: Finding, others: Sequence[Finding], texts: Mapping[str, str]) -> Finding:
    """Give one finding of all their mentions, judged anew; key and title are those of ``target``.

    ``texts`` are the documents' texts by path: what the trail quotes comes from them.
    """
    places = {document.path: place for place, document in enumerate(exchange.documents)}
    parts = [target, *others]
    mentions = sorted(
        (mention for finding in parts for mention in finding.mentions),
        key=lambda mention: (places.get(mention.path, len(places)), mention.line),
    )
    documents = [document for document in exchange.documents if document.author and document.role]
    said = [_said_in(document, mentions) for document in documents]
    judged = judge_finding([_for_judging(document, texts) for document in documents], said)
    return replace(
        target,
        mentions=tuple(mentions),
        raised_by=judged.raised_by,
        severity_by=judged.severity_by,
        final_severity=judged.final_severity,
        agreement=judged.agreement,
        outcome=judged.outcome,
        trail=judged.trail,
        stuck=judged.stuck,
        reasons=_join_reasons(parts, mentions),
    )


def _said_in(document: Document, mentions: Sequence[Mention]) -> list[Mention]:
    """Mentions of one document, the main one first: an item that is rated before one that is not."""
    own = [mention for mention in mentions if mention.path == document.path]
    return sorted(own, key=lambda mention: (mention.severity is None, mention.line))


def _for_judging(document: Document, texts: Mapping[str, str]) -> ExchangeDocument:
    return ExchangeDocument(
        path=document.path,
        author=str(document.author),
        role=str(document.role),
        step=document.step,
        mentions=(),
        approved=document.approved,
        text=texts.get(document.path, ""),
    )


def _join_reasons(parts: Sequence[Finding], mentions: Sequence[Mention]) -> tuple[MatchReason, ...]:
    """Reasons of each part with their places among all mentions, and one that ties each part to the first."""
    places = [[mentions.index(mention) for mention in finding.mentions] for finding in parts]
    own = (
        _tie(place[reason.left], place[reason.right], reason.reason, reason.score)
        for finding, place in zip(parts, places, strict=True)
        for reason in finding.reasons
    )
    return (*own, *(_tie(places[0][0], place[0], CORRECTED, 1.0) for place in places[1:]))


def _tie(one: int, other: int, reason: str, score: float) -> MatchReason:
    return MatchReason(min(one, other), max(one, other), reason, score)
