"""Pointers as a reason: an item that sends its reader to another place of its own document, ``see Key Decisions``.

A short item, the row of a table or the line of a list, often leaves the matter to where it is told at length. Which
item is meant there its words say: the likest one, where one is like it at all.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from tandemweb.analysis.entries import Entry
from tandemweb.analysis.guarded import guard
from tandemweb.analysis.pairs import Pairs

POINTED_SCORE = 0.85
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
    for place, match in pointing:
        others = members[entries[place].document]
        meant = [other for other in others[:MOST_ITEMS] if _is_meant(entries[other], entries[place], match)]
        alike, _, target = max(((pairs.alike(place, other), -other, other) for other in meant), default=(0.0, 0, 0))
        if alike >= POINTED_LIKENESS:
            pairs.add(place, target, "reference", POINTED_SCORE)


def _find_pointers(entry: Entry) -> Iterator[re.Match[str]]:
    text = entry.mention.text
    return _POINTER.finditer(text) if len(text) <= LONGEST and "see " in text else iter(())


def _is_meant(other: Entry, entry: Entry, match: re.Match[str]) -> bool:
    """Whether an item stands where another points: above it, below it, under the heading that it names.

    Two that are rated are two.
    """
    if other.is_own and entry.is_own:
        return False
    if match[1]:
        is_above = other.mention.line < entry.mention.line
        return other.mention.line != entry.mention.line and is_above == (match[1] == "above")
    section = other.mention.section.lower()
    is_named = any(section.startswith(name) for name in _AND.split(match[2].lower().strip()) if len(name) > 3)
    return is_named and section != entry.mention.section.lower()
