import itertools
import json
import threading
import time

import pytest

from tandemweb.services.changes import EVERYTHING, Broker
from tandemweb.web.events import Pace, Streams, name_topics, write_events

SHORT = Pace(life=0.3, heartbeat=10, look=0.05)


def never_gone() -> bool:
    return False


def parse(chunk: bytes) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in chunk.decode().strip().split("\n"))


def test_a_stream_says_hello_and_ends_with_its_life():
    broker = Broker()
    started = time.monotonic()
    chunks = list(write_events(broker, None, never_gone, SHORT))
    assert 0.25 < time.monotonic() - started < 2
    (hello,) = chunks
    assert parse(hello) == {"retry": "500", "id": str(broker.revision), "event": "hello", "data": "{}"}
    assert hello.endswith(b"\n\n")


def test_a_change_is_told_at_once():
    broker = Broker()
    events = write_events(broker, None, never_gone, Pace(life=20, heartbeat=10, look=10))
    next(events)
    threading.Timer(0.1, broker.publish, [{"mission:demo/x/001", "project:demo"}]).start()
    started = time.monotonic()
    change = parse(next(events))
    assert time.monotonic() - started < 1
    assert change["event"] == "change"
    assert change["id"] == str(broker.revision)
    assert json.loads(change["data"]) == {"revision": broker.revision, "topics": ["mission:demo/x/001", "project:demo"]}


def test_who_comes_back_hears_what_it_missed():
    broker = Broker()
    before = broker.revision
    broker.publish({"project:a"})
    broker.publish({"project:b"})
    events = write_events(broker, before, never_gone, SHORT)
    assert parse(next(events))["id"] == str(before)
    assert json.loads(parse(next(events))["data"])["topics"] == ["project:a", "project:b"]


def test_who_comes_from_an_earlier_server_hears_of_everything():
    events = write_events(Broker(), 7, never_gone, SHORT)
    next(events)
    assert json.loads(parse(next(events))["data"])["topics"] == [EVERYTHING]


def test_topics_cannot_break_out_of_their_event():
    broker = Broker()
    events = write_events(broker, None, never_gone, SHORT)
    next(events)
    broker.publish({"document:demo/a\n\nevent: hello\r\ndata: x"})
    chunk = next(events)
    assert chunk.count(b"\n\n") == 1
    assert b"\r" not in chunk


def test_a_quiet_stream_shows_that_it_lives():
    chunks = list(write_events(Broker(), None, never_gone, Pace(life=0.5, heartbeat=0.1, look=0.02)))
    assert chunks[1:].count(b": still here\n\n") == len(chunks) - 1 >= 2


def test_a_stream_ends_when_nobody_reads_it():
    gone = threading.Event()
    events = write_events(Broker(), None, gone.is_set, Pace(life=20, heartbeat=10, look=0.05))
    next(events)
    threading.Timer(0.1, gone.set).start()
    started = time.monotonic()
    assert list(events) == []
    assert time.monotonic() - started < 2


def test_a_stream_ends_when_the_server_stops():
    broker = Broker()
    events = write_events(broker, None, never_gone, Pace(life=20, heartbeat=10, look=10))
    next(events)
    threading.Timer(0.1, broker.close).start()
    started = time.monotonic()
    assert list(events) == []
    assert time.monotonic() - started < 2


def test_places_are_few_and_come_back_once():
    streams = Streams(Broker(), limit=2, pace=SHORT)
    first, second = (streams.find_stream(None, never_gone) for _ in range(2))
    assert first is not None
    assert second is not None
    assert streams.find_stream(None, never_gone) is None
    first.close()
    first.close()
    assert streams.find_stream(None, never_gone) is not None
    assert streams.find_stream(None, never_gone) is None


def test_the_endpoint_streams(client):
    with client.get("/events") as answer:
        assert answer.status_code == 200
        assert answer.content_type == "text/event-stream; charset=utf-8"
        assert parse(next(answer.response))["event"] == "hello"


def test_no_stream_lasts_longer_than_half_a_minute(client, monkeypatch):
    with client.get("/events") as answer:
        chunks = iter(answer.response)
        next(chunks)
        later = itertools.count(time.monotonic() + 30, 10)
        monkeypatch.setattr("tandemweb.web.events.time.monotonic", lambda: next(later))
        assert next(chunks) == b": still here\n\n"
        assert next(chunks, None) is None


def test_half_of_the_threads_serve_streams_and_no_more(client, configuration):
    limit = configuration.threads // 2
    taken = [client.get("/events") for _ in range(limit)]
    assert {answer.status_code for answer in taken} == {200}
    refused = client.get("/events")
    assert refused.status_code == 503
    assert int(refused.headers["Retry-After"]) > 0
    taken[0].close()
    again = client.get("/events")
    assert again.status_code == 200
    for answer in [*taken, again]:
        answer.close()


def test_who_asks_for_the_headers_only_takes_no_place(client, configuration):
    for _ in range(configuration.threads):
        with client.head("/events") as answer:
            assert answer.status_code == 200
    with client.get("/events") as answer:
        assert answer.status_code == 200


@pytest.mark.parametrize("known", ["", "x", "-1", "1.5", "١", "9" * 30, "9" * 5000])
def test_a_strange_last_event_is_no_error(client, known):
    with client.get("/events", headers={"Last-Event-ID": known}) as answer:
        assert answer.status_code == 200
        assert next(answer.response).startswith(b"retry")


@pytest.mark.parametrize(
    ("path", "topics"), [("a b.md", ("document:a b.md", "project:x")), ("a\nb.md", ()), ("a\rb.md", ()), ("a.md ", ())]
)
def test_pages_name_their_topics_one_per_line(path, topics):
    assert name_topics(f"document:{path}", "project:x") == topics
