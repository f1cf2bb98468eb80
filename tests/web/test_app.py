"""What holds for every endpoint, those that do not exist yet included."""

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tandemweb.web import resources
from tandemweb.web.admission import LOGIN_ENDPOINTS, OPEN_FILES
from tandemweb.web.app import BODY_BYTES
from tandemweb.web.guards import SAFE_METHODS

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


def example_address(app: Flask, rule: Rule) -> str:
    """Give an address that ``rule`` matches: a one for each number, a letter for all else."""
    values = {name: 1 if "Integer" in type(rule._converters[name]).__name__ else "a" for name in rule.arguments}
    _, path = rule.build(values, append_unknown=False)
    return path


def rules_of(app: Flask) -> list[tuple[Rule, str, str]]:
    return [
        (rule, method, example_address(app, rule))
        for rule in app.url_map.iter_rules()
        for method in sorted(rule.methods - {"OPTIONS"})
    ]


def test_every_endpoint_needs_a_session_except_the_named_ones(app, stranger):
    rules = rules_of(app)
    assert len(rules) > 5
    for rule, method, path in rules:
        if rule.endpoint in LOGIN_ENDPOINTS:
            continue
        answer = stranger.open(path, method=method, headers={"Origin": "http://127.0.0.1:8710"})
        assert answer.status_code == 401, f"{method} {path}"
        assert b"not logged in" in answer.data or method == "HEAD"


def test_the_named_exceptions_are_few(app, stranger):
    assert {"login.show", "login.enter", "login.print_code"} == LOGIN_ENDPOINTS
    assert not {name for name in OPEN_FILES if "vendor" in name or name.endswith("html")}
    for name in OPEN_FILES:
        assert stranger.get(f"/static/{name}").status_code == 200, name


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/static/nothing.css",
        "/static/js/live.js",
        "/static/css/../js/live.js",
        "/static/",
        "/login/",
        "/login.json",
        "/Login",
        "/events",
        "/static/css/base.css/..",
        "/logout",
    ],
)
def test_unknown_addresses_need_a_session_too(stranger, path):
    assert stranger.get(path).status_code == 401


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_every_change_needs_the_form_token(app, client, method):
    for rule, known_method, path in rules_of(app):
        if known_method != method or rule.endpoint in LOGIN_ENDPOINTS:
            continue
        for fields in ({}, {"csrf": ""}, {"csrf": "wrong"}, {"csrf": "\udcff".encode("utf-8", "surrogateescape")}):
            answer = client.open(path, method=method, data=fields, headers={"Origin": "http://127.0.0.1:8710"})
            assert answer.status_code == 403, f"{method} {path} {fields}"


def test_what_changes_anything_is_no_get(app):
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in {"login.show", "login.enter"}:
            assert not (rule.methods & UNSAFE and rule.methods & (SAFE_METHODS - {"OPTIONS"})), rule
    unsafe = {rule.rule for rule in app.url_map.iter_rules() if rule.methods & UNSAFE}
    readable = {rule.rule for rule in app.url_map.iter_rules() if "GET" in rule.methods}
    assert unsafe & readable <= {"/login"}


def test_every_answer_carries_the_headers(app, client, stranger):
    for browser in (client, stranger):
        for _, method, path in [*rules_of(app), (None, "GET", "/nothing"), (None, "POST", "/static/x")]:
            with browser.open(path, method=method) as answer:
                headers = answer.headers
            assert headers["Content-Security-Policy"].startswith(("default-src 'none'; script-src 'self'", "sandbox;"))
            assert "unsafe" not in headers["Content-Security-Policy"]
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Referrer-Policy"] == "same-origin"
            assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
            assert headers["X-Frame-Options"] == "DENY"
            assert headers["Cache-Control"] == "no-store"
            assert not [name for name, _ in headers if name.lower().startswith("access-control")]


def test_too_large_a_form_is_refused(client):
    answer = client.send_form("/logout", padding="x" * BODY_BYTES)
    assert answer.status_code == 413


def test_templates_see_no_flask_objects(app):
    for name in ("config", "request", "session", "g", "url_for"):
        assert name not in app.jinja_env.globals
    assert app.jinja_env.autoescape is True


def test_no_template_carries_inline_style_or_script(app):
    folder = resources.find_resource_folder("templates")
    for path in folder.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "style=" not in text, path
        # What leaves as a file of its own carries its style with it, under a policy that forbids scripts.
        assert path.name == "export.html" or "<style" not in text, path
        assert "<script>" not in text, path
        assert not [word for word in (" onclick=", " onload=", " onerror=", "javascript:", "hx-on") if word in text], (
            path
        )
        assert "|safe" not in text.replace(" ", ""), path


def test_nothing_is_loaded_from_another_host():
    for path in resources.find_resource_folder("static").rglob("*.css"):
        text = path.read_text(encoding="utf-8")
        assert "url(" not in text, path
        assert "@import" not in text, path


def test_every_vendored_file_has_its_licence_beside_it():
    vendored = [path for path in (resources.find_resource_folder("static") / "vendor").iterdir() if path.is_dir()]
    assert vendored
    for folder in vendored:
        assert "@" in folder.name, "name@version"
        assert (folder / "LICENSE").is_file(), folder
