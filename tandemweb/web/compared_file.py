"""The page of one compared file: its versions beside each other, in parts, with what can be picked of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from flask import request

from tandemweb.domain.chunk import FILE_PLACE, MODE_PLACE, PATH_PLACE, FileChunks, Pick, Span
from tandemweb.domain.comparison import FileRow
from tandemweb.errors import InvalidRequestError, NotFoundError
from tandemweb.services.chunking import list_functions
from tandemweb.store.comparisons import list_picks
from tandemweb.web.compared_blocks import ShownBlock, draw_blocks
from tandemweb.web.compared_lines import ShownVersion
from tandemweb.web.compared_parts import Block
from tandemweb.web.compared_versions import VersionFacts, describe_versions, list_versions
from tandemweb.web.compared_view import MOST_OPENED, FileView, PlannedFile, View, find_spans
from tandemweb.web.comparison_cache import get_plan
from tandemweb.web.comparison_head import ComparisonHead
from tandemweb.web.databases import get_state
from tandemweb.web.fragments import wants_fragment
from tandemweb.web.markdown import get_renderer
from tandemweb.web.matrix_rows import MatrixRow, MatrixTable, Progress, compared_address
from tandemweb.web.parameters import find_number
from tandemweb.web.region_heads import PickButton, RegionHead, build_buttons, build_heads, count_progress

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
class ShownFunction:
    """A function in which something differs: ``address`` leads to the first place, of ``count``."""

    name: str
    count: int
    address: str
    buttons: tuple[PickButton, ...]


@dataclass(frozen=True, slots=True)
class FilePick:
    """What is picked of a file beside its lines: ``place`` is file, path or mode."""

    place: str
    title: str
    buttons: tuple[PickButton, ...]
    chosen: str


@dataclass(frozen=True, slots=True)
class ComparedFilePage:
    """``parts`` are empty where the file is not made of lines: then ``versions`` tell of it.

    ``is_folded``: it is generated, and nobody asked for its lines. ``is_piece``: only opened lines are answered.
    """

    head: ComparisonHead
    row: MatrixRow
    view: FileView
    table: MatrixTable
    previous: str | None
    next: str | None
    progress: Progress
    facts: tuple[str, ...]
    file_picks: tuple[FilePick, ...]
    versions: tuple[VersionFacts, ...]
    functions: tuple[ShownFunction, ...] = ()
    heads: Mapping[int, RegionHead] | None = None
    parts: tuple[ShownPart, ...] = ()
    opened: tuple[Span, ...] = ()
    is_folded: bool = False
    is_piece: bool = False

    @property
    def left(self) -> int:
        return self.view.left

    @property
    def right(self) -> int:
        return self.view.right

    def link(self, **query: str | int | None) -> str:
        """Give this page otherwise: the view stays as it is unless ``query`` says another."""
        return link_view(self.head, self.row.row, self.view, **query)

    def open_link(self, first: int, stop: int) -> str:
        """Give this page with some more rows of a fold."""
        spans = [*self.opened, Span(first, stop)]
        return f"{self.link(open=','.join(f'{span.start}-{span.end}' for span in spans))}#fold-{first}"


@dataclass(frozen=True, slots=True)
class PickedPlace:
    """What a pick of one place changes on the page."""

    head: ComparisonHead
    row: FileRow
    view: FileView
    region: RegionHead
    progress: Progress
    picked_count: int

    def link(self) -> str:
        return link_view(self.head, self.row, self.view)


def show_picked(head: ComparisonHead, chunks: FileChunks, view: FileView, place: str) -> PickedPlace:
    picks = {pick.place: pick for pick in list_picks(get_state(), head.comparison.id, chunks.row.key)}
    heads = build_heads(chunks, head.sides, picks, _name_columns(view))
    region = next(region for region in heads.values() if region.id == place)
    return PickedPlace(head, chunks.row, view, region, count_progress(chunks, picks), len(picks))


def link_view(head: ComparisonHead, row: FileRow, shown: FileView, /, **query: str | int | None) -> str:
    """Give the page of a file as it is looked at, with what ``query`` says otherwise."""
    given = {
        "view": None if shown.view is View.SPLIT else shown.view.value,
        "sides": None if shown.sides == "ab" else shown.sides,
        **query,
    }
    return compared_address(head.project.slug, head.comparison.id, row, **given)


def build_page(
    head: ComparisonHead, table: MatrixTable, chunks: FileChunks, view: FileView, picks: Mapping[str, Pick]
) -> ComparedFilePage:
    """Build the page; ``picks`` are those of the file, by place. Its lines are what the request asks for."""
    row = chunks.row
    place = next(index for index, item in enumerate(table.rows) if item.row.key == row.key)
    whole = ComparedFilePage(
        head=head,
        row=replace(table.rows[place], row=row),
        view=view,
        table=table,
        previous=table.rows[place - 1].address if place else None,
        next=table.rows[place + 1].address if place + 1 < len(table.rows) else None,
        progress=count_progress(chunks, picks),
        facts=(*describe_versions(row, head.sides), *_describe_ends(chunks, head)),
        file_picks=tuple(_list_file_picks(row, head, view, picks)),
        versions=list_versions(head.project, row, head.comparison.base, head.sides, with_contents=not row.has_lines),
    )
    if not row.has_lines:
        return whole
    plan = get_plan(head.project, row, view)
    whole = replace(whole, heads=build_heads(chunks, head.sides, picks, _name_columns(view)))
    if "lines" in request.args:
        return _answer_piece(whole, plan)
    functions = tuple(_list_functions(whole, chunks, plan))
    if row.is_generated and "show" not in request.args and "part" not in request.args:
        return replace(whole, functions=functions, is_folded=True)
    opened = find_spans("open")
    parts = tuple(_draw_parts(plan, opened, find_number("part"), only_one=wants_fragment()))
    return replace(whole, functions=functions, parts=parts, opened=opened)


def _answer_piece(whole: ComparedFilePage, plan: PlannedFile) -> ComparedFilePage:
    """Answer some lines of a fold, and what is left of the fold around them."""
    (wanted, *_), (around, *_) = find_spans("lines") or [Span(0, 0)], find_spans("within") or [Span(0, 0)]
    if plan.find_fold(around) is None or not around.start <= wanted.start < wanted.end <= around.end:
        raise InvalidRequestError("There are no folded lines of these numbers here; load the page again.")
    wanted = Span(wanted.start, min(wanted.end, wanted.start + MOST_OPENED))
    fold = Block(None, *around, is_folded=True)
    part = ShownPart(0, 0, draw_blocks(plan.drawing, [fold], get_renderer(), [wanted]))
    return replace(whole, parts=(part,), is_piece=True)


def _draw_parts(plan: PlannedFile, opened: tuple[Span, ...], first: int, *, only_one: bool) -> Iterator[ShownPart]:
    """Draw the part of number ``first`` and some after it; of all others tell how tall they are."""
    if not 1 <= first <= len(plan.parts):
        raise NotFoundError(f"This file has {len(plan.parts)} parts; there is no part {first}.")
    room = LOADED_ROWS
    for number, blocks in enumerate(plan.parts, start=1):
        row_count = sum(block.shown_count for block in blocks)
        is_wanted = number == first or (number > first and row_count <= room and not only_one)
        room -= row_count if is_wanted else room * (number > first)
        if is_wanted or not only_one:
            drawn = draw_blocks(plan.drawing, blocks, get_renderer(), opened) if is_wanted else None
            yield ShownPart(number, row_count, drawn)


def _list_functions(whole: ComparedFilePage, chunks: FileChunks, plan: PlannedFile) -> Iterator[ShownFunction]:
    indexes = {region.id: index for index, region in enumerate(chunks.regions) if region.id}
    for name, regions in list_functions(chunks).items():
        shown = [index for region in regions if (index := indexes[region.id]) in plan.part_of]
        if not shown:
            continue
        part = plan.part_of[shown[0]]
        chosen = {whole.heads[index].chosen for index in shown} if whole.heads else set()
        yield ShownFunction(
            name,
            len(regions),
            f"{whole.link(part=part if part > 1 else None)}#r-{chunks.regions[shown[0]].id}",
            build_buttons(whole.head.sides, _name_columns(whole.view), chosen.pop() if len(chosen) == 1 else ""),
        )


def _list_file_picks(
    row: FileRow, head: ComparisonHead, view: FileView, picks: Mapping[str, Pick]
) -> Iterator[FilePick]:
    places = [(FILE_PLACE, "Whole file")]
    places += [(PATH_PLACE, "Its name")] * row.is_renamed
    places += [(MODE_PLACE, "Its mode")] * (row.is_mode_changed and row.has_lines)
    for place, title in places:
        chosen = picks[place].word if place in picks else ""
        yield FilePick(place, title, build_buttons(head.sides, _name_columns(view), chosen), chosen)


def _describe_ends(chunks: FileChunks, head: ComparisonHead) -> Iterator[str]:
    """Say where versions end their lines otherwise than the others, or lack the last line end."""
    names = ["base", *(side.letter for side in head.sides)]
    shown = [ShownVersion("", lines) for lines in chunks.versions]
    there = [(name, version) for name, version in zip(names, shown, strict=False) if version.lines]
    for attribute, sentence in (("has_returns", "lines end in CR LF"), ("lacks_newline", "no line end at the end")):
        having = [name for name, version in there if getattr(version, attribute)]
        if having and len(having) < len(there):
            yield f"{', '.join(having)}: {sentence}"


def _name_columns(view: FileView) -> dict[int, str]:
    return {view.left: "a", view.right: "b"}
