"""What a document outside the mission layout says, as values."""

from dataclasses import dataclass

from tandemweb.domain.finding import Mention
from tandemweb.domain.problem import Problem


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
