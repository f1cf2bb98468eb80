"""Credit as a reason: a merged plan says whose point an item was, and one point of that author is the likest by far."""

from collections import defaultdict
from collections.abc import Sequence

from tandemweb.analysis.entries import Entry
from tandemweb.analysis.marks import other_model
from tandemweb.analysis.pairs import Pairs
from tandemweb.analysis.sections import Topic

CREDITED_SCORE = 0.5  # enough to join, too little to prevail over any other reason
LEAST_ALIKE = 0.12  # likeness of what is credited with the point it was
AHEAD = 0.06  # by which that point is ahead of the author's next
TELLING = frozenset((Topic.FINDINGS, Topic.RISKS))
FACTUAL = frozenset((Topic.CONTEXT, Topic.UNKNOWN, Topic.NEUTRAL))
MOST_POINTS = 150  # points of one investigation: among more none is told apart by a few words


def follow_sources(entries: Sequence[Entry], pairs: Pairs) -> None:
    """Lead each item that names its source to the point of that investigation which it means.

    Neither may have a likelier partner: the point in the same plan, nor the item among the author's points.
    """
    crediting = [place for place, entry in enumerate(entries) if entry.role == "merged" and entry.own_sources]
    if not crediting:
        return
    points: dict[str, list[int]] = defaultdict(list)
    merged: dict[int, list[int]] = defaultdict(list)
    told: set[str] = set()  # authors who tell their points apart from what the code does
    for place, entry in enumerate(entries):
        if entry.role == "independent":
            points[entry.author].append(place)
            told |= {entry.author} if entry.topic in TELLING else set()
        elif entry.role == "merged":
            merged[entry.document].append(place)
    for author in told:
        points[author] = [place for place in points[author] if entries[place].topic not in FACTUAL]
    for place in crediting:
        for author in sorted(entries[place].own_sources - _list_named(entries[place])):
            if len(points[author]) > MOST_POINTS or len(merged[entries[place].document]) > MOST_POINTS:
                continue
            point = _find_likest(place, points[author], pairs)
            if point is not None and _find_likest(point, merged[entries[place].document], pairs) == place:
                pairs.add(place, point, "reference", CREDITED_SCORE)


def _list_named(entry: Entry) -> set[str]:
    """List those whose point an item names by mark or place: it need not be looked for."""
    marked = {reference.author or other_model(entry.author) for reference in entry.references if reference.opens}
    return marked | {place.author for place in entry.places}


def _find_likest(place: int, others: Sequence[int], pairs: Pairs) -> int | None:
    ranked = sorted(((pairs.alike(place, other), -other) for other in others), reverse=True)[:2]
    if not ranked or ranked[0][0] < LEAST_ALIKE:
        return None
    return -ranked[0][1] if len(ranked) == 1 or ranked[0][0] - ranked[1][0] >= AHEAD else None
