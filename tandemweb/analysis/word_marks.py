"""Which words differ between two lines. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence

from rapidfuzz.distance import Indel

from tandemweb.domain.chunk import MarkedLine, Span

MOST_WORDS = 1000  # of one line; a longer one is marked from its first difference to its last
LEAST_SHARE = 0.25  # of the letters of two lines that must be alike for marks to tell anything

_WORD = re.compile(r"[^\W_]+|\s+|_+|[^\w\s]")
_NOTHING = MarkedLine((), ())


def mark_words(left: str, right: str) -> MarkedLine:
    """Mark the characters of each line that the other has not, by whole words.

    No marks where the lines are equal, or so different that marks would cover nearly all.
    """
    if left == right:
        return _NOTHING
    words = _WORD.findall(left), _WORD.findall(right)
    start = _count_common(*words)
    end = _count_common(*(side[start:][::-1] for side in words))
    middle = [side[start : len(side) - end] for side in words]
    changed = list(_list_changed(*middle))
    spans = [
        tuple(_join(_place(side, [(a + start, b + start) for a, b in own]), text))
        for side, own, text in zip(words, zip(*changed, strict=True), (left, right), strict=True)
    ]
    return MarkedLine(*spans) if _is_telling(spans, left, right) else _NOTHING


def _list_changed(left: Sequence[str], right: Sequence[str]) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Yield spans of words that differ, in both lines."""
    if max(len(left), len(right)) > MOST_WORDS:
        yield (0, len(left)), (0, len(right))
        return
    for code in Indel.opcodes(left, right):
        if code.tag != "equal":
            yield (code.src_start, code.src_end), (code.dest_start, code.dest_end)


def _count_common(left: Sequence[str], right: Sequence[str]) -> int:
    return next(
        (n for n, (one, two) in enumerate(zip(left, right, strict=False)) if one != two), min(map(len, (left, right)))
    )


def _place(words: Sequence[str], spans: Iterable[tuple[int, int]]) -> Iterator[Span]:
    """Turn counts of words into counts of characters."""
    places = [0]
    for word in words:
        places.append(places[-1] + len(word))
    yield from (Span(places[start], places[end]) for start, end in spans if start < end)


def _join(spans: Iterable[Span], text: str) -> Iterator[Span]:
    """Join marks with nothing but blanks between them."""
    current: Span | None = None
    for span in spans:
        if current and not text[current.end : span.start].strip():
            current = Span(current.start, span.end)
            continue
        if current:
            yield current
        current = span
    if current:
        yield current


def _is_telling(spans: Sequence[Sequence[Span]], left: str, right: str) -> bool:
    marked = sum(span.length for side in spans for span in side)
    return marked <= (1 - LEAST_SHARE) * (len(left.strip()) + len(right.strip()))
