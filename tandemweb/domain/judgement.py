"""What a judge said who did not know whose work it looked at, and what its labels stood for."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tandemweb.domain.finding import Severity

NO_WINNER = "none"


@dataclass(frozen=True, slots=True)
class Judged:
    """``label`` is what the judge called it. ``side`` is its number, None for a synthesis; ``key`` as of a subject."""

    label: str
    key: str
    name: str
    oid: str
    side: int | None = None


@dataclass(frozen=True, slots=True)
class BlindOrder:
    """Which label stood for which, kept from the judge. ``paths`` are real ones by the form that the judge was shown.

    Only paths that held a hidden name are in it.
    """

    judged: tuple[Judged, ...]
    paths: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class JudgedFinding:
    """``label`` is "" where the finding is about none or all. ``line`` and ``end_line`` count from 1.

    ``severity`` is the word as written, ``level`` what it counts as.
    """

    label: str
    title: str
    body: str = ""
    severity: str = ""
    path: str = ""
    line: int | None = None
    end_line: int | None = None
    confidence: float | None = None
    recommendation: str = ""
    level: Severity | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """``winner`` is a label, or ``none``. Texts name labels as the judge wrote them, or names once resolved."""

    winner: str
    verdict: str
    summary: str
    findings: tuple[JudgedFinding, ...] = ()
    next_steps: tuple[str, ...] = ()
    judged: tuple[Judged, ...] = ()

    def find(self, label: str) -> Judged | None:
        return next((own for own in self.judged if own.label == label), None)
