"""The user's own words: block quotes of a spec's User Intent, and what feedback holds."""

import re
from collections.abc import Iterator

from tandemweb.domain.decision import Quote

_HEADING = re.compile(r"#{1,6}\s+(.*)")
_INTENT = re.compile(
    r"\b(?:user'?s?|original)\s+(?:intent|words|request|prompt|feedback|answers?)\b|^intent\b", re.IGNORECASE
)
_QUOTED = re.compile(r"\s{0,3}>\s?(.*)")


def extract_intent(text: str, path: str) -> tuple[Quote, ...]:
    """Give the block quotes of the sections that hold the user's words, each paragraph by itself."""
    inside = False
    kept = []
    for line in text.split("\n"):
        heading = _HEADING.match(line)
        if heading:
            inside = _INTENT.search(heading[1]) is not None
        kept.append(line if inside else "")
    return tuple(_quotes("\n".join(kept), path))


def extract_feedback(text: str, path: str) -> tuple[Quote, ...]:
    """Give the block quotes of feedback; where it has none, its paragraphs down to the second heading."""
    quoted = tuple(_quotes(text, path))
    return quoted or tuple(_paragraphs(text, path))


def _quotes(text: str, path: str) -> Iterator[Quote]:
    lines = [
        (number, match[1].strip()) for number, line in enumerate(text.split("\n"), 1) if (match := _QUOTED.match(line))
    ]
    yield from _join(lines, path)


def _paragraphs(text: str, path: str) -> Iterator[Quote]:
    lines = []
    headings = 0
    for number, line in enumerate(text.split("\n"), 1):
        if _HEADING.match(line):
            headings += 1
        elif headings <= 1:
            lines.append((number, line.strip()))
    yield from _join(lines, path)


def _join(lines: list[tuple[int, str]], path: str) -> Iterator[Quote]:
    """Join lines that follow each other; an empty one, or a gap, ends a paragraph."""
    words: list[str] = []
    first = previous = 0
    for number, line in [*lines, (0, "")]:
        if words and (not line or number != previous + 1):
            yield Quote("user", path, first, " ".join(words))
            words = []
        if line:
            first = first if words else number
            words.append(line)
        previous = number
