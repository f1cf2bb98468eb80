"""Finding a passage again in a document that was edited since somebody pointed at it."""

import re
from collections.abc import Iterable
from typing import TypeVar

from rapidfuzz import fuzz, utils

Owner = TypeVar("Owner")

NEAR = 0.75  # of 1: how alike two wordings must be to be taken for the same passage
CLEAR = 0.05  # by how much the best owner must be ahead of the next one
PASSAGE_LIMIT = 2000  # characters that are compared
_BLANKS = re.compile(r"\s+")


def normalise_passage(text: str) -> str:
    """Give what two copies of a passage share however they are wrapped."""
    return _BLANKS.sub(" ", text).strip()[:PASSAGE_LIMIT]


def find_nearest(quote: str, passages: Iterable[tuple[Owner, str]]) -> Owner | None:
    """Find whose passage reads nearly like ``quote``; None where nobody's does, or where two are alike.

    An owner may have several passages; the best of them counts.
    """
    wanted = normalise_passage(quote)
    best: dict[Owner, float] = {}
    for owner, text in passages:
        score = fuzz.ratio(wanted, normalise_passage(text), processor=utils.default_process) / 100
        best[owner] = max(score, best.get(owner, 0.0))
    ranked = sorted(best.items(), key=lambda entry: -entry[1])
    if not ranked or ranked[0][1] < NEAR or (len(ranked) > 1 and ranked[0][1] - ranked[1][1] < CLEAR):
        return None
    return ranked[0][0]
