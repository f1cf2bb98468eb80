"""Open pages: some of a real browser, the others as the threads that they would be to a server."""

import http.client
import json
import statistics
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Self

from browsing import running_chromium
from playwright.sync_api import Page
from serving import Answer, RunningServer

LIGHT_PATH = "/login"
LIGHT = "page that reads nothing"  # what it takes is waiting for the others
LIGHT_SECONDS = 0.1
POLL_SECONDS = 2.0  # as static/js/live.js has it
PATIENCE_SECONDS = 60


@dataclass
class Figures:
    """Seconds that answers took, by kind, and what came instead of answers."""

    seconds: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failures: list[str] = field(default_factory=list)

    def find_quantile(self, kind: str, hundredth: int) -> float:
        found = self.seconds[kind]
        return statistics.quantiles(found, n=100)[hundredth - 1] if len(found) > 1 else found[0]

    def tell(self) -> None:
        for kind, found in sorted(self.seconds.items()):
            told = ", ".join(f"p{part} {self.find_quantile(kind, part) * 1000:.0f} ms" for part in (50, 95, 99))
            print(f"{kind}: {len(found)} answers, {told}, longest {max(found) * 1000:.0f} ms")


def ask(server: RunningServer, cookie: str, path: str) -> Answer:
    """Ask for a page as a person does, and wait as long as it takes."""
    return server.get(path, cookie, timeout=PATIENCE_SECONDS)


class PollingPages:
    """Pages without a stream, between ``with`` and its end: each asks for itself every two seconds."""

    def __init__(self, server: RunningServer, cookie: str, paths: Sequence[str]) -> None:
        self._port = server.port
        self._headers = {"Cookie": cookie, "Accept": "text/html", "Host": f"127.0.0.1:{server.port}"}
        self._is_over = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(path,), daemon=True) for path in (*paths, LIGHT_PATH)]
        self.figures = Figures()

    def __enter__(self) -> Self:
        for thread in self._threads:  # one after the other: pages that people opened do not ask in step
            thread.start()
            time.sleep(POLL_SECONDS / len(self._threads))
        return self

    def __exit__(self, *error: object) -> None:
        self._is_over.set()
        for thread in self._threads:
            thread.join(PATIENCE_SECONDS)

    def _ask(self, path: str) -> None:
        pause = LIGHT_SECONDS if path == LIGHT_PATH else POLL_SECONDS
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE_SECONDS)
        headers = {**self._headers, "Live-Revision": "0"}
        while not self._is_over.wait(pause):
            started = time.perf_counter()
            try:
                connection.request("GET", path, headers=headers)
                answer = connection.getresponse()
                answer.read()
            except OSError as error:
                self.figures.failures.append(f"{path}: {error!r}")
                break
            self.figures.seconds[_name_kind(path)].append(time.perf_counter() - started)
            if answer.status not in {200, 304}:
                self.figures.failures.append(f"{path}: {answer.status}")
            headers["If-None-Match"] = answer.headers.get("ETag", "")
        connection.close()


def _name_kind(path: str) -> str:
    if path == LIGHT_PATH:
        return LIGHT
    return "page of a run" if path.startswith("/runs/") else "other page"


class Stream:
    """A stream of events, between ``with`` and its end. ``heard`` is when each topic was told, as of the clock."""

    def __init__(self, server: RunningServer, cookie: str) -> None:
        self._port, self._headers = server.port, {"Cookie": cookie, "Host": f"127.0.0.1:{server.port}"}
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self.heard: defaultdict[str, list[float]] = defaultdict(list)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._is_over.set()
        self._thread.join(PATIENCE_SECONDS)

    def _listen(self) -> None:
        headers = dict(self._headers)
        while not self._is_over.is_set():
            connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE_SECONDS)
            connection.request("GET", "/events", headers=headers)
            for line in connection.getresponse():
                word, _, value = line.decode().rstrip().partition(": ")
                if word == "id":
                    headers["Last-Event-ID"] = value
                elif word == "data":
                    for topic in json.loads(value).get("topics", ()):
                        self.heard[topic].append(time.time())
                if self._is_over.is_set():
                    break
            connection.close()


def open_tabs(stack: ExitStack, server: RunningServer, cookie: str, count: int, per_browser: int) -> list[Page]:
    """Open empty tabs of Chromium, logged in; those of one profile share a stream. They are closed with ``stack``."""
    chromium = stack.enter_context(running_chromium())
    name, _, value = cookie.partition("=")
    tabs: list[Page] = []
    for first in range(0, count, per_browser):
        context = chromium.new_context()
        stack.callback(context.close)
        context.add_cookies([{"name": name, "value": value, "url": server.origin}])
        tabs += (context.new_page() for _ in range(first, min(first + per_browser, count)))
    return tabs
