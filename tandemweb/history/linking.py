"""Which commits implement which missions: evidence gathered and weighed. Pure.

Certain is what a document says (a report names the commit) or the commit shows itself (it holds files of the mission).
Everything else is likely at best: a commit that stands between two states of a mission and changes what a round's
manifest lists. Of those, the doubtful ones (a stranger's, of other words, beside a list that is complete without them)
count only while files of the manifest are left that no better commit accounts for.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from tandemweb.domain.commit import Commit
from tandemweb.domain.link import CommitLink, LinkStrength
from tandemweb.history.branches import Stretch, belongs_to
from tandemweb.history.candidates import (
    Candidate,
    Weighing,
    find_files,
    is_strange,
    make_candidate,
    say_support,
    weigh_in,
)
from tandemweb.history.evidence import say_mission_files, say_named
from tandemweb.history.order import HistoryOrder
from tandemweb.history.spans import Span, Timeline, list_spans
from tandemweb.history.traces import MissionTrace, MomentKind, NamedCommit, NameStance
from tandemweb.history.weighing import LEAST_SHARE, Fit, share_words


def link_commits(
    commits: Sequence[Commit], traces: Sequence[MissionTrace], stretches: Iterable[Stretch], tips: Sequence[str]
) -> tuple[CommitLink, ...]:
    """Link commits (newest first, without the files of archives) to missions. ``tips``: HEAD first.

    A commit is linked to more than one mission only when documents of both name it.
    """
    order = HistoryOrder(commits)
    told = list(stretches)
    branches = {trace.path: _list_own_branches(trace, told) for trace in traces}
    weighing = Weighing(order, Timeline(order), tips, branches)
    weighing.spans = {trace.path: list_spans(trace, order, weighing.timeline, tips) for trace in traces}
    certain = _settle_certain([candidate for trace in traces for candidate in _list_certain(weighing, trace)])
    of_mission: defaultdict[str, list[Candidate]] = defaultdict(list)
    for candidate in certain:
        of_mission[candidate.link.mission_path].append(candidate)
    owned = {candidate.link.oid for candidate in certain}
    likely = [
        candidate for trace in traces for candidate in _list_likely(weighing, trace, of_mission[trace.path], owned)
    ]
    return tuple(candidate.link for candidate in (*certain, *_settle(likely)))


def _list_own_branches(trace: MissionTrace, stretches: Sequence[Stretch]) -> Mapping[str, str]:
    return {oid: stretch.name for stretch in stretches if belongs_to(stretch.name, trace.name) for oid in stretch.oids}


def _list_certain(weighing: Weighing, trace: MissionTrace) -> Iterator[Candidate]:
    foreign = {named.oid for named in trace.named if named.stance is NameStance.FOREIGN}
    found: dict[str, Candidate] = {}
    for named in sorted(trace.named, key=lambda named: named.round is None):
        is_own = named.stance is NameStance.OWN and named.oid not in foreign and named.oid in weighing.order
        if is_own and named.oid not in found and _can_be_work(weighing, trace, named):
            found[named.oid] = _make_named(weighing, trace, named)
    yield from found.values()
    for oid in trace.touching - found.keys() - foreign:
        candidate = _find_with_mission_files(weighing, trace, oid)
        if candidate:
            yield candidate


def _can_be_work(weighing: Weighing, trace: MissionTrace, named: NamedCommit) -> bool:
    """Tell work from what it was based on or compared with: that holds no code, or is older than the mission."""
    order = weighing.order
    if not order.get(named.oid).changes:
        return False
    if any(named.oid in span.oids for span in weighing.spans[trace.path]):
        return True
    planned = [moment.oid for moment in trace.moments if moment.kind is MomentKind.PLANNED]
    handed_over = {moment.oid for moment in trace.moments if moment.kind is MomentKind.HANDED_OVER}
    if any(oid not in handed_over and (oid == named.oid or order.is_ancestor(named.oid, oid)) for oid in planned):
        return False
    time = order.time(named.oid)
    return not (time and trace.started_at and time < trace.started_at)


def _make_named(weighing: Weighing, trace: MissionTrace, named: NamedCommit) -> Candidate:
    span = weighing.get_span(trace, named.round) or weighing.get_span(trace, weighing.find_round(trace, named.oid))
    commit = weighing.order.get(named.oid)
    number = named.round or (span.round if span else None)
    fit = weigh_in(weighing, trace, commit, span)
    evidence = [say_named(named), *say_support(weighing, trace, commit, span, fit)]
    is_within = span is not None and named.oid in span.oids
    return make_candidate(trace, commit, number, LinkStrength.CERTAIN, evidence, fit, (2, is_within))


def _find_with_mission_files(weighing: Weighing, trace: MissionTrace, oid: str) -> Candidate | None:
    commit = weighing.order.get(oid) if oid in weighing.order else None
    if commit is None or not commit.changes or len(commit.parents) > 1:
        return None
    handed_over = [moment for moment in trace.moments if moment.oid == oid and moment.kind is MomentKind.HANDED_OVER]
    spans = [span for span in weighing.spans[trace.path] if oid in span.oids]
    if not spans and not handed_over:
        return None
    told = {moment.round for moment in handed_over}
    number = (
        max(filter(None, told), default=None)
        if not spans
        else next((span.round for span in spans if span.round in told), spans[0].round)
    )
    span = weighing.get_span(trace, number)
    weighed = spans or ([span] if span else [])
    fits = [weigh_in(weighing, trace, commit, other) for other in weighed]
    fit = max(fits, key=lambda fit: len(fit.listed), default=Fit(frozenset(), frozenset(), None, is_care=False))
    if trace.files and not fit.listed:
        return None
    evidence = [say_mission_files(trace), *say_support(weighing, trace, commit, span, fit)]
    return make_candidate(trace, commit, number, LinkStrength.CERTAIN, evidence, fit, (1, True))


def _list_likely(
    weighing: Weighing, trace: MissionTrace, certain: Sequence[Candidate], owned: set[str]
) -> Iterator[Candidate]:
    """``owned``: commits that certainly are some mission's."""
    known = {candidate.link.oid for candidate in certain}
    foreign = {named.oid for named in trace.named if named.stance is NameStance.FOREIGN}
    branched = {oid for path, oids in weighing.branches.items() if path != trace.path for oid in oids}
    barred = owned | foreign | (branched - weighing.branches[trace.path].keys())
    trace = replace(trace, authors=_find_authors(weighing, trace, known))
    for span in weighing.spans[trace.path]:
        own = [candidate for candidate in certain if candidate.link.round in {span.round, None}]
        yield from _list_of_round(weighing, trace, span, own, barred)


def _find_authors(weighing: Weighing, trace: MissionTrace, certain: Iterable[str]) -> frozenset[str]:
    """Give who works on a mission: who commits its files, else who made what is certainly its, else who made most."""
    known = trace.authors or frozenset(weighing.order.get(oid).author_name for oid in certain)
    if known:
        return known
    counts: Counter[str] = Counter()
    for span in weighing.spans[trace.path]:
        for oid in span.oids:
            commit = weighing.order.get(oid)
            counts[commit.author_name] += len(weigh_in(weighing, trace, commit, span).listed)
    return frozenset(name for name, _ in counts.most_common(1))


def _list_of_round(
    weighing: Weighing, trace: MissionTrace, span: Span, certain: Sequence[Candidate], barred: set[str]
) -> Iterator[Candidate]:
    files = find_files(trace, span.round)
    left = set(files.paths) if files else set()
    for candidate in certain:
        left -= candidate.fit.listed
    is_complete = bool(certain) and not left and _tells_all(trace, span, certain)
    doubtful = []
    inside = (_judge(weighing, trace, commit, span) for commit in _list_commits(weighing, span.oids, barred))
    for candidate in filter(None, inside):
        if candidate.rank[0] and not is_complete:
            left -= candidate.fit.listed
            yield candidate
        else:
            doubtful.append(candidate)
    elsewhere = (
        _judge(weighing, trace, commit, span) for commit in _list_elsewhere(weighing, trace, span, barred, left)
    )
    for candidate in (*doubtful, *filter(None, elsewhere)):
        if candidate.fit.listed & left and files and (not candidate.fit.is_care or candidate.fit.has_words):
            left -= candidate.fit.listed
            yield candidate


def _tells_all(trace: MissionTrace, span: Span, certain: Sequence[Candidate]) -> bool:
    """Whether the certain commits are meant to be all: a report lists them, or one holds a mission from plan to end."""
    named = {candidate.link.oid for candidate in certain if candidate.rank[0] == 2}  # see _make_named
    planned = {moment.oid for moment in trace.moments if moment.kind is MomentKind.PLANNED}
    return bool(named) or any(candidate.link.oid in planned and span.by_time for candidate in certain)


def _list_commits(weighing: Weighing, oids: Iterable[str], barred: set[str]) -> Iterator[Commit]:
    for oid in oids:
        commit = weighing.order.get(oid)
        if oid not in barred and commit.changes and len(commit.parents) < 2:  # a merge
            yield commit


def _list_elsewhere(
    weighing: Weighing, trace: MissionTrace, span: Span, barred: set[str], left: set[str]
) -> Iterator[Commit]:
    """Give commits of the same time on branches that do not lead to where the round was handed over."""
    first = weighing.order.time(span.start) if span.start else trace.started_at
    last = weighing.order.time(span.end) if span.end else None
    if not (left and first and last):
        return
    inside = set(span.oids)
    for commit in _list_commits(weighing, weighing.timeline.list_between(first, last), barred):
        is_before = span.start is not None and (
            commit.oid == span.start or weighing.order.is_ancestor(commit.oid, span.start)
        )
        if commit.oid not in inside and not is_before and not is_strange(trace, commit):
            yield commit


def _judge(weighing: Weighing, trace: MissionTrace, commit: Commit, span: Span) -> Candidate | None:
    """Weigh a commit of a round's span; ``rank[0]`` is 0 for one that is doubtful, None for one that does not fit."""
    fit = weigh_in(weighing, trace, commit, span)
    branch = weighing.branches[trace.path].get(commit.oid)
    if find_files(trace, span.round):
        if fit.share < LEAST_SHARE and not (branch and fit.listed):
            return None
    elif not branch and not share_words(commit.subject, trace.words):
        return None
    is_doubtful = fit.is_care or (is_strange(trace, commit) and not branch) or not fit.has_words
    evidence = say_support(weighing, trace, commit, span, fit)
    rank = (0.0 if is_doubtful else 1.0, fit.share, branch is not None, fit.word_share or 0.0, -len(span.oids))
    return make_candidate(trace, commit, span.round, LinkStrength.LIKELY, evidence, fit, rank)


def _settle_certain(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Of missions that all claim a commit, keep those that claim it best: by name and in the right place."""
    best: dict[str, tuple[float, ...]] = {}
    for candidate in candidates:
        oid = candidate.link.oid
        best[oid] = max(best.get(oid, candidate.rank), candidate.rank)
    return [candidate for candidate in candidates if candidate.rank == best[candidate.link.oid]]


def _settle(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Keep one mission for each commit; of rounds of it that fit equally well, none."""
    rivals: defaultdict[str, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        rivals[candidate.link.oid].append(candidate)
    settled = []
    for members in rivals.values():
        best = max(members, key=lambda member: member.rank)
        same = [member for member in members if member.link.mission_path == best.link.mission_path]
        is_open = sum(member.rank == best.rank for member in same) > 1
        settled.append(replace(best, link=replace(best.link, round=None)) if is_open else best)
    return settled
