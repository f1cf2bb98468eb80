"""Connections that never finish what they began: they cost a descriptor each, and nobody else his page."""

import socket
import statistics
import time
from contextlib import ExitStack

import psutil
import pytest
from effort import choose
from serving import RunningServer

from tandemweb.web.server import CONNECTION_LIMIT

pytestmark = pytest.mark.security

# A browser opens 256 connections at most, whatever the page in it asks for.
COUNT = choose(300, CONNECTION_LIMIT - 20)
BEGINNINGS = [
    b"",
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nX: ",
    b"POST /login HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nOrigin: http://127.0.0.1:PORT\r\nContent-Length: 1000\r\n\r\nc",
    b"POST /login HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n",
]


def connect_slowly(server: RunningServer, stack: ExitStack, count: int) -> list[socket.socket]:
    opened = []
    for number in range(count):
        connection = stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=10))
        connection.sendall(BEGINNINGS[number % len(BEGINNINGS)].replace(b"PORT", str(server.port).encode()))
        opened.append(connection)
    return opened


def test_slow_connections_keep_nobody_from_his_pages(server, cookie):
    process = psutil.Process(server.process.pid)
    server.get("/login", cookie)
    before, threads, memory = process.num_fds(), process.num_threads(), process.memory_info().rss
    with ExitStack() as stack:
        connections = connect_slowly(server, stack, COUNT)
        seconds = []
        for number in range(40):
            for connection in connections[number::40]:
                connection.sendall(b"a")  # one byte now and then, as a slow client does
            started = time.perf_counter()
            assert server.get("/login", cookie).status == 200
            seconds.append(time.perf_counter() - started)
        grown = (process.memory_info().rss - memory) / 1e6
        p95 = statistics.quantiles(seconds, n=20)[-1] * 1000
        print(f"{COUNT} slow connections: page p95 {p95:.0f} ms, +{grown:.1f} MB")
        assert process.num_threads() <= threads
        assert grown < 50
    end = time.monotonic() + 30
    while process.num_fds() > before:
        server.get("/login", cookie)
        assert time.monotonic() < end, "descriptors are kept"
        time.sleep(0.05)


def test_more_than_the_limit_wait_and_are_served_later(server, cookie):
    with ExitStack() as stack:
        connect_slowly(server, stack, CONNECTION_LIMIT + choose(20, 600))
        assert psutil.Process(server.process.pid).num_fds() < CONNECTION_LIMIT + 100, (
            "it takes no more than it can hold"
        )
    end = time.monotonic() + 30
    while True:
        try:
            assert server.get("/login", cookie).status == 200
            break
        except (OSError, AssertionError):
            assert time.monotonic() < end, "it never came back"
            time.sleep(0.1)
