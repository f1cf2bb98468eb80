"""How alike the mentions of an exchange are, by the words they share, weighed by how rare these are there.

A word that every item of an exchange has says nothing; an identifier that only two items have says nearly everything.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from operator import mul

from rapidfuzz import fuzz

from tandemweb.analysis.guarded import guard
from tandemweb.analysis.stems import count_stems
from tandemweb.domain.finding import FileReference, Mention

WORDS_SHARE, TITLE_SHARE, WORDING_SHARE = 0.5, 0.3, 0.2
MOST_BEARERS = 80  # texts: a word of more tells nothing apart, and a hostile document has thousands of items
WORDS_FLOOR = 0.06  # likeness by words below which titles are not compared letter by letter
WORDING_FLOOR = 0.4  # titles have this much in common by chance
WORDING_LENGTH = 3  # words from which a title's wording counts in full
TITLE_WEIGHT = 3.0  # a word of the title counts as much as three of the body
TITLE_DAMPING = 1.5  # weight: a title of one or two common words is in many items by chance
BODY_LIMIT = 1500  # characters: what comes later is transcript and argument, which two items share by chance
ROOTS = [math.sqrt(math.sqrt(count)) for count in range(BODY_LIMIT + 1)]  # how often a word stands in the body
_FENCE = guard(r"^(?:```|~~~).*?^(?:```|~~~)\s*?$", re.MULTILINE | re.DOTALL)

_Sums = dict[tuple[int, int], float]


@dataclass(frozen=True, slots=True)
class _Features:
    """``words`` are the stems of title and body with their weight, of unit length; ``title`` those of the title."""

    wording: str
    title: tuple[str, ...]
    words: dict[str, float]


@dataclass(frozen=True, slots=True)
class Comparison:
    """How alike mentions are, 0..1, by their places. Equal texts are compared once: documents repeat each other.

    ``texts`` gives for each place which text it has, ``likeness`` that of two texts, the smaller number first.
    """

    texts: tuple[int, ...]
    likeness: _Sums

    def alike(self, left: int, right: int) -> float:
        one, other = self.texts[left], self.texts[right]
        if one == other:
            return 1.0
        return self.likeness.get((one, other) if one < other else (other, one), 0.0)

    def list_pairs(self, floor: float) -> Iterator[tuple[int, int, float]]:
        """Yield every two places, the smaller first, whose likeness is above ``floor``."""
        places: dict[int, list[int]] = defaultdict(list)
        for place, text in enumerate(self.texts):
            if len(places[text]) < MOST_BEARERS:
                places[text].append(place)
        for same in places.values():
            yield from ((left, right, 1.0) for left, right in combinations(same, 2))
        for (one, other), alike in self.likeness.items():
            if alike > floor:
                for left, right in product(places[one], places[other]):
                    yield (left, right, alike) if left < right else (right, left, alike)


def compare_texts(mentions: Sequence[Mention]) -> Comparison:
    """Compare every two mentions by the words that both use, by how much of one's title the other says, by wording."""
    numbers: dict[tuple[str, str], int] = {}
    texts = tuple(numbers.setdefault((mention.title, mention.text), len(numbers)) for mention in mentions)
    features, weights = _extract_features(tuple(numbers))
    bearers: dict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(features):
        for stem in one.words:
            bearers[stem].append(place)
    bearers = {stem: places for stem, places in bearers.items() if len(places) <= MOST_BEARERS}
    said = _sum_said(features, bearers, weights)
    likeness: _Sums = {}
    for pair, words in _sum_shared(features, bearers).items():
        title = max(said.get(pair, 0.0), said.get(pair[::-1], 0.0))
        alike = WORDS_SHARE * words + TITLE_SHARE * title
        if alike > WORDS_FLOOR:  # letters in common say nothing where words do not
            alike += WORDING_SHARE * _compare_wording(features[pair[0]], features[pair[1]])
        likeness[pair] = alike
    return Comparison(texts, likeness)


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


def _extract_features(texts: Sequence[tuple[str, str]]) -> tuple[list[_Features], dict[str, float]]:
    """Features of each title and text, and the weight of each stem: the rarer among them, the heavier."""
    counted = [(count_stems(title), count_stems(_FENCE.sub(" ", text[:BODY_LIMIT]))) for title, text in texts]
    seen_in: Counter[str] = Counter()
    for title, body in counted:
        seen_in.update(title.keys() | body.keys())
    weights = {stem: math.log((len(counted) + 1) / count) + 0.1 for stem, count in seen_in.items()}
    features = [
        _Features(title.lower(), tuple(sorted(titled)), _weigh_words(titled, body, weights))
        for (title, _), (titled, body) in zip(texts, counted, strict=True)
    ]
    return features, weights


def _weigh_words(title: Mapping[str, int], body: Mapping[str, int], weights: dict[str, float]) -> dict[str, float]:
    raw = {
        stem: (_weigh_title(title[stem], body.get(stem, 0)) if stem in title else ROOTS[body[stem]]) * weights[stem]
        for stem in sorted(title.keys() | body.keys())
    }
    length = math.sqrt(sum(map(mul, raw.values(), raw.values()))) or 1.0
    return {stem: value / length for stem, value in raw.items()}


def _weigh_title(titled: int, count: int) -> float:
    return math.sqrt(TITLE_WEIGHT * titled + math.sqrt(count))


def _compare_wording(left: _Features, right: _Features) -> float:
    """Compare titles letter by letter; one of a word or two is soon part of another."""
    # Below the floor it counts for nothing: the exact figure need not be worked out.
    wording = fuzz.token_set_ratio(left.wording, right.wording, score_cutoff=100 * WORDING_FLOOR) / 100
    length = min(len(left.title), len(right.title), WORDING_LENGTH) / WORDING_LENGTH
    return length * max(0.0, wording - WORDING_FLOOR) / (1 - WORDING_FLOOR)


def _sum_shared(features: Sequence[_Features], bearers: dict[str, list[int]]) -> _Sums:
    """Cosine of the words of every pair that has one in common."""
    shared: _Sums = defaultdict(float)
    for stem, places in bearers.items():
        earlier: list[tuple[int, float]] = []
        for right in places:
            value = features[right].words[stem]
            for left, other in earlier:
                shared[left, right] += other * value
            earlier.append((right, value))
    return shared


def _sum_said(features: Sequence[_Features], bearers: dict[str, list[int]], weights: dict[str, float]) -> _Sums:
    """For two places how much of the first one's title the second one says."""
    said: _Sums = defaultdict(float)
    for place, one in enumerate(features):
        total = sum(weights[stem] for stem in one.title) + TITLE_DAMPING
        for stem in one.title:
            share = weights[stem] / total
            for other in bearers.get(stem, ()):
                said[place, other] += share
    return said
