"""A comparison for other places: patches, and the whole of it as one HTML file."""

from flask import Blueprint, Response

from tandemweb.errors import NotFoundError
from tandemweb.services.handing_over import read_side_patch
from tandemweb.web.comparison_export import render_export
from tandemweb.web.comparison_head import get_head
from tandemweb.web.guards import SANDBOX_POLICY
from tandemweb.web.raw import raw_response
from tandemweb.web.repositories import open_history

blueprint = Blueprint("comparison_exports", __name__)


@blueprint.get("/projects/<slug>/comparisons/<int:number>/patches/<letter>.patch")
def download_patch(slug: str, number: int, letter: str) -> Response:
    """Answer what makes a side out of the base."""
    head = get_head(slug, number)
    for side in head.sides:
        if side.key == letter:
            with open_history(head.project) as repository:
                patch = read_side_patch(repository, head.comparison, head.comparison.sides[side.number])
            return raw_response(patch, f"{side.name.replace('/', '-')}.patch", download=True)
    raise NotFoundError(f"This comparison has no side {letter[:20]!r}.")


@blueprint.get("/projects/<slug>/comparisons/<int:number>/export.html")
def download_html(slug: str, number: int) -> Response:
    """Answer one file that needs nothing else, to be kept or sent; a browser here would only save it."""
    head = get_head(slug, number)
    response = Response(render_export(head), content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = SANDBOX_POLICY
    response.headers["Content-Disposition"] = f'attachment; filename="comparison-{head.comparison.id}.html"'
    return response
