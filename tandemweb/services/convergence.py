"""How an exchange converges: what was open after each of its steps. Pure, from what the index holds."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tandemweb.domain.finding import Agreement, Finding, Outcome, Severity
from tandemweb.domain.mission import Author, Document, DocumentKind, Exchange, Mission, Role, Stage

MODELS = (Author.CLAUDE, Author.CODEX)


@dataclass(frozen=True, slots=True)
class ConvergenceStep:
    """One step of the discussion (``Claude-02`` and ``Codex-02``) and the findings that were open when it ended.

    A finding is open from the document that first raises it until both models accept it as it is, or both drop it; in
    the end, while ``is_open`` says so.
    """

    number: int
    documents: tuple[Document, ...]
    high_count: int
    medium_count: int
    low_count: int
    unrated_count: int

    @property
    def open_count(self) -> int:
        return self.high_count + self.medium_count + self.low_count + self.unrated_count


def list_convergence(exchange: Exchange) -> tuple[ConvergenceStep, ...]:
    """Count what was open after each step, in one pass: it changes only where a document mentions the finding."""
    said: defaultdict[int, list[Document]] = defaultdict(list)
    for document in _discussion(exchange):
        if document.step is not None:
            said[document.step].append(document)
    numbers = sorted(said)
    places = {d.path: index for index, number in enumerate(numbers) for d in said[number]}
    changes = [Counter[Severity | None]() for _ in numbers]
    for finding in exchange.findings:
        for index, severity, change in _list_changes(finding, places, len(numbers) - 1):
            changes[index][severity] += change
    counts = Counter[Severity | None]()
    steps = []
    for number, changed in zip(numbers, changes, strict=True):
        for severity, count in changed.items():
            counts[severity] += count
        steps.append(_make_step(number, said[number], counts))
    return tuple(steps)


def _discussion(exchange: Exchange) -> tuple[Document, ...]:
    return tuple(d for d in exchange.documents if d.kind is DocumentKind.DISCUSSION)


def _make_step(number: int, documents: list[Document], counts: Counter[Severity | None]) -> ConvergenceStep:
    rated = (counts[severity] for severity in (Severity.HIGH, Severity.MEDIUM, Severity.LOW, None))
    return ConvergenceStep(number, tuple(documents), *rated)


def _list_changes(finding: Finding, places: Mapping[str, int], last: int) -> Iterator[tuple[int, Severity | None, int]]:
    """Give the steps (by index) after which a finding counts as another severity than before: with 1, or -1."""
    mentioned = sorted({places[step.path] for step in finding.trail if step.path in places})
    before: tuple[Severity | None, ...] = ()
    for index in dict.fromkeys((*mentioned, last)) if mentioned else ():
        spoken = {step.path for step in finding.trail if places.get(step.path, last + 1) <= index}
        now = _open_severity(finding, spoken, is_last=index == last)
        yield from ((index, severity, -1) for severity in before)
        yield from ((index, severity, 1) for severity in now)
        before = now


def _open_severity(finding: Finding, spoken: set[str], *, is_last: bool) -> tuple[Severity | None, ...]:
    """Give the severity of a finding that is open after the documents of ``spoken``; nothing for one that is not."""
    steps = [step for step in finding.trail if step.path in spoken]
    if not steps:
        return ()
    if not is_open(finding) if is_last else steps[-1].agreement is Agreement.AGREED:
        return ()
    if is_last and finding.final_severity is not None:
        return (finding.final_severity,)
    return (next((step.severity for step in reversed(steps) if step.severity is not None), None),)


def is_open(finding: Finding) -> bool:
    """Say whether the exchange leaves something to settle: the two do not agree, or nobody says what follows."""
    if finding.outcome is Outcome.DISMISSED:
        return False
    return finding.agreement is not Agreement.AGREED or finding.outcome is Outcome.UNRESOLVED


def find_silent(exchange: Exchange) -> tuple[Author, ...]:
    """Name the models that gave no independent answer in this exchange: absent, or only a placeholder."""
    spoken = {d.author for d in _discussion(exchange) if d.role is not Role.PLACEHOLDER}
    return tuple(author for author in MODELS if author not in spoken)


@dataclass(frozen=True, slots=True)
class ExchangeProgress:
    """What was open after each step of one exchange of a mission."""

    stage: Stage
    round: int
    steps: tuple[ConvergenceStep, ...]


def list_progress(mission: Mission) -> tuple[ExchangeProgress, ...]:
    """List the exchanges of a mission in which somebody spoke, in order."""
    found = (ExchangeProgress(one.stage, one.round, list_convergence(one)) for one in mission.exchanges)
    return tuple(progress for progress in found if progress.steps)
