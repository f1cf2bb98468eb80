"""One file of a comparison."""

from flask import Blueprint

from tandemweb.errors import NotFoundError
from tandemweb.store.comparisons import list_picks
from tandemweb.web.compared_file import ComparedFilePage, build_page
from tandemweb.web.compared_view import find_view
from tandemweb.web.comparison_cache import get_chunks, get_matrix
from tandemweb.web.comparison_head import build_matrix_table, get_head
from tandemweb.web.databases import get_state
from tandemweb.web.matrix_rows import find_row
from tandemweb.web.pages import page

blueprint = Blueprint("compared_files", __name__)


@page(
    blueprint,
    "/projects/<slug>/comparisons/<int:number>/files/<path:path>",
    "comparisons/file.html",
    fragment="comparisons/_parts.html",
)
def show(slug: str, number: int, path: str) -> ComparedFilePage:
    head = get_head(slug, number)
    view = find_view(len(head.sides))
    matrix = get_matrix(head.project, head.comparison)
    row = find_row(matrix, path)
    if row is None:
        raise NotFoundError(f"No side of this comparison changes a file {path}.")
    picks = {pick.place: pick for pick in list_picks(get_state(), number, row.key)}
    return build_page(head, build_matrix_table(head, matrix), get_chunks(head.project, row), view, picks)
