"""A commit that may implement a mission, weighed in its place. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tandemweb.domain.commit import ChangeStatus, Commit
from tandemweb.domain.link import CommitLink, Evidence, LinkStrength
from tandemweb.history.evidence import say_author, say_branch, say_files, say_place
from tandemweb.history.order import HistoryOrder
from tandemweb.history.spans import Span, Timeline
from tandemweb.history.traces import FileList, MissionTrace
from tandemweb.history.weighing import Fit, weigh


@dataclass(frozen=True, slots=True)
class Candidate:
    """A commit that may be linked. ``rank`` orders rivals: larger is better."""

    link: CommitLink
    fit: Fit
    rank: tuple[float, ...]


@dataclass
class Weighing:
    """Everything that the missions of one project are weighed against."""

    order: HistoryOrder
    timeline: Timeline
    tips: Sequence[str]
    branches: Mapping[str, Mapping[str, str]]  # mission path -> commit -> branch called like it
    spans: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    later_names: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def get_span(self, trace: MissionTrace, number: int | None) -> Span | None:
        return next((span for span in self.spans[trace.path] if span.round == number), None)

    def find_round(self, trace: MissionTrace, oid: str) -> int | None:
        """Find the one round whose span holds a commit."""
        holding = [span.round for span in self.spans[trace.path] if oid in span.oids]
        return holding[0] if len(holding) == 1 else None


def is_strange(trace: MissionTrace, commit: Commit) -> bool:
    return bool(trace.authors) and commit.author_name not in trace.authors


def find_files(trace: MissionTrace, number: int | None) -> FileList | None:
    return trace.files.get(number or 0)


def weigh_in(weighing: Weighing, trace: MissionTrace, commit: Commit, span: Span | None) -> Fit:
    files = find_files(trace, span.round) if span else None
    names = _find_later_names(weighing, span) if span else {}
    return weigh(commit, files, trace.words, names, trace.name)


def _find_later_names(weighing: Weighing, span: Span) -> Mapping[str, str]:
    """Give the names that files have at the end of a span, where it renames them."""
    key = f"{span.start} {span.end} {span.oids[-1] if span.oids else ''}"
    if key not in weighing.later_names:
        names: dict[str, str] = {}
        for oid in span.oids:
            for change in weighing.order.get(oid).changes:
                if change.status is ChangeStatus.RENAMED and change.old_path:
                    names[change.old_path] = names.get(change.path, change.path)
        weighing.later_names[key] = names
    return weighing.later_names[key]


def say_support(weighing: Weighing, trace: MissionTrace, commit: Commit, span: Span | None, fit: Fit) -> list[Evidence]:
    files = find_files(trace, span.round) if span else None
    branch = weighing.branches[trace.path].get(commit.oid)
    said = [
        say_files(files, fit) if files and fit.listed else None,
        say_place(span, commit.oid, weighing.order, trace) if span else None,
        say_branch(branch) if branch else None,
        say_author(commit) if commit.author_name in trace.authors else None,
    ]
    return [evidence for evidence in said if evidence]


def make_candidate(
    trace: MissionTrace,
    commit: Commit,
    number: int | None,
    strength: LinkStrength,
    evidence: Iterable[Evidence],
    fit: Fit,
    rank: tuple[float, ...],
) -> Candidate:
    return Candidate(CommitLink(commit.oid, trace.path, number, strength, tuple(evidence)), fit, rank)
