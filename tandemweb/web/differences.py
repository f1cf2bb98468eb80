"""Differences as rows: pairs of lines that belong together, with the words in them that changed."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby, zip_longest

from flask import request

from tandemweb.domain.commit import FileChange
from tandemweb.domain.difference import DiffLine, FileDifference, LineKind
from tandemweb.errors import InvalidRequestError
from tandemweb.web.output_text import name_hidden

LINE_CHARACTERS = 2000  # of a changed line that are shown
LEAST_COMMON = 0.3  # share of a line that must have stayed for its changed words to be marked
_WORD = re.compile(r"\w+|\W")


class DiffLayout(StrEnum):
    UNIFIED = "unified"
    SPLIT = "split"


@dataclass(frozen=True, slots=True)
class Piece:
    """``is_marked``: this is what changed within the line."""

    text: str
    is_marked: bool = False


@dataclass(frozen=True, slots=True)
class Side:
    """One line on one side. ``number`` is 1-based."""

    number: int
    pieces: tuple[Piece, ...]
    lacks_newline: bool = False
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class DiffRow:
    """``old`` and ``new`` are equal in a row of context; otherwise what was removed and what was added."""

    is_context: bool
    old: Side | None
    new: Side | None


@dataclass(frozen=True, slots=True)
class ShownHunk:
    heading: str
    old_start: int
    new_start: int
    rows: tuple[DiffRow, ...]


@dataclass(frozen=True, slots=True)
class ShownDifference:
    """A file's difference as it is drawn. ``is_left_out``: its lines are not here, to keep the page small."""

    change: FileChange
    hunks: tuple[ShownHunk, ...]
    is_binary: bool
    is_truncated: bool
    added_count: int
    removed_count: int
    is_left_out: bool = False


def find_layout() -> DiffLayout:
    """Give the query parameter ``layout``; unified unless asked otherwise. Raises InvalidRequestError."""
    text = request.args.get("layout") or DiffLayout.UNIFIED
    try:
        return DiffLayout(text)
    except ValueError:
        raise InvalidRequestError(f"The parameter layout is {text!r}; it is unified or split.") from None


def show_difference(difference: FileDifference, layout: DiffLayout, *, with_lines: bool = True) -> ShownDifference:
    hunks = difference.hunks if with_lines else ()
    return ShownDifference(
        difference.change,
        tuple(
            ShownHunk(hunk.heading, hunk.old_start, hunk.new_start, tuple(_list_rows(hunk.lines, layout)))
            for hunk in hunks
        ),
        difference.is_binary,
        difference.is_truncated,
        difference.added_count,
        difference.removed_count,
        is_left_out=not with_lines and bool(difference.hunks),
    )


def _list_rows(lines: Sequence[DiffLine], layout: DiffLayout) -> Iterator[DiffRow]:
    readable = (replace(line, text=name_hidden(line.text.removesuffix("\r"))) for line in lines)
    for is_context, group in groupby(readable, key=lambda line: line.kind is LineKind.CONTEXT):
        if is_context:
            for line in group:
                yield DiffRow(is_context=True, old=_side(line, line.old_number), new=_side(line, line.new_number))
            continue
        yield from _list_changed_rows(list(group), layout)


def _list_changed_rows(lines: Sequence[DiffLine], layout: DiffLayout) -> Iterator[DiffRow]:
    removed = [line for line in lines if line.kind is LineKind.REMOVED]
    added = [line for line in lines if line.kind is LineKind.ADDED]
    rows = [_pair(old, new) for old, new in zip_longest(removed, added)]
    if layout is DiffLayout.SPLIT:
        yield from (DiffRow(is_context=False, old=old, new=new) for old, new in rows)
        return
    yield from (DiffRow(is_context=False, old=old, new=None) for old, _ in rows if old)
    yield from (DiffRow(is_context=False, old=None, new=new) for _, new in rows if new)


def _pair(old: DiffLine | None, new: DiffLine | None) -> tuple[Side | None, Side | None]:
    if old is None or new is None:
        return _side(old, old.old_number) if old else None, _side(new, new.new_number) if new else None
    before, after = mark_changes(old.text[:LINE_CHARACTERS], new.text[:LINE_CHARACTERS])
    return _side(old, old.old_number, before), _side(new, new.new_number, after)


def mark_changes(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Mark what lies between the words that two lines begin and end with in common; nothing when that is little."""
    old_words, new_words = _WORD.findall(old), _WORD.findall(new)
    shortest = min(len(old_words), len(new_words))
    start = 0
    while start < shortest and old_words[start] == new_words[start]:
        start += 1
    end = 0
    while end < shortest - start and old_words[-1 - end] == new_words[-1 - end]:
        end += 1
    common = sum(map(len, old_words[:start])) + sum(map(len, old_words[len(old_words) - end :]))
    if common < LEAST_COMMON * max(len(old), len(new)):
        return (Piece(old),), (Piece(new),)
    return _cut(old_words, start, end), _cut(new_words, start, end)


def _cut(words: Sequence[str], start: int, end: int) -> tuple[Piece, ...]:
    stop = len(words) - end
    pieces = (
        Piece("".join(words[:start])),
        Piece("".join(words[start:stop]), is_marked=True),
        Piece("".join(words[stop:])),
    )
    return tuple(piece for piece in pieces if piece.text)


def _side(line: DiffLine, number: int | None, pieces: tuple[Piece, ...] | None = None) -> Side:
    is_cut = len(line.text) > LINE_CHARACTERS
    return Side(number or 0, pieces or (Piece(line.text[:LINE_CHARACTERS]),), line.lacks_newline, is_cut)
