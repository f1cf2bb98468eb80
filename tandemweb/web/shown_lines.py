"""The lines of a compared file that one request asks for: parts, or some lines of a fold; else place holders."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import request

from tandemweb.domain.chunk import Pick, Span
from tandemweb.domain.comparison import FileRow
from tandemweb.errors import InvalidRequestError, NotFoundError
from tandemweb.web.compared_blocks import ShownBlock, draw_blocks
from tandemweb.web.compared_parts import Block
from tandemweb.web.compared_view import MOST_OPENED, FileView, PlannedFile, View, find_spans
from tandemweb.web.comparison_head import ComparisonHead
from tandemweb.web.markdown import get_renderer
from tandemweb.web.matrix_rows import compared_address
from tandemweb.web.parameters import find_number, find_text
from tandemweb.web.region_heads import RegionHead, build_heads

LOADED_ROWS = 300  # that the page itself brings; further parts come when they are near


@dataclass(frozen=True, slots=True)
class ShownPart:
    """``blocks`` is None for a part that loads when it comes near. ``row_count`` tells how tall it will be."""

    number: int
    row_count: int
    blocks: tuple[ShownBlock, ...] | None

    @property
    def tallness(self) -> int:
        return max(1, -(-self.row_count // 10))


@dataclass(frozen=True, slots=True)
class ShownLines:
    """``heads`` are those of the regions that begin in ``parts``, by their index.

    ``is_piece``: only opened lines are answered, and what is left of the fold around them.
    """

    head: ComparisonHead
    row: FileRow
    view: FileView
    heads: Mapping[int, RegionHead]
    parts: tuple[ShownPart, ...]
    opened: tuple[Span, ...] = ()
    is_piece: bool = False

    def link(self, **query: str | int | None) -> str:
        return link_view(self.head, self.row, self.view, **query)

    def place_link(self, place: str) -> str:
        return link_place(self.head, self.row, self.view, place)

    def edit_link(self, place: str) -> str:
        return link_part("edit", self.head, self.row, self.view, place=place)

    def open_link(self, first: int, stop: int) -> str:
        """Give the page with some more rows of a fold."""
        spans = [*self.opened, Span(first, stop)]
        return f"{self.link(open=','.join(f'{span.start}-{span.end}' for span in spans))}#fold-{first}"


def link_part(part: str, head: ComparisonHead, row: FileRow, shown: FileView, /, **query: str | int | None) -> str:
    """Give something else of a file: ``functions``, ``result``, ``edit``."""
    return link_view(head, row, shown, **query).replace(f"{head.address}/files/", f"{head.address}/{part}/", 1)


def link_place(head: ComparisonHead, row: FileRow, shown: FileView, place: str) -> str:
    """Lead to one place of a file, in whichever of its parts it is."""
    return f"{link_view(head, row, shown, place=place)}#r-{place}"


def link_view(head: ComparisonHead, row: FileRow, shown: FileView, /, **query: str | int | None) -> str:
    """Give the page of a file as it is looked at, with what ``query`` says otherwise."""
    given = {
        "view": None if shown.view is View.SPLIT else shown.view.value,
        "sides": None if shown.sides == "ab" else shown.sides,
        **query,
    }
    return compared_address(head.project.slug, head.comparison.id, row, **given)


def show_lines(
    head: ComparisonHead, plan: PlannedFile, view: FileView, picks: Mapping[str, Pick], *, only_one: bool
) -> ShownLines:
    """Show the part that the request asks for, and, unless ``only_one``, some after it; or the lines of a fold.

    A part is asked for by its number, or by the id of a place (``place``) that begins in it.
    """
    row, opened = plan.drawing.chunks.row, find_spans("open")
    if "lines" in request.args:
        return ShownLines(head, row, view, {}, (_draw_piece(plan),), is_piece=True)
    parts = tuple(_draw_parts(plan, opened, _find_part(plan), only_one=only_one))
    wanted = {
        block.region for part in parts for block in part.blocks or () if block.is_start and block.region is not None
    }
    return ShownLines(head, row, view, build_heads(plan, head.sides, picks, view, wanted), parts, opened)


def _find_part(plan: PlannedFile) -> int:
    place = find_text("place")
    regions = enumerate(plan.drawing.chunks.regions)
    index = next((index for index, region in regions if place and region.id == place), None)
    return find_number("part") if index is None else plan.part_of.get(index, 1)


def _draw_piece(plan: PlannedFile) -> ShownPart:
    (wanted, *_), (around, *_) = find_spans("lines") or [Span(0, 0)], find_spans("within") or [Span(0, 0)]
    if plan.find_fold(around) is None or not around.start <= wanted.start < wanted.end <= around.end:
        raise InvalidRequestError("There are no folded lines of these numbers here; load the page again.")
    wanted = Span(wanted.start, min(wanted.end, wanted.start + MOST_OPENED))
    fold = Block(None, *around, is_folded=True)
    return ShownPart(0, 0, draw_blocks(plan.drawing, [fold], get_renderer(), [wanted]))


def _draw_parts(plan: PlannedFile, opened: tuple[Span, ...], first: int, *, only_one: bool) -> Iterator[ShownPart]:
    """Draw the part of number ``first`` and some after it; of all others tell how tall they are."""
    if not 1 <= first <= len(plan.parts):
        raise NotFoundError(f"This file has {len(plan.parts)} parts; there is no part {first}.")
    room = LOADED_ROWS
    for number, blocks in enumerate(plan.parts, start=1):
        row_count = sum(block.shown_count for block in blocks)
        is_wanted = number == first or (number > first and row_count <= room and not only_one)
        if number >= first:
            room = room - row_count if is_wanted else 0
        if is_wanted or not only_one:
            drawn = draw_blocks(plan.drawing, blocks, get_renderer(), opened) if is_wanted else None
            yield ShownPart(number, row_count, drawn)
