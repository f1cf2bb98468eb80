"""What nothing ties to an earlier document, and the one item there that it is far liker than any other."""

from collections.abc import Callable, Iterator, Sequence

from tandemweb.analysis.entries import MERGING_ROLES, Entry
from tandemweb.analysis.pairs import Group, Pairs
from tandemweb.analysis.reply_evidence import find_reviewed
from tandemweb.domain.finding import Severity, Stance

LIKE = 0.15  # likeness from which one item may be meant
MARGIN = 2.5  # how many times as like as the next
FEWEST_WORDS = 3  # of an item that says what it is about
MOST_OPENING = 150  # points that nothing ties to an earlier document: of more than that none is paired
MOST_GROUPS = 600


def find_likest(entries: Sequence[Entry], pairs: Pairs, groups: Sequence[Group]) -> Iterator[tuple[int, int]]:
    """Pair a review's point with an item of the plan under review, a merged document's with what was said before.

    A review's small points are often new, and what begins with a criterion is about the plan's criterion.
    """
    opening = [(group, min(group, key=lambda place: (entries[place].document, place))) for group in groups]
    opening = [(group, first) for group, first in opening if _may_go_back(entries[first])]
    if len(opening) > MOST_OPENING or len(groups) > MOST_GROUPS:
        return
    for group, first in opening:
        for earlier in _list_earlier(first, entries):
            target = _find_likest(group, first, earlier, entries, pairs, groups)
            if target is not None:
                yield target, first


def _find_likest(
    group: Group, first: int, earlier: frozenset[int], entries: Sequence[Entry], pairs: Pairs, groups: Sequence[Group]
) -> int | None:
    """Find the one of the ``earlier`` items that what a group begins with is far liker than those of other groups."""
    ranked = sorted(
        (
            max((pairs.alike(first, place), place) for place in other if place in earlier)
            for other in groups
            if not earlier.isdisjoint(other) and may_be_joined(entries, group, other)
        ),
        reverse=True,
    )
    if not ranked or ranked[0][0] < LIKE or (len(ranked) > 1 and ranked[0][0] < MARGIN * ranked[1][0]):
        return None
    criteria, target = entries[first].criteria, ranked[0][1]
    return None if criteria and criteria.isdisjoint(entries[target].mention.criteria) else target


def _may_go_back(first: Entry) -> bool:
    """Whether what a group begins with may be about something said before."""
    if first.is_verdict or (first.role != "review" and first.role not in MERGING_ROLES):
        return False
    if len(first.mention.text.split()) < FEWEST_WORDS:
        return False
    is_small = first.mention.severity is Severity.LOW and first.mention.stance is Stance.OBJECTS
    return first.role in MERGING_ROLES or not is_small


def _list_earlier(first: int, entries: Sequence[Entry]) -> list[frozenset[int]]:
    """List what an item may be about: the document under review, or all that the other, or its author, wrote before."""
    entry = entries[first]
    if entry.role == "review":
        reviewed = find_reviewed(entry, entries)
        return [_select(entries, lambda other: other.document == reviewed)]
    return [
        _select(entries, lambda other: other.document < entry.document and other.author != entry.author),
        _select(entries, lambda other: other.document < entry.document and other.author == entry.author),
    ]


def _select(entries: Sequence[Entry], is_earlier: Callable[[Entry], bool]) -> frozenset[int]:
    return frozenset(place for place, other in enumerate(entries) if not other.is_verdict and is_earlier(other))


def may_be_joined(entries: Sequence[Entry], one: Group, other: Group) -> bool:
    """Whether two groups have no item of one document each; an answer stands beside an item."""
    documents = [{entries[place].document for place in group if not entries[place].is_answer} for group in (one, other)]
    return documents[0].isdisjoint(documents[1])
