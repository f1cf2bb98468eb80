"""Marking hits in a text and cutting out the part that shows most of them.

FTS5 could do both, but looks every row up anew for each word that a prefix stands for: half a second for a page.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from tandemweb.domain.search import HIT_END, HIT_START, Term
from tandemweb.store.identifiers import join_identifier, split_identifier

LONGEST_SEARCHED = 100_000  # characters of a text; hits later in it are not shown
EXCERPT = 200  # characters, about
MOST_HITS = 200
_WORD = re.compile(r"[^\W_]+")
_END = r"(?![^\W_])"


@dataclass(frozen=True, slots=True)
class Marker:
    """``words`` are looked for in the folded text where a word begins, ``starts`` there in the text as it is.

    ``humps`` are later parts of identifiers such as readCell. All begin with letters, so that they are found fast.
    """

    words: tuple[re.Pattern[str], ...]
    starts: tuple[re.Pattern[str], ...]
    humps: tuple[re.Pattern[str], ...]

    def find_hits(self, text: str) -> list[tuple[int, int]]:
        """Give the places of hits (start, end) in order, none inside another."""
        searched = text[:LONGEST_SEARCHED]
        folded = _fold(searched)
        found = {
            *(span for pattern in self.words for span in _spans(pattern, folded) if _begins_word(folded, span[0])),
            *(span for pattern in self.starts for span in _spans(pattern, searched) if _begins_word(searched, span[0])),
            *(span for pattern in self.humps for span in _spans(pattern, searched) if _is_hump(searched, span[0])),
        }
        kept: list[tuple[int, int]] = []
        for start, end in sorted(found):
            if not kept or start >= kept[-1][1]:
                kept.append((start, end))
        return kept

    def mark(self, text: str) -> str:
        return _mark(text, self.find_hits(text), 0, len(text))

    def cut(self, text: str) -> str:
        """Give the part of ``text`` that holds most hits, marked, on one line; the beginning when it holds none."""
        hits = self.find_hits(text)
        start = _find_start(text, _find_densest(hits)) if hits else 0
        end = _find_end(text, start)
        end = max([end, *(stop for begin, stop in hits if start <= begin < end)])
        shown = " ".join(_mark(text, hits, start, end).split())
        return f"{'… ' if start else ''}{shown}{' …' if end < len(text) else ''}"


@lru_cache(maxsize=64)
def make_marker(terms: tuple[Term, ...]) -> Marker:
    words = tuple(re.compile(form) for term in terms for form in _list_forms(term))
    parts = [term for term in terms if term.text.isascii() and term.text.isalpha()]
    starts = [f"{word}(?=[A-Z])" for term in parts for word in {term.text.lower(), term.text.capitalize()}]
    humps = [term.text.capitalize() + ("" if _is_loose(term) else "(?![a-z])") for term in parts]
    return Marker(words, tuple(map(re.compile, starts)), tuple(map(re.compile, humps)))


def _list_forms(term: Term) -> Iterator[str]:
    """Yield an identifier as it is, joined and in its parts; anything else as its words side by side."""
    joined = join_identifier(term.text)
    for text in dict.fromkeys(filter(None, (term.text, joined, joined and split_identifier(term.text)))):
        words = [re.escape(word) for word in _WORD.findall(_fold(text))]
        if words:
            yield r"[\W_]+".join(words) + (r"[^\W_]*" if _is_loose(term) else _END)


def _is_loose(term: Term) -> bool:
    return term.is_prefix or term.is_open


def _begins_word(text: str, place: int) -> bool:
    return place == 0 or not text[place - 1].isalnum()


def _is_hump(text: str, place: int) -> bool:
    return place > 0 and (text[place - 1].islower() or text[place - 1].isdigit())


def _fold(text: str) -> str:
    """Make letters small and take their marks off, each in its place."""
    if text.isascii():
        return text.lower()
    return "".join(unicodedata.normalize("NFD", letter)[0].lower()[:1] or letter for letter in text)


def _spans(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in islice(pattern.finditer(text), MOST_HITS))


def _find_densest(hits: list[tuple[int, int]]) -> int:
    """Give the start of the hit after which most others follow within an excerpt; the first of equals."""
    last = 0
    best, most = 0, 0
    for first, (start, _) in enumerate(hits):
        while last < len(hits) and hits[last][0] < start + EXCERPT * 3 // 4:
            last += 1
        if last - first > most:
            best, most = start, last - first
    return best


def _find_start(text: str, hit: int) -> int:
    """Begin a little before a hit, at a word."""
    if hit <= EXCERPT // 4:
        return 0
    return max(text.find(" ", hit - EXCERPT // 4, hit) + 1, 0) or hit


def _find_end(text: str, start: int) -> int:
    end = start + EXCERPT
    return len(text) if end >= len(text) else max(text.rfind(" ", start, end), start + EXCERPT // 2)


def _mark(text: str, hits: Iterable[tuple[int, int]], start: int, end: int) -> str:
    parts = []
    position = start
    for begin, stop in hits:
        if start <= begin and stop <= end:
            parts += [text[position:begin], HIT_START, text[begin:stop], HIT_END]
            position = stop
    return "".join([*parts, text[position:end]])
