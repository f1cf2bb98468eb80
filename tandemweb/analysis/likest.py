"""What nothing ties to an earlier document, and the one item there that it is far liker than any other."""

from collections.abc import Iterator, Sequence

from tandemweb.analysis.entries import MERGING_ROLES, Entry
from tandemweb.analysis.pairs import Pairs
from tandemweb.analysis.reply_evidence import find_reviewed
from tandemweb.domain.finding import Severity, Stance

LIKE = 0.15  # likeness from which one item may be meant
MARGIN = 2.5  # how many times as like as the next
FEWEST_WORDS = 3  # of an item that says what it is about
MOST_OPENING = 150  # points that nothing ties to an earlier document: of more than that none is paired
MOST_GROUPS = 600

Group = tuple[int, ...]


def find_likest(entries: Sequence[Entry], pairs: Pairs, groups: Sequence[Group]) -> Iterator[tuple[int, int]]:
    """Pair a review's point with an item of the plan under review, a merged document's with what the other said before.

    A review's small points are often new, and what begins with a criterion is about the plan's criterion.
    """
    opening = [(group, min(group, key=lambda place: (entries[place].document, place))) for group in groups]
    opening = [(group, first) for group, first in opening if _may_go_back(entries[first])]
    if len(opening) > MOST_OPENING or len(groups) > MOST_GROUPS:
        return
    for group, first in opening:
        earlier = _list_answerable(first, entries)
        ranked = sorted(
            (
                max((pairs.alike(first, place), place) for place in other if place in earlier)
                for other in groups
                if not earlier.isdisjoint(other) and may_be_joined(entries, group, other)
            ),
            reverse=True,
        )
        if not ranked:
            continue
        alike, target = ranked[0]
        criteria = entries[first].criteria
        if criteria and criteria.isdisjoint(entries[target].mention.criteria):
            continue
        if alike >= LIKE and (len(ranked) == 1 or alike >= MARGIN * ranked[1][0]):
            yield target, first


def _may_go_back(first: Entry) -> bool:
    """Whether what a group begins with may be about something said before."""
    if first.is_verdict or (first.role != "review" and first.role not in MERGING_ROLES):
        return False
    if len(first.mention.text.split()) < FEWEST_WORDS:
        return False
    is_small = first.mention.severity is Severity.LOW and first.mention.stance is Stance.OBJECTS
    return first.role in MERGING_ROLES or not is_small


def _list_answerable(first: int, entries: Sequence[Entry]) -> frozenset[int]:
    """List the items that an item may be about: those of the document under review, or all that the other wrote."""
    entry = entries[first]
    reviewed = find_reviewed(entry, entries) if entry.role == "review" else None
    return frozenset(
        place
        for place, other in enumerate(entries)
        if not other.is_verdict
        and (
            other.document == reviewed
            if reviewed is not None
            else other.document < entry.document and other.author != entry.author
        )
    )


def may_be_joined(entries: Sequence[Entry], one: Group, other: Group) -> bool:
    """Whether two groups have no item of one document each; an answer stands beside an item."""
    documents = [{entries[place].document for place in group if not entries[place].is_answer} for group in (one, other)]
    return documents[0].isdisjoint(documents[1])
