"""The server as a process: how it starts, what it prints, how it ends."""

import signal
import socket
import time
from pathlib import Path

import psutil
import pytest
from serving import exchange, read_answer, running_server, wait_for

from tandemweb.errors import ServerError
from tandemweb.web.server import listen_on_loopback


def test_the_listener_is_on_loopback():
    with listen_on_loopback(0) as listener:
        host, port = listener.getsockname()
        assert host == "127.0.0.1"
        assert port > 0


def test_a_taken_port_is_an_error_that_says_so():
    with listen_on_loopback(0) as first:
        first.listen()
        port = first.getsockname()[1]
        with pytest.raises(ServerError, match=f"127.0.0.1:{port}"):
            listen_on_loopback(port)


@pytest.mark.parametrize("port", [-1, 65536, 10**6])
def test_a_port_that_does_not_exist_is_an_error(port):
    with pytest.raises(ServerError, match="no such port"):
        listen_on_loopback(port)


def test_it_serves_the_way_it_says(tmp_path):
    with running_server(tmp_path / "home") as server:
        cookie = server.log_in()
        assert server.get("/login").status == 200
        assert server.get("/nothing").status == 401
        assert server.get("/nothing", cookie).status == 404
        assert server.stop() == 0
    assert not (tmp_path / "home" / "opened").exists(), "--no-open opens nothing"
    assert not list((tmp_path / "home").rglob("open-*.html")), "and writes no page that logs in"


def test_no_secret_is_printed_but_the_code(tmp_path):
    with running_server(tmp_path / "home", opens_browser=True) as server:
        page = Path(server.bootstrap_address.removeprefix("file://")).read_text()
        file_code = page.partition('name="code" value="')[2].partition('"')[0]
        cookie = server.log_in()
        server.get("/nothing", cookie)
        server.stop()
        printed = "\n".join(server.lines)
        assert file_code
        assert file_code not in printed
        assert cookie.partition("=")[2] not in printed


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_ends_at_once_with_a_stream_open(tmp_path, number):
    with running_server(tmp_path / "home", opens_browser=True) as server:
        left = Path(server.bootstrap_address.removeprefix("file://"))
        assert left.exists()
        cookie = server.log_in()
        request = f"GET /events HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nCookie: {cookie}\r\n\r\n"
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
            connection.sendall(request.encode())
            assert read_answer(connection).status == 200
            started = time.monotonic()
            server.process.send_signal(number)
            assert server.process.wait(20) == 0
            assert time.monotonic() - started < 4
        assert not left.exists(), "the page that logs in goes with the server"
        assert not [line for line in server.lines if "Traceback" in line]


def test_nothing_is_left_when_it_ends(tmp_path, git_repository):
    git_repository.write({"TandemKit/001-First/Spec.md": "# Some words\n\n```python\nx = 1\n```\n"})
    git_repository.commit("One")
    warnings = {"PYTHONWARNINGS": "error", "PYTHONDEVMODE": "1"}
    with running_server(tmp_path / "home", str(git_repository.path), **warnings) as server:
        cookie = server.log_in()
        page = "/projects/repository/documents/TandemKit/001-First/Spec.md"
        wait_for(lambda: "shown" if server.get(page, cookie).status == 200 else "")
        assert server.get(f"{page}?view=source", cookie).status == 200
        started = psutil.Process(server.process.pid).children(recursive=True)
        assert started, "a worker renders documents"
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as idle:
            idle.sendall(f"GET /login HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode())
            assert read_answer(idle).status == 200
            assert server.stop() == 0
        assert psutil.wait_procs(started, timeout=5)[1] == []
    # Python tells of files, sockets and processes that were forgotten, and of threads that failed.
    assert [line for line in server.lines if "Warning" in line or "Exception" in line or "Traceback" in line] == []


def test_files_and_threads_do_not_grow_with_requests(tmp_path, git_repository):
    git_repository.write({"TandemKit/001-First/Spec.md": "# Some words\n"})
    git_repository.commit("One")
    with running_server(tmp_path / "home", str(git_repository.path)) as server:
        cookie = server.log_in()
        pages = ["/", "/projects/repository", "/projects/repository/commits", "/search?q=words", "/nothing"]
        pages.append("/projects/repository/documents/TandemKit/001-First/Spec.md?view=changes")
        process = psutil.Process(server.process.pid)
        wait_for(lambda: "shown" if server.get(pages[-1], cookie).status == 200 else "")

        def measure() -> tuple[int, int]:
            for page in pages * 5:
                server.get(page, cookie)
            return process.num_fds(), process.num_threads()

        first, second = measure(), measure()
        assert second[0] <= first[0] + 2, "a connection may be open just then"
        assert second[1] <= first[1]


def test_a_restart_ends_all_sessions(tmp_path):
    with running_server(tmp_path / "home") as server:
        cookie, port = server.log_in(), server.port
        server.stop()
    with running_server(tmp_path / "home", "--port", str(port)) as server:
        assert server.port == port
        assert server.get("/nothing", cookie).status == 401


def test_many_visitors_at_once_lose_nothing(tmp_path):
    with running_server(tmp_path / "home") as server:
        port = server.port
        request = f"GET /login HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
        connections = [socket.create_connection(("127.0.0.1", port), timeout=20) for _ in range(200)]
        try:
            for connection in connections:
                connection.sendall(request)
            assert {read_answer(connection).status for connection in connections} == {200}
            assert psutil.Process(server.process.pid).memory_info().rss < 150e6
        finally:
            for connection in connections:
                connection.close()
        assert exchange(port, request).status == 200
