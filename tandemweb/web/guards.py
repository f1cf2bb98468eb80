"""The outermost ring: who may speak to this server at all, and the headers that every answer carries.

It wraps the whole WSGI application, so that routing, static files, streams and error pages are all behind it. A page of
another site reaches a loopback server in three ways, and each has its rule here: under a foreign name that resolves to
this machine (the Host must be exactly ours), by sending a form or a fetch (Origin and Sec-Fetch-Site must be ours), and
by embedding (only navigations of a whole tab may come from outside).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LOGIN_PATH = "/login"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
SANDBOX_POLICY = "sandbox; default-src 'none'"

_FIXED_HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    # Not no-referrer: that turns the Origin of our own form posts into "null".
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("X-Frame-Options", "DENY"),
    ("Cache-Control", "no-store"),
)
_OWN_HEADERS = frozenset({"content-security-policy", *(name.lower() for name, _ in _FIXED_HEADERS)})

Headers = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Refusal:
    """``status`` is a status line such as ``403 Forbidden``; ``message`` one sentence for a person."""

    status: str
    message: str


def allowed_hosts(port: int) -> frozenset[str]:
    return frozenset(f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]"))


def allowed_origins(port: int) -> frozenset[str]:
    return frozenset(f"http://{host}" for host in allowed_hosts(port))


def find_refusal(environ: "WSGIEnvironment", port: int) -> Refusal | None:
    """Apply all rules that need neither session nor routing; None lets the request pass."""
    return (
        _refuse_host(environ, allowed_hosts(port))
        or _refuse_embedding(environ)
        or _refuse_origin(environ, allowed_origins(port))
    )


def _refuse_host(environ: "WSGIEnvironment", hosts: frozenset[str]) -> Refusal | None:
    # waitress joins repeated Host headers with a comma, so a duplicate is in no allow-list either. A request line
    # with a whole URL in it names a second host, which nothing here would look at.
    if environ.get("HTTP_HOST") in hosts and str(environ.get("REQUEST_URI", "/")).startswith("/"):
        return None
    return Refusal("421 Misdirected Request", "This server answers only under its own loopback address.")


def _refuse_embedding(environ: "WSGIEnvironment") -> Refusal | None:
    if environ["REQUEST_METHOD"] not in SAFE_METHODS or _is_from_here(environ) or _is_tab_navigation(environ):
        return None
    return Refusal("403 Forbidden", "Another site may link to this page, but not load or embed it.")


def _refuse_origin(environ: "WSGIEnvironment", origins: frozenset[str]) -> Refusal | None:
    if environ["REQUEST_METHOD"] in SAFE_METHODS:
        return None
    origin = environ.get("HTTP_ORIGIN")
    if origin in origins and environ.get("HTTP_SEC_FETCH_SITE", "same-origin") == "same-origin":
        return None
    # The file that opens the browser has no origin. It proves itself by its one-time code, and only at the login.
    if origin == "null" and environ.get("PATH_INFO") == LOGIN_PATH and _may_be_bootstrap(environ):
        return None
    return Refusal("403 Forbidden", "Only pages of this server may send changes to it.")


def _is_from_here(environ: "WSGIEnvironment") -> bool:
    # Browsers that send no Sec-Fetch-Site are held off by the Host rule and the strict session cookie.
    return environ.get("HTTP_SEC_FETCH_SITE", "none") in {"same-origin", "none"}


def _is_tab_navigation(environ: "WSGIEnvironment") -> bool:
    mode, destination = environ.get("HTTP_SEC_FETCH_MODE"), environ.get("HTTP_SEC_FETCH_DEST")
    return mode == "navigate" and destination == "document"


def _may_be_bootstrap(environ: "WSGIEnvironment") -> bool:
    return "HTTP_SEC_FETCH_SITE" not in environ or _is_tab_navigation(environ)


def content_security_policy(host: str) -> str:
    """Give the policy of ordinary pages; ``host`` is an allowed Host value, images come from two of its folders."""
    images = "'self'" if host.startswith("[") else f"http://{host}/blob/ http://{host}/static/"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; "
        f"img-src {images} data:; font-src 'self'; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
    )


def secure_headers(headers: Iterable[tuple[str, str]], host: str) -> Headers:
    """Replace every security header by ours. A sandboxed answer stays sandboxed; nothing else may choose."""
    given = list(headers)
    policies = [value for name, value in given if name.lower() == "content-security-policy"]
    policy = SANDBOX_POLICY if SANDBOX_POLICY in policies else content_security_policy(host)
    kept = [(name, value) for name, value in given if not _is_ours(name)]
    return [*kept, ("Content-Security-Policy", policy), *_FIXED_HEADERS]


def _is_ours(name: str) -> bool:
    return name.lower() in _OWN_HEADERS or name.lower().startswith("access-control-")


class Guard:
    """WSGI middleware around the whole application."""

    def __init__(self, application: "WSGIApplication", port: int) -> None:
        self._application = application
        self._port = port

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        refusal = find_refusal(environ, self._port)
        host = f"127.0.0.1:{self._port}" if refusal else environ["HTTP_HOST"]

        def start(status: str, headers: Headers, exc_info: Any = None, /) -> Any:
            return start_response(status, secure_headers(headers, host), exc_info)

        if refusal is None:
            return self._application(environ, start)
        body = f"{refusal.message}\n".encode()
        start(refusal.status, [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
