"""Pointers as a reason: an item that sends its reader to another place of its own document, ``see Key Decisions``.

A short item, the row of a table or the line of a list, often leaves the matter to where it is told at length. Which
item is meant there its words say: the likest one, where one is like it at all; else its place, where the next section
has as many items as there are rows that point below.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from tandemweb.analysis.entries import Entry
from tandemweb.analysis.guarded import guard
from tandemweb.analysis.pairs import Pairs

POINTED_SCORE = 0.85
COUNTED_SCORE = 0.6  # nothing but the order says which is meant
POINTED_LIKENESS = 0.2  # below it no item of that place is what is meant
MOST_ITEMS = 300  # of one document
LONGEST = 300  # characters of an item that leaves the matter to another
_POINTER = guard(
    r"\bsee (?:also )?(?:the )?(?:(above|below)\b|(?:section |heading )?[\"“*_]{0,2}([A-Z][\w&' -]{3,60}))"
)
_AND = re.compile(r",\s*|\s+and\s+|\s*&\s*")


def follow_pointers(entries: Sequence[Entry], pairs: Pairs) -> None:
    pointing = [(place, match) for place, entry in enumerate(entries) for match in _find_pointers(entry)]
    if not pointing:
        return
    members: dict[int, list[int]] = defaultdict(list)
    for place, entry in enumerate(entries):
        members[entry.document].append(place)
    leaving = {place for place, _ in pointing}
    for place, match in pointing:
        others = [other for other in members[entries[place].document][:MOST_ITEMS] if other not in leaving]
        meant = [other for other in others if _is_meant(entries[other], entries[place], match)]
        alike, _, target = max(((pairs.alike(place, other), -other, other) for other in meant), default=(0.0, 0, 0))
        if alike >= POINTED_LIKENESS:
            pairs.add(place, target, "reference", POINTED_SCORE)
    _count_below([place for place, match in pointing if match[1] == "below"], entries, members, pairs)


def _count_below(
    pointing: Sequence[int], entries: Sequence[Entry], members: Mapping[int, Sequence[int]], pairs: Pairs
) -> None:
    """Pair the items of a section that point below with those of the next one, where they are as many."""
    sections: dict[tuple[int, str], dict[int, None]] = defaultdict(dict)
    for place in pointing:
        sections[entries[place].document, entries[place].mention.section][place] = None
    for (document, section), places in sections.items():
        told = _list_next_section(members[document], max(places), section, entries)
        if len(told) == len(places):
            for place, target in zip(places, told, strict=True):
                if not (entries[place].is_own and entries[target].is_own):
                    pairs.add(place, target, "reference", COUNTED_SCORE)


def _list_next_section(others: Sequence[int], last: int, section: str, entries: Sequence[Entry]) -> list[int]:
    """List the items of the first section behind that of the pointing ones, the last of which is ``last``."""
    behind = [one for one in others if one > last and entries[one].mention.section != section]
    return [one for one in behind if entries[one].mention.section == entries[behind[0]].mention.section]


def _find_pointers(entry: Entry) -> Iterator[re.Match[str]]:
    text = entry.mention.text
    return _POINTER.finditer(text) if len(text) <= LONGEST and "see " in text else iter(())


def _is_meant(other: Entry, entry: Entry, match: re.Match[str]) -> bool:
    """Whether an item stands where another points: above it, below it, under the heading that it names.

    Two that are rated are two, and so are two rows of one table.
    """
    if other.is_own and entry.is_own:
        return False
    if other.mention.section == entry.mention.section and other.is_row and entry.is_row:
        return False
    if match[1]:
        is_above = other.mention.line < entry.mention.line
        return other.mention.line != entry.mention.line and is_above == (match[1] == "above")
    section = other.mention.section.lower()
    is_named = any(section.startswith(name) for name in _AND.split(match[2].lower().strip()) if len(name) > 3)
    return is_named and section != entry.mention.section.lower()
