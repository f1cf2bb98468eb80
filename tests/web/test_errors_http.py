import logging

import pytest
from flask import Blueprint, abort
from jinja2 import ChoiceLoader, DictLoader

from tandemweb.errors import ConflictError, HistoryError, InvalidRequestError, NotFoundError, StoreError
from tandemweb.store.connections import open_index_writer
from tandemweb.store.database import DamagedDatabaseError
from tandemweb.web.databases import get_index

SECRET = "/home/ada/secret-project"


class UnwellError(Exception):
    pass


RAISED = {
    "missing": NotFoundError("There is no mission <b>X</b>."),
    "malformed": InvalidRequestError("The line must be a number."),
    "conflict": ConflictError("The file changed meanwhile."),
    "busy": StoreError("The index is being rebuilt."),
    "damaged": DamagedDatabaseError("a row is damaged"),
    "history": HistoryError("git could not read this commit."),
    "unwell": UnwellError(SECRET),
    "recursion": RecursionError(SECRET),
    "unicode": UnicodeEncodeError("utf-8", "x", 0, 1, SECRET),
}


@pytest.fixture
def app(app):
    blueprint = Blueprint("failures", __name__)

    @blueprint.get("/fail/<name>", endpoint="fail")
    def fail(name: str):
        if name == "damaged":
            get_index()
        raise RAISED[name.removesuffix(".json").partition("\n")[0]]

    @blueprint.get("/abort/<int:status>")
    def stop(status: int):
        abort(status)

    app.register_blueprint(blueprint)
    return app


@pytest.mark.parametrize(
    ("name", "status"), [("missing", 404), ("malformed", 400), ("conflict", 409), ("busy", 503), ("history", 500)]
)
def test_an_error_is_a_page_with_its_sentence(client, name, status):
    answer = client.get(f"/fail/{name}")
    assert answer.status_code == status
    sentence = str(RAISED[name])
    assert sentence.replace("<", "&lt;").replace(">", "&gt;") in answer.text
    assert "<b>X" not in answer.text
    twin = client.get(f"/fail/{name}.json")
    assert twin.status_code == status
    assert twin.json["error"]["message"] == sentence


@pytest.mark.parametrize("name", ["unwell", "recursion", "unicode"])
def test_the_unexpected_is_logged_and_not_shown(client, caplog, name):
    for path in (f"/fail/{name}", f"/fail/{name}.json"):
        answer = client.get(path)
        assert answer.status_code == 500
        for word in (SECRET, type(RAISED[name]).__name__, "Traceback", "site-packages"):
            assert word not in answer.text
        assert "its log" in answer.text
    assert SECRET in caplog.text
    assert caplog.records[0].levelno == logging.ERROR


@pytest.mark.parametrize("status", [400, 403, 405, 413, 429, 500, 503])
def test_http_errors_look_the_same(client, status):
    answer = client.get(f"/abort/{status}")
    assert answer.status_code == status
    assert "<h1>" in answer.text


def test_unknown_pages(client):
    answer = client.get("/nothing/here")
    assert answer.status_code == 404
    assert "There is no page at this address." in answer.text
    assert client.get("/nothing/here.json").json["error"]["status"] == 404


def test_a_wrong_method_names_the_right_ones(client):
    answer = client.get("/logout")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_an_error_page_that_fails_is_a_line_of_text(app, client):
    app.jinja_loader = ChoiceLoader([DictLoader({"errors/show.html": "{{ nothing }}"}), app.jinja_loader])
    answer = client.get("/fail/missing")
    assert (answer.status_code, answer.text) == (404, "404 Not Found\n")
    assert answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("asked", "shown"),
    [("/search?q=a%3Fb&x=1", "/search?q=a%3Fb&amp;x=1"), ("/a%22onx=1", "/a%22onx=1"), ("//evil.test/x", "/")],
)
def test_a_stranger_comes_back_to_the_page_asked_for(stranger, asked, shown):
    answer = stranger.get("/", environ_overrides={"REQUEST_URI": asked})
    assert answer.status_code == 401
    assert f'name="path" value="{shown}"' in answer.text


def test_an_error_page_survives_what_caused_the_error(app, client):
    def fail() -> tuple[str, ...]:
        raise StoreError("The index is damaged.")

    app.jinja_env.globals["notices"] = fail
    answer = client.get("/fail/busy")
    assert (answer.status_code, answer.text) == (503, "503 Service Unavailable\n")


def test_a_path_cannot_forge_a_line_of_the_log(client, caplog):
    client.get("/fail/busy%0AERROR%20forged")
    (record,) = caplog.records
    assert "\n" not in record.getMessage()
    assert "forged" in record.getMessage()


def test_damage_that_a_page_meets_is_told_to_whoever_can_mend_it(configuration, client):
    with open_index_writer(configuration.data_folder) as writer:
        assert client.get("/").status_code == 200
        assert writer.find_fault() is None
        assert client.get("/fail/damaged").status_code == 503
        assert writer.find_fault() == "a row is damaged"
