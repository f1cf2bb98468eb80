"""Findings: what the documents of an exchange say is wrong, by whom, how bad, and what became of it."""

from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"


class Agreement(StrEnum):
    """Where the two models stand on a finding."""

    AGREED = "agreed"
    PARTIALLY_AGREED = "partially_agreed"
    DISPUTED = "disputed"


class Outcome(StrEnum):
    """What the exchange makes of a finding."""

    CONFIRMED = "confirmed"
    DOWNGRADED = "downgraded"
    DISMISSED = "dismissed"
    UNRESOLVED = "unresolved"


@dataclass(frozen=True, slots=True)
class FileReference:
    """A place in the project's code that a document names, such as ``importer.py:88-112``."""

    path: str
    line_start: int | None = None
    line_end: int | None = None


class Stance(StrEnum):
    """What a mention does with its finding."""

    RAISES = "raises"  # states the problem as its own or takes it over
    REJECTS = "rejects"  # says that it is no problem
    WITHDRAWS = "withdraws"  # gives up what it raised before
    ACCEPTS = "accepts"  # agrees with what the other raised
    OBJECTS = "objects"  # a reviewer disagrees with how the merged document treats it
    DEFERS = "defers"  # leaves it open, puts it off


@dataclass(frozen=True, slots=True)
class Mention:
    """One place where one document raises or restates a finding as its own item.

    ``line`` is where the item starts, ``end_line`` its last line (both 1-based). ``severity_word`` is the word as
    written, ``severity`` what it counts as. ``label`` is the item's own mark (``F1``, ``H2``, ``3``), ``references``
    are marks of other documents' items that it names (``("codex", "F1")``; author None where the text does not say).
    ``stated_agreement`` is an explicit agreement label. ``section`` is the heading the item stands under.
    """

    path: str
    line: int
    end_line: int
    title: str
    text: str
    severity: Severity | None
    severity_word: str | None = None
    label: str | None = None
    section: str = ""
    stance: Stance = Stance.RAISES
    criteria: tuple[int, ...] = ()
    references: tuple[tuple[str | None, str], ...] = ()
    file_references: tuple[FileReference, ...] = ()
    stated_agreement: Agreement | None = None
    confidence: float | None = None  # 0..1, where the document gives one
    reviewers: tuple[str, ...] = ()  # consensus reviews: who said it


@dataclass(frozen=True, slots=True)
class MatchReason:
    """Why two mentions are taken for one finding. Indexes point into ``Finding.mentions``."""

    left: int
    right: int
    reason: str  # reference, criterion, file-range, code, label, order, quotation, refusal, text
    score: float  # 0..1


@dataclass(frozen=True, slots=True)
class TrailStep:
    """One step of a finding through the exchange: who said what where, and where the two stood after it."""

    path: str
    line: int
    author: str
    stance: Stance
    severity: Severity | None
    agreement: Agreement | None  # after this step; None while only one has spoken
    quote: str  # the sentence, verbatim
    changed_position: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem, across all documents of an exchange that mention it. ``key`` is stable while its text is."""

    key: str
    title: str
    mentions: tuple[Mention, ...]
    raised_by: tuple[str, ...]
    severity_by: tuple[tuple[str, Severity], ...]
    final_severity: Severity | None
    agreement: Agreement
    outcome: Outcome
    trail: tuple[TrailStep, ...] = ()
    reasons: tuple[MatchReason, ...] = ()
    stuck: bool = False


@dataclass(frozen=True, slots=True)
class Criterion:
    """A numbered acceptance criterion of the spec."""

    number: int
    text: str
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class CriterionVerdict:
    """What each side says of one criterion in one exchange; None where that side gives no verdict."""

    number: int
    claude: str | None
    codex: str | None
    final: str | None
    evidence: tuple[tuple[str, int, str], ...] = ()  # (path, line, text) of every statement


@dataclass(frozen=True, slots=True)
class Decision:
    """A key decision with the place where it is written."""

    title: str
    path: str
    line: int
    end_line: int
    text: str = ""
    rationale: str = ""
    alternatives: tuple[str, ...] = field(default=())
