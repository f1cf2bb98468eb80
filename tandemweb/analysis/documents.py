"""What one document of an exchange says: the door to extraction, text in, facts with their lines out."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from enum import Enum
from functools import lru_cache
from operator import attrgetter

from tandemweb.analysis.blocks import MAX_LINES, MAX_NESTING, BlockKind, Structure, extract_blocks, plain
from tandemweb.analysis.criteria import find_criteria_verdicts
from tandemweb.analysis.criterion_statements import CriterionStatement as CriterionStatement
from tandemweb.analysis.mentions import find_mentions
from tandemweb.analysis.numbered_replies import add_replies
from tandemweb.analysis.outline import Section, outline
from tandemweb.analysis.planning import find_planning_mentions
from tandemweb.analysis.quoted_answers import join_answers
from tandemweb.analysis.remarks import find_remarks
from tandemweb.analysis.severity import COLOURS, read_colours
from tandemweb.analysis.statements import Check as Check
from tandemweb.analysis.statements import Statement as Statement
from tandemweb.analysis.statements import find_checks, find_feedback_points, find_questions
from tandemweb.analysis.unread import (
    find_ungraded_sections,
    find_unknown_severities,
    find_unread_criteria,
    find_unread_ratings,
    find_unread_sections,
)
from tandemweb.analysis.verdicts import find_approval, find_own_verdict, is_placeholder
from tandemweb.domain.finding import Mention, Severity
from tandemweb.domain.mission import Author, Role, Stage
from tandemweb.domain.problem import Problem


@dataclass(frozen=True, slots=True)
class DocumentReading:
    """Everything that extraction understood of one document; all lines are 1-based.

    ``mentions`` raise or restate a finding. ``candidates`` are neutral items (questions, facts, edge cases,
    decisions, ideas, what a review agrees to): they are mentions only where another document of the exchange takes
    them up, which matching decides. Both are in document order. In a review a mention's ``label`` may be that of the
    item it answers instead of a mark of its own.
    """

    path: str
    title: str
    is_placeholder: bool = False
    verdict: str | None = None
    verdict_line: int | None = None
    approved: bool | None = None
    approved_line: int | None = None
    criteria: tuple[CriterionStatement, ...] = ()
    checks: tuple[Check, ...] = ()
    mentions: tuple[Mention, ...] = ()
    candidates: tuple[Mention, ...] = ()
    questions: tuple[Statement, ...] = ()
    feedback_points: tuple[Statement, ...] = ()
    problems: tuple[Problem, ...] = ()


_ALL_BUT_PATH = attrgetter(*(field.name for field in fields(Mention)[1:]))  # path comes first
_JUDGING = frozenset({Role.INDEPENDENT, Role.MERGED, Role.FINAL})


class _Kind(Enum):
    """How a document is read."""

    EVALUATION = "evaluation"
    PLAN = "plan"
    REVIEW = "review"
    FEEDBACK = "feedback"
    PLACEHOLDER = "placeholder"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class _Source:
    """What is read; at another path the same is read."""

    text: str
    kind: _Kind
    may_be_placeholder: bool
    path: str = field(compare=False)


def extract_document(
    text: str, *, path: str, author: Author | None, role: Role | None, stage: Stage | None
) -> DocumentReading:
    """Read one document. Never raises, whatever the text; linear in its length."""
    may_be_placeholder = author is Author.CODEX and role is not Role.FEEDBACK
    reading = _read_coloured(_Source(text, _kind_of(role, stage), may_be_placeholder, path))
    if reading.path == path:
        return reading
    return replace(
        reading,
        path=path,
        mentions=tuple(Mention(path, *_ALL_BUT_PATH(mention)) for mention in reading.mentions),
        candidates=tuple(Mention(path, *_ALL_BUT_PATH(mention)) for mention in reading.candidates),
        problems=tuple(replace(problem, path=path) for problem in reading.problems),
    )


def extract_approval(text: str) -> bool | None:
    """Read only whether Codex's review approves, as ``extract_document`` would; None where it says neither."""
    structure = extract_blocks(text)
    if is_placeholder(structure, outline(structure.blocks)):
        return None
    approval = find_approval(structure)
    return approval[0] if approval else None


def _kind_of(role: Role | None, stage: Stage | None) -> _Kind:
    named = {Role.PLACEHOLDER: _Kind.PLACEHOLDER, Role.FEEDBACK: _Kind.FEEDBACK, Role.REVIEW: _Kind.REVIEW}
    if role in named:
        return named[role]
    if role not in _JUDGING:
        return _Kind.OTHER
    return _Kind.PLAN if stage is Stage.PLANNING else _Kind.EVALUATION


@lru_cache(maxsize=8)  # a final evaluation and a spec are copies of the last merged document, read next to it
def _read_coloured(source: _Source) -> DocumentReading:
    """Read a document, its coloured marks as it uses them; of an equal one at another path that one's reading."""
    reading = _read(source)
    if not any(mention.severity_word in COLOURS for mention in (*reading.mentions, *reading.candidates)):
        return reading
    colours = read_colours(source.text)
    return replace(
        reading,
        mentions=tuple(_recolour(mention, colours) for mention in reading.mentions),
        candidates=tuple(_recolour(mention, colours) for mention in reading.candidates),
    )


def _recolour(mention: Mention, colours: dict[str, Severity]) -> Mention:
    return replace(mention, severity=colours.get(mention.severity_word or "", mention.severity))


def _read(source: _Source) -> DocumentReading:
    path, kind = source.path, source.kind
    structure = extract_blocks(source.text)
    root = outline(list(join_answers(structure.blocks)) if kind is _Kind.REVIEW else structure.blocks)
    title = _find_title(structure)
    problems = tuple(_limits(structure, path))
    if kind is _Kind.PLACEHOLDER or (source.may_be_placeholder and is_placeholder(structure, root)):
        return DocumentReading(path, title, is_placeholder=True, problems=problems)
    if kind is _Kind.FEEDBACK:
        points = find_feedback_points(root, structure.blocks)
        return DocumentReading(path, title, feedback_points=points, problems=problems)
    if kind is _Kind.OTHER:
        return DocumentReading(path, title, checks=find_checks(root), questions=find_questions(root), problems=problems)
    if kind is _Kind.REVIEW:
        return _read_review(structure, root, path, title, problems)
    if kind is _Kind.PLAN:
        return _read_plan(root, path, title, problems)
    return _read_evaluation(structure, root, path, title, problems)


def _read_review(
    structure: Structure, root: Section, path: str, title: str, problems: tuple[Problem, ...]
) -> DocumentReading:
    approval = find_approval(structure)
    mentions = find_mentions(root, find_criteria_verdicts(root), path=path, is_review=True)
    mentions, candidates = add_replies(root, mentions, find_remarks(root, mentions, path=path), path=path)
    if approval is None:
        message = "The review does not say whether it approves: no agreement status was found."
        problems += (Problem(path, 1, "approval-not-found", message),)
    return DocumentReading(
        path,
        title,
        approved=approval[0] if approval else None,
        approved_line=approval[1] if approval else None,
        mentions=mentions,
        candidates=candidates,
        questions=find_questions(root),
        problems=(
            *problems,
            *find_unread_sections(root, mentions, path),
            *find_unread_ratings(root, (*mentions, *candidates), path),
            *find_unknown_severities(mentions),
        ),
    )


def _read_plan(root: Section, path: str, title: str, problems: tuple[Problem, ...]) -> DocumentReading:
    mentions, candidates = find_planning_mentions(root, path=path)
    problems += tuple(find_unread_ratings(root, (*mentions, *candidates), path))
    return DocumentReading(
        path, title, mentions=mentions, candidates=candidates, questions=find_questions(root), problems=problems
    )


def _read_evaluation(
    structure: Structure, root: Section, path: str, title: str, problems: tuple[Problem, ...]
) -> DocumentReading:
    verdict = find_own_verdict(structure, root)
    criteria = find_criteria_verdicts(root)
    mentions = find_mentions(root, criteria, path=path, is_review=False)
    if verdict is None:
        message = "The evaluation states no verdict of its own."
        problems += (Problem(path, 1, "verdict-not-found", message),)
    elif not verdict[2]:
        message = (
            f"The verdict {verdict[0]!r} is none of PASS, PASS_WITH_GAPS, FAIL and BLOCKED; it is shown as written."
        )
        problems += (Problem(path, verdict[1], "verdict-unknown", message),)
    return DocumentReading(
        path,
        title,
        verdict=verdict[0] if verdict else None,
        verdict_line=verdict[1] if verdict else None,
        criteria=criteria,
        checks=find_checks(root),
        mentions=mentions,
        questions=find_questions(root),
        problems=(
            *problems,
            *find_unread_sections(root, mentions, path),
            *find_ungraded_sections(root, mentions, path),
            *find_unread_ratings(root, mentions, path),
            *find_unread_criteria(root, criteria, path),
            *find_unknown_severities(mentions),
        ),
    )


def _find_title(structure: Structure) -> str:
    headings = [b for b in structure.blocks if b.kind is BlockKind.HEADING]
    first = next((b for b in headings if b.level == 1), headings[0] if headings else None)
    if first is None and structure.blocks:
        first = structure.blocks[0]
    return plain(first.text).split("\n", 1)[0][:200].strip() if first else ""


def _limits(structure: Structure, path: str) -> Iterator[Problem]:
    if structure.cut_at:
        message = f"The document is longer than {MAX_LINES} lines; what follows was not read for findings."
        yield Problem(path, structure.cut_at, "document-too-long", message)
    if structure.too_deep_at:
        message = f"Lists or quotations are nested more than {MAX_NESTING // 2} deep; the innermost were not read."
        yield Problem(path, structure.too_deep_at, "nesting-too-deep", message)
