"""Items of a merged document that put several points of one report side by side, each by its mark.

``Rings stay open, and flat ones pass (Codex 2, Codex 3)`` is a mention of each: its title joins as many things as it
names items of the report. Where the title is one thing, its author has made one point of them. An item of his own
that he names beside them, and that joins the same things, is a mention of each as well.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tandemweb.analysis.entries import MERGING_ROLES, UNREAD_ROLES, Entry
from tandemweb.analysis.marks import MARK, Reference, get_series, normal_mark
from tandemweb.analysis.reference_evidence import Bearers, index_documents
from tandemweb.analysis.stems import count_stems
from tandemweb.domain.finding import Mention

_SEPARATOR = re.compile(r"\s*[,;]\s+(?:and\s+)?|\s+(?:and|&|\+)\s+", re.IGNORECASE)
_MARKS = re.compile(rf"[\s*_]*{MARK}(?:(?:\s*[,&+]\s*|\s+and\s+){MARK})+\s*[,:—–-]?\s*")
_JOINING = re.compile(r"\s(?:and|&|\+)\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Parting:
    """The places of the points that an item puts side by side, by their marks; its own author's, by theirs."""

    titles: tuple[str, ...]
    named: Mapping[Reference, int]
    own: Mapping[Reference, int]


def part_entries(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Give the entries with one for each of the points that an item puts side by side, on the item's line."""
    joining = [place for place, entry in enumerate(entries) if _list_side_by_side(entry)]
    if not joining:
        return tuple(entries)
    bearers = index_documents(entries)
    partings = {place: found for place in joining if (found := _find(entries[place], entries, bearers))}
    shared: dict[int, list[Entry]] = {}
    for parting in partings.values():
        for own in parting.own.values():
            titles = _split(entries[own].mention.title)
            if _join_same(titles, parting.titles):
                shared[own] = [_retitle(entries[own], title) for title in titles]
    parted: list[Entry] = []
    for place, entry in enumerate(entries):
        if place in partings:
            parted += _part(entry, partings[place], shared, entries)
        else:
            parted += shared.get(place, [entry])
    return tuple(parted)


def _list_side_by_side(entry: Entry) -> list[list[Reference]]:
    """List the marks of one series with which an item opens, where its title joins as many things."""
    if entry.role not in MERGING_ROLES or entry.is_verdict:
        return []
    series: dict[tuple[str | None, str], list[Reference]] = {}
    for one in entry.references:
        if one.opens:
            series.setdefault((one.author, get_series(one.mark)), []).append(one)
    joined = [same for same in series.values() if len(same) > 1]
    return [same for same in joined if len(same) == len(_split(entry.mention.title))]


def _find(entry: Entry, entries: Sequence[Entry], bearers: Bearers) -> _Parting | None:
    others = sorted({one.author for one in entries} - {entry.author})
    for same in _list_side_by_side(entry):
        for author in others:
            named = _find_borne(same, author, entries, bearers, entry.document)
            if len(set(named.values())) == len(same):
                rest = [one for one in entry.references if one not in same]
                own = _find_borne(rest, entry.author, entries, bearers, entry.document)
                return _Parting(_split(entry.mention.title), named, own)
    return None


def _split(title: str) -> tuple[str, ...]:
    """Split what an item is called where it joins several things; one that only lists them is one.

    The marks with which it begins are left out: ``M1 and M2, frozen and return``.
    """
    marks = _MARKS.match(title)
    said = title[marks.end() :] if marks else title
    title = said if len(said) > 1 else title
    return tuple(_SEPARATOR.split(title)) if _JOINING.search(title) else (title,)


def _find_borne(
    references: Sequence[Reference], author: str, entries: Sequence[Entry], bearers: Bearers, before: int
) -> dict[Reference, int]:
    """Find the items of an author's report, or his review, that bear these marks, in the documents ``before`` one."""
    return {
        one: place
        for marks in bearers.values()
        for one in references
        for place in marks.get(one.mark, ())[:1]
        if one.author in (None, author)
        and entries[place].author == author
        and entries[place].document < before
        and (entries[place].role in UNREAD_ROLES or entries[place].role == "review")
    }


def _join_same(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two titles join the same things in one order."""
    words = [(_list_words(left), _list_words(right)) for left, right in zip(one, other, strict=False)]
    return len(one) == len(other) and all((left <= right or right <= left) for left, right in words if left and right)


def _part(entry: Entry, parting: _Parting, shared: Mapping[int, object], entries: Sequence[Entry]) -> list[Entry]:
    """Make an entry for each point; an own item that is one thing goes with the point that it is likest to."""
    targets = [_list_words(_tell(entries[place].mention)) for place in parting.named.values()]
    likest: dict[Reference, int] = {}
    for reference, place in parting.own.items():
        words = _list_words(_tell(entries[place].mention))
        if place not in shared:
            likest[reference] = max(range(len(targets)), key=lambda number: len(words & targets[number]))
    label = normal_mark(entry.mention.label or "")
    others = [one for one in entry.references if one not in parting.named and (one.author or one.mark != label)]
    return [
        replace(
            _retitle(entry, title),
            references=(reference, *(one for one in others if likest.get(one, number) == number)),
        )
        for number, (title, reference) in enumerate(zip(parting.titles, parting.named, strict=True))
    ]


def _retitle(entry: Entry, title: str) -> Entry:
    return replace(entry, mention=replace(entry.mention, title=title))


def _tell(mention: Mention) -> str:
    return f"{mention.title} {mention.text}"


def _list_words(text: str) -> frozenset[str]:
    return frozenset(count_stems(text))
