"""Who is let in: every endpoint needs a session except those named here, and every change needs the session's token."""

import hmac
import time
from typing import cast

from flask import Flask, Response, current_app, g, request

from tandemweb.errors import TandemwebError
from tandemweb.web.bootstrap import PRINTED_SECONDS, OneTimeCodes
from tandemweb.web.configuration import Configuration
from tandemweb.web.guards import SAFE_METHODS
from tandemweb.web.sessions import Session, Sessions, cookie_name

CODE_PAUSE_SECONDS = 5.0
COOKIES_OF_ONE_NAME = 50  # that are looked at
CSRF_FIELD = "csrf"
CSRF_HEADER = "X-CSRF-Token"
LOGIN_ENDPOINTS = frozenset({"login.show", "login.enter", "login.print_code"})
# What the login page itself needs; nothing in them tells anything about the projects.
OPEN_FILES = frozenset({"css/tokens.css", "css/base.css", "css/components.css", "js/go.js", "favicon.svg"})


class NoSessionError(TandemwebError):
    status = 401


class ForgedRequestError(TandemwebError):
    status = 403


class Admission:
    """What decides about one server's sessions."""

    def __init__(self, configuration: Configuration) -> None:
        self.sessions = Sessions()
        self.codes = OneTimeCodes()
        self.cookie = cookie_name(configuration.port, configuration.data_folder)
        self._next_code_at = 0.0

    def issue_printed_code(self) -> str | None:
        """Give a code for the terminal, or None when the last one was given a moment ago: nobody may flood it."""
        now = time.monotonic()
        if now < self._next_code_at:
            return None
        self._next_code_at = now + CODE_PAUSE_SECONDS
        return self.codes.issue_code(PRINTED_SECONDS)

    def let_in(self, response: Response) -> Response:
        """Open a session and put its cookie on ``response``."""
        # Not Secure: plain http on loopback. No Domain, no Max-Age: this host only, gone with the browser.
        response.set_cookie(self.cookie, self.sessions.open_session(), httponly=True, samesite="Strict", path="/")
        return response


def install_admission(app: Flask, configuration: Configuration) -> None:
    app.extensions["admission"] = Admission(configuration)
    app.before_request(check_admission)


def get_admission() -> Admission:
    return cast("Admission", current_app.extensions["admission"])


def check_admission() -> None:
    """Raise NoSessionError or ForgedRequestError unless this request may go on. Unknown pages need a session too."""
    admission = get_admission()
    g.tandemweb_session = session = _find_session(admission)
    if request.endpoint in LOGIN_ENDPOINTS or _is_open_file():
        return
    if session is None:
        raise NoSessionError("This browser is not logged in.")
    if request.method not in SAFE_METHODS and not _carries_token(session):
        raise ForgedRequestError("The form is from an earlier session. Load the page again and repeat.")


def _find_session(admission: Admission) -> Session | None:
    """Look at every cookie of our name: a page on another port can set one that the browser sends before ours."""
    found = map(admission.sessions.find_session, request.cookies.getlist(admission.cookie)[:COOKIES_OF_ONE_NAME])
    return next(filter(None, found), None)


def _is_open_file() -> bool:
    return request.endpoint == "static" and (request.view_args or {}).get("filename") in OPEN_FILES


def _carries_token(session: Session) -> bool:
    # A script must show a header that no form can send; a plain form must carry the token as a field.
    token = request.headers.get(CSRF_HEADER) or request.form.get(CSRF_FIELD, "")
    return hmac.compare_digest(token.encode(), session.csrf_token.encode())


def csrf_token() -> str:
    """Give the token for forms of this request; empty where nobody is logged in."""
    session: Session | None = g.get("tandemweb_session")
    return session.csrf_token if session else ""
