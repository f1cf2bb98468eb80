"""A text line by line, in pages, with colours and line anchors."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import request
from markupsafe import Markup, escape

from tandemweb.errors import InvalidRequestError
from tandemweb.web.highlighting import split_lines
from tandemweb.web.markdown import HIGHLIGHT_LIMIT, MarkdownRenderer
from tandemweb.web.output_text import name_hidden

PAGE_LINES = 3000
PAGE_CHARACTERS = 400_000
LINE_CHARACTERS = 20_000
_RANGE = re.compile(r"(\d{1,7})(?:-(\d{1,7}))?")


@dataclass(frozen=True, slots=True)
class LineRange:
    """Lines to point at; 1-based, both ends included."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class SourceLine:
    """``html`` is safe. ``is_cut``: the line goes on. ``is_marked``: it is one of those asked for."""

    number: int
    html: Markup
    is_marked: bool = False
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class SourcePage:
    """Page ``number`` (from 1) of a text of ``line_count`` lines."""

    lines: tuple[SourceLine, ...]
    number: int
    page_count: int
    line_count: int


def find_line_range() -> LineRange | None:
    """Give the query parameter ``lines`` or ``line`` (``88`` or ``88-112``). Raises InvalidRequestError."""
    name = "lines" if request.args.get("lines") else "line"
    text = request.args.get(name)
    if not text:
        return None
    match = _RANGE.fullmatch(text)
    if match is None or not match[1].isascii():
        raise InvalidRequestError(f"The parameter {name} is {text[:80]!r}; it is a line, or two as in 88-112.")
    first, last = int(match[1]), int(match[2] or match[1])
    return LineRange(min(first, last), max(first, last))


def build_source_page(
    text: str, path: str, renderer: MarkdownRenderer, *, marked: LineRange | None = None, number: int | None = None
) -> SourcePage:
    """Give one page of ``text``, coloured by the name ``path``: page ``number``, or the one with the marked lines."""
    plain = [name_hidden(line) for line in split_lines(text)]
    pages = list(_list_pages(plain)) or [range(0)]
    if number is None:
        number = 1 + _find_page(pages, marked.first - 1 if marked else 0)
    chosen = pages[min(number, len(pages)) - 1]
    coloured = renderer.highlight("\n".join([*plain, ""]), path) if len(text) <= HIGHLIGHT_LIMIT else None
    lines = (_build_line(plain[i], coloured[i] if coloured else None, i + 1, marked) for i in chosen)
    return SourcePage(tuple(lines), min(number, len(pages)), len(pages), len(plain))


def _list_pages(lines: Sequence[str]) -> Iterator[range]:
    start = size = 0
    for index, line in enumerate(lines):
        if index > start and (index - start >= PAGE_LINES or size + len(line) > PAGE_CHARACTERS):
            yield range(start, index)
            start, size = index, 0
        size += min(len(line), LINE_CHARACTERS)
    if start < len(lines):
        yield range(start, len(lines))


def _find_page(pages: Sequence[range], index: int) -> int:
    return next((number for number, page in enumerate(pages) if index in page), 0)


def _build_line(plain: str, coloured: Markup | None, number: int, marked: LineRange | None) -> SourceLine:
    is_marked = marked is not None and marked.first <= number <= marked.last
    is_cut = len(plain) > LINE_CHARACTERS
    html = escape(plain[:LINE_CHARACTERS]) if is_cut or coloured is None else coloured
    return SourceLine(number, html, is_marked, is_cut)
