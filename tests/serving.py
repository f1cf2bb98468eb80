"""The real server as a process of its own, and plain sockets to speak to it."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PATIENCE_SECONDS = 60


@dataclass
class RunningServer:
    """``home`` holds the data folder ``tandemweb``; ``lines`` is what the server printed so far."""

    process: subprocess.Popen[str]
    home: Path
    lines: list[str] = field(default_factory=list)
    browser_state: Any = None  # of the first browser that logged in

    @property
    def port(self) -> int:
        return int(self.find(r"tandemweb is at http://127\.0\.0\.1:(\d+)/"))

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def printed_code(self) -> str:
        return self.find(r"One-time code.*: (\S+)$")

    @property
    def bootstrap_address(self) -> str:
        """The ``file:`` address that the server handed to the browser."""
        opened = self.home / "opened"
        return wait_for(lambda: opened.read_text().strip() if opened.exists() else "", self.is_running)

    def find(self, pattern: str) -> str:
        """Wait for a line that matches, and give its group."""

        def look() -> str:
            return next((found[1] for line in list(self.lines) if (found := re.search(pattern, line))), "")

        return wait_for(look, self.is_running)

    def is_running(self) -> bool:
        return self.process.poll() is None

    def log_in(self) -> str:
        """Log in with the printed code and give the value for a ``Cookie`` header."""
        body = f"code={self.printed_code}"
        request = f"POST /login HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nOrigin: {self.origin}\r\n"
        request += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        answer = exchange(self.port, request.encode())
        assert answer.status == 200, (answer, self.lines)
        return answer.headers["set-cookie"].partition(";")[0]

    def get(self, path: str, cookie: str = "", *more: str, timeout: float = 10) -> "Answer":
        lines = [
            f"GET {path} HTTP/1.1",
            f"Host: 127.0.0.1:{self.port}",
            *([f"Cookie: {cookie}"] if cookie else []),
            *more,
        ]
        return exchange(self.port, "\r\n".join([*lines, "Connection: close", "", ""]).encode(), timeout=timeout)

    def stop(self) -> int:
        """Stop as Ctrl-C does and give the exit status."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(20)


def wait_for(look: Callable[[], str], may_go_on: Callable[[], bool] = lambda: True) -> str:
    end = time.monotonic() + PATIENCE_SECONDS
    while not (found := look()):
        if not may_go_on():
            raise AssertionError("the server has ended")
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.02)
    return found


@contextmanager
def running_server(
    home: Path, *arguments: str, opens_browser: bool = False, command: str = "serve", **variables: str
) -> Iterator[RunningServer]:
    """Run ``tandemweb serve`` with an own home. The browser it opens only notes the address in ``home/opened``.

    ``command`` is another one that serves, ``variables`` are further ones of its environment.
    """
    home.mkdir(parents=True, exist_ok=True)
    recorder = home / "browser.sh"
    recorder.write_text(f'#!/bin/sh\nprintf "%s\\n" "$1" > "{home}/opened"\n')
    recorder.chmod(0o700)
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "TANDEMWEB_HOME": str(home / "tandemweb"),
        "BROWSER": f"{recorder} %s",
        "PYTHONUNBUFFERED": "1",
        "LANG": "C.UTF-8",
        **variables,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "tandemweb", command, *([] if opens_browser else ["--no-open"]), *arguments],
        cwd=home,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    server = RunningServer(process, home)
    reader = threading.Thread(target=lambda: server.lines.extend(iter_lines(process)), daemon=True)
    reader.start()
    try:
        yield server
    finally:
        if server.is_running():
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        reader.join(5)
        assert process.stdout is not None
        process.stdout.close()


def iter_lines(process: subprocess.Popen[str]) -> Iterator[str]:
    assert process.stdout is not None
    for line in process.stdout:
        yield line.rstrip("\n")


@dataclass(frozen=True)
class Answer:
    """One HTTP answer; header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


def exchange(port: int, request: bytes, *, timeout: float = 10) -> Answer:
    """Send bytes as they are and read one answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=timeout) as connection:
        connection.sendall(request)
        return read_answer(connection)


def read_answer(connection: socket.socket) -> Answer:
    """Read one answer: its declared length, else what comes until the server closes."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += (chunk := connection.recv(65536))
        if not chunk:
            break
    head, _, body = received.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    length = headers.get("content-length")
    is_stream = headers.get("content-type", "").startswith("text/event-stream")
    while not is_stream and (length is None or len(body) < int(length)):
        chunk = connection.recv(65536)
        if not chunk:
            break
        body += chunk
    return Answer(int(first.split(" ")[1]) if first else 0, headers, body)
