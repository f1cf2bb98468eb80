"""How alike the mentions of an exchange are, by the words they share, weighed by how rare these are there.

A word that every item of an exchange has says nothing; an identifier that only two items have says nearly everything.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, combinations, product
from operator import mul

from rapidfuzz import fuzz, process

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
_FENCE = guard(r"^(?:```|~~~).*?\n(?:```|~~~)\s*?$", re.MULTILINE | re.DOTALL)

_Rows = list[dict[int, float]]  # for each text a figure by the number of another one


@dataclass(frozen=True, slots=True)
class _Words:
    """The stems of title and body in order, how much each counts here, and those of the title."""

    stems: tuple[str, ...]
    counts: tuple[float, ...]
    title: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """How alike mentions are, 0..1, by their places. Equal texts are compared once: documents repeat each other.

    ``texts`` gives for each place which text it has, ``likeness`` for each text how alike those before it are.
    """

    texts: tuple[int, ...]
    likeness: _Rows

    def alike(self, left: int, right: int) -> float:
        one, other = self.texts[left], self.texts[right]
        if one == other:
            return 1.0
        return self.likeness[other].get(one, 0.0) if one < other else self.likeness[one].get(other, 0.0)

    def list_pairs(self, floor: float) -> Iterator[tuple[int, int, float]]:
        """Yield every two places, the smaller first, whose likeness is above ``floor``."""
        places: dict[int, list[int]] = defaultdict(list)
        for place, text in enumerate(self.texts):
            if len(places[text]) < MOST_BEARERS:
                places[text].append(place)
        for same in places.values():
            yield from ((left, right, 1.0) for left, right in combinations(same, 2))
        for other, row in enumerate(self.likeness):
            for one, alike in row.items():
                if alike > floor:
                    for left, right in product(places[one], places[other]):
                        yield (left, right, alike) if left < right else (right, left, alike)


def compare_texts(mentions: Sequence[Mention]) -> Comparison:
    """Compare every two mentions by the words that both use, by how much of one's title the other says, by wording."""
    numbers: dict[tuple[str, str], int] = {}
    places = tuple([numbers.setdefault((mention.title, mention.text), len(numbers)) for mention in mentions])
    texts = [_read_words(title, text[:BODY_LIMIT]) for title, text in numbers]
    seen_in = Counter(chain.from_iterable([text.stems for text in texts]))
    by_count = [0.0, *(math.log((len(texts) + 1) / count) + 0.1 for count in range(1, len(texts) + 1))]
    weights = {stem: by_count[count] for stem, count in seen_in.items()}
    bearers: dict[str, list[int]] = defaultdict(list)
    shared = {stem for stem, count in seen_in.items() if 1 < count <= MOST_BEARERS}
    for number, text in enumerate(texts):
        for stem in filter(shared.__contains__, text.stems):
            bearers[stem].append(number)
    said = _sum_said(texts, bearers, weights)
    likeness = _sum_shared([_weigh_words(text, weights) for text in texts], bearers)
    for right, row in enumerate(likeness):
        said_of = said[right]
        for left, words in row.items():
            row[left] = WORDS_SHARE * words + TITLE_SHARE * max(said[left].get(right, 0.0), said_of.get(left, 0.0))
    _add_wording(likeness, [title.lower() for title, _ in numbers], [len(text.title) for text in texts])
    return Comparison(places, likeness)


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


@lru_cache(maxsize=1024)  # an exchange is compared with its candidates first, then without those that do not count
def _read_words(title: str, text: str) -> _Words:
    titled, body = count_stems(title), count_stems(_FENCE.sub(" ", text))
    counts = {stem: ROOTS[count] for stem, count in body.items()}
    for stem, count in titled.items():
        counts[stem] = math.sqrt(TITLE_WEIGHT * count + math.sqrt(body.get(stem, 0)))
    stems = tuple(sorted(counts))
    return _Words(stems, tuple(map(counts.__getitem__, stems)), tuple(sorted(titled)))


def _weigh_words(read: _Words, weights: Mapping[str, float]) -> dict[str, float]:
    """Give the stems with their weight, of unit length."""
    raw = list(map(mul, read.counts, map(weights.__getitem__, read.stems)))
    length = math.sqrt(sum(map(mul, raw, raw))) or 1.0
    return dict(zip(read.stems, [value / length for value in raw], strict=True))


def _add_wording(likeness: _Rows, titles: Sequence[str], lengths: Sequence[int]) -> None:
    """Compare titles letter by letter, ``lengths`` words long; one of a word or two is soon part of another."""
    for right, row in enumerate(likeness):
        # Letters in common say nothing where words do not.
        close = {left: titles[left] for left, alike in row.items() if alike > WORDS_FLOOR}
        # Below the floor they count for nothing: the exact figure need not be worked out.
        compared = process.extract(
            titles[right], close, scorer=fuzz.token_set_ratio, score_cutoff=100 * WORDING_FLOOR, limit=len(close)
        )
        for _, score, left in compared:
            length = min(lengths[left], lengths[right], WORDING_LENGTH) / WORDING_LENGTH
            row[left] += WORDING_SHARE * (length * (score / 100 - WORDING_FLOOR) / (1 - WORDING_FLOOR))


def _sum_shared(texts: Sequence[Mapping[str, float]], bearers: Mapping[str, Sequence[int]]) -> _Rows:
    """Cosine of the words of every two that have one in common, in the row of the later one."""
    shared: _Rows = [defaultdict(float) for _ in texts]
    for stem, places in bearers.items():
        earlier: list[tuple[int, float]] = []
        for right in places:
            value = texts[right][stem]
            row = shared[right]
            for left, other in earlier:
                row[left] += other * value
            earlier.append((right, value))
    return shared


def _sum_said(texts: Sequence[_Words], bearers: Mapping[str, Sequence[int]], weights: Mapping[str, float]) -> _Rows:
    """For each text how much of its title others say."""
    said: _Rows = []
    for one in texts:
        row: dict[int, float] = defaultdict(float)
        total = sum([weights[stem] for stem in one.title]) + TITLE_DAMPING
        for stem in one.title:
            share = weights[stem] / total
            for other in bearers.get(stem, ()):
                row[other] += share
        said.append(row)
    return said
