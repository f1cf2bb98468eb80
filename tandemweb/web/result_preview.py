"""A file as its picks make it, in segments that say where their lines come from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from tandemweb.domain.chunk import Choice, FileChunks, Pick, Piece, Refusal, RegionKind
from tandemweb.domain.comparison import FileRow
from tandemweb.services.compared_texts import split_lines
from tandemweb.services.previewing import FilePreview, preview_file
from tandemweb.web.compared_lines import ShownVersion
from tandemweb.web.compared_view import FileView
from tandemweb.web.comparison_head import ComparisonHead
from tandemweb.web.markdown import get_renderer
from tandemweb.web.shown_lines import link_place, link_view
from tandemweb.web.sides import ShownSide

SHOWN_LINES = 3000
FOLDED_LINES = 12  # as many of the base, one after the other, are folded


@dataclass(frozen=True, slots=True)
class ResultLine:
    number: int
    html: Markup


@dataclass(frozen=True, slots=True)
class ResultSegment:
    """``origin`` says where the lines come from, "" for those that all have; ``tone`` a, b or edited, "" for none.

    ``places`` are ids of the regions that they stand for.
    """

    origin: str
    tone: str
    lines: tuple[ResultLine, ...]
    places: tuple[str, ...]
    is_folded: bool


@dataclass(frozen=True, slots=True)
class ResultPage:
    """``is_there``: the file will be there. ``note`` says what it will be beside its lines."""

    head: ComparisonHead
    row: FileRow
    view: FileView
    is_there: bool
    note: str
    segments: tuple[ResultSegment, ...]
    left_out_count: int
    refusals: tuple[Refusal, ...]

    def link(self) -> str:
        return link_view(self.head, self.row, self.view)

    def place_link(self, place: str) -> str:
        return link_place(self.head, self.row, self.view, place)


def build_result(head: ComparisonHead, chunks: FileChunks, view: FileView, picks: Sequence[Pick]) -> ResultPage:
    preview = preview_file(chunks, picks)
    pieces = list(_list_pieces(chunks, preview, head.sides, view))
    segments = tuple(_draw(chunks, preview, pieces))
    line_count = sum(len(lines) for _, _, lines, _ in pieces)
    return ResultPage(
        head=head,
        row=chunks.row,
        view=view,
        is_there=preview.made is not None,
        note=_describe(preview, chunks, head.sides),
        segments=segments,
        left_out_count=max(0, line_count - SHOWN_LINES),
        refusals=preview.refusals,
    )


_Told = tuple[str, str, list[bytes], tuple[str, ...]]


def _list_pieces(
    chunks: FileChunks, preview: FilePreview, sides: Sequence[ShownSide], view: FileView
) -> Iterator[_Told]:
    """Give origin, tone, lines and places of each piece, those of one origin joined."""
    if preview.taken_from is not None and chunks.versions:
        side = sides[preview.taken_from - 1] if preview.taken_from else None
        yield side.name if side else "base", _tone(side, view), list(chunks.versions[preview.taken_from]), ()
        return
    told = [(*_name_origin(piece, sides, view), piece) for piece in preview.pieces]
    for (origin, tone), group in groupby(told, key=lambda item: item[:2]):
        members = [piece for _, _, piece in group]
        lines = [line for piece in members for line in split_lines(piece.content)]
        yield origin, tone, lines, tuple(region.id for piece in members for region in piece.regions if region.id)


def _name_origin(piece: Piece, sides: Sequence[ShownSide], view: FileView) -> tuple[str, str]:
    if piece.pick is None or piece.pick.choice is Choice.BASE:
        kinds = {region.kind for region in piece.regions}
        if kinds <= {RegionKind.STABLE}:
            return "", ""
        if piece.pick is None and kinds == {RegionKind.SAME}:
            return "changed alike", ""
        return "base" if piece.pick else "base, undecided", ""
    if piece.pick.choice is Choice.TEXT:
        return "edited", "edited"
    taken = [sides[number] for number in piece.pick.sides]
    return " and ".join(side.name for side in taken), _tone(taken[0], view) if len(taken) == 1 else ""


def _tone(side: ShownSide | None, view: FileView) -> str:
    return {view.left: "a", view.right: "b"}.get(side.number, "") if side else ""


def _draw(chunks: FileChunks, preview: FilePreview, pieces: Sequence[_Told]) -> Iterator[ResultSegment]:
    path = preview.made.path if preview.made else chunks.row.path
    whole = ShownVersion(path, [line for _, _, lines, _ in pieces for line in lines][:SHOWN_LINES])
    html = whole.colour(get_renderer(), SHOWN_LINES)
    place = 0
    for origin, tone, lines, places in pieces:
        shown = range(place, min(place + len(lines), len(html)))
        place += len(lines)
        drawn = tuple(ResultLine(number + 1, _draw_line(whole, number, html[number])) for number in shown)
        if drawn or origin:
            yield ResultSegment(origin, tone, drawn, places, not origin and len(drawn) >= FOLDED_LINES)


def _draw_line(version: ShownVersion, index: int, html: Markup) -> Markup:
    return version.shorten(index, html) + ("\u2026" if version.is_cut(index) else "")


def _describe(preview: FilePreview, chunks: FileChunks, sides: Sequence[ShownSide]) -> str:
    if preview.refusals:
        return ""
    if preview.made is None:
        return "The file will not be there."
    whose = "" if preview.taken_from is None else sides[preview.taken_from - 1].name if preview.taken_from else "base"
    parts = [f"as {whose} has it"] * bool(whose)
    parts += [f"named {preview.made.path}"] * (preview.made.path != chunks.row.path)
    parts += [f"mode {preview.made.mode}"] * chunks.row.is_mode_changed
    return ", ".join(parts)
