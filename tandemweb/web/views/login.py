"""The way in and out. Codes come from the file that opens the browser, or from the terminal."""

from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, Response, request

from tandemweb.web import urls
from tandemweb.web.admission import get_admission
from tandemweb.web.bootstrap import describe_code
from tandemweb.web.configuration import get_configuration
from tandemweb.web.pages import respond

blueprint = Blueprint("login", __name__)


@dataclass(frozen=True, slots=True)
class LoginPage:
    """``path`` is the page to go on to; ``message`` says why the last try failed."""

    path: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class EnteredPage:
    path: str


@blueprint.get("/login")
def show() -> Response:
    return respond(LoginPage("/"), "login/show.html")


@blueprint.post("/login")
def enter() -> Response:
    admission = get_admission()
    path = urls.local_or_home(request.form.get("path", "/"))
    if not admission.codes.redeem_code(request.form.get("code", "")):
        page = LoginPage(path, "This code is not good: it was used already, or its time is over.")
        return respond(page, "login/show.html", status=HTTPStatus.FORBIDDEN)
    # Not 303: this request comes from a file, so the browser would follow it without the strict cookie. A page of
    # this server that replaces itself is the first that sends the cookie.
    return admission.let_in(respond(EnteredPage(path), "login/entered.html"))


@blueprint.post("/login/code")
def print_code() -> Response:
    path = urls.local_or_home(request.form.get("path", "/"))
    code = get_admission().issue_printed_code()
    if code is None:
        message = "A code was printed a moment ago. Look at the terminal that runs tandemweb."
        return respond(LoginPage(path, message), "login/show.html", status=HTTPStatus.TOO_MANY_REQUESTS)
    get_configuration().announce(describe_code(code))
    return respond(LoginPage(path, "A code stands in the terminal that runs tandemweb."), "login/show.html")


@blueprint.post("/logout")
def leave() -> Response:
    """End every session of this server, in all browsers."""
    get_admission().sessions.close_all()
    return Response(status=HTTPStatus.SEE_OTHER, headers={"Location": "/login"})
