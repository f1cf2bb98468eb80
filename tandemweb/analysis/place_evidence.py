"""Places as a reason: an item that says which item of which document it is about."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from tandemweb.analysis.entries import UNREAD_ROLES, Entry
from tandemweb.analysis.locators import Place, read_step
from tandemweb.analysis.pairs import Pairs
from tandemweb.analysis.sections import Topic
from tandemweb.domain.finding import Severity

LOCATED_SCORE = 0.85  # "Codex-01 AC 7": an item is named by its place
MOST_ALIKE = 100  # items at one place of several documents; more are no place
SHARED_PLACES = 0.75  # factor where an item names several places: it may be one of its own about all of them

UNCOUNTED_LIKENESS = 0.1  # of the one that is meant where there are several of the kind

Items = Mapping[tuple[str, Topic | Severity, int], Sequence[int]]


def follow_places(entries: Sequence[Entry], pairs: Pairs) -> None:
    if not any(entry.places for entry in entries):
        return
    items = _index_items(entries)
    for place, entry in enumerate(entries):
        factor = 1.0 if len(entry.places) <= 1 else SHARED_PLACES
        for named in entry.places:
            target = (
                _find_target(entry, named, items, entries)
                if named.number
                else _find_likest(place, named, entries, pairs)
            )
            if target is not None and target != place:
                pairs.add(place, target, "reference", LOCATED_SCORE * factor)


def _index_items(entries: Sequence[Entry]) -> Items:
    """Places of items by author, kind and number: those of reviews by severity, of investigations by heading."""
    items: dict[tuple[str, Topic | Severity, int], list[int]] = defaultdict(list)
    counts: Counter[tuple[int, Severity]] = Counter()
    for place, entry in enumerate(entries):
        severity = entry.mention.severity
        if entry.role == "review" and severity is not None and not entry.is_verdict:
            counts[entry.document, severity] += 1
            number = entry.number if entry.ordinal else counts[entry.document, severity]
            items[entry.author, severity, number].append(place)
        elif entry.role in UNREAD_ROLES:
            items[entry.author, entry.topic, entry.number].append(place)
    return items


def _find_target(entry: Entry, named: Place, numbered: Items, entries: Sequence[Entry]) -> int | None:
    """Find the item at a place in the latest document before this one that has it."""
    items = numbered.get((named.author, named.kind, int(named.number)), ())
    found = [
        (entries[target].document, -target)
        for target in items[:MOST_ALIKE]
        if entries[target].document < entry.document and _is_written_in(entries[target], named)
    ]
    return -max(found)[1] if found else None


def _find_likest(place: int, named: Place, entries: Sequence[Entry], pairs: Pairs) -> int | None:
    """Find the item that is named by its kind alone: the only one of the kind, or the likest.

    It is one of an investigation; a review may mean one of the plan under review.
    """
    entry = entries[place]
    found = [
        target
        for target, other in enumerate(entries)
        if other.author == named.author
        and other.topic is named.kind
        and other.document < entry.document
        and (other.role in UNREAD_ROLES or entry.role == "review")
    ]
    latest = max((entries[target].document for target in found), default=0)
    found = [target for target in found if entries[target].document == latest]
    if len(found) <= 1:
        is_sure = len(entry.places) == 1  # "a question of both" is more likely to mean one that is no point here
        return found[0] if found and (is_sure or pairs.alike(place, found[0]) > 0) else None
    alike, _, target = max((pairs.alike(place, target), -target, target) for target in found)
    return target if alike >= UNCOUNTED_LIKENESS else None


def _is_written_in(other: Entry, named: Place) -> bool:
    return named.step is None or read_step(other.mention.path) == named.step
