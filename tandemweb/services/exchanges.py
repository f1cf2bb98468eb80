"""Documents of a mission put into their exchanges: which round, in which order, saying what together."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from tandemweb.analysis.documents import CriterionStatement, DocumentReading
from tandemweb.analysis.matching import ExchangeDocument, match_exchange
from tandemweb.analysis.wording import is_empty
from tandemweb.domain.finding import CriterionVerdict
from tandemweb.domain.mission import Author, Document, DocumentKind, Exchange, Role, Stage

PASSED = {"PASS", "PASS_WITH_GAPS"}
# "Feedback-01" or "Feedback 01": a heading such as "User Feedback Addressed" names no document.
ADDRESSES_FEEDBACK = re.compile(r"^#{1,6} .*\bfeedback\b.*\n+(.*)", re.IGNORECASE | re.MULTILINE)
FEEDBACK_NAME = re.compile(r"\bfeedback(?:[-_](\d{1,4})|[ ](0\d{1,3}))\b", re.IGNORECASE)

Key = tuple[Stage, int]


def build_exchanges(
    documents: Sequence[Document], readings: Mapping[str, DocumentReading], texts: Mapping[str, str]
) -> tuple[Exchange, ...]:
    """Build a mission's exchanges, planning first, then by round; each with its documents in the order written.

    ``readings`` and ``texts`` go by path; a document without them (unreadable) keeps its place and says nothing.
    """
    members = group_by_exchange(documents, texts)
    return tuple(
        build_exchange(stage, number, sorted(members[stage, number], key=_order), readings, texts)
        for stage, number in sorted(members, key=lambda key: (key[0] != Stage.PLANNING, key[1]))
    )


def group_by_exchange(documents: Sequence[Document], texts: Mapping[str, str]) -> dict[Key, list[Document]]:
    """Say which documents belong to which exchange; what belongs to none is left out."""
    members: defaultdict[Key, list[Document]] = defaultdict(list)
    feedback_rounds = assign_feedback(documents, texts)
    for document in documents:
        key = _key_of(document, feedback_rounds)
        if key:
            members[key].append(document)
    return dict(members)


def assign_feedback(documents: Sequence[Document], texts: Mapping[str, str]) -> dict[str, int]:
    """Say for each feedback document (by path) which evaluation round it opens.

    The first generator report that names the document decides; else the k-th feedback follows the k-th round that
    passed, where that leads to a round; else the k-th report with something under a heading on feedback decides; else
    it opens the round after the last one.
    """
    feedback = sorted((d for d in documents if d.kind is DocumentKind.FEEDBACK), key=_number)
    if not feedback:
        return {}
    named = _rounds_that_name_feedback(documents, texts)
    passed = sorted(
        d.round for d in documents if d.kind is DocumentKind.EVALUATION and d.verdict in PASSED and d.round is not None
    )
    following = [number + 1 for number in passed]
    addressing = _rounds_that_address_feedback(documents, texts)
    last = max((d.round for d in documents if d.round is not None and d.kind is not DocumentKind.FEEDBACK), default=0)

    def find_round(index: int, document: Document) -> int:
        if number := named.get(_number(document)):
            return number
        candidates = [rounds[index] for rounds in (following, addressing) if index < len(rounds)]
        return next((number for number in candidates if number <= last), last + 1)

    return {document.path: find_round(index, document) for index, document in enumerate(feedback)}


def build_exchange(
    stage: Stage,
    number: int,
    documents: Sequence[Document],
    readings: Mapping[str, DocumentReading],
    texts: Mapping[str, str],
) -> Exchange:
    """Put together what the ordered ``documents`` of one exchange say."""
    final = next((document for document in documents if document.role is Role.FINAL), None)
    return Exchange(
        stage=stage,
        round=number,
        documents=tuple(documents),
        final_verdict=final.verdict if final and stage is Stage.EVALUATION else None,
        criteria=_criterion_verdicts(documents, readings) if stage is Stage.EVALUATION else (),
        findings=match_exchange([_for_matching(d, readings, texts) for d in documents if d.author and d.role]),
    )


def _key_of(document: Document, feedback_rounds: Mapping[str, int]) -> Key | None:
    match document.kind:
        case DocumentKind.FEEDBACK:
            return Stage.EVALUATION, feedback_rounds[document.path]
        case DocumentKind.SPEC:
            return Stage.PLANNING, 1
        case DocumentKind.REPORT | DocumentKind.EVALUATION if document.round is not None:
            return Stage.EVALUATION, document.round
        case DocumentKind.DISCUSSION | DocumentKind.NOTE if document.stage is Stage.PLANNING:
            return Stage.PLANNING, document.round or 1
        case DocumentKind.DISCUSSION | DocumentKind.NOTE if document.stage and document.round is not None:
            return document.stage, document.round
    return None


def _order(document: Document) -> tuple[int, int, int, str]:
    first = {DocumentKind.FEEDBACK: 0, DocumentKind.REPORT: 1, DocumentKind.DISCUSSION: 2, DocumentKind.NOTE: 2}
    speaker = {Author.CODEX: 1, Author.USER: 2}.get(document.author, 0) if document.author else 0
    return first.get(document.kind, 3), document.step or 0, speaker, document.path


def _number(document: Document) -> int:
    """Give a feedback document's own number, wherever the archive kind keeps it."""
    return document.step or document.round or 0


def _rounds_that_name_feedback(documents: Iterable[Document], texts: Mapping[str, str]) -> dict[int, int]:
    rounds: dict[int, int] = {}
    reports = (d for d in documents if d.kind is DocumentKind.REPORT and d.round is not None)
    for report in sorted(reports, key=lambda document: document.round or 0):
        for hyphenated, spaced in FEEDBACK_NAME.findall(texts.get(report.path, "")):
            rounds.setdefault(int(hyphenated or spaced), report.round or 0)
    return rounds


def _rounds_that_address_feedback(documents: Iterable[Document], texts: Mapping[str, str]) -> list[int]:
    """List the rounds whose report says something under a heading such as ``User Feedback Addressed``."""
    return sorted(
        document.round
        for document in documents
        if document.kind is DocumentKind.REPORT
        and document.round is not None
        and any(not is_empty(text) for text in ADDRESSES_FEEDBACK.findall(texts.get(document.path, "")))
    )


def _for_matching(
    document: Document, readings: Mapping[str, DocumentReading], texts: Mapping[str, str]
) -> ExchangeDocument:
    reading = readings.get(document.path)
    return ExchangeDocument(
        path=document.path,
        author=str(document.author),
        role=str(document.role),
        step=document.step,
        mentions=reading.mentions if reading else (),
        candidates=reading.candidates if reading else (),
        approved=document.approved,
        text=texts.get(document.path, ""),
    )


def _criterion_verdicts(
    documents: Sequence[Document], readings: Mapping[str, DocumentReading]
) -> tuple[CriterionVerdict, ...]:
    spoken: defaultdict[int, dict[str, str]] = defaultdict(dict)
    evidence: defaultdict[int, list[tuple[str, int, str]]] = defaultdict(list)
    for document in documents:
        column = _column(document)
        for statement in _own_statements(document, readings):
            evidence[statement.number].append((document.path, statement.line, statement.evidence))
            if column:
                spoken[statement.number].setdefault(column, statement.verdict)
    return tuple(
        CriterionVerdict(
            number=number,
            claude=spoken[number].get("claude"),
            codex=spoken[number].get("codex"),
            final=spoken[number].get("final"),
            evidence=tuple(evidence[number]),
        )
        for number in sorted(evidence)
    )


def _own_statements(document: Document, readings: Mapping[str, DocumentReading]) -> Iterable[CriterionStatement]:
    """Leave out the columns in which a merged table repeats another document's verdict."""
    reading = readings.get(document.path)
    return [statement for statement in reading.criteria if statement.column is None] if reading else []


def _column(document: Document) -> str | None:
    """Name the column of the criteria table that a document speaks for; merged documents and reviews have none."""
    if document.role is Role.FINAL:
        return "final"
    return str(document.author) if document.role is Role.INDEPENDENT and document.author else None
