"""The findings of an exchange as its page shows them: one voice left, one right, filtered by what the URL asks."""

from collections import Counter
from dataclasses import dataclass, replace
from enum import StrEnum

from flask import request

from tandemweb.domain.finding import Agreement, Finding, Mention, Outcome, Severity
from tandemweb.domain.mission import Author, Document, DocumentKind, Exchange, Role
from tandemweb.web import urls
from tandemweb.web.parameters import find_choice


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


@dataclass(frozen=True, slots=True)
class FindingQuery:
    """What the URL asks of the findings of a page at ``path``."""

    path: str
    severity: SeverityChoice | None = None
    agreement: Agreement | None = None
    raised_by: RaisedBy | None = None
    standing: Standing | None = None

    def address(self, **changes: object) -> str:
        """Give the URL of the same page with some parameters changed."""
        wanted = replace(self, **changes)  # type: ignore[arg-type]  # names are checked by replace
        query = urls.with_query(
            self.path,
            severity=wanted.severity,
            agreement=wanted.agreement,
            raised_by=wanted.raised_by,
            standing=wanted.standing,
        )
        return f"{query}#findings"

    @property
    def is_narrowed(self) -> bool:
        return bool(self.severity or self.agreement or self.raised_by or self.standing)


@dataclass(frozen=True, slots=True)
class Voice:
    """What one model says of a finding: ``mention`` with what it says after its title.

    ``mention`` is None when it raised nothing; ``silence`` says why.
    """

    author: Author
    mention: Mention | None
    body: str = ""
    silence: str = ""


@dataclass(frozen=True, slots=True)
class FindingView:
    finding: Finding
    claude: Voice
    codex: Voice
    is_open: bool


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
    """``shown`` are the findings that the query lets through, ``total_count`` counts all of the exchange."""

    query: FindingQuery
    shown: tuple[FindingView, ...]
    total_count: int
    open_count: int
    raised_counts: dict[RaisedBy, int]
    changed_count: int
    stuck_count: int
    matrix: tuple[MatrixRow, ...]


def read_finding_query() -> FindingQuery:
    return FindingQuery(
        path=request.path.removesuffix(".json"),
        severity=find_choice("severity", SeverityChoice),
        agreement=find_choice("agreement", Agreement),
        raised_by=find_choice("raised_by", RaisedBy),
        standing=find_choice("standing", Standing),
    )


def build_finding_list(exchange: Exchange, query: FindingQuery) -> FindingList:
    findings = exchange.findings
    raised = Counter(_raised_by(finding) for finding in findings)
    shown = [finding for finding in findings if _passes(finding, query)]
    documents = {document.path: document for document in exchange.documents}
    return FindingList(
        query=query,
        shown=tuple(view_finding(finding, documents) for finding in sorted(shown, key=_urgency)),
        total_count=len(findings),
        open_count=sum(map(is_open, findings)),
        raised_counts={choice: raised[choice] for choice in RaisedBy},
        changed_count=sum(map(has_changed, findings)),
        stuck_count=sum(finding.stuck for finding in findings),
        matrix=build_matrix(findings),
    )


def is_open(finding: Finding) -> bool:
    """Say whether the two still have to settle it: not agreed, or left without an outcome."""
    return finding.agreement is not Agreement.AGREED or finding.outcome is Outcome.UNRESOLVED


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


def view_finding(finding: Finding, documents: dict[str, Document]) -> FindingView:
    return FindingView(
        finding,
        _find_voice(finding, Author.CLAUDE, documents),
        _find_voice(finding, Author.CODEX, documents),
        is_open(finding),
    )


def _has_unrated(findings: tuple[Finding, ...]) -> bool:
    return any(_severity_choice(finding) is SeverityChoice.NONE for finding in findings)


def _severity_choice(finding: Finding) -> SeverityChoice:
    severity = shown_severity(finding)
    return SeverityChoice(severity.value.lower()) if severity else SeverityChoice.NONE


def _raised_by(finding: Finding) -> RaisedBy | None:
    models = {"claude", "codex"} & set(finding.raised_by)
    if len(models) == 2:  # noqa: PLR2004 both of the two models
        return RaisedBy.BOTH
    return RaisedBy(models.pop()) if models else None


def _passes(finding: Finding, query: FindingQuery) -> bool:
    standing = {Standing.OPEN: is_open(finding), Standing.CHANGED: has_changed(finding), Standing.STUCK: finding.stuck}
    return (
        (query.severity is None or _severity_choice(finding) is query.severity)
        and (query.agreement is None or finding.agreement is query.agreement)
        and (query.raised_by is None or _raised_by(finding) is query.raised_by)
        and (query.standing is None or standing[query.standing])
    )


def _urgency(finding: Finding) -> tuple[int, int]:
    """Sort by severity, then what is open before what is settled; the order of the documents decides the rest."""
    return list(SeverityChoice).index(_severity_choice(finding)), int(not is_open(finding))


def _find_voice(finding: Finding, author: Author, documents: dict[str, Document]) -> Voice:
    """Let a model speak by its own investigation where that raises the finding, else by where it first names it."""
    own = [mention for mention in finding.mentions if _speaks(documents.get(mention.path), author)]
    if own:
        chosen = min(own, key=lambda mention: _weight(mention, documents[mention.path]))
        return Voice(author, chosen, cut_title(chosen))
    written = [d for d in documents.values() if d.author is author and d.kind is DocumentKind.DISCUSSION]
    if not written or all(document.role is Role.PLACEHOLDER for document in written):
        return Voice(author, None, silence=f"{author.capitalize()} did not answer.")
    return Voice(author, None, silence=f"Not raised by {author.capitalize()}.")


def _weight(mention: Mention, document: Document) -> tuple[bool, bool]:
    """Prefer a model's own investigation, and there the item that is rated to the row that only fails a criterion."""
    return document.role is not Role.INDEPENDENT, mention.severity is None


def cut_title(mention: Mention) -> str:
    """Give a mention's text from where its title ends, so that nothing stands twice."""
    _, found, rest = mention.text.partition(mention.title)
    return (rest if found else mention.text).lstrip(" .:;,)*_—–-\n")


def _speaks(document: Document | None, author: Author) -> bool:
    return document is not None and document.author is author
