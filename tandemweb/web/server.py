"""Running the application: waitress on loopback, one login for the person who started it, an orderly end."""

import logging
import signal
import socket
import threading
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn, cast

from flask import Flask
from waitress.channel import HTTPChannel
from waitress.server import create_server
from waitress.task import ErrorTask
from waitress.wasyncore import close_all

from tandemweb.errors import ServerError
from tandemweb.services.collector import settle
from tandemweb.web.app import BODY_BYTES, create_app
from tandemweb.web.bootstrap import (
    FILE_SECONDS,
    PRINTED_SECONDS,
    OneTimeCodes,
    describe_code,
    prepare_bootstrap_path,
    write_bootstrap_file,
)
from tandemweb.web.configuration import Configuration
from tandemweb.web.footprint import share_one_heap
from tandemweb.web.guards import Headers, secure_headers
from tandemweb.web.markdown import close_renderer, get_renderer

if TYPE_CHECKING:
    from tandemweb.web.admission import Admission

LOOPBACK = "127.0.0.1"
HEADER_BYTES = 64 * 1024
CONNECTION_LIMIT = 400
log = logging.getLogger(__name__)


class GuardedErrorTask(ErrorTask):  # type: ignore[misc]  # waitress has no types
    """What waitress answers by itself, to requests that are no HTTP or too large, carries our headers as well."""

    def write(self, data: bytes) -> None:
        if not self.wrote_header:
            host = f"{LOOPBACK}:{self.channel.server.effective_port}"
            self.response_headers: Headers = secure_headers(self.response_headers, host)
        super().write(data)


class GuardedChannel(HTTPChannel):  # type: ignore[misc]
    error_task_class = GuardedErrorTask


def listen_on_loopback(port: int) -> socket.socket:
    """Bind a socket that no other machine can reach; port 0 takes a free one.

    Raises ServerError when the port is taken or not allowed.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((LOOPBACK, port))
    except (OSError, OverflowError) as error:
        listener.close()
        reason = error.strerror if isinstance(error, OSError) else "there is no such port"
        raise ServerError(f"Cannot listen on {LOOPBACK}:{port}: {reason}. Choose another with --port.") from error
    return listener


def make_server(app: Flask, listener: socket.socket, threads: int, connections: dict[int, Any]) -> Any:
    """Give a waitress server for ``app``; its ``run()`` serves until SystemExit or KeyboardInterrupt.

    ``connections`` holds, by file descriptor, what is to be closed after that.
    """
    server = create_server(
        app,
        map=connections,
        sockets=[listener],
        threads=threads,
        ident=None,
        max_request_body_size=BODY_BYTES,
        max_request_header_size=HEADER_BYTES,
        connection_limit=CONNECTION_LIMIT,
        # One request ahead is enough to notice that a browser closed its stream of events.
        channel_request_lookahead=1,
    )
    server.channel_class = GuardedChannel
    return server


def serve(configure: Callable[[int], Configuration], *, port: int = 0, open_browser: bool = True) -> None:
    """Serve until SIGINT, SIGTERM or SIGHUP. ``configure`` is called with the port that was really taken.

    Announces the address and a code to log in with, and opens the browser with a page that logs in by itself. Raises
    ServerError when the port cannot be taken.
    """
    share_one_heap()
    listener = listen_on_loopback(port)
    configuration = configure(listener.getsockname()[1])
    app = create_app(configuration)
    settle()
    connections: dict[int, Any] = {}
    server = make_server(app, listener, configuration.threads, connections)
    configuration.announce(f"tandemweb is at {configuration.address}")
    with app.app_context():
        get_renderer().warm_up()
    try:
        with _stopping_on_signals(configuration), _open_door(app, configuration, open_browser=open_browser):
            server.run()
    finally:
        configuration.broker.close()
        server.close()
        close_all(connections, ignore_all=True)
        close_renderer(app)


@contextmanager
def _stopping_on_signals(configuration: Configuration) -> Iterator[None]:
    def stop(_number: int, _frame: FrameType | None) -> NoReturn:
        # Streams end at once, so that waitress need not wait for their threads.
        configuration.broker.close()
        raise SystemExit(0)

    numbers = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as nohup asks for
        numbers.append(signal.SIGHUP)
    before = {number: signal.signal(number, stop) for number in numbers}
    try:
        yield
    finally:
        for number, action in before.items():
            signal.signal(number, action)


@contextmanager
def _open_door(app: Flask, configuration: Configuration, *, open_browser: bool) -> Iterator[None]:
    codes = cast("Admission", app.extensions["admission"]).codes
    # Always: nobody can tell whether the browser that opens is one that may read the file, or opens at all.
    configuration.announce(describe_code(codes.issue_code(PRINTED_SECONDS)))
    with ExitStack() as stack:
        if open_browser:
            try:
                _open_browser(codes, configuration, stack)
            except OSError as error:
                log.warning("the page that logs in could not be written: %s", error)
        yield


def _open_browser(codes: OneTimeCodes, configuration: Configuration, stack: ExitStack) -> None:
    path = prepare_bootstrap_path(configuration.data_folder)
    remove = partial(path.unlink, missing_ok=True)
    stack.callback(remove)
    write_bootstrap_file(path, configuration.address, codes.issue_code(FILE_SECONDS, remove))
    # In a thread, because some browsers return only when they are closed.
    threading.Thread(target=webbrowser.open, args=(path.as_uri(),), daemon=True).start()
