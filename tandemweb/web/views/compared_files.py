"""One file of a comparison, and the functions in it that differ."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response

from tandemweb.domain.chunk import FileChunks, Pick
from tandemweb.domain.comparison import FileMatrix, FileRow
from tandemweb.errors import NotFoundError
from tandemweb.store.comparisons import list_picks
from tandemweb.web.compared_file import ComparedFilePage, build_page
from tandemweb.web.compared_functions import FunctionsPage, build_functions
from tandemweb.web.compared_view import FileView, PlannedFile, find_view
from tandemweb.web.comparison_cache import get_chunks, get_matrix, get_plan
from tandemweb.web.comparison_head import ComparisonHead, build_matrix_table, get_head
from tandemweb.web.databases import get_state
from tandemweb.web.fragments import wants_fragment
from tandemweb.web.matrix_rows import find_row
from tandemweb.web.pages import page, respond, wants_json
from tandemweb.web.parameters import find_text
from tandemweb.web.place_editing import EditPage, build_edit
from tandemweb.web.result_preview import ResultPage, build_result
from tandemweb.web.shown_lines import show_lines

blueprint = Blueprint("compared_files", __name__)


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A file taken apart, with what was picked of it by place."""

    head: ComparisonHead
    view: FileView
    chunks: FileChunks
    picks: Mapping[str, Pick]

    @property
    def plan(self) -> PlannedFile:
        """Its rows. Raises NotFoundError where it is not made of lines."""
        return get_plan(self.head.project, self.chunks.row, self.view)


@page(blueprint, "/projects/<slug>/comparisons/<int:number>/files/<path:path>", "comparisons/file.html")
def show(slug: str, number: int, path: str) -> ComparedFilePage | Response:
    own = open_file(slug, number, path)
    if wants_fragment() and not wants_json() and own.chunks.row.has_lines:
        return respond(show_lines(own.head, own.plan, own.view, own.picks, only_one=True), "comparisons/_parts.html")
    table = build_matrix_table(own.head, get_matrix(own.head.project, own.head.comparison))
    return build_page(own.head, table, own.chunks, own.view, own.picks)


@page(
    blueprint,
    "/projects/<slug>/comparisons/<int:number>/functions/<path:path>",
    "comparisons/functions.html",
    fragment="comparisons/_functions.html",
)
def list_changed_functions(slug: str, number: int, path: str) -> FunctionsPage:
    own = open_file(slug, number, path)
    return build_functions(own.head, own.plan, own.view, own.picks)


@page(
    blueprint,
    "/projects/<slug>/comparisons/<int:number>/result/<path:path>",
    "comparisons/result.html",
    fragment="comparisons/_result.html",
)
def show_result(slug: str, number: int, path: str) -> ResultPage:
    """Show what the picks of a file come to."""
    own = open_file(slug, number, path)
    return build_result(own.head, own.chunks, own.view, tuple(own.picks.values()))


@page(
    blueprint,
    "/projects/<slug>/comparisons/<int:number>/edit/<path:path>",
    "comparisons/edit.html",
    fragment="comparisons/_edit.html",
)
def edit(slug: str, number: int, path: str) -> EditPage:
    """Show a place with a field to write it anew."""
    own = open_file(slug, number, path)
    return build_edit(own.head, own.plan, own.view, own.picks, find_text("place") or "")


def open_file(slug: str, number: int, path: str) -> OpenedFile:
    """Open a file of a comparison as the request asks to look at it. Raises NotFoundError, InvalidRequestError."""
    head = get_head(slug, number)
    view = find_view(len(head.sides))
    row = get_row_at(get_matrix(head.project, head.comparison), path)
    picks = list_picks(get_state(), head.comparison.id, row.key)
    return OpenedFile(head, view, get_chunks(head.project, row), {pick.place: pick for pick in picks})


def get_row_at(matrix: FileMatrix, path: str) -> FileRow:
    row = find_row(matrix, path)
    if row is None:
        raise NotFoundError(f"No side of this comparison changes a file {path}.")
    return row
