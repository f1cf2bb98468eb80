"""Which findings, criteria and decisions of a mission a change of code has to do with. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tandemweb.analysis.references import find_criteria, find_files
from tandemweb.domain.finding import Criterion, CriterionVerdict, Decision, FileReference, Finding, Mention
from tandemweb.domain.mission import Exchange, Mission, Stage
from tandemweb.domain.telling_words import extract_stems

TOLERANCE = 3  # lines that code may have moved between a remark and the change
LEAST_SCORE = 0.6
LEAST_ALIKE = 0.5  # share of a title's telling words that a message or passage repeats
LEAST_ALIKE_PLANNED = 0.8
MOST_FINDINGS, MOST_CRITERIA, MOST_DECISIONS = 6, 3, 3
_SHARED_WORDS = 2  # of a decision with the code, so that one common word is not enough


class Relation(StrEnum):
    """What a finding has to do with a change."""

    PLANNED = "planned"  # weighed before any code was written
    ASKED = "asked"  # raised in an earlier round: the change answers it
    WARNED = "warned"  # raised about the changed lines afterwards


@dataclass(frozen=True, slots=True)
class CodeChange:
    """Lines of one file as a commit left them (``new``), what they replaced (``old``), and what is said of the commit.

    ``round`` is the mission's round that the commit is work of. ``passages``: what reports say where they name it.
    """

    path: str
    new: tuple[int, int]
    old: tuple[int, int] | None
    round: int | None
    message: str
    code: str
    passages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RelatedFinding:
    """``mention`` is where the finding is written, ``how`` says in words why it is shown."""

    stage: Stage
    round: int
    finding: Finding
    mention: Mention
    relation: Relation
    how: str
    score: float


def find_related_findings(exchanges: Sequence[Exchange], change: CodeChange) -> tuple[RelatedFinding, ...]:
    """Choose the findings that asked for a change or warned of it, best first."""
    related = [
        best
        for exchange in exchanges
        for finding in exchange.findings
        if (best := _relate(exchange, finding, change)) and best.score >= LEAST_SCORE
    ]
    return tuple(sorted(related, key=lambda one: -one.score)[:MOST_FINDINGS])


def _relate(exchange: Exchange, finding: Finding, change: CodeChange) -> RelatedFinding | None:
    relation = _find_relation(exchange, change)
    signs = [
        (score, how, mention)
        for mention in finding.mentions
        for score, how in _list_signs(mention, finding, change, relation)
    ]
    if not signs:
        return None
    score, how, mention = max(signs, key=lambda sign: sign[0])
    return RelatedFinding(exchange.stage, exchange.round, finding, mention, relation, how, score)


def _find_relation(exchange: Exchange, change: CodeChange) -> Relation:
    if exchange.stage is Stage.PLANNING:
        return Relation.PLANNED
    return Relation.ASKED if change.round is not None and exchange.round < change.round else Relation.WARNED


def _list_signs(
    mention: Mention, finding: Finding, change: CodeChange, relation: Relation
) -> Iterator[tuple[float, str]]:
    lines = change.new if relation is Relation.WARNED else change.old
    named = [reference for reference in mention.file_references if _is_same_file(reference.path, change.path)]
    touching = [reference for reference in named if lines and _overlaps(reference, lines)]
    if touching:
        place = f"{touching[0].path}:{touching[0].line_start}"
        yield (1.0 if relation is not Relation.PLANNED else 0.7), f"It names {place}, where the change is."
    stems = extract_stems(finding.title)
    if relation is Relation.WARNED or not stems:
        return
    # What was weighed in planning is what the work is about: half of its words say nothing.
    least = LEAST_ALIKE if relation is Relation.ASKED else LEAST_ALIKE_PLANNED
    for passage in change.passages:
        alike = len(stems & extract_stems(passage))
        is_labelled = relation is Relation.ASKED and _names_label(mention, passage)
        if is_labelled or alike >= max(least * len(stems), _SHARED_WORDS):
            yield (0.9 if relation is Relation.ASKED else 0.6), "The report speaks of it where it names the commit."
    if len(stems & extract_stems(change.message)) >= max(LEAST_ALIKE * len(stems), _SHARED_WORDS) and named:
        yield 0.7, "It names the file, and the commit's message speaks of it."


def _names_label(mention: Mention, passage: str) -> bool:
    label = mention.label
    return bool(label) and any(sign.isalpha() for sign in label or "") and f" {label} " in f" {_spaced(passage)} "


def _spaced(text: str) -> str:
    return "".join(sign if sign.isalnum() or sign == "-" else " " for sign in text)


def _is_same_file(written: str, path: str) -> bool:
    return written == path or path.endswith(f"/{written}")


def _overlaps(reference: FileReference, lines: tuple[int, int]) -> bool:
    if reference.line_start is None:
        return False
    last = reference.line_end or reference.line_start
    return reference.line_start <= lines[1] + TOLERANCE and last >= lines[0] - TOLERANCE


def find_related_criteria(
    mission: Mission, change: CodeChange, findings: Iterable[RelatedFinding]
) -> tuple[Criterion, ...]:
    """Criteria that a change serves: named with it, judged by its lines, or in the words of its message."""
    named = {number for related in findings for mention in related.finding.mentions for number in mention.criteria}
    for passage in change.passages:
        named.update(find_criteria(passage, frozenset(passage.lower().split())))
    judged = {
        verdict.number
        for exchange in mission.exchanges
        for verdict in exchange.criteria
        if exchange.round == change.round and _is_judged_by(verdict, change)
    }
    told = extract_stems(change.message)
    ranked = []
    for criterion in mission.criteria:
        alike = len(told & extract_stems(criterion.text)) / len(told) if told else 0.0
        score = (
            2 * (criterion.number in judged) + (criterion.number in named) + (alike if alike >= LEAST_ALIKE else 0.0)
        )
        if score:
            ranked.append((-score, criterion.number, criterion))
    return tuple(criterion for *_, criterion in sorted(ranked, key=lambda entry: entry[:2])[:MOST_CRITERIA])


def _is_judged_by(verdict: CriterionVerdict, change: CodeChange) -> bool:
    return any(
        _is_same_file(reference.path, change.path) and _overlaps(reference, change.new)
        for _, _, text in verdict.evidence
        for reference in find_files(text)
    )


def find_related_decisions(decisions: Iterable[Decision], change: CodeChange) -> tuple[Decision, ...]:
    """Decisions that name the file, or use the words of the code and the commit's message."""
    words = extract_stems(f"{change.message}\n{change.code}")
    name = change.path.rpartition("/")[2]
    ranked = []
    for position, decision in enumerate(decisions):
        text = f"{decision.title}\n{decision.text}\n{decision.rationale}"
        shared = len(words & extract_stems(text))
        score = shared + (_SHARED_WORDS if name in text else 0)
        if score >= _SHARED_WORDS:
            ranked.append((-score, position, decision))
    return tuple(decision for *_, decision in sorted(ranked, key=lambda entry: entry[:2])[:MOST_DECISIONS])
