"""Places as a reason: an item that says which item of which document it is about."""

from collections.abc import Iterator, Sequence

from tandemweb.analysis.entries import UNREAD_ROLES, Entry
from tandemweb.analysis.locators import Place, read_step
from tandemweb.analysis.pairs import Pairs
from tandemweb.domain.finding import Severity

LOCATED_SCORE = 0.85  # "Codex-01 AC 7": an item is named by its place
SHARED_PLACES = 0.75  # factor where an item names several places: it may be one of its own about all of them


def follow_places(entries: Sequence[Entry], pairs: Pairs) -> None:
    for place, entry in enumerate(entries):
        factor = 1.0 if len(entry.places) <= 1 else SHARED_PLACES
        for named in entry.places:
            target = _find_target(entry, named, entries)
            if target is not None and target != place:
                pairs.add(place, target, "reference", LOCATED_SCORE * factor)


def _find_target(entry: Entry, named: Place, entries: Sequence[Entry]) -> int | None:
    """Find the item at a place in the latest document before this one that has it."""
    found = [(entries[target].document, -target) for target in _list_targets(entry, named, entries)]
    return -max(found)[1] if found else None


def _list_targets(entry: Entry, named: Place, entries: Sequence[Entry]) -> Iterator[int]:
    seen: dict[int, int] = {}
    for target, other in enumerate(entries):
        if other.document >= entry.document or other.author != named.author or not _is_written_in(other, named):
            continue
        if isinstance(named.kind, Severity):
            if other.role != "review" or other.mention.severity is not named.kind or other.is_verdict:
                continue
            seen[other.document] = seen.get(other.document, 0) + 1
            number = other.number if other.ordinal else seen[other.document]
        elif other.role in UNREAD_ROLES and other.topic is named.kind:
            number = other.number
        else:
            continue
        if number == int(named.number):
            yield target


def _is_written_in(other: Entry, named: Place) -> bool:
    return named.step is None or read_step(other.mention.path) == named.step
