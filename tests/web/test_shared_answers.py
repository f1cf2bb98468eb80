"""What open pages ask for by themselves is rendered once for all of them; what a person asks for always anew."""

import itertools
import threading
from dataclasses import dataclass

import pytest
from flask import Blueprint, Flask, Response
from jinja2 import ChoiceLoader, DictLoader
from run_folders import wait_until

from tandemweb.services.changes import RUNS, Broker, mission_topic, run_topic
from tandemweb.web.pages import page
from tandemweb.web.shared_answers import BUSY_SECONDS, HEADER, LARGEST_BYTES, LONGEST_SECONDS, SharedAnswers

TEMPLATE = """{% extends "layout.html" %}
{% block content %}<p>rendering {{ page.number }}</p>{{ page.text }}{% endblock %}"""
ANY = {HEADER: "0"}


@dataclass(frozen=True, slots=True)
class CountedPage:
    number: int
    text: str = ""


@dataclass
class Clock:
    now: float = 0.0
    asked_count: int = 0

    def __call__(self) -> float:
        self.asked_count += 1
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(app: Flask, configuration, clock: Clock) -> Flask:
    numbers = itertools.count(1)
    blueprint = Blueprint("counted", __name__)

    @page(blueprint, "/counted/<name>", "counted.html")
    def counted(name: str) -> CountedPage:
        return CountedPage(next(numbers), "long " * LARGEST_BYTES if name == "long" else "")

    @page(blueprint, "/refused", "counted.html")
    def refused() -> Response:
        return Response(f"no {next(numbers)}", 302, {"Location": "/"})

    @blueprint.post("/change")
    def change() -> str:
        return "changed"

    app.register_blueprint(blueprint)
    app.jinja_loader = ChoiceLoader([app.jinja_loader, DictLoader({"counted.html": TEMPLATE})])
    app.extensions["shared_answers"]._clock = clock
    return app


@pytest.fixture
def browser(app: Flask):
    browser = app.test_client()
    browser.log_in()
    return browser


def count_rendering(answer) -> int:
    return int(answer.get_data(as_text=True).partition("rendering ")[2].partition("<")[0])


def test_pages_that_ask_by_themselves_share_an_answer(browser):
    first, second = browser.get("/counted/a", headers=ANY), browser.get("/counted/a", headers=ANY)
    assert count_rendering(first) == count_rendering(second) == 1
    assert first.headers["ETag"] == second.headers["ETag"]
    assert {"Accept", "HX-Request"} <= set(second.vary)
    assert second.content_type == "text/html; charset=utf-8"
    assert browser.get("/counted/a", headers={**ANY, "If-None-Match": first.headers["ETag"]}).status_code == 304
    assert count_rendering(browser.get("/counted/b", headers=ANY)) == 2
    assert count_rendering(browser.get("/counted/a?page=2", headers=ANY)) == 3


def test_what_a_person_asks_for_is_rendered_anew(browser):
    assert [count_rendering(browser.get("/counted/a")) for _ in range(2)] == [1, 2]
    assert count_rendering(browser.get("/counted/a", headers=ANY)) == 3
    assert count_rendering(browser.get("/counted/a")) == 4


@pytest.mark.parametrize("given", ["", "-1", "one", "٣", "9" * 40])
def test_a_revision_that_is_none_is_no_reason_to_share(browser, given: str):
    answers = [browser.get("/counted/a", headers={HEADER: given}) for _ in range(2)]
    assert [count_rendering(answer) for answer in answers] == [1, 2]


def test_a_page_gets_what_is_as_new_as_it_was_told(browser, configuration):
    browser.get("/counted/a", headers=ANY)
    revision = configuration.broker.publish({run_topic("x")})
    assert count_rendering(browser.get("/counted/a", headers=ANY)) == 1, "a line more in a log may come later"
    assert count_rendering(browser.get("/counted/a", headers={HEADER: str(revision)})) == 2
    assert count_rendering(browser.get("/counted/a", headers={HEADER: str(revision)})) == 2
    configuration.broker.publish({mission_topic("demo", "x", "001")})
    assert count_rendering(browser.get("/counted/a", headers=ANY)) == 2


def test_news_for_all_pages_are_on_the_next_answer(browser, configuration):
    browser.get("/counted/a", headers=ANY)
    configuration.broker.publish({RUNS})
    assert count_rendering(browser.get("/counted/a", headers=ANY)) == 2
    configuration.broker.note_trouble("demo", "The disk is full.")
    answer = browser.get("/counted/a", headers=ANY)
    assert count_rendering(answer) == 3
    assert "The disk is full." in answer.get_data(as_text=True)


def test_an_answer_is_shared_for_a_second(browser, clock: Clock):
    browser.get("/counted/a", headers=ANY)
    clock.now = LONGEST_SECONDS
    assert count_rendering(browser.get("/counted/a", headers=ANY)) == 1
    clock.now = LONGEST_SECONDS + 0.1
    assert count_rendering(browser.get("/counted/a", headers=ANY)) == 2


def test_what_a_person_changed_is_on_the_next_answer(browser):
    browser.get("/counted/a", headers=ANY)
    assert browser.send_form("/change").data == b"changed"
    assert count_rendering(browser.get("/counted/a", headers=ANY)) == 2


def test_sessions_share_nothing(app: Flask, browser):
    other = app.test_client()
    other.log_in()
    mine, theirs = browser.get("/counted/a", headers=ANY), other.get("/counted/a", headers=ANY)
    assert (count_rendering(mine), count_rendering(theirs)) == (1, 2)
    assert browser.token in mine.get_data(as_text=True)
    assert browser.token not in theirs.get_data(as_text=True)
    assert app.test_client().get("/counted/a", headers=ANY).status_code == 401


def test_kinds_of_answers_are_told_apart(browser):
    html = browser.get("/counted/a", headers=ANY)
    twin = browser.get("/counted/a", headers={**ANY, "Accept": "application/json"})
    assert html.content_type.startswith("text/html")
    assert twin.get_json()["number"] == 2


def test_only_pages_are_kept_and_none_that_is_very_long(app: Flask, browser):
    assert [browser.get("/refused", headers=ANY).data for _ in range(2)] == [b"no 1", b"no 2"]
    assert [count_rendering(browser.get("/counted/long", headers=ANY)) for _ in range(2)] == [3, 4]
    assert app.extensions["shared_answers"]._places == {}


def test_old_answers_are_forgotten(app: Flask, browser, clock: Clock):
    browser.get("/counted/a", headers=ANY)
    clock.now = BUSY_SECONDS + 1
    browser.get("/counted/b", headers=ANY)
    assert len(app.extensions["shared_answers"]._places) == 1


def test_who_asks_while_it_is_rendered_waits_for_that_however_slow_it_is(app: Flask, clock: Clock):
    answers = SharedAnswers(Broker(), clock)
    has_begun, may_end = threading.Event(), threading.Event()
    numbers, found = itertools.count(1), []

    def make() -> Response:
        has_begun.set()
        assert may_end.wait(30)
        clock.now += 10 * LONGEST_SECONDS
        return Response(f"{next(numbers)}")

    def ask() -> None:
        with app.app_context():
            found.append(answers.give("key", 0, make).get_data())

    threads = [threading.Thread(target=ask) for _ in range(5)]
    threads[0].start()
    assert has_begun.wait(30)
    for thread in threads[1:]:
        thread.start()
    wait_until(lambda: clock.asked_count == len(threads) + 1)  # each when it asks, and the first when it begins
    may_end.set()
    for thread in threads:
        thread.join(30)
    assert found == [b"1"] * 5


def test_nobody_waits_for_a_newer_answer_where_there_is_one_that_will_do(app: Flask, clock: Clock):
    broker = Broker()
    answers = SharedAnswers(broker, clock)
    has_begun, may_end, found = threading.Event(), threading.Event(), []

    def make() -> Response:
        has_begun.set()
        assert may_end.wait(30)
        return Response("new")

    def ask() -> None:
        with app.app_context():
            found.append(answers.give("key", 0, make).get_data())

    with app.app_context():
        answers.give("key", 0, lambda: Response("old"))
        clock.now = 2 * LONGEST_SECONDS
        thread = threading.Thread(target=ask)
        thread.start()
        assert has_begun.wait(30)
        assert answers.give("key", 0, make).get_data() == b"old"
        broker.publish({RUNS})
        other = threading.Thread(target=ask)
        other.start()
        may_end.set()
        for one in (thread, other):
            one.join(30)
    assert found == [b"new", b"new"]


def test_a_change_made_while_it_is_rendered_is_waited_for(app: Flask):
    answers = SharedAnswers(Broker())

    def make() -> Response:
        answers.note_change()
        return Response("before")

    with app.app_context():
        answers.give("key", 0, make)
        assert answers.give("key", 0, lambda: Response("after")).get_data() == b"after"


def test_who_meets_an_error_leaves_the_way_free(app: Flask):
    answers = SharedAnswers(Broker())

    def fail() -> Response:
        raise ValueError

    with app.app_context():
        with pytest.raises(ValueError):  # noqa: PT011 the one above
            answers.give("key", 0, fail)
        assert answers.give("key", 0, lambda: Response("well")).get_data() == b"well"
