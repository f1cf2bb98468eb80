from flask import Blueprint, Response, request

from tandemweb.web.events import answer_events

blueprint = Blueprint("events", __name__)


@blueprint.get("/events")
def stream() -> Response:
    is_gone = request.environ.get("waitress.client_disconnected", lambda: False)
    return answer_events(request.headers.get("Last-Event-ID"), is_gone)
