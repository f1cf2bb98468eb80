"""How one file of a comparison is looked at: which two sides, in which columns, which of its parts."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from flask import request

from tandemweb.domain.chunk import FileChunks, RegionKind, Span
from tandemweb.errors import InvalidRequestError
from tandemweb.web.compared_blocks import Drawing, index_parts
from tandemweb.web.compared_parts import Block, cut_parts, list_blocks
from tandemweb.web.compared_rows import plan_base, plan_sides, unify
from tandemweb.web.parameters import find_text

MOST_OPENED = 400  # rows of one fold that one click shows
_OPENED = re.compile(r"(\d{1,7})-(\d{1,7})(?:,(?!$)|$)")


class View(StrEnum):
    SPLIT = "split"
    UNIFIED = "unified"
    BASE = "base"


@dataclass(frozen=True, slots=True)
class FileView:
    """``left`` and ``right`` are numbers of sides."""

    view: View
    left: int
    right: int

    @property
    def sides(self) -> str:
        return "".join(chr(ord("a") + number) for number in (self.left, self.right))


def find_view(side_count: int) -> FileView:
    """Give the query parameters ``view`` and ``sides`` (two letters). Raises InvalidRequestError."""
    return read_view(request.args, side_count)


def read_view(given: Mapping[str, str], side_count: int) -> FileView:
    """Give ``view`` and ``sides`` of a query or a form. Raises InvalidRequestError."""
    word, letters = given.get("view") or View.SPLIT, given.get("sides") or "ab"
    if word not in list(View):
        raise InvalidRequestError(f"The parameter view is {word[:20]!r}; it can be one of: {', '.join(View)}.")
    numbers = [ord(letter) - ord("a") for letter in letters]
    if len(numbers) != 2 or numbers[0] == numbers[1] or not all(0 <= number < side_count for number in numbers):
        raise InvalidRequestError(f"The parameter sides is {letters[:20]!r}; it is the letters of two sides, as in ab.")
    return FileView(View(word), *numbers)


def find_spans(name: str) -> tuple[Span, ...]:
    """Give a query parameter such as ``12-40,90-99`` as spans of rows. Raises InvalidRequestError."""
    text = find_text(name) or ""
    found = [Span(int(match[1]), int(match[2])) for match in _OPENED.finditer(text)]
    if text != ",".join(f"{span.start}-{span.end}" for span in found):
        raise InvalidRequestError(f"The parameter {name} is {text[:80]!r}; it is rows such as 12-40,90-99.")
    return tuple(found)


@dataclass(frozen=True)
class PlannedFile:
    """A file's rows, cut into parts. Nothing in it depends on what people picked or opened."""

    drawing: Drawing
    parts: tuple[tuple[Block, ...], ...]

    @cached_property
    def part_of(self) -> Mapping[int, int]:
        """The number of the part that each region, by index, begins in."""
        return index_parts(self.parts)

    @cached_property
    def numbers(self) -> Mapping[int, int]:
        """The number, from 1, of each region, by index, that needs a decision: not what all sides changed alike."""
        open_kinds = (RegionKind.ONE, RegionKind.DIFFERENT)
        regions = enumerate(self.drawing.chunks.regions)
        return {index: number for number, index in enumerate((i for i, r in regions if r.kind in open_kinds), start=1)}

    @cached_property
    def group_sizes(self) -> Mapping[int, int]:
        return Counter(region.group for region in self.drawing.chunks.differences)

    @property
    def row_count(self) -> int:
        return len(self.drawing.rows)

    def find_fold(self, span: Span) -> Block | None:
        """Find the folded block that holds a run of rows."""
        blocks: Sequence[Block] = [block for part in self.parts for block in part if block.is_folded]
        return next((block for block in blocks if block.first <= span.start < span.end <= block.stop), None)


def plan_file(chunks: FileChunks, view: FileView) -> PlannedFile:
    against_base = view.view is View.BASE
    rows = (plan_base if against_base else plan_sides)(chunks, view.left, view.right)
    rows = unify(rows) if view.view is View.UNIFIED else rows
    drawing = Drawing(chunks, rows, view.left, view.right, against_base)
    return PlannedFile(drawing, cut_parts(list_blocks(rows)))
