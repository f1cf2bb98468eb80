"""The rules that need no session, as tables over WSGI environments; the same over real sockets: tests/security."""

import pytest

from tandemweb.web.guards import (
    SANDBOX_POLICY,
    Guard,
    allowed_hosts,
    content_security_policy,
    find_refusal,
    secure_headers,
)

PORT = 8710
OWN = "http://127.0.0.1:8710"


def environ(method: str = "GET", path: str = "/", host: str | None = "127.0.0.1:8710", **headers: str):
    given = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    return {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "REQUEST_URI": path,
        **({} if host is None else {"HTTP_HOST": host}),
        **given,
    }


def status_of(request) -> str:
    refusal = find_refusal(request, PORT)
    return refusal.status[:3] if refusal else "pass"


@pytest.mark.parametrize("host", sorted(allowed_hosts(PORT)))
def test_own_names_pass(host):
    assert status_of(environ(host=host)) == "pass"


FOREIGN = [
    *(None, "", " 127.0.0.1:8710", "127.0.0.1:8710, evil.test", "①27.0.0.1:8710", "127.0.0.1:8710/", "127.0.0.1:8710#"),
    *("evil.test", "evil.test:8710", "127.0.0.1", "127.0.0.1:80", "127.0.0.1:08710", "localhost.:8710", "[::]:8710"),
    *("LOCALHOST:8710", "127.0.0.1.nip.io:8710", "x.127.0.0.1:8710", "e@127.0.0.1:8710", "2130706433:8710"),
    *("127.1:8710", "0.0.0.0:8710"),
]


@pytest.mark.parametrize("host", FOREIGN)
@pytest.mark.parametrize("path", ["/", "/static/css/base.css", "/events", "/login", "/nothing/here"])
def test_foreign_names_are_misdirected(host, path):
    assert status_of(environ(path=path, host=host)) == "421"


@pytest.mark.parametrize("uri", ["http://127.0.0.1:8710/", "http://evil.test/", "*", ""])
def test_request_line_names_only_a_path(uri):
    assert status_of({**environ(), "REQUEST_URI": uri}) == "421"


# Rows of Datasette's table of browsers' requests, and ours: origin, Sec-Fetch-Site, expected.
POSTS = [
    (OWN, "same-origin", "pass"),
    (OWN, None, "pass"),
    ("http://localhost:8710", "same-origin", "pass"),
    ("http://[::1]:8710", None, "pass"),
    (OWN, "cross-site", "403"),
    (OWN, "same-site", "403"),
    (OWN, "none", "403"),
    (OWN, "", "403"),
    (OWN, "SAME-ORIGIN", "403"),
    (OWN, "same-origin, cross-site", "403"),
    (None, None, "403"),
    (None, "same-origin", "403"),
    (None, "none", "403"),
    ("", "same-origin", "403"),
    ("null", None, "403"),
    ("null", "same-origin", "403"),
    ("null", "cross-site", "403"),
    ("http://127.0.0.1:8711", "same-site", "403"),
    ("http://127.0.0.1:8711", None, "403"),
    ("http://127.0.0.1", None, "403"),
    ("https://127.0.0.1:8710", None, "403"),
    ("http://evil.test", "cross-site", "403"),
    ("http://evil.test:8710", None, "403"),
    ("http://127.0.0.1:8710.evil.test", None, "403"),
    ("http://evil.test/?http://127.0.0.1:8710", None, "403"),
    ("http://127.0.0.1:8710/", None, "403"),
    ("http://127.0.0.1:8710, http://evil.test", None, "403"),
    ("HTTP://127.0.0.1:8710", None, "403"),
    ("file://", None, "403"),
    ("\x00\xff", "same-origin", "403"),
]


@pytest.mark.parametrize(("origin", "site", "expected"), POSTS)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "FOO"])
def test_changes_come_from_own_pages_only(method, origin, site, expected):
    headers = {"origin": origin, "sec_fetch_site": site}
    given = {name: value for name, value in headers.items() if value is not None}
    assert status_of(environ(method, "/act", **given)) == expected


@pytest.mark.parametrize("extra", [{"authorization": "Bearer x"}, {"referer": f"{OWN}/"}, {"x_forwarded_host": "x"}])
def test_nothing_stands_in_for_an_origin(extra):
    assert status_of(environ("POST", "/act", **extra)) == "403"


NAVIGATION = {"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate", "sec_fetch_dest": "document"}


def test_the_bootstrap_page_reaches_the_login_and_nothing_else():
    from_file = {"origin": "null", **NAVIGATION}
    assert status_of(environ("POST", "/login", **from_file)) == "pass"
    assert status_of(environ("POST", "/login", origin="null")) == "pass"  # browsers without Sec-Fetch-*
    assert status_of(environ("POST", "/login/code", **from_file)) == "403"
    assert status_of(environ("POST", "/logout", **from_file)) == "403"
    assert status_of(environ("POST", "/login", **{**from_file, "sec_fetch_dest": "iframe"})) == "403"
    assert status_of(environ("POST", "/login", **{**from_file, "sec_fetch_mode": "no-cors"})) == "403"
    assert status_of(environ("POST", "/login", **{**from_file, "origin": "http://evil.test"})) == "403"


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
@pytest.mark.parametrize(
    ("site", "mode", "destination", "expected"),
    [
        ("same-origin", "cors", "empty", "pass"),
        ("none", "navigate", "document", "pass"),
        ("cross-site", "navigate", "document", "pass"),
        ("same-site", "navigate", "document", "pass"),
        ("cross-site", "navigate", "iframe", "403"),
        ("cross-site", "navigate", "embed", "403"),
        ("cross-site", "no-cors", "image", "403"),
        ("cross-site", "no-cors", "script", "403"),
        ("cross-site", "cors", "empty", "403"),
        ("cross-site", "websocket", "websocket", "403"),
        ("same-site", "no-cors", "empty", "403"),
        ("same-site", "cors", "empty", "403"),
        ("something-new", "cors", "empty", "403"),
        ("cross-site", "", "", "403"),
    ],
)
def test_other_sites_may_only_link(method, site, mode, destination, expected):
    headers = {"sec_fetch_site": site, "sec_fetch_mode": mode, "sec_fetch_dest": destination}
    assert status_of(environ(method, "/static/css/base.css", **headers)) == expected


def test_no_fetch_metadata_passes_to_the_session_check():
    assert status_of(environ()) == "pass"
    assert status_of(environ(sec_fetch_site="cross-site")) == "403"


def test_headers_replace_what_the_application_says():
    given = [
        ("Cache-Control", "public, max-age=9"),
        ("access-control-allow-origin", "*"),
        ("Content-Security-Policy", "default-src *"),
        ("X-Frame-Options", "ALLOWALL"),
        ("Content-Type", "text/html"),
    ]
    headers = secure_headers(given, "127.0.0.1:8710")
    values = dict(headers)
    assert len(values) == len(headers), "no header twice"
    assert values["Cache-Control"] == "no-store"
    assert values["X-Frame-Options"] == "DENY"
    assert values["Content-Security-Policy"] == content_security_policy("127.0.0.1:8710")
    assert values["Content-Type"] == "text/html"
    assert not any(name.lower().startswith("access-control") for name in values)


def test_a_sandbox_stays_a_sandbox():
    values = dict(secure_headers([("content-security-policy", SANDBOX_POLICY)], "127.0.0.1:8710"))
    assert values["Content-Security-Policy"] == SANDBOX_POLICY


@pytest.mark.parametrize("host", sorted(allowed_hosts(PORT)))
def test_policy_allows_nothing_inline_and_no_other_host(host):
    policy = content_security_policy(host)
    directives = dict(part.split(" ", 1) for part in policy.split("; "))
    assert "unsafe" not in policy
    assert directives["default-src"] == directives["object-src"] == directives["base-uri"] == "'none'"
    assert directives["script-src"] == directives["style-src"] == directives["form-action"] == "'self'"
    assert directives["frame-ancestors"] == "'none'"
    assert set(directives["img-src"].split()) <= {f"http://{host}/blob/", f"http://{host}/static/", "'self'", "data:"}


def test_a_refusal_never_reaches_the_application():
    def application(_environ, _start):
        raise AssertionError("reached")

    answers = []
    guard = Guard(application, PORT)
    body = b"".join(guard(environ(host="evil.test"), lambda *answer: answers.append(answer)))
    status, headers, _ = answers[0]
    assert status == "421 Misdirected Request"
    assert b"evil" not in body
    assert dict(headers)["Content-Security-Policy"].startswith("default-src 'none'")
    assert guard(environ("HEAD", host="evil.test"), lambda *_answer: None) == []
