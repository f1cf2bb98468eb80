"""A whole comparison as one HTML file that needs nothing else: its own styles, no scripts, no addresses of ours."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from tandemweb.domain.chunk import Pick
from tandemweb.domain.comparison import FileMatrix, SideSummary, SpecEvidence
from tandemweb.errors import NotFoundError
from tandemweb.services.chunking import take_apart
from tandemweb.services.compared_texts import Against, ComparedTexts, read_texts
from tandemweb.services.comparison_evidence import list_spec_places
from tandemweb.store.comparisons import list_picks
from tandemweb.web.compared_blocks import ShownBlock, draw_blocks
from tandemweb.web.compared_versions import describe_versions
from tandemweb.web.compared_view import FileView, View, plan_file
from tandemweb.web.comparison_cache import get_matrix
from tandemweb.web.comparison_head import ComparisonHead, build_matrix_table
from tandemweb.web.comparison_reading import get_evidence, get_summaries
from tandemweb.web.databases import get_state
from tandemweb.web.markdown import get_renderer
from tandemweb.web.matrix_rows import MatrixRow
from tandemweb.web.pages import render
from tandemweb.web.region_heads import RegionHead, build_heads
from tandemweb.web.repositories import open_history
from tandemweb.web.resources import find_resource_folder

STYLES = ("tokens", "base", "components", "missions", "code", "compare")
VIEW = FileView(View.SPLIT, 0, 1)
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
    """Three git processes: for the files, their contents with the spec's, and which lines make which."""
    matrix = get_matrix(head.project, head.comparison, with_counts=True)
    with open_history(head.project) as repository:
        texts = read_texts(repository, matrix.rows, Against.ALL, list_spec_places(head.comparison))
    page = ExportPage(
        head=head,
        styles=_read_styles(),
        view=VIEW,
        summaries=get_summaries(head, matrix),
        evidence=get_evidence(head, texts),
        files=tuple(_export_files(head, matrix, texts)),
    )
    return render("comparisons/export.html", page)


def _read_styles() -> Markup:
    folder = find_resource_folder("static") / "css"
    text = "\n".join((folder / f"{name}.css").read_text(encoding="utf-8") for name in STYLES)
    return Markup(text)  # noqa: S704 - our own files


def _export_files(head: ComparisonHead, matrix: FileMatrix, texts: ComparedTexts) -> Iterator[ExportedFile]:
    room = MOST_ROWS
    picks = list_picks(get_state(), head.comparison.id)
    for row in build_matrix_table(head, matrix).rows:
        own = {pick.place: pick for pick in picks if pick.file == row.row.key}
        exported = _export_file(head, row, texts, own, room)
        room -= sum(len(block.rows) for block in exported.blocks or ())
        yield exported


def _export_file(
    head: ComparisonHead, row: MatrixRow, texts: ComparedTexts, picks: Mapping[str, Pick], room: int
) -> ExportedFile:
    facts = describe_versions(row.row, head.sides)
    if row.row.is_generated:
        return ExportedFile(row, facts, {}, None, "generated")
    try:
        chunks = take_apart(row.row, texts)
    except NotFoundError as error:
        return ExportedFile(row, facts, {}, None, str(error))
    if not chunks.row.has_lines:
        return ExportedFile(row, facts, {}, None, "not made of lines")
    plan = plan_file(chunks, VIEW)
    if sum(block.shown_count for part in plan.parts for block in part) > room:
        return ExportedFile(row, facts, {}, None, "too long")
    blocks = draw_blocks(plan.drawing, [block for part in plan.parts for block in part], get_renderer())
    heads = build_heads(plan, head.sides, picks, VIEW, plan.part_of)
    return ExportedFile(row, facts, heads, blocks, "")
