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


def follow_places(entries: Sequence[Entry], pairs: Pairs) -> None:
    if not any(entry.places for entry in entries):
        return
    items = _index_items(entries)
    for place, entry in enumerate(entries):
        factor = 1.0 if len(entry.places) <= 1 else SHARED_PLACES
        for named in entry.places:
            target = _find_target(entry, named, items.get((named.author, named.kind, int(named.number)), ()), entries)
            if target is not None and target != place:
                pairs.add(place, target, "reference", LOCATED_SCORE * factor)


def _index_items(entries: Sequence[Entry]) -> Mapping[tuple[str, Topic | Severity, int], list[int]]:
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


def _find_target(entry: Entry, named: Place, items: Sequence[int], entries: Sequence[Entry]) -> int | None:
    """Find the item at a place in the latest document before this one that has it."""
    found = [
        (entries[target].document, -target)
        for target in items[:MOST_ALIKE]
        if entries[target].document < entry.document and _is_written_in(entries[target], named)
    ]
    return -max(found)[1] if found else None


def _is_written_in(other: Entry, named: Place) -> bool:
    return named.step is None or read_step(other.mention.path) == named.step
