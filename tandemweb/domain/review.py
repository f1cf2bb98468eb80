"""What documents outside missions say: plans with inserted findings, reviews of all kinds, confidence numbers."""

from dataclasses import dataclass

from tandemweb.domain.finding import Mention


@dataclass(frozen=True, slots=True)
class ConfidencePair:
    """How sure two models are that a plan or spec is ready, 0..1 each, with the lines that say so.

    ``codex_name`` is the second model as written, which need not be Codex (``GPT-5.5-pro``).
    """

    claude: float
    codex: float
    claude_line: int
    codex_line: int
    claude_name: str = "Claude"
    codex_name: str = "Codex"

    @property
    def distance(self) -> float:
        return abs(self.claude - self.codex)


@dataclass(frozen=True, slots=True)
class ReviewFinding:
    """A finding of a document outside the mission layout.

    ``mention.severity_word`` is the word as written, ``mention.reviewers`` who said it, ``mention.confidence`` 0..1;
    ``category`` is ``confirmed``, ``integration`` or ``dismissed`` in a consensus review, else None; ``why`` says why
    a finding was dismissed.
    """

    mention: Mention
    category: str | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """The findings of one document outside missions. ``reviewers`` are all that a consensus review names, in order."""

    findings: tuple[ReviewFinding, ...] = ()
    reviewers: tuple[str, ...] = ()
    confidence: ConfidencePair | None = None

    @property
    def says_something(self) -> bool:
        return bool(self.findings or self.reviewers or self.confidence)
