"""What people correct about findings: saved and taken back by plain forms."""

from datetime import UTC, datetime
from enum import StrEnum
from http import HTTPStatus

from flask import Blueprint, Response, request

from tandemweb.domain.finding import Agreement, Outcome, Severity
from tandemweb.domain.mission import Stage
from tandemweb.errors import InvalidRequestError
from tandemweb.services.changes import mission_topic
from tandemweb.services.correction_requests import CorrectionRequest, save_request, undo_request
from tandemweb.store.mission_reading import get_mission
from tandemweb.web import urls
from tandemweb.web.configuration import get_configuration
from tandemweb.web.databases import get_index, get_project

blueprint = Blueprint("corrections", __name__)

KEY_LIMIT = 100  # characters


@blueprint.post("/projects/<slug>/missions/<root>/<name>/corrections")
def save(slug: str, root: str, name: str) -> Response:
    mission = get_mission(get_index(), get_project(slug).slug, root, name)
    save_request(get_configuration().data_folder, slug, mission, read_request(), at=datetime.now(UTC))
    return answer(slug, root, name)


@blueprint.post("/projects/<slug>/missions/<root>/<name>/corrections/<int:number>/undo")
def undo(slug: str, root: str, name: str, number: int) -> Response:
    mission = get_mission(get_index(), get_project(slug).slug, root, name)
    undo_request(get_configuration().data_folder, slug, mission.path, number, at=datetime.now(UTC))
    return answer(slug, root, name)


def answer(slug: str, root: str, name: str) -> Response:
    """Tell open pages of the mission, and lead back to the page that the form stands on."""
    get_configuration().broker.publish([mission_topic(slug, root, name)])
    back = urls.local_or_home(request.form.get("back") or urls.mission(slug, root, name))
    return Response(status=HTTPStatus.SEE_OTHER, headers={"Location": back})


def read_request() -> CorrectionRequest:
    stage = _find_word("stage", Stage)
    number = request.form.get("round", "")
    if stage is None or not (number.isascii() and number.isdigit() and len(number) < len(str(2**31))):
        raise InvalidRequestError("The form names no exchange: it has to give stage and round.")
    return CorrectionRequest(
        stage=Stage(stage),
        round=int(number),
        key=request.form.get("finding", "")[:KEY_LIMIT],
        severity=_find_word("severity", Severity),
        agreement=_find_word("agreement", Agreement),
        outcome=_find_word("outcome", Outcome),
        same_as=request.form.get("same_as", "")[:KEY_LIMIT] or None,
        is_no_finding=bool(request.form.get("no_finding")),
        note=request.form.get("note", ""),
    )


def _find_word(name: str, words: type[StrEnum]) -> str | None:
    """Give a word of the form, None where nothing is chosen. Raises InvalidRequestError for any other word."""
    text = request.form.get(name, "")
    if not text:
        return None
    if text not in list(words):
        raise InvalidRequestError(f"{name} cannot be {text[:40]!r}; it can be one of: {', '.join(words)}.")
    return text
