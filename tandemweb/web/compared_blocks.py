"""Blocks of a compared file with their lines, ready for the template: coloured, marked, numbered."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup

from tandemweb.domain.chunk import FileChunks, MarkedLine, Span
from tandemweb.services.chunking import mark_words
from tandemweb.web.compared_lines import LINE_CHARACTERS, ShownVersion
from tandemweb.web.compared_parts import Block
from tandemweb.web.compared_rows import Place, PlannedRow, Sign
from tandemweb.web.markdown import MarkdownRenderer
from tandemweb.web.marked_lines import mark_line

WORDS = {
    Sign.SAME: "same",
    Sign.ONLY: "only here",
    Sign.GONE: "gone",
    Sign.CHANGED: "differs",
    Sign.MOVED: "moved",
}


@dataclass(frozen=True, slots=True)
class ShownCell:
    """One line in one column. ``number`` counts from 1; ``html`` is safe. ``tone``: a, b or gone, "" for equal lines.

    ``note`` says what cannot be seen: another line end, none at all, or that the line goes on. ``moved`` is the number
    of the line where the same stands elsewhere; ``is_move_start``: a block that moved begins with this line.
    """

    number: int
    sign: Sign
    html: Markup
    tone: str = ""
    note: str = ""
    moved: int | None = None
    is_move_start: bool = False

    @property
    def word(self) -> str:
        return WORDS[self.sign]


@dataclass(frozen=True, slots=True)
class ShownRow:
    is_same: bool
    left: ShownCell | None
    right: ShownCell | None
    base: int | None = None  # counts from 1


@dataclass(frozen=True, slots=True)
class ShownFold:
    """Rows ``first`` to ``stop`` (not included) that are not shown. ``is_equal``: both columns have their lines."""

    first: int
    stop: int
    is_equal: bool

    @property
    def count(self) -> int:
        return self.stop - self.first


@dataclass(frozen=True, slots=True)
class ShownBlock:
    """Rows, or a fold. ``region`` is the index of the region that they belong to; ``is_start``: it begins here."""

    rows: tuple[ShownRow, ...] = ()
    fold: ShownFold | None = None
    region: int | None = None
    is_start: bool = False


@dataclass(frozen=True)
class Drawing:
    """A file's rows and what they are drawn with. ``against_base`` tells which of two versions a line differs from."""

    chunks: FileChunks
    rows: tuple[PlannedRow, ...]
    left: int
    right: int
    against_base: bool

    @cached_property
    def versions(self) -> tuple[ShownVersion, ShownVersion, ShownVersion]:
        """The base, the left and the right side."""
        base, left, right = (self._show(number) for number in (0, self.left + 1, self.right + 1))
        return base, left, right

    def _show(self, number: int) -> ShownVersion:
        version = self.chunks.row.versions[number]
        return ShownVersion(version.path if version else self.chunks.row.path, self.chunks.versions[number])


def draw_blocks(
    drawing: Drawing, blocks: Sequence[Block], renderer: MarkdownRenderer, opened: Sequence[Span] = ()
) -> tuple[ShownBlock, ...]:
    """Draw blocks; of folded ones the rows in ``opened``, a run of rows each, are shown all the same."""
    pieces = [piece for block in blocks for piece in _open(block, opened)]
    lines = _Lines(drawing, pieces, renderer)
    return tuple(
        ShownBlock(fold=ShownFold(piece.first, piece.stop, drawing.rows[piece.first].is_same))
        if piece.is_folded
        else ShownBlock(
            tuple(lines.draw_row(row) for row in drawing.rows[piece.first : piece.stop]),
            region=piece.region,
            is_start=piece.is_start,
        )
        for piece in pieces
    )


def _open(block: Block, opened: Sequence[Span]) -> Iterator[Block]:
    """Cut a folded block where rows of it are opened."""
    if not block.is_folded:
        yield block
        return
    place = block.first
    for span in sorted(opened):
        first, stop = max(span.start, place), min(span.end, block.stop)
        if first >= stop:
            continue
        if place < first:
            yield Block(None, place, first, is_folded=True)
        yield Block(None, first, stop)
        place = stop
    if place < block.stop:
        yield Block(None, place, block.stop, is_folded=True)


class _Lines:
    """Draws rows of a few blocks; colours are made once for each version, as far as these blocks reach."""

    def __init__(self, drawing: Drawing, pieces: Sequence[Block], renderer: MarkdownRenderer) -> None:
        self._drawing = drawing
        self._last_moved: dict[int, int | None] = {}  # by column, of the row before
        rows = [row for piece in pieces if not piece.is_folded for row in drawing.rows[piece.first : piece.stop]]
        stops = [0, 0, 0]
        for row in rows:
            for column, place in ((1, row.left), (2, row.right)):
                if place:
                    used = 0 if place.sign is Sign.GONE else column
                    stops[used] = max(stops[used], place.line + 1)
        self._html = [version.colour(renderer, stop) for version, stop in zip(drawing.versions, stops, strict=True)]

    def draw_row(self, row: PlannedRow) -> ShownRow:
        left, right = self._draw(row.left, 1), self._draw(row.right, 2)
        return ShownRow(row.is_same, left, right, None if row.base is None else row.base + 1)

    def _draw(self, place: Place | None, column: int) -> ShownCell | None:
        if place is None:
            return None
        used = 0 if place.sign is Sign.GONE else column
        version = self._drawing.versions[used]
        beside = self._find_beside(place, column)
        marked = MarkedLine((), ()) if beside is None else self._mark(version, place, beside)
        sign, is_told = place.sign, any(marked)
        if beside and not is_told and version.texts[place.line] != beside[0].texts[beside[1]]:
            sign = Sign.ONLY if sign is Sign.CHANGED else sign  # too different to be two forms of one line
        return ShownCell(
            number=place.line + 1,
            sign=sign,
            html=self._colour(version, used, place.line, marked.left),
            tone="" if sign is Sign.SAME else "gone" if sign is Sign.GONE else " ab"[column],
            note=_describe_end(version, place.line, beside),
            moved=None if place.moved is None else place.moved + 1,
            is_move_start=self._begins_move(place, column),
        )

    def _begins_move(self, place: Place, column: int) -> bool:
        before = self._last_moved.get(column)
        self._last_moved[column] = place.moved
        return place.moved is not None and (before is None or place.moved != before + 1)

    def _find_beside(self, place: Place, column: int) -> tuple[ShownVersion, int] | None:
        if place.beside is None:
            return None
        if self._drawing.against_base:
            return self._drawing.versions[column if place.sign is Sign.GONE else 0], place.beside
        return self._drawing.versions[3 - column], place.beside

    def _mark(self, version: ShownVersion, place: Place, beside: tuple[ShownVersion, int]) -> MarkedLine:
        other, line = beside
        texts = version.texts[place.line][:LINE_CHARACTERS], other.texts[line][:LINE_CHARACTERS]
        return mark_words(*texts)

    def _colour(self, version: ShownVersion, used: int, line: int, marks: Sequence[Span]) -> Markup:
        return mark_line(version.shorten(line, self._html[used][line]), marks)


def _describe_end(version: ShownVersion, line: int, beside: tuple[ShownVersion, int] | None) -> str:
    notes = []
    if version.is_cut(line):
        notes.append(f"\u2026 {len(version.texts[line]) - LINE_CHARACTERS:,} more characters")
    end = _name_end(version.lines[line])
    usual = "CR LF" if version.has_returns else ""
    other = _name_end(beside[0].lines[beside[1]]) if beside else usual
    if end != other or end == "no line end":
        notes.append(end or "LF")
    return ", ".join(notes)


def _name_end(line: bytes) -> str:
    if line.endswith(b"\r\n"):
        return "CR LF"
    return "" if line.endswith(b"\n") else "no line end"


def index_parts(parts: Sequence[Sequence[Block]]) -> Mapping[int, int]:
    """Give for each region (by index) the number of the part that it begins in, from 1."""
    return {
        block.region: number
        for number, blocks in enumerate(parts, start=1)
        for block in blocks
        if block.region is not None and block.is_start
    }
