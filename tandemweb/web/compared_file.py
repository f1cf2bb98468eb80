"""The page of one compared file: what it is on each side, its lines beside each other, and what can be picked of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from flask import request

from tandemweb.domain.chunk import FILE_PLACE, MODE_PLACE, PATH_PLACE, FileChunks, Pick
from tandemweb.domain.comparison import FileRow
from tandemweb.services.chunking import list_functions
from tandemweb.web.compared_lines import ShownVersion
from tandemweb.web.compared_versions import VersionFacts, describe_versions, list_versions
from tandemweb.web.compared_view import FileView
from tandemweb.web.comparison_cache import get_plan
from tandemweb.web.comparison_head import ComparisonHead
from tandemweb.web.judge_page import ShownFinding, list_file_findings
from tandemweb.web.matrix_rows import MatrixRow, MatrixTable, Progress
from tandemweb.web.region_heads import PickButton, build_buttons, count_progress
from tandemweb.web.shown_lines import ShownLines, link_part, link_view, show_lines


@dataclass(frozen=True, slots=True)
class FilePick:
    """What is picked of a file beside its lines: ``place`` is file, path or mode."""

    place: str
    title: str
    buttons: tuple[PickButton, ...]
    chosen: str


@dataclass(frozen=True, slots=True)
class ComparedFilePage:
    """``lines`` is None where the file is not made of lines, and then ``versions`` tell of it.

    ``is_folded``: it is generated, and nobody asked for its lines, so they are not here either.
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
    function_count: int
    lines: ShownLines | None
    versions: tuple[VersionFacts, ...] = ()
    is_folded: bool = False
    judged: tuple[ShownFinding, ...] = ()

    @property
    def left(self) -> int:
        return self.view.left

    @property
    def right(self) -> int:
        return self.view.right

    def link(self, **query: str | int | None) -> str:
        """Give this page otherwise: the view stays as it is unless ``query`` says another."""
        return link_view(self.head, self.row.row, self.view, **query)

    def part_link(self, part: str, **query: str | int | None) -> str:
        """Give something else of this file: ``functions``, ``result``, ``edit``."""
        return link_part(part, self.head, self.row.row, self.view, **query)


def build_page(
    head: ComparisonHead, table: MatrixTable, chunks: FileChunks, view: FileView, picks: Mapping[str, Pick]
) -> ComparedFilePage:
    """Build the page; ``picks`` are those of the file, by place. Its lines are what the request asks for."""
    row = chunks.row
    place = next(index for index, item in enumerate(table.rows) if item.row.key == row.key)
    is_folded = row.has_lines and row.is_generated and not {"show", "part", "place", "open"} & set(request.args)
    lines = None
    if row.has_lines and not is_folded:
        lines = show_lines(head, get_plan(head.project, row, view), view, picks, only_one=False)
    return ComparedFilePage(
        head=head,
        row=replace(table.rows[place], row=row),
        view=view,
        table=table,
        previous=table.rows[place - 1].address if place else None,
        next=table.rows[place + 1].address if place + 1 < len(table.rows) else None,
        progress=count_progress(chunks, picks),
        facts=(*describe_versions(row, head.sides), *_describe_ends(chunks, head)),
        file_picks=tuple(_list_file_picks(row, head, view, picks)),
        function_count=len(list_functions(chunks)),
        lines=lines,
        versions=() if row.has_lines else list_versions(head.project, row, head.comparison.base, head.sides),
        is_folded=is_folded,
        judged=list_file_findings(head, [version.path for version in row.versions if version]),
    )


def _list_file_picks(
    row: FileRow, head: ComparisonHead, view: FileView, picks: Mapping[str, Pick]
) -> Iterator[FilePick]:
    places = [(FILE_PLACE, "Whole file")]
    places += [(PATH_PLACE, "Its name")] * row.is_renamed
    places += [(MODE_PLACE, "Its mode")] * (row.is_mode_changed and row.has_lines)
    for place, title in places:
        chosen = picks[place].word if place in picks else ""
        yield FilePick(place, title, build_buttons(head.sides, view, chosen), chosen)


def _describe_ends(chunks: FileChunks, head: ComparisonHead) -> Iterator[str]:
    """Say where versions end their lines otherwise than the others, or lack the last line end."""
    names = ["base", *(side.letter for side in head.sides)]
    shown = [ShownVersion("", lines) for lines in chunks.versions]
    there = [(name, version) for name, version in zip(names, shown, strict=False) if version.lines]
    for attribute, sentence in (("has_returns", "lines end in CR LF"), ("lacks_newline", "no line end at the end")):
        having = [name for name, version in there if getattr(version, attribute)]
        if having and len(having) < len(there):
            yield f"{', '.join(having)}: {sentence}"
