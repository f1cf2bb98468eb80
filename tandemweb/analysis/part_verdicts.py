"""Verdicts on a criterion that only repeat a failure: for the reasons that the document before them has named.

Where that says ``3 FAIL: M1, M2`` and the next one ``3 FAIL``, the latter is a mention of both points, too.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from tandemweb.analysis.entries import UNREAD_ROLES, Entry
from tandemweb.analysis.marks import Reference

_Reasons = dict[frozenset[int], list[Reference]]


def part_verdicts(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Give the entries, in the order of their documents, with such a verdict as one for each of the reasons."""
    named = _find_named(entries)
    parted: list[Entry] = []
    for entry in entries:
        before = [number for number in named if number < entry.document and entry.criteria in named[number]]
        if not before or not entry.is_verdict or entry.references or entry.role in UNREAD_ROLES:
            parted.append(entry)
        else:
            parted += [replace(entry, references=(one,)) for one in named[max(before)][entry.criteria]]
    return tuple(parted)


def _find_named(entries: Sequence[Entry]) -> dict[int, _Reasons]:
    """Find the criteria for whose failure documents name several items on one line, with their marks."""
    lines: dict[tuple[int, int, frozenset[int]], list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.is_verdict and len(entry.references) == 1:
            lines[entry.document, entry.mention.line, entry.criteria].append(entry)
    named: dict[int, _Reasons] = defaultdict(dict)
    for (document, _, criteria), told in lines.items():
        if len(told) > 1:
            named[document][criteria] = [
                replace(reference, author=reference.author or entry.author, opens=True)
                for entry in told
                for reference in entry.references
            ]
    return named
