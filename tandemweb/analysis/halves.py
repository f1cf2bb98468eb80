"""Points of a report of which a merged document makes two: ``(Codex 2, first half)``, ``(second half of F5)``.

Such a point is a mention of each, on one line.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from tandemweb.analysis.entries import MERGING_ROLES, UNREAD_ROLES, Entry
from tandemweb.analysis.marks import Reference, get_opening, other_model
from tandemweb.analysis.reference_evidence import index_documents

_HALF = re.compile(r"\b(?:(first|one)|second|other) (?:half|part)\b(\s+of\b)?", re.IGNORECASE)
_BESIDE = 30  # characters of a half in which the mark stands that it is a half of


def part_halves(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Give the entries with two for each point of which a merged document takes up both halves, item by item."""
    named = _find_named(entries)
    if not named:
        return tuple(entries)
    bearers = index_documents(entries)
    speaking: dict[int, int] = {}
    halved: dict[int, set[int]] = defaultdict(set)
    for place, (reference, half) in named.items():
        for marks in bearers.values():
            for target in marks.get(reference.mark, ())[:1]:
                author = reference.author or other_model(entries[place].author)
                if entries[target].role in UNREAD_ROLES and entries[target].author == author:
                    speaking[place] = half
                    halved[target].add(half)
    whole = {target for target, halves in halved.items() if len(halves) > 1}
    parted: list[Entry] = []
    for place, entry in enumerate(entries):
        halves = (1, 2) if place in whole else (speaking.get(place, 0),)
        parted += (replace(entry, half=half) for half in halves)
    return tuple(parted)


def _find_named(entries: Sequence[Entry]) -> Mapping[int, tuple[Reference, int]]:
    """Find what item speaks of the half of which mark."""
    return {
        place: (reference, half)
        for place, entry in enumerate(entries)
        if entry.role in MERGING_ROLES and not entry.is_verdict
        for reference, half in _list_halves(entry)[:1]
    }


def _list_halves(entry: Entry) -> list[tuple[Reference, int]]:
    """List the marks that stand behind ``first half of``, or in front of ``, first half``."""
    opening = get_opening(entry.mention)
    found = []
    for match in _HALF.finditer(opening):
        after, before = opening[match.end() :][:_BESIDE], opening[: match.start()][-_BESIDE:]
        for reference in entry.references:
            mark = re.escape(reference.mark)
            beside = rf"\A[^.;]*?\b{mark}\b" if match[2] else rf"\b{mark}\b[\s,:—–(-]*\Z"
            if re.search(beside, after if match[2] else before, re.IGNORECASE):
                found.append((reference, 1 if match[1] else 2))
    return found
