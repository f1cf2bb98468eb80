"""What a document outside the mission layout says, as values."""

from dataclasses import dataclass

from tandemweb.domain.problem import Problem
from tandemweb.domain.review import ConfidencePair, ReviewFinding


@dataclass(frozen=True, slots=True)
class OtherReading:
    """What a document outside the mission layout says; ``reviewers`` are all that it names, in order."""

    title: str
    findings: tuple[ReviewFinding, ...] = ()
    reviewers: tuple[str, ...] = ()
    verdict: str | None = None
    confidence: ConfidencePair | None = None
    problems: tuple[Problem, ...] = ()
