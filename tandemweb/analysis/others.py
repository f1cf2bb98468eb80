"""Reviews and plans outside the mission layout: review results as JSON, consensus and red-team reviews, plans with
inserted findings, confidence numbers of two models."""

from dataclasses import dataclass

from tandemweb.domain.finding import Mention
from tandemweb.domain.mission import DocumentKind
from tandemweb.domain.problem import Problem


@dataclass(frozen=True, slots=True)
class ConfidencePair:
    """How sure two models are that a plan or spec is ready, 0..1 each, with the lines that say so."""

    claude: float
    codex: float
    claude_line: int
    codex_line: int

    @property
    def distance(self) -> float:
        return abs(self.claude - self.codex)


@dataclass(frozen=True, slots=True)
class OtherFinding:
    """A finding of a document outside the mission layout.

    ``mention.severity_word`` is the word as written, ``mention.reviewers`` who said it, ``mention.confidence`` 0..1;
    ``category`` is ``confirmed``, ``integration`` or ``dismissed`` in a consensus review, else None; ``why`` says why
    a finding was dismissed.
    """

    mention: Mention
    category: str | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class OtherReading:
    """What a document outside the mission layout says. ``reviewers`` are all that a consensus review names, in order."""

    title: str
    findings: tuple[OtherFinding, ...] = ()
    reviewers: tuple[str, ...] = ()
    verdict: str | None = None
    confidence: ConfidencePair | None = None
    problems: tuple[Problem, ...] = ()


def extract_other(text: str, path: str, kind: DocumentKind) -> OtherReading:
    """Read a plan, plan review, red-team review, consensus review, review JSON or confidence document."""
    raise NotImplementedError


def find_rewritten_phases(before: str, after: str) -> tuple[str, ...]:
    """Headings of the original phases of ``before`` that ``after`` lacks or words otherwise (inserted ones left out)."""
    raise NotImplementedError
