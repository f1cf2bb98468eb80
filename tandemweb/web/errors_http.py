"""Where errors meet HTTP: one clear page each, as HTML or JSON, that tells nothing about the inside."""

import logging
from dataclasses import dataclass
from http import HTTPStatus

from flask import Flask, Response, request
from jinja2 import TemplateError
from werkzeug.exceptions import HTTPException

from tandemweb.errors import TandemwebError
from tandemweb.web import urls
from tandemweb.web.databases import note_error
from tandemweb.web.pages import JSON_SUFFIX, respond, respond_json, wants_json

log = logging.getLogger(__name__)
OWN_WORDS: dict[int, str] = {
    HTTPStatus.NOT_FOUND: "There is no page at this address.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This address cannot be used in this way.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "What was sent is larger than 1 MiB.",
}
UNEXPECTED = "Something went wrong inside tandemweb. The details are in its log; the archives are not affected."


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """``path`` is what was asked for, to come back to after a login."""

    status: int
    title: str
    message: str
    path: str


def install_errors(app: Flask) -> None:
    app.register_error_handler(TandemwebError, answer_error)
    app.register_error_handler(HTTPException, answer_http_exception)
    app.register_error_handler(Exception, answer_unexpected)


def answer_error(error: TandemwebError) -> Response:
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("%r: %s", request.path, error)
    note_error(error)
    return answer_status(error.status, str(error))


def answer_http_exception(error: HTTPException) -> Response:
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return Response(status=error.code, headers=error.get_headers(request.environ))
    response = answer_status(error.code, OWN_WORDS.get(error.code) or error.description or error.name)
    for name, value in error.get_headers(request.environ):
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def answer_unexpected(error: Exception) -> Response:
    log.error("%s %r failed", request.method, request.path, exc_info=error)
    return answer_status(HTTPStatus.INTERNAL_SERVER_ERROR, UNEXPECTED)


def answer_status(status: int, message: str) -> Response:
    """Answer an error page. When even that page fails, a line of plain text."""
    title = HTTPStatus(status).phrase
    path = urls.local_or_home(str(request.environ.get("REQUEST_URI", "/"))) if request.method == "GET" else "/"
    value = ErrorPage(status, title, message, path)
    if request.path.endswith(JSON_SUFFIX) or wants_json():
        return respond_json({"error": value}, status=status)
    template = "errors/no_session.html" if status == HTTPStatus.UNAUTHORIZED else "errors/show.html"
    try:
        return respond(value, template, status=status)
    except (TemplateError, TandemwebError):
        log.exception("the error page failed")
        return Response(f"{status} {title}\n", status, content_type="text/plain; charset=utf-8")
