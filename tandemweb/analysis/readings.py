"""What a document outside the mission layout says, as values."""

from dataclasses import dataclass

from tandemweb.domain.problem import Problem
from tandemweb.domain.review import ConfidencePair as ConfidencePair
from tandemweb.domain.review import ReviewFinding as OtherFinding


@dataclass(frozen=True, slots=True)
class OtherReading:
    """What a document outside the mission layout says; ``reviewers`` are all that it names, in order."""

    title: str
    findings: tuple[OtherFinding, ...] = ()
    reviewers: tuple[str, ...] = ()
    verdict: str | None = None
    confidence: ConfidencePair | None = None
    problems: tuple[Problem, ...] = ()
