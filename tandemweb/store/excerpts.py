"""Marking hits in a text and cutting out the part that shows most of them.

FTS5 could do both, but looks every row up anew for each word that a prefix stands for: half a second for a page.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from tandemweb.domain.search import HIT_END, HIT_START, Term
from tandemweb.store.identifiers import join_identifier, split_identifier

LONGEST_SEARCHED = 200_000  # characters of a text; hits later in it are not shown
EXCERPT = 200  # characters, about
MOST_HITS = 200
_WORD = re.compile(r"[^\W_]+")
_START, _END = r"(?<![^\W_])", r"(?![^\W_])"


@dataclass(frozen=True, slots=True)
class Marker:
    """``plain`` is looked for in the folded text, ``humps`` (parts of readCell) in the text as it is; None: nothing."""

    plain: re.Pattern[str] | None
    humps: re.Pattern[str] | None

    def find_hits(self, text: str) -> list[tuple[int, int]]:
        """Give the places of hits (start, end) in order, none inside another."""
        searched = text[:LONGEST_SEARCHED]
        found = sorted({*_spans(self.plain, _fold(searched)), *_spans(self.humps, searched)})
        kept: list[tuple[int, int]] = []
        for start, end in found:
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
    plain = [form for term in terms for form in _plain_forms(term)]
    humps = [form for term in terms for form in _hump_forms(term)]
    return Marker(re.compile("|".join(plain)) if plain else None, re.compile("|".join(humps)) if humps else None)


def _plain_forms(term: Term) -> Iterator[str]:
    end = r"[^\W_]*" if term.is_prefix or term.is_open else _END
    joined = join_identifier(term.text)
    for text in dict.fromkeys(filter(None, (term.text, joined, joined and split_identifier(term.text)))):
        words = [re.escape(word) for word in _WORD.findall(_fold(text))]
        if words:
            yield _START + r"[\W_]+".join(words) + end


def _hump_forms(term: Term) -> Iterator[str]:
    word = term.text
    if word.isascii() and word.isalpha():
        rest = "" if term.is_prefix or term.is_open else "(?![a-z])"
        yield rf"(?<=[a-z0-9]){word.capitalize()}{rest}|{_START}(?:{word.lower()}|{word.capitalize()})(?=[A-Z])"


def _fold(text: str) -> str:
    """Make letters small and take their marks off, each in its place."""
    if text.isascii():
        return text.lower()
    return "".join(unicodedata.normalize("NFD", letter)[0].lower()[:1] or letter for letter in text)


def _spans(pattern: re.Pattern[str] | None, text: str) -> Iterator[tuple[int, int]]:
    for number, match in enumerate(pattern.finditer(text) if pattern else ()):
        if number >= MOST_HITS:
            return
        yield match.span()


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
