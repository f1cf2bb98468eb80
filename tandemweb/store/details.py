"""What is only ever read whole, for one mission: its exchanges with their findings, and its decisions, packed.

Documents of exchanges are told by their place among the mission's. Words stand once in a list in front, since documents
repeat each other's items, and are told by their place there.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tandemweb.domain.finding import (
    Agreement,
    CriterionVerdict,
    Decision,
    FileReference,
    Finding,
    MatchReason,
    Mention,
    Outcome,
    Severity,
    Stance,
    TrailStep,
)
from tandemweb.domain.mission import Document, Exchange, Stage
from tandemweb.store.packing import pack_values, unpack_values

Values = list[Any]  # as JSON holds them
# Looking a word up takes a tenth of what calling its enumeration takes, and there are hundreds in a mission.
_SEVERITIES = {one.value: one for one in Severity}
_AGREEMENTS = {one.value: one for one in Agreement}
_OUTCOMES = {one.value: one for one in Outcome}
_STANCES = {one.value: one for one in Stance}


class _Words:
    """Gives texts their places."""

    def __init__(self) -> None:
        self.places: dict[str, int] = {}

    def place(self, text: str) -> int:
        return self.places.setdefault(text, len(self.places))


def pack_exchanges(exchanges: Sequence[Exchange], documents: Sequence[Document]) -> bytes:
    """Pack the exchanges of a mission; ``documents`` are all of the mission's, in order."""
    words = _Words()
    places = {document.path: place for place, document in enumerate(documents)}
    written = [_write_exchange(exchange, places, words) for exchange in exchanges]
    return pack_values([list(words.places), written] if written else [])


def unpack_exchanges(packed: bytes | None, documents: Sequence[Document], path: Path) -> tuple[Exchange, ...]:
    """Give what was packed; ``path`` is the database's. Raises DamagedDatabaseError."""
    values = unpack_values(packed, path)
    if not values:
        return ()
    words, exchanges = values
    return tuple(_read_exchange(exchange, documents, words) for exchange in exchanges)


def pack_decisions(decisions: Iterable[Decision]) -> bytes:
    return pack_values(
        [(one.title, one.path, one.line, one.end_line, one.text, one.rationale, one.alternatives) for one in decisions]
    )


def unpack_decisions(packed: bytes | None, path: Path) -> tuple[Decision, ...]:
    """Raise DamagedDatabaseError, which names the database at ``path``."""
    return tuple(
        Decision(title, place, line, end_line, text, rationale, tuple(alternatives))
        for title, place, line, end_line, text, rationale, alternatives in unpack_values(packed, path)
    )


def _write_exchange(exchange: Exchange, places: dict[str, int], words: _Words) -> Values:
    return [
        exchange.stage,
        exchange.round,
        exchange.final_verdict,
        [places[document.path] for document in exchange.documents if document.path in places],
        [_write_criterion(criterion, words) for criterion in exchange.criteria],
        [_write_finding(finding, words) for finding in exchange.findings],
    ]


def _read_exchange(values: Values, documents: Sequence[Document], words: list[str]) -> Exchange:
    stage, number, verdict, members, criteria, findings = values
    return Exchange(
        Stage(stage),
        number,
        tuple(documents[place] for place in members),
        verdict,
        tuple(_read_criterion(criterion, words) for criterion in criteria),
        tuple(_read_finding(finding, words) for finding in findings),
    )


def _write_criterion(criterion: CriterionVerdict, words: _Words) -> Values:
    evidence = [(words.place(path), line, words.place(text)) for path, line, text in criterion.evidence]
    return [criterion.number, criterion.claude, criterion.codex, criterion.final, evidence]


def _read_criterion(values: Values, words: list[str]) -> CriterionVerdict:
    number, claude, codex, final, evidence = values
    told = tuple((words[path], line, words[text]) for path, line, text in evidence)
    return CriterionVerdict(number, claude, codex, final, told)


def _write_finding(finding: Finding, words: _Words) -> Values:
    return [
        finding.key,
        words.place(finding.title),
        [_write_mention(mention, words) for mention in finding.mentions],
        finding.raised_by,
        finding.severity_by,
        finding.final_severity,
        finding.agreement,
        finding.outcome,
        [_write_step(step, words) for step in finding.trail],
        [(reason.left, reason.right, reason.reason, reason.score) for reason in finding.reasons],
        finding.stuck,
    ]


def _read_finding(values: Values, words: list[str]) -> Finding:
    key, title, mentions, raised_by, severity_by, final, agreement, outcome, trail, reasons, stuck = values
    return Finding(
        key,
        words[title],
        tuple([_read_mention(mention, words) for mention in mentions]),
        tuple(raised_by),
        tuple([(author, _SEVERITIES[severity]) for author, severity in severity_by]),
        final and _SEVERITIES[final],
        _AGREEMENTS[agreement],
        _OUTCOMES[outcome],
        tuple([_read_step(step, words) for step in trail]),
        tuple([MatchReason(*reason) for reason in reasons]),
        stuck,
    )


def _write_mention(mention: Mention, words: _Words) -> Values:
    return [
        words.place(mention.path),
        mention.line,
        mention.end_line,
        words.place(mention.title),
        words.place(mention.text),
        mention.severity,
        mention.severity_word,
        mention.label,
        words.place(mention.section),
        mention.stance,
        mention.criteria,
        mention.references,
        [(words.place(place.path), place.line_start, place.line_end) for place in mention.file_references],
        mention.stated_agreement,
        mention.confidence,
        mention.reviewers,
    ]


def _read_mention(values: Values, words: list[str]) -> Mention:
    path, line, end_line, title, text, severity, word, label, section, stance, *more = values
    criteria, references, files, agreement, confidence, reviewers = more
    return Mention(
        words[path],
        line,
        end_line,
        words[title],
        words[text],
        severity and _SEVERITIES[severity],
        word,
        label,
        words[section],
        _STANCES[stance],
        tuple(criteria),
        tuple([(author, mark) for author, mark in references]),
        tuple([FileReference(words[place], start, end) for place, start, end in files]),
        agreement and _AGREEMENTS[agreement],
        confidence,
        tuple(reviewers),
    )


def _write_step(step: TrailStep, words: _Words) -> Values:
    return [
        words.place(step.path),
        step.line,
        step.author,
        step.stance,
        step.severity,
        step.agreement,
        words.place(step.quote),
        step.changed_position,
    ]


def _read_step(values: Values, words: list[str]) -> TrailStep:
    path, line, author, stance, severity, agreement, quote, changed = values
    return TrailStep(
        words[path],
        line,
        author,
        _STANCES[stance],
        severity and _SEVERITIES[severity],
        agreement and _AGREEMENTS[agreement],
        words[quote],
        changed,
    )
