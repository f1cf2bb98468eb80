"""How alike the mentions of an exchange are, by the words they share, weighed by how rare these are there.

A word that every item of an exchange has says nothing; an identifier that only two items have says nearly everything.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from tandemweb.analysis.stems import count_stems
from tandemweb.domain.finding import FileReference, Mention

WORDS_SHARE, TITLE_SHARE, WORDING_SHARE = 0.5, 0.3, 0.2
WORDING_FLOOR = 0.4  # titles have this much in common by chance
TITLE_WEIGHT = 3.0  # a word of the title counts as much as three of the body
TITLE_DAMPING = 1.5  # weight: a title of one or two common words is in many items by chance
BODY_LIMIT = 1500  # characters: what comes later is transcript and argument, which two items share by chance
SAME_FLOOR = 0.03  # likeness below this is none
ROUNDING = 1e-9
_FENCE = re.compile(r"^(?:```|~~~).*?^(?:```|~~~)\s*?$", re.MULTILINE | re.DOTALL)

Likeness = dict[tuple[int, int], float]


@dataclass(frozen=True, slots=True)
class _Features:
    """``words`` are the stems of title and body with their weight, of unit length; ``title`` those of the title."""

    wording: str
    title: tuple[str, ...]
    words: dict[str, float]


def compare_texts(mentions: Sequence[Mention]) -> Likeness:
    """Likeness 0..1 of every pair of mentions that have a word in common, by places, the smaller first.

    It is made of the words that both use, of how much of one's title the other says, and of the titles' wording.
    """
    features, weights = _extract_features(mentions)
    bearers: dict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(features):
        for stem in one.words:
            bearers[stem].append(place)
    said = _sum_said(features, bearers, weights)
    likeness: Likeness = {}
    for pair, words in _sum_shared(features, bearers).items():
        left, right = features[pair[0]], features[pair[1]]
        title = max(said.get(pair, 0.0), said.get(pair[::-1], 0.0))
        alike = WORDS_SHARE * words + TITLE_SHARE * title + WORDING_SHARE * _compare_wording(left, right)
        if alike > SAME_FLOOR:
            is_same = left.wording == right.wording and words > 1 - ROUNDING
            likeness[pair] = 1.0 if is_same else alike
    return likeness


def overlap(left: Sequence[FileReference], right: Sequence[FileReference]) -> float:
    """How far two sets of places coincide: 1 the same lines, 0.5 overlapping ones, 0 none. A file alone is no place."""
    return max((_meet(one, other) for one in left for other in right), default=0.0)


def _meet(left: FileReference, right: FileReference) -> float:
    if left.line_start is None or right.line_start is None or not _is_same_file(left.path, right.path):
        return 0.0
    left_end, right_end = left.line_end or left.line_start, right.line_end or right.line_start
    if (left.line_start, left_end) == (right.line_start, right_end):
        return 1.0
    return 0.5 if left.line_start <= right_end and right.line_start <= left_end else 0.0


def _is_same_file(left: str, right: str) -> bool:
    """Take ``importer.py`` and ``src/importer.py`` for the same file."""
    left_parts, right_parts = left.lower().split("/")[::-1], right.lower().split("/")[::-1]
    return all(one == other for one, other in zip(left_parts, right_parts, strict=False))


def _extract_features(mentions: Sequence[Mention]) -> tuple[list[_Features], dict[str, float]]:
    """Features of each mention, and the weight of each stem: the rarer among distinct items, the heavier."""
    counted = [
        (count_stems(mention.title), count_stems(_FENCE.sub(" ", mention.text[:BODY_LIMIT]))) for mention in mentions
    ]
    distinct = {(frozenset(title), frozenset(body)) for title, body in counted}
    seen_in = Counter(stem for title, body in distinct for stem in title | body)
    weights = {stem: math.log((len(distinct) + 1) / count) + 0.1 for stem, count in seen_in.items()}
    features = [
        _Features(mention.title.lower(), tuple(sorted(title)), _weigh_words(title, body, weights))
        for mention, (title, body) in zip(mentions, counted, strict=True)
    ]
    return features, weights


def _weigh_words(title: Counter[str], body: Counter[str], weights: dict[str, float]) -> dict[str, float]:
    raw = {
        stem: math.sqrt(TITLE_WEIGHT * title[stem] + math.sqrt(body[stem])) * weights[stem]
        for stem in sorted(title.keys() | body.keys())
    }
    length = math.sqrt(sum(value * value for value in raw.values())) or 1.0
    return {stem: value / length for stem, value in raw.items()}


def _compare_wording(left: _Features, right: _Features) -> float:
    wording = fuzz.token_set_ratio(left.wording, right.wording) / 100
    return max(0.0, wording - WORDING_FLOOR) / (1 - WORDING_FLOOR)


def _sum_shared(features: Sequence[_Features], bearers: dict[str, list[int]]) -> Likeness:
    """Cosine of the words of every pair that has one in common."""
    shared: Likeness = defaultdict(float)
    for stem, places in bearers.items():
        values = [features[place].words[stem] for place in places]
        for later, right in enumerate(places):
            value = values[later]
            for earlier in range(later):
                shared[places[earlier], right] += values[earlier] * value
    return shared


def _sum_said(features: Sequence[_Features], bearers: dict[str, list[int]], weights: dict[str, float]) -> Likeness:
    """For two places how much of the first one's title the second one says."""
    said: Likeness = defaultdict(float)
    for place, one in enumerate(features):
        total = sum(weights[stem] for stem in one.title) + TITLE_DAMPING
        for stem in one.title:
            share = weights[stem] / total
            for other in bearers[stem]:
                said[place, other] += share
    return said
