"""What a test command said about one commit: how it ended, and each test by name.

Times are seconds.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class CaseOutcome(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    SKIPPED = "skipped"

    @property
    def is_bad(self) -> bool:
        return self in {CaseOutcome.FAILED, CaseOutcome.ERROR}


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One test. ``text`` says why it failed, in the words of the tool, cut off where it is long."""

    name: str
    outcome: CaseOutcome
    seconds: float | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class SideTests:
    """What came of the tests of one commit.

    ``exit_status`` is None where the command did not come to an end. ``reports`` are paths of the files that the cases
    were read from; ``problems`` are sentences about those that could not be. ``is_truncated``: there were more cases.
    """

    oid: str
    exit_status: int | None = None
    reports: tuple[str, ...] = ()
    cases: tuple[CaseResult, ...] = ()
    problems: tuple[str, ...] = ()
    is_truncated: bool = False

    def count(self, outcomes: Iterable[CaseOutcome]) -> int:
        wanted = frozenset(outcomes)
        return sum(case.outcome in wanted for case in self.cases)


class CaseKind(StrEnum):
    """How the compared commits stand to each other in one test; what is worth reading comes first."""

    DIFFER = "differ"  # passes in one, fails in another
    ONLY = "only"  # not all of them have it
    FAIL = "fail"  # fails in all
    SAME = "same"  # anything else that is alike in all


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One test across commits; None where a commit has no such test."""

    name: str
    kind: CaseKind
    results: tuple[CaseResult | None, ...]
