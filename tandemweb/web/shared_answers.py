"""One answer for all open pages that ask for the same at the same time.

Open pages bring themselves up to date: hundreds of them ask whenever a run begins, or an agent prints a line. What they
ask for by themselves names the revision that they have to be as new as, and such requests share what was rendered once,
for a second at most, a little longer while a newer one is being rendered. What a person asks for, by a link, a form or
the browser's reload, is always rendered anew.
"""

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import cast

from flask import Flask, Response, current_app, request

from tandemweb.services.changes import EVERYTHING, RUNS, Broker
from tandemweb.web.admission import csrf_token
from tandemweb.web.configuration import Configuration
from tandemweb.web.events import read_revision
from tandemweb.web.guards import SAFE_METHODS

HEADER = "Live-Revision"  # as static/js/live.js sends it
LONGEST_SECONDS = 1.0
BUSY_SECONDS = 3.0  # while a newer one is being rendered: who waits holds one of the server's few threads
LARGEST_BYTES = 512 * 1024  # of an answer that is kept


@dataclass(frozen=True, slots=True)
class Answer:
    """What was rendered, and from when on: ``change_count`` says how many changes people had made until then."""

    content: bytes
    headers: tuple[tuple[str, str], ...]
    begun_at: float
    revision: int
    change_count: int


@dataclass(slots=True)
class _Place:
    """The answer to one question. Who renders it holds the lock; who asks meanwhile waits for that."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    answer: Answer | None = None


class SharedAnswers:
    """The answers of one server. Safe to use from several threads."""

    def __init__(self, broker: Broker, clock: Callable[[], float] = time.monotonic) -> None:
        self._broker = broker
        self._clock = clock
        self._lock = threading.Lock()
        self._places: dict[Hashable, _Place] = {}
        self._change_count = 0

    def note_change(self) -> None:
        """Note that a person has changed something: what was begun before is not good enough any more."""
        with self._lock:
            self._change_count += 1

    def give(self, key: Hashable, needed: int, make: Callable[[], Response]) -> Response:
        """Give an answer that is at least of revision ``needed``; ``make`` renders where there is none."""
        asked_at = self._clock()
        with self._lock:
            place = self._places.setdefault(key, _Place())
        if place.lock.locked() and (answer := self._find(place, needed, asked_at - BUSY_SECONDS)):
            return _answer(answer)
        with place.lock:
            # From when it was asked for: who waits while a slow page is rendered gets that, not another one after it.
            if answer := self._find(place, needed, asked_at - LONGEST_SECONDS):
                return _answer(answer)
            begun = self._clock(), self._broker.revision, self._change_count
            response = make()
            place.answer = _keep(response, *begun)
        self._forget_old()
        return response

    def _find(self, place: _Place, needed: int, oldest: float) -> Answer | None:
        """Find an answer that is new enough, begun at ``oldest`` or later."""
        answer = place.answer
        if answer is None or answer.revision < needed or answer.begun_at < oldest:
            return None
        if answer.change_count != self._change_count:
            return None
        news = self._broker.find_change(answer.revision, timeout=0)
        return answer if news is None or news.topics.isdisjoint((EVERYTHING, RUNS)) else None

    def _forget_old(self) -> None:
        oldest = self._clock() - BUSY_SECONDS
        with self._lock:
            for key, place in tuple(self._places.items()):
                is_old = place.answer is None or place.answer.begun_at < oldest
                if is_old and not place.lock.locked():
                    del self._places[key]


def _answer(answer: Answer) -> Response:
    return Response(answer.content, headers=answer.headers)


def _keep(response: Response, begun_at: float, revision: int, change_count: int) -> Answer | None:
    if response.status_code != HTTPStatus.OK or response.is_streamed:
        return None
    content = response.get_data()
    if len(content) > LARGEST_BYTES:
        return None
    return Answer(content, tuple(response.headers), begun_at, revision, change_count)


def install_shared_answers(app: Flask, configuration: Configuration) -> None:
    answers = SharedAnswers(configuration.broker)
    app.extensions["shared_answers"] = answers

    @app.after_request
    def note_change(response: Response) -> Response:
        if request.method not in SAFE_METHODS:
            answers.note_change()
        return response


def share_answer(make: Callable[[], Response]) -> Response:
    """Answer the present request: with what another page has just been given, where a page asks by itself."""
    needed = read_revision(request.headers.get(HEADER, ""))
    if needed is None:
        return make()
    answers = cast("SharedAnswers", current_app.extensions["shared_answers"])
    asked = request.full_path, request.headers.get("Accept"), request.headers.get("HX-Request")
    return answers.give((csrf_token(), *asked), needed, make)
