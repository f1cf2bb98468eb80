"""Credit as a reason: a merged plan says whose point an item was, and one point of that author is the likest by far."""

import re
from collections import defaultdict
from collections.abc import Sequence

from tandemweb.analysis.entries import Entry
from tandemweb.analysis.guarded import guard
from tandemweb.analysis.marks import other_model
from tandemweb.analysis.pairs import JOINING_SCORE, Pairs
from tandemweb.analysis.sections import Topic

LEAST_ALIKE = 0.12  # likeness of what is credited with the point it was
AHEAD = 0.06  # by which that point is ahead of the author's next
TELLING = frozenset((Topic.FINDINGS, Topic.RISKS))
FACTUAL = frozenset((Topic.CONTEXT, Topic.UNKNOWN, Topic.NEUTRAL))
SEARCHED = 300  # characters of an item in which it speaks of the other's point
MOST_POINTS = 150  # points of one investigation: among more none is told apart by a few words
_ANSWERS = guard(
    r"\b(claude|codex) (?:is|was) right\b|\b(?:agree[ds]?|disagree[ds]?|differ|side) (?:with|from) (claude|codex)\b"
    r"|\b(claude|codex)['’]s (?:point|worry|finding|concern|remark|objection|high|medium|low)\b"
    r"|\breproduced (claude|codex)['’]s\b",
    re.IGNORECASE,
)


def follow_sources(entries: Sequence[Entry], pairs: Pairs) -> None:
    """Lead each item that names its source to the point of that investigation which it means.

    Neither may have a likelier partner: the point in the same plan, nor the item among the author's points.
    """
    reviewed = min((entry.document for entry in entries if entry.role == "review"), default=len(entries))
    crediting = {
        place: authors
        for place, entry in enumerate(entries)
        if entry.role == "merged" and (authors := entry.own_sources or _find_answered(entry, reviewed))
    }
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
    for place, authors in crediting.items():
        for author in sorted(authors - _list_named(entries[place])):
            if len(points[author]) > MOST_POINTS or len(merged[entries[place].document]) > MOST_POINTS:
                continue
            point = _find_likest(place, points[author], pairs)
            if point is not None and _find_likest(point, merged[entries[place].document], pairs) == place:
                pairs.add(place, point, "reference", JOINING_SCORE)


def _find_answered(entry: Entry, reviewed: int) -> frozenset[str]:
    """Find the other model where an item answers a point of it: the report's, as long as that is all it said.

    ``reviewed`` is the number of the first review.
    """
    answer = _ANSWERS.search(entry.mention.text, 0, SEARCHED) if entry.document < reviewed else None
    name = next(filter(None, answer.groups()), "").lower() if answer else ""
    return frozenset({name} & {other_model(entry.author)})


def _list_named(entry: Entry) -> set[str]:
    """List those whose point an item names by mark or place: it need not be looked for."""
    marked = {reference.author or other_model(entry.author) for reference in entry.references if reference.opens}
    return marked | {place.author for place in entry.places}


def _find_likest(place: int, others: Sequence[int], pairs: Pairs) -> int | None:
    ranked = sorted(((pairs.alike(place, other), -other) for other in others), reverse=True)[:2]
    if not ranked or ranked[0][0] < LEAST_ALIKE:
        return None
    return -ranked[0][1] if len(ranked) == 1 or ranked[0][0] - ranked[1][0] >= AHEAD else None
