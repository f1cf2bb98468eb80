"""A whole comparison as one HTML file that needs nothing else: its own styles, no scripts, no addresses of ours."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from tandemweb.domain.chunk import Pick
from tandemweb.domain.comparison import FileMatrix, PairChanges, SideSummary, SpecEvidence
from tandemweb.errors import HistoryError, NotFoundError
from tandemweb.store.comparisons import list_picks
from tandemweb.web.compared_blocks import ShownBlock, draw_blocks
from tandemweb.web.compared_versions import describe_versions
from tandemweb.web.compared_view import FileView, View
from tandemweb.web.comparison_cache import get_chunks, get_matrix, get_plan
from tandemweb.web.comparison_head import ComparisonHead, build_matrix_table
from tandemweb.web.comparison_reading import get_evidence, get_summaries
from tandemweb.web.databases import get_state
from tandemweb.web.markdown import get_renderer
from tandemweb.web.matrix_rows import MatrixRow
from tandemweb.web.pages import render
from tandemweb.web.region_heads import RegionHead, build_heads
from tandemweb.web.resources import find_resource_folder

STYLES = ("tokens", "base", "components", "missions", "code", "compare")
MOST_ROWS = 20_000  # of all files together; of those after them the lines are left out


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """``blocks`` is None where there are no lines to show; ``note`` says why."""

    row: MatrixRow
    facts: tuple[str, ...]
    heads: Mapping[int, RegionHead]
    blocks: tuple[ShownBlock, ...] | None
    note: str


@dataclass(frozen=True, slots=True)
class ExportPage:
    head: ComparisonHead
    styles: Markup
    view: FileView
    summaries: tuple[SideSummary, ...]
    evidence: SpecEvidence
    files: tuple[ExportedFile, ...]


def render_export(head: ComparisonHead) -> str:
    matrix = get_matrix(head.project, head.comparison, with_counts=True)
    page = ExportPage(
        head=head,
        styles=_read_styles(),
        view=FileView(View.SPLIT, 0, 1),
        summaries=get_summaries(head, matrix),
        evidence=get_evidence(head),
        files=tuple(_export_files(head, matrix)),
    )
    return render("comparisons/export.html", page)


def _read_styles() -> Markup:
    folder = find_resource_folder("static") / "css"
    text = "\n".join((folder / f"{name}.css").read_text(encoding="utf-8") for name in STYLES)
    return Markup(text)  # noqa: S704 - our own files


def _export_files(head: ComparisonHead, matrix: FileMatrix) -> Iterator[ExportedFile]:
    room = MOST_ROWS
    picks = list_picks(get_state(), head.comparison.id)
    for row in build_matrix_table(head, matrix).rows:
        own = {pick.place: pick for pick in picks if pick.file == row.row.key}
        exported = _export_file(head, row, matrix.pairs, own, room)
        room -= sum(len(block.rows) for block in exported.blocks or ())
        yield exported


def _export_file(
    head: ComparisonHead, row: MatrixRow, pairs: Iterable[PairChanges], picks: Mapping[str, Pick], room: int
) -> ExportedFile:
    view = FileView(View.SPLIT, 0, 1)
    facts = describe_versions(row.row, head.sides)
    if not row.row.has_lines or row.row.is_generated:
        return ExportedFile(row, facts, {}, None, "generated" if row.row.is_generated else "not made of lines")
    try:
        chunks = get_chunks(head.project, row.row, pairs)
    except (NotFoundError, HistoryError) as error:
        return ExportedFile(row, facts, {}, None, str(error))
    plan = get_plan(head.project, row.row, view)
    if not chunks.row.has_lines or sum(block.shown_count for part in plan.parts for block in part) > room:
        return ExportedFile(row, facts, {}, None, "too long" if chunks.row.has_lines else "not made of lines")
    blocks = draw_blocks(plan.drawing, [block for part in plan.parts for block in part], get_renderer())
    heads = build_heads(plan, head.sides, picks, view, plan.part_of)
    return ExportedFile(row, facts, heads, blocks, "")
