"""Coloured lines with marks laid over them: what a lexer says about a line, and what a comparison says."""

import re
from collections.abc import Sequence
from html import escape, unescape

from markupsafe import Markup

_PIECE = re.compile(r'<span class="([^"]*)">|(</span>)|(&[#\w]+;)|([^<&]+)')

Ranges = Sequence[tuple[int, int]]


def mark_line(html: str, ranges: Ranges) -> Markup:
    """Give a highlighted line with the characters of ``ranges`` (start, end; ascending, apart) inside ``<mark>``.

    ``html`` is what ``web.highlighting`` makes of a line: escaped text in spans that do not nest. A mark that reaches
    over the end of a span is closed and opened again with it.
    """
    if not ranges:
        return Markup(html)  # noqa: S704 - made safe by the highlighter
    pieces: list[str] = []
    place, name = 0, ""
    for match in _PIECE.finditer(html):
        if match[2]:
            name = ""
        elif match[3] or match[4]:
            text = unescape(match[3]) if match[3] else match[4]
            pieces += _cut(text, place, ranges, name)
            place += len(text)
        else:
            name = match[1]
    return Markup("".join(pieces))  # noqa: S704 - every piece is escaped again


def _cut(text: str, place: int, ranges: Ranges, name: str) -> list[str]:
    """Cut ``text``, which begins at ``place`` of its line, where ranges begin and end."""
    pieces, done = [], 0
    for start, end in ranges:
        first, last = max(start - place, done), min(end - place, len(text))
        if first < last:
            pieces += [_span(text[done:first], name), f"<mark>{_span(text[first:last], name)}</mark>"]
            done = last
    return [*pieces, _span(text[done:], name)]


def _span(text: str, name: str) -> str:
    if not text or not name:
        return escape(text)
    return f'<span class="{name}">{escape(text)}</span>'
