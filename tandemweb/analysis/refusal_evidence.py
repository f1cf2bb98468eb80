"""Refusals as a reason: what a plan refused, the review of that plan comes back to, if anything there is like it."""

from collections import defaultdict
from collections.abc import Sequence

from tandemweb.analysis.entries import Entry
from tandemweb.analysis.pairs import LINK_THRESHOLD, Pairs
from tandemweb.analysis.sections import Topic

REFUSED_SCORE = 0.3  # beside what the texts say
LEAST_ALIKE = 0.2
MOST_ITEMS = 200  # refused, of one author's investigation, and of his reviews


def follow_refusals(entries: Sequence[Entry], pairs: Pairs) -> None:
    """Tie each point of an investigation that a plan refused to the point of the review that is likest, both ways."""
    points: dict[str, list[int]] = defaultdict(list)
    reviewed: dict[str, list[int]] = defaultdict(list)
    refused = {place for place, entry in enumerate(entries) if entry.topic is Topic.REJECTED and entry.role == "merged"}
    if not refused or len(refused) > MOST_ITEMS:
        return
    for place, entry in enumerate(entries):
        if entry.role == "independent":
            points[entry.author].append(place)
        elif entry.role == "review" and not entry.is_verdict:
            reviewed[entry.author].append(place)
    for author, objections in reviewed.items():
        if max(len(points[author]), len(objections)) > MOST_ITEMS:
            continue
        for point in points[author]:
            if not any(pairs.score(point, other) >= LINK_THRESHOLD for other in refused):
                continue
            objection = _find_likest(point, objections, pairs)
            if objection is not None and _find_likest(objection, points[author], pairs) == point:
                pairs.add(point, objection, "refusal", REFUSED_SCORE)


def _find_likest(place: int, others: Sequence[int], pairs: Pairs) -> int | None:
    alike, other = max(((pairs.alike(place, other), -other) for other in others), default=(0.0, 0))
    return -other if alike >= LEAST_ALIKE else None
