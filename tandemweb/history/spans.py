"""Between which commits the work on each round lies: told by parents, by clocks only where those do not tell. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tandemweb.history.order import HistoryOrder
from tandemweb.history.traces import MissionTrace, Moment, MomentKind

SPAN_LIMIT = 2000  # commits of one round; a longer one tells nothing
# A commit is made after its content: State.json may be written a little later than the code that goes with it.
SLACK = timedelta(minutes=10)
_ENDINGS = (MomentKind.HANDED_OVER, MomentKind.EVALUATED)


@dataclass(frozen=True, slots=True)
class Span:
    """Commits that may be work on a round, newest first. ``end`` is the commit that handed it over, None: still open.

    ``start`` is the newest commit that precedes the work. ``by_time``: only clocks say where it begins.
    """

    round: int
    oids: tuple[str, ...]
    start: str | None
    end: str | None
    by_time: bool


class Timeline:
    """Commits by the time they were made, wherever they stand."""

    def __init__(self, order: HistoryOrder) -> None:
        timed = ((order.time(commit.oid), commit.oid) for commit in order.commits)
        self._made = sorted((time, oid) for time, oid in timed if time)

    def list_between(self, first: datetime, last: datetime) -> tuple[str, ...]:
        """Give the commits of a stretch of time, newest first."""
        begin = bisect_left(self._made, (first - SLACK, ""))
        end = bisect_right(self._made, (last + SLACK, "~"))
        return tuple(oid for _, oid in reversed(self._made[begin : min(end, begin + SPAN_LIMIT)]))


def list_spans(trace: MissionTrace, order: HistoryOrder, timeline: Timeline, tips: Sequence[str]) -> tuple[Span, ...]:
    """Give the span of each round that left a trace, in order. ``tips``: where open work may be, HEAD first."""
    moments = _list_news(trace, order)
    if not moments and trace.started_at and trace.updated_at:
        during = timeline.list_between(trace.started_at, trace.updated_at)
        return tuple(Span(number, during, None, None, by_time=True) for number in trace.rounds)
    return tuple(_find_span(number, trace, moments, order, tips) for number in trace.rounds)


def _list_news(trace: MissionTrace, order: HistoryOrder) -> tuple[Moment, ...]:
    """Leave out what was news before: the same content that came to another branch, as a squash or a copy does."""
    kept: dict[tuple[object, ...], Moment] = {}
    for moment in sorted(trace.moments, key=lambda moment: order.position(moment.oid), reverse=True):
        key = (moment.kind, moment.round, moment.blob)
        known = kept.get(key)
        if known is None or (_is_earlier(moment, known, order) and not order.is_ancestor(known.oid, moment.oid)):
            kept[key] = moment
    return tuple(kept.values())


def _is_earlier(left: Moment, right: Moment, order: HistoryOrder) -> bool:
    times = order.time(left.oid), order.time(right.oid)
    return times[0] is not None and times[1] is not None and times[0] < times[1]


def _find_span(
    number: int, trace: MissionTrace, moments: Sequence[Moment], order: HistoryOrder, tips: Sequence[str]
) -> Span:
    ends = _find_ends(number, trace, moments, order)
    starts = [
        moment.oid
        for moment in moments
        if _precedes(moment, number)
        and moment.oid not in ends
        and not any(order.is_ancestor(end, moment.oid) for end in ends)
    ]
    reached = order.span(ends or tips, starts)[:SPAN_LIMIT]
    before = [oid for oid in starts if not ends or any(order.is_ancestor(oid, end) for end in ends)]
    if not before:
        reached = tuple(oid for oid in reached if _is_made_during(oid, trace, order))
    newest = min(before, key=order.position, default=None)
    return Span(number, reached, newest, ends[0] if ends else None, by_time=not before)


def _find_ends(number: int, trace: MissionTrace, moments: Sequence[Moment], order: HistoryOrder) -> tuple[str, ...]:
    """Find the commits that first tell of the round's end; where none does, of any later news."""
    for kind in _ENDINGS:
        told = {moment.oid for moment in moments if moment.kind is kind and moment.round == number}
        if told:
            return order.keep_oldest(told)
    if number == trace.working_round:
        return ()
    later = {moment.oid for moment in moments if moment.kind in _ENDINGS and (moment.round or 0) > number}
    closing = {moment.oid for moment in moments if moment.kind is MomentKind.CLOSED}
    return order.keep_oldest(later or closing)


def _precedes(moment: Moment, number: int) -> bool:
    """Whether what a moment tells of had happened before the work on the round began."""
    if moment.kind in _ENDINGS:
        return (moment.round or 0) < number
    return moment.kind in {MomentKind.PLANNED, MomentKind.FEEDBACK}


def _is_made_during(oid: str, trace: MissionTrace, order: HistoryOrder) -> bool:
    time = order.time(oid)
    if time is None or trace.started_at is None or time < trace.started_at - SLACK:
        return False
    return trace.updated_at is None or bool(trace.moments) or time <= trace.updated_at + SLACK
