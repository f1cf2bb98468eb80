"""How alike two mentions are: the words they share, weighed by how rare they are in their exchange.

A word that every item of an exchange has says nothing; an identifier that only two items have says nearly everything.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from tandemweb.domain.finding import FileReference, Mention

TITLE_WEIGHT = 3.0  # a word of the title counts as much as three of the body
TITLE_DAMPING = 1.5  # weight: a title of one or two common words is in many items by chance
BODY_LIMIT = 1500  # characters: what comes later is transcript and argument, which two items share by chance
_TOKEN = re.compile(r"[^\W_]+|[^\w\s`'\"“”‘’()\[\]{},;:.!?|*#]{2,}")
_FENCE = re.compile(r"^(?:```|~~~).*?^(?:```|~~~)\s*?$", re.MULTILINE | re.DOTALL)
_IDENTIFIER = re.compile(r"[A-Za-z]\w*[_.(][\w.()]+|--[a-z][\w-]+|\b[a-z]+[A-Z]\w+|\b[A-Z][a-z]+[A-Z]\w+")
_STOPWORDS = frozenset(
    """a an and are as at be been but by can could did do does for from had has have he her his how i if in into is it
    its me mine more my no nor not of on one only or our she should so than that the their them then there these they
    this those to too us was we were what when where which who why will with without would you your
    codex claude finding findings issue criterion criteria ac high medium low critical major minor severity agreed
    disputed rejected partially agree pass fail verdict evidence confirmed reproduced see also""".split()
)
_SUFFIXES = ("ingly", "edly", "ing", "ies", "ied", "ed", "es", "ly", "s", "e")


@dataclass(frozen=True, slots=True)
class Features:
    """What is compared of one mention. ``words`` are stems with their weight, of unit length."""

    title_text: str
    title: frozenset[str]
    words: dict[str, float]
    identifiers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two texts are, 0..1 each."""

    words: float  # cosine over title and body
    title: float  # how much of one title the other item says
    wording: float  # titles letter by letter


def extract_features(mentions: Sequence[Mention]) -> tuple[tuple[Features, ...], dict[str, float]]:
    """Features of each mention, and the weight of each stem: the rarer among distinct items, the heavier."""
    titles = [_stems(mention.title) for mention in mentions]
    bodies = [_stems(_FENCE.sub(" ", mention.text)[:BODY_LIMIT]) for mention in mentions]
    distinct = {(frozenset(title), frozenset(body)) for title, body in zip(titles, bodies, strict=True)}
    seen_in = Counter(stem for title, body in distinct for stem in title | body)
    weights = {stem: math.log((len(distinct) + 1) / count) + 0.1 for stem, count in seen_in.items()}
    return tuple(map(_features, mentions, titles, bodies, [weights] * len(mentions))), weights


def compare(left: Features, right: Features, weights: dict[str, float]) -> Likeness:
    shorter, longer = sorted((left.words, right.words), key=len)
    words = sum(weight * longer[stem] for stem, weight in shorter.items() if stem in longer)
    return Likeness(
        words=words,
        title=max(_share(left.title, right, weights), _share(right.title, left, weights)),
        wording=fuzz.token_set_ratio(left.title_text, right.title_text) / 100,
    )


def overlap(left: Sequence[FileReference], right: Sequence[FileReference]) -> float:
    """How far two sets of places coincide: 1 the same lines, 0.5 overlapping ones, 0 none. A file alone is no place."""
    return max((_meet(one, other) for one in left for other in right), default=0.0)


def _meet(left: FileReference, right: FileReference) -> float:
    if left.line_start is None or right.line_start is None or not _same_file(left.path, right.path):
        return 0.0
    left_end, right_end = left.line_end or left.line_start, right.line_end or right.line_start
    if (left.line_start, left_end) == (right.line_start, right_end):
        return 1.0
    return 0.5 if left.line_start <= right_end and right.line_start <= left_end else 0.0


def _same_file(left: str, right: str) -> bool:
    """``importer.py`` and ``src/importer.py`` are taken for the same file."""
    left_parts, right_parts = left.lower().split("/")[::-1], right.lower().split("/")[::-1]
    return all(one == other for one, other in zip(left_parts, right_parts, strict=False))


def _features(mention: Mention, title: Counter[str], body: Counter[str], weights: dict[str, float]) -> Features:
    counts = {stem: TITLE_WEIGHT * title[stem] + math.sqrt(body[stem]) for stem in title | body}
    raw = {stem: math.sqrt(count) * weights[stem] for stem, count in counts.items()}
    length = math.sqrt(sum(value * value for value in raw.values())) or 1.0
    return Features(
        title_text=mention.title.lower(),
        title=frozenset(title),
        words={stem: raw[stem] / length for stem in sorted(raw)},
        identifiers=frozenset(_IDENTIFIER.findall(mention.text[:BODY_LIMIT])),
    )


def _share(title: frozenset[str], other: Features, weights: dict[str, float]) -> float:
    total = sum(weights[stem] for stem in sorted(title))
    said = sum(weights[stem] for stem in sorted(title) if stem in other.words)
    return said / (total + TITLE_DAMPING)


def _stems(text: str) -> Counter[str]:
    words = (word.lower() for word in _TOKEN.findall(text))
    return Counter(_stem(word) for word in words if word not in _STOPWORDS and not _is_small_number(word))


def _is_small_number(word: str) -> bool:
    """``3`` numbers something; ``2300`` or ``0x85`` is a value."""
    return len(word) <= 2 and word.isdigit()  # noqa: PLR2004 - two digits still number lists and criteria


def _stem(word: str) -> str:
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 4:  # noqa: PLR2004 - a shorter rest is another word
            return word.removesuffix(suffix)
    return word
