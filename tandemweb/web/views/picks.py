"""What people decide in a comparison: which side is taken where, and which files they have looked at."""

from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, Response, request

from tandemweb.domain.chunk import WHOLE_PLACES, Choice, FileChunks, Pick
from tandemweb.domain.comparison import FileRow
from tandemweb.errors import ConflictError, InvalidRequestError
from tandemweb.services.changes import comparison_topic
from tandemweb.services.chunking import list_functions
from tandemweb.services.comparing import get_row
from tandemweb.services.picking import make_pick, pick_function, write_text
from tandemweb.store.comparisons import delete_picks, list_picks, mark_viewed, save_picks
from tandemweb.store.state import open_state
from tandemweb.web import urls
from tandemweb.web.compared_view import read_view
from tandemweb.web.comparison_cache import get_chunks, get_matrix, get_plan
from tandemweb.web.comparison_head import ComparisonHead, get_head
from tandemweb.web.configuration import get_configuration
from tandemweb.web.fragments import wants_fragment
from tandemweb.web.matrix_rows import compared_address
from tandemweb.web.pages import respond
from tandemweb.web.picked_place import show_picked

blueprint = Blueprint("picks", __name__)


@blueprint.post("/projects/<slug>/comparisons/<int:number>/picks")
def save(slug: str, number: int) -> Response:
    """Keep what is picked at a place, in a function, or of a file; an empty word takes it back."""
    head = get_head(slug, number)
    matrix = get_matrix(head.project, head.comparison)
    row = get_row(matrix, request.form.get("file", ""))
    chunks = get_chunks(head.project, row)
    place = request.form.get("place", "")
    wanted = _read_picks(head, chunks, place, request.form.get("function", ""), request.form.get("word", ""))
    with open_state(get_configuration().data_folder) as state, state.transaction() as transaction:
        for taken_back in (own for own, pick in wanted.items() if pick is None):
            delete_picks(transaction, number, row.key, taken_back)
        save_picks(transaction, number, [pick for pick in wanted.values() if pick])
        picks = {pick.place: pick for pick in list_picks(transaction, number, row.key)}
    get_configuration().broker.publish([comparison_topic(number)])
    if wants_fragment() and any(region.id == place for region in chunks.differences):
        shown = read_view(request.form, len(head.sides))
        plan = get_plan(head.project, chunks.row, shown)
        return respond(show_picked(head, plan, shown, picks, place), "comparisons/_picked.html")
    return _lead_back(compared_address(slug, number, row))


@blueprint.post("/projects/<slug>/comparisons/<int:number>/viewed")
def view(slug: str, number: int) -> Response:
    """Mark a file as looked at, or not."""
    head = get_head(slug, number)
    row = _get_row(head)
    with open_state(get_configuration().data_folder) as state, state.transaction() as transaction:
        mark_viewed(transaction, number, row.key, is_viewed=request.form.get("viewed") == "1")
    get_configuration().broker.publish([comparison_topic(number)])
    return _lead_back(compared_address(slug, number, row))


def _get_row(head: ComparisonHead) -> FileRow:
    return get_row(get_matrix(head.project, head.comparison), request.form.get("file", ""))


def _read_picks(
    head: ComparisonHead, chunks: FileChunks, place: str, function: str, word: str
) -> Mapping[str, Pick | None]:
    """Give what is wanted at each place; None where nothing is picked any more."""
    if word and word not in {Choice.BASE, Choice.TEXT} and not set(word) <= {side.key for side in head.sides}:
        raise InvalidRequestError(f"{word[:20]!r} says of no side what is picked.")
    if function and word == Choice.TEXT:
        raise InvalidRequestError("A function is written by hand place by place.")
    if function and word:
        return {pick.place: pick for pick in pick_function(chunks, function, word)}
    if function:
        return {region.id: None for region in list_functions(chunks).get(function, ())}
    region = next((region for region in chunks.differences if region.id == place), None)
    if region is None and place not in WHOLE_PLACES:
        raise ConflictError("There is no such place in this file any more; load the page again.")
    if region is None and word and word != Choice.BASE and len(word) > 1:
        raise InvalidRequestError("Of a whole file, its name and its mode, one side or the base is picked.")
    text = write_text(chunks, region, request.form.get("text", "")) if region and word == Choice.TEXT else b""
    return {place: make_pick(chunks.row.key, place, word, text) if word else None}


def _lead_back(address: str) -> Response:
    back = urls.local_or_home(request.form.get("back") or address)
    return Response(status=HTTPStatus.SEE_OTHER, headers={"Location": back})
