"""Telling open pages that something changed: one stream of server-sent events per browser, and few of them.

A stream holds one of the server's threads while it lasts, so at most half of the threads serve streams, and none lasts
longer than half a minute; the browser comes back by itself and names the last event that it knows. Only revisions and
topics are sent. A page then asks for itself again, so that nothing about it is built twice.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from flask import Flask, Response, current_app, g

from tandemweb.services.changes import Broker, Change
from tandemweb.web.configuration import Configuration

LIFE_SECONDS = 30.0
HEARTBEAT_SECONDS = 10.0
LOOK_SECONDS = 0.5
RETRY_SECONDS = 10
REVISION_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: how long a stream lasts, how often it shows that it lives, how often it looks whether anybody reads."""

    life: float = LIFE_SECONDS
    heartbeat: float = HEARTBEAT_SECONDS
    look: float = LOOK_SECONDS


class Streams:
    """The streams of one server."""

    def __init__(self, broker: Broker, limit: int, pace: Pace = Pace()) -> None:
        self._broker = broker
        self._places = threading.BoundedSemaphore(limit)
        self._pace = pace

    def find_stream(self, after: int | None, is_gone: Callable[[], bool]) -> "Stream | None":
        """Take a place, or give None when all are taken. The place is free again when the stream is closed."""
        if not self._places.acquire(blocking=False):
            return None
        return Stream(write_events(self._broker, after, is_gone, self._pace), self._places.release)


class Stream:
    """An iterable of bytes that gives its place back exactly once, even when nobody ever reads from it."""

    def __init__(self, chunks: Iterator[bytes], release: Callable[[], None]) -> None:
        self._chunks = chunks
        self._release: Callable[[], None] | None = release

    def __iter__(self) -> Iterator[bytes]:
        return self._chunks

    def close(self) -> None:
        release, self._release = self._release, None
        if release is not None:
            release()


def write_events(broker: Broker, after: int | None, is_gone: Callable[[], bool], pace: Pace) -> Iterator[bytes]:
    """Give the text of one stream after a revision, until its life ends, the reader goes or the broker closes."""
    now = time.monotonic()
    end, next_beat = now + pace.life, now + pace.heartbeat
    known = broker.revision if after is None else after
    yield f"retry: 500\nid: {known}\nevent: hello\ndata: {{}}\n\n".encode()
    while now < end and not (is_gone() or broker.is_closed):
        change = broker.find_change(known, min(pace.look, end - now))
        now = time.monotonic()
        if change is not None:
            known = change.revision
            yield format_event(change)
        elif now >= next_beat:
            yield b": still here\n\n"
        else:
            continue
        next_beat = now + pace.heartbeat


def format_event(change: Change) -> bytes:
    text = json.dumps({"revision": change.revision, "topics": sorted(change.topics)})
    return f"id: {change.revision}\nevent: change\ndata: {text}\n\n".encode()


def name_topics(*topics: str) -> tuple[str, ...]:
    """Give the topics that a page names, one per line of it; none, which means all, where a path breaks lines."""
    return topics if all(topic.splitlines() == [topic.strip()] for topic in topics) else ()


def install_events(app: Flask, configuration: Configuration) -> None:
    app.extensions["streams"] = Streams(configuration.broker, max(1, configuration.threads // 2))

    @app.before_request
    def note_revision() -> None:
        # Before anything is read: a page may then know less than it says, never more.
        g.tandemweb_revision = configuration.broker.revision


def read_revision(text: str) -> int | None:
    """Read the revision that a page or a stream names; None where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= REVISION_DIGITS else None


def answer_events(last_event: str | None, is_gone: Callable[[], bool]) -> Response:
    """Answer a stream, or 503 with the time to come back when there are enough already."""
    streams: Streams = current_app.extensions["streams"]
    stream = streams.find_stream(read_revision(last_event or ""), is_gone)
    if stream is None:
        return Response("busy\n", 503, {"Retry-After": str(RETRY_SECONDS)}, content_type="text/plain; charset=utf-8")
    return Response(stream, content_type="text/event-stream; charset=utf-8")
