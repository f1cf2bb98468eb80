"""What one document of an exchange says: the door to extraction, text in, facts with their lines out."""

from dataclasses import dataclass

from tandemweb.domain.finding import Mention
from tandemweb.domain.mission import Author, Role, Stage
from tandemweb.domain.problem import Problem


@dataclass(frozen=True, slots=True)
class CriterionStatement:
    """What a document says of one acceptance criterion.

    ``verdict`` is PASS, PASS_WITH_GAPS, FAIL, BLOCKED or the word as written. ``column`` is None for the document's
    own verdict; in a merged table ``"claude"`` or ``"codex"`` for the column that repeats that author's verdict.
    """

    number: int
    verdict: str
    line: int
    evidence: str = ""
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One mandatory check (build, tests, lint). ``passed`` is None where it was not run or does not say."""

    name: str
    passed: bool | None
    result: str  # as written
    line: int


@dataclass(frozen=True, slots=True)
class Statement:
    """A question that a document leaves open, or one point of a user's feedback."""

    text: str
    line: int
    end_line: int


@dataclass(frozen=True, slots=True)
class DocumentReading:
    """Everything that extraction understood of one document; all lines are 1-based.

    ``mentions`` raise or restate a finding. ``candidates`` are neutral items (questions, facts, edge cases,
    decisions, ideas): they are mentions only where another document of the exchange takes them up, which
    matching decides. Both are in document order.
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


def extract_document(
    text: str, *, path: str, author: Author | None, role: Role | None, stage: Stage | None
) -> DocumentReading:
    """Read one document. Never raises, whatever the text; linear in its length."""
    del author, role, stage
    return DocumentReading(path=path, title=text.partition("\n")[0])
