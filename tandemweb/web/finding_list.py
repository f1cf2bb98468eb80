"""The findings of an exchange as its page shows them: one voice left, one right, filtered by what the URL asks."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from tandemweb.domain.finding import Agreement, Finding, Severity, TrailStep
from tandemweb.domain.mission import Author
from tandemweb.services.convergence import is_open
from tandemweb.services.correcting import AppliedCorrection, CorrectedExchange, RemovedFinding
from tandemweb.services.following import FollowedFinding
from tandemweb.web import urls
from tandemweb.web.parameters import find_choice, find_text
from tandemweb.web.voices import Voice, find_voice

MOST_SHOWN = 500  # findings on a page; nobody reads as many, but one document can hold tens of thousands


class SeverityChoice(StrEnum):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NONE = "none"


class RaisedBy(StrEnum):
    CLAUDE = "claude"
    CODEX = "codex"
    BOTH = "both"


class Standing(StrEnum):
    OPEN = "open"
    CHANGED = "changed"  # somebody changed position
    STUCK = "stuck"
    CORRECTED = "corrected"  # by a person


@dataclass(frozen=True, slots=True)
class FindingQuery:
    """What the URL asks of the findings of a page at ``path``; ``trail`` is the key of the one whose trail is open."""

    path: str
    severity: SeverityChoice | None = None
    agreement: Agreement | None = None
    raised_by: RaisedBy | None = None
    standing: Standing | None = None
    trail: str | None = None

    def address(self, **changes: object) -> str:
        """Give the URL of the same page with some parameters changed; trails are closed."""
        wanted = replace(self, **{"trail": None, **changes})  # type: ignore[arg-type]  # names are checked by replace
        return f"{wanted.list_address()}#findings"

    def permalink(self, key: str) -> str:
        """Give the URL that shows one finding, unfiltered, with its trail open."""
        return f"{urls.with_query(self.path, trail=key)}#finding-{key}"

    def back_to(self, key: str) -> str:
        """Give the URL that leads back to one finding in the same list, after something was done with it."""
        return f"{self.list_address()}#finding-{key}"

    def list_address(self) -> str:
        return urls.with_query(
            self.path,
            severity=self.severity,
            agreement=self.agreement,
            raised_by=self.raised_by,
            standing=self.standing,
            trail=self.trail,
        )

    @property
    def is_narrowed(self) -> bool:
        return bool(self.severity or self.agreement or self.raised_by or self.standing)


@dataclass(frozen=True, slots=True)
class FindingView:
    """One finding as corrected. ``merged_keys`` are those of findings that became part of it by correction.

    ``turns`` are the steps at which somebody changed position; ``course`` is its way through the mission's rounds.
    """

    finding: Finding
    claude: Voice
    codex: Voice
    is_open: bool
    corrections: tuple[AppliedCorrection, ...]
    merged_keys: tuple[str, ...]
    turns: tuple[TrailStep, ...]
    course: FollowedFinding | None


@dataclass(frozen=True, slots=True)
class FindingName:
    key: str
    title: str


@dataclass(frozen=True, slots=True)
class MatrixCell:
    agreement: Agreement
    count: int


@dataclass(frozen=True, slots=True)
class MatrixRow:
    severity: SeverityChoice
    cells: tuple[MatrixCell, ...]


@dataclass(frozen=True, slots=True)
class FindingList:
    """``shown`` are the findings that the query lets through, the most urgent first, and ``left_count`` more of them.

    ``total_count`` counts all of the exchange; ``names`` are all its findings, ``removed`` what a person said is none.
    """

    query: FindingQuery
    shown: tuple[FindingView, ...]
    left_count: int
    total_count: int
    open_count: int
    raised_counts: dict[RaisedBy, int]
    changed_count: int
    stuck_count: int
    corrected_count: int
    matrix: tuple[MatrixRow, ...]
    names: tuple[FindingName, ...]
    removed: tuple[RemovedFinding, ...]


def read_finding_query(path: str) -> FindingQuery:
    """Read what the URL asks of the findings of the page at ``path``, which is quoted as addresses are."""
    return FindingQuery(
        path=path,
        severity=find_choice("severity", SeverityChoice),
        agreement=find_choice("agreement", Agreement),
        raised_by=find_choice("raised_by", RaisedBy),
        standing=find_choice("standing", Standing),
        trail=find_text("trail"),
    )


def build_finding_list(
    corrected: CorrectedExchange, query: FindingQuery, courses: Sequence[FollowedFinding] = ()
) -> FindingList:
    findings = corrected.exchange.findings
    raised = Counter(_raised_by(finding) for finding in findings)
    passing = [
        finding for finding in findings if _passes(finding, query, is_corrected=finding.key in corrected.corrections)
    ]
    shown = sorted(passing, key=_urgency)[:MOST_SHOWN]
    return FindingList(
        query=query,
        shown=tuple(view_finding(finding, corrected, courses) for finding in shown),
        left_count=len(passing) - len(shown),
        total_count=len(findings),
        open_count=sum(map(is_open, findings)),
        raised_counts={choice: raised[choice] for choice in RaisedBy},
        changed_count=sum(map(has_changed, findings)),
        stuck_count=sum(finding.stuck for finding in findings),
        corrected_count=len(corrected.corrections),
        matrix=build_matrix(findings),
        names=tuple(FindingName(finding.key, finding.title) for finding in findings),
        removed=corrected.removed,
    )


def has_changed(finding: Finding) -> bool:
    return any(step.changed_position for step in finding.trail)


def shown_severity(finding: Finding) -> Severity | None:
    """Give the final severity; of a dismissed finding the last one that anybody gave it."""
    if finding.final_severity is not None:
        return finding.final_severity
    return next((step.severity for step in reversed(finding.trail) if step.severity is not None), None)


def build_matrix(findings: tuple[Finding, ...]) -> tuple[MatrixRow, ...]:
    counts = Counter((_severity_choice(finding), finding.agreement) for finding in findings)
    used = [choice for choice in SeverityChoice if choice is not SeverityChoice.NONE or _has_unrated(findings)]
    return tuple(
        MatrixRow(choice, tuple(MatrixCell(agreement, counts[choice, agreement]) for agreement in Agreement))
        for choice in used
    )


def view_finding(
    finding: Finding, corrected: CorrectedExchange, courses: Sequence[FollowedFinding] = ()
) -> FindingView:
    documents = {document.path: document for document in corrected.exchange.documents}
    return FindingView(
        finding=finding,
        claude=find_voice(finding, Author.CLAUDE, documents),
        codex=find_voice(finding, Author.CODEX, documents),
        is_open=is_open(finding),
        corrections=corrected.corrections.get(finding.key, ()),
        merged_keys=corrected.merged_keys.get(finding.key, ()),
        turns=tuple(step for step in finding.trail if step.changed_position),
        course=next((course for course in courses if finding.key in course.keys), None),
    )


def _has_unrated(findings: tuple[Finding, ...]) -> bool:
    return any(_severity_choice(finding) is SeverityChoice.NONE for finding in findings)


def _severity_choice(finding: Finding) -> SeverityChoice:
    severity = shown_severity(finding)
    return SeverityChoice(severity.value.lower()) if severity else SeverityChoice.NONE


def _raised_by(finding: Finding) -> RaisedBy | None:
    models = {"claude", "codex"} & set(finding.raised_by)
    if len(models) == 2:  # both of the two models
        return RaisedBy.BOTH
    return RaisedBy(models.pop()) if models else None


def _passes(finding: Finding, query: FindingQuery, *, is_corrected: bool) -> bool:
    standing = {
        Standing.OPEN: is_open(finding),
        Standing.CHANGED: has_changed(finding),
        Standing.STUCK: finding.stuck,
        Standing.CORRECTED: is_corrected,
    }
    return (
        (query.severity is None or _severity_choice(finding) is query.severity)
        and (query.agreement is None or finding.agreement is query.agreement)
        and (query.raised_by is None or _raised_by(finding) is query.raised_by)
        and (query.standing is None or standing[query.standing])
    )


def _urgency(finding: Finding) -> tuple[int, int]:
    """Sort by severity, then what is open before what is settled; the order of the documents decides the rest."""
    return list(SeverityChoice).index(_severity_choice(finding)), int(not is_open(finding))
