"""Which of one document's items bear a mark: written on them, numbered in their list, or counted out."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from tandemweb.analysis.marks import MARK, name_in_list, normal_mark, split_off_letter
from tandemweb.domain.finding import Mention

_BEGUN = re.compile(rf"[\s*_#|\[(-]*(?!AC)({MARK})\b")


def index_marks(mentions: Sequence[Mention], ordinals: Sequence[str] = ()) -> Mapping[str, tuple[int, ...]]:
    """Which of one document's mentions bear a mark; places in ``mentions``.

    Items without any mark of their own go by their ``ordinals`` in lists, several where lists begin anew, else they are
    counted as readers count them: ``H2`` is the second high one.
    """
    bearers: dict[str, list[int]] = defaultdict(list)
    for place, mention in enumerate(mentions):
        if mention.label:
            bearers[normal_mark(mention.label)].append(place)
    _add_wholes(bearers)
    if not bearers:
        for mark, place in _listed_marks(ordinals) or _implied_marks(mentions):
            bearers[mark].append(place)
    for mark, place in (*_marks_in_lists(mentions, ordinals), *_written_marks(mentions)):
        if mark not in bearers:
            bearers[mark].append(place)
    return {mark: tuple(places) for mark, places in bearers.items()}


def _add_wholes(bearers: dict[str, list[int]]) -> None:
    """5 was split into 5a and 5b: what is said of 5 is said of the first."""
    parted: set[str] = set()
    for mark in sorted(bearers):
        if (whole := split_off_letter(mark)) != mark and whole not in parted:
            bearers[whole] += bearers[mark]
            parted.add(whole)


def _marks_in_lists(mentions: Sequence[Mention], ordinals: Sequence[str]) -> Iterator[tuple[str, int]]:
    for place, (mention, ordinal) in enumerate(zip(mentions, ordinals, strict=False)):
        if mark := name_in_list(mention.section, ordinal):
            yield mark, place


def begins_with(mention: Mention, mark: str) -> bool:
    """Whether an item's first word is this mark."""
    match = _BEGUN.match(mention.text)
    return match is not None and normal_mark(match[1]) == mark


def _written_marks(mentions: Sequence[Mention]) -> Iterator[tuple[str, int]]:
    """List marks that one item alone begins with, though they may be priorities: ``P2 - 422 at the head``."""
    begun = defaultdict(list)
    for place, mention in enumerate(mentions):
        if mention.label is None and (match := _BEGUN.match(mention.text)):
            begun[normal_mark(match[1])].append(place)
    return ((mark, places[0]) for mark, places in begun.items() if len(places) == 1)


def _listed_marks(ordinals: Sequence[str]) -> list[tuple[str, int]]:
    return [(ordinal, place) for place, ordinal in enumerate(ordinals) if ordinal]


def _implied_marks(mentions: Sequence[Mention]) -> Iterator[tuple[str, int]]:
    counts: dict[str, int] = defaultdict(int)
    for place, mention in enumerate(mentions):
        if mention.severity is not None:
            initial = mention.severity.value[0].lower()
            counts[initial] += 1
            yield f"{initial}{counts[initial]}", place
            counts[""] += 1
            yield str(counts[""]), place
