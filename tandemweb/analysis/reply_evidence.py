"""Numbers as a reason: a review that counts with the document under review replies to each item by its number."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from tandemweb.analysis.entries import Entry
from tandemweb.analysis.marks import is_plain_number, normal_mark
from tandemweb.analysis.pairs import Pairs

REPLY_SCORE = 0.9
_IN_SECTION = re.compile(
    r"[\s*_]*([A-Z][a-z]{2,20}(?: [a-z]{2,20}){0,2})[ ,]{1,2}#?(\d{1,2})\b(?![.:]?\d|\s*(?:,|&|–|-|and|to)\s*\d)"
)


def follow_replies(entries: Sequence[Entry], pairs: Pairs) -> None:
    """Note for each reply the item of its number; where lists begin anew, in the one with most of the numbers."""
    replies: dict[int, list[int]] = defaultdict(list)
    for place, entry in enumerate(entries):
        if entry.reply:
            replies[entry.document].append(place)
    _follow_sections(entries, pairs)
    for places in replies.values():
        numbers = {entries[place].reply for place in places}
        series = max(
            _list_series(find_reviewed(entries[places[0]], entries), entries),
            key=lambda one: len(one.keys() & numbers),
            default={},
        )
        for place in places:
            if (target := series.get(entries[place].reply)) is not None:
                pairs.add(place, target, "reference", REPLY_SCORE)


def _follow_sections(entries: Sequence[Entry], pairs: Pairs) -> None:
    """Note for each item of a review that begins with a heading and a number (``Storage 5.``) which item that is."""
    numbered: dict[tuple[int, str, str], list[int]] = defaultdict(list)
    for place, entry in enumerate(entries):
        if entry.role == "merged" and not entry.is_verdict and (number := _read_number(entry)):
            numbered[entry.document, entry.mention.section.lower(), number].append(place)
    for place, entry in enumerate(entries):
        named = _IN_SECTION.match(entry.mention.text) if entry.role == "review" else None
        if named is not None:
            targets = numbered.get((find_reviewed(entry, entries), named[1].lower(), named[2]), ())
            if len(targets) == 1:
                pairs.add(place, targets[0], "reference", REPLY_SCORE)


def find_reviewed(review: Entry, entries: Sequence[Entry]) -> int:
    """Find the document under review: the last that the other merged; -1 where there is none."""
    return max(
        (
            one.document
            for one in entries
            if one.role == "merged" and one.author != review.author and one.document < review.document
        ),
        default=-1,
    )


def _list_series(document: int, entries: Sequence[Entry]) -> Iterator[Mapping[str, int]]:
    """List the places of a document's items by their numbers, anew from where the count begins anew."""
    series: dict[str, int] = {}
    last = 0
    for place, entry in enumerate(entries):
        number = _read_number(entry)
        if entry.document != document or entry.is_verdict or not number:
            continue
        if int(number) <= last:
            yield series
            series = {}
        last = int(number)
        series[number] = place
    yield series


def _read_number(entry: Entry) -> str:
    if entry.ordinal:
        return entry.ordinal
    mark = normal_mark(entry.mention.label or "")
    return mark if is_plain_number(mark) and mark.isdigit() else ""
