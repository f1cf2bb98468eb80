import re
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape

import pytest
from flask import Blueprint, Response
from jinja2 import ChoiceLoader, DictLoader, UndefinedError

from tandemweb.errors import NotFoundError
from tandemweb.web.pages import page, respond

TEMPLATES = {
    "thing.html": '{% extends "layout.html" %}{% block content %}<p>{{ page.name }}</p>{% endblock %}',
    "thing_part.html": "<p>part {{ page.name }}</p>",
    "typo.html": "{{ page.nmae }}",
    "unknown.html": "{{ request }}",
}
JSON = {"Accept": "application/json"}


@dataclass(frozen=True, slots=True)
class ThingPage:
    name: str
    at: datetime = datetime(2026, 5, 4, tzinfo=UTC)


def make_blueprint() -> Blueprint:
    blueprint = Blueprint("things", __name__)

    @page(blueprint, "/things", "thing.html", fragment="thing_part.html")
    def things() -> ThingPage:
        return ThingPage("all <b>things</b>")

    @page(blueprint, "/things/<name>", "thing.html")
    def thing(name: str) -> ThingPage:
        return find_thing(name)

    @page(blueprint, "/things/<name>/rounds/<int:number>", "thing.html")
    def thing_round(name: str, number: int) -> ThingPage:
        return ThingPage(f"{find_thing(name).name} round {number}")

    @page(blueprint, "/things/<name>/files/<path:path>", "thing.html")
    def thing_file(name: str, path: str) -> ThingPage:
        if path not in {"a/State.json", "a/spec.md", "both", "both.json", ".json"}:
            raise NotFoundError(f"There is no file {path}.")
        return ThingPage(f"{find_thing(name).name} {path}")

    @page(blueprint, "/elsewhere", "thing.html")
    def elsewhere() -> Response:
        return Response(status=302, headers={"Location": "/things"})

    @page(blueprint, "/typo", "typo.html")
    def typo() -> ThingPage:
        return ThingPage("x")

    return blueprint


def find_thing(name: str) -> ThingPage:
    if name not in {"one", "two.json", "caf\udce9"}:
        raise NotFoundError(f"There is no thing {name}.")
    return ThingPage(name)


@pytest.fixture
def app(app):
    app.register_blueprint(make_blueprint())
    app.jinja_loader = ChoiceLoader([DictLoader(TEMPLATES), app.jinja_loader])
    return app


def test_a_page_is_html_and_escaped(client):
    answer = client.get("/things")
    assert answer.content_type == "text/html; charset=utf-8"
    assert "<p>all &lt;b&gt;things&lt;/b&gt;</p>" in answer.text
    assert '<main id="main"' in answer.text


def test_the_twin_is_the_same_value(client):
    expected = {"name": "all <b>things</b>", "at": "2026-05-04T00:00:00+00:00"}
    for answer in (client.get("/things.json"), client.get("/things", headers=JSON)):
        assert answer.content_type == "application/json; charset=utf-8"
        assert answer.json == expected


def test_a_page_leads_to_its_twin(client):
    for path in ("/things/two.json", "/things/one/files/a/spec.md", "/things?x=%22&y=1"):
        found = re.search(r'href="([^"]+)">This page as JSON', client.get(path).text)
        assert found
        twin = client.get(unescape(found[1]))
        assert twin.is_json
        assert twin.json == client.get(path, headers=JSON).json
    assert "This page as JSON" not in client.get("/things/three").text


@pytest.mark.parametrize(
    ("path", "name", "is_json"),
    [
        ("/things/one", "one", False),
        ("/things/one.json", "one", True),
        ("/things/two.json", "two.json", False),
        ("/things/two.json.json", "two.json", True),
        ("/things/one/rounds/2", "one round 2", False),
        ("/things/one/rounds/2.json", "one round 2", True),
        ("/things/one/files/a/State.json", "one a/State.json", False),
        ("/things/one/files/a/State.json.json", "one a/State.json", True),
        ("/things/one/files/a/spec.md.json", "one a/spec.md", True),
        ("/things/one/files/both.json", "one both.json", False),
        ("/things/one/files/both", "one both", False),
        ("/things/two.json/files/both.json.json", "two.json both.json", True),
        ("/things/one/files/.json", "one .json", False),
    ],
)
def test_the_exact_name_wins_over_the_twin(client, path, name, is_json):
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.is_json is is_json
    assert answer.json["name"] == name if is_json else f"<p>{name}</p>" in answer.text


def test_every_page_can_be_asked_for_json(client):
    for path in ("/things/two.json", "/things/one/files/both.json"):
        assert client.get(path, headers=JSON).json["name"]


@pytest.mark.parametrize("path", ["/things/three", "/things/one/files/none.md", "/things/one/files/x/.json"])
def test_what_is_not_there_is_404_with_its_own_sentence(client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert "There is no" in answer.text


def test_a_missing_twin_is_404_in_json(client):
    answer = client.get("/things/three.json")
    assert answer.status_code == 404
    assert answer.json["error"]["message"] == "There is no thing three."


def test_unchanged_content_is_304(client):
    for path in ("/things", "/things.json"):
        first = client.get(path)
        assert first.status_code == 200
        again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["Content-Security-Policy"]
        other = client.get(path, headers={"If-None-Match": '"another"'})
        assert other.data == first.data


def test_the_etag_is_of_the_content_not_of_the_revision(client, configuration):
    first = client.get("/things")
    revision = configuration.broker.publish({"project:elsewhere"})
    second = client.get("/things")
    assert first.headers["ETag"] == second.headers["ETag"]
    assert f'name="revision" content="{revision}"' in second.text
    assert first.text != second.text


def test_html_json_and_fragments_are_told_apart_by_caches(client):
    answer = client.get("/things")
    assert set(answer.vary) == {"Accept", "HX-Request"}


def test_htmx_gets_the_piece(client):
    assert client.get("/things", headers={"HX-Request": "true"}).text == "<p>part all &lt;b&gt;things&lt;/b&gt;</p>"
    for header in ("HX-Boosted", "HX-History-Restore-Request"):
        assert "<html" in client.get("/things", headers={"HX-Request": "true", header: "true"}).text
    assert "<html" in client.get("/things/one", headers={"HX-Request": "true"}).text


def test_browsers_get_html(client):
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
    for value in (accept, "*/*", "", "application/json;q=0.5, text/html"):
        assert client.get("/things", headers={"Accept": value}).mimetype == "text/html"
    assert client.get("/things", headers={"Accept": "application/json, */*;q=0.1"}).mimetype == "application/json"


def test_a_finished_response_passes(client):
    assert client.get("/elsewhere").headers["Location"] == "/things"
    assert client.get("/elsewhere.json").status_code == 302


def test_head_answers_without_body(client):
    answer = client.head("/things")
    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["ETag"] == client.get("/things").headers["ETag"]


def test_names_that_are_no_utf8_are_shown_replaced(app):
    with app.test_request_context("/things"):
        assert "<p>caf\ufffd</p>" in respond(ThingPage("caf\udce9"), "thing.html").get_data(as_text=True)


def test_a_name_that_the_page_does_not_have_fails_loudly(app):
    with app.test_request_context("/typo"):
        for template in ("typo.html", "unknown.html"):
            with pytest.raises(UndefinedError):
                respond(ThingPage("x"), template)


def test_a_failing_template_tells_nothing(client, caplog):
    answer = client.get("/typo")
    assert answer.status_code == 500
    assert "nmae" not in answer.text
    assert "Traceback" not in answer.text
    assert "nmae" in caplog.text
