"""Attacks on the HTTP boundary of the running program, byte by byte over sockets."""

import socket
import statistics
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
from serving import Answer, exchange, read_answer

pytestmark = pytest.mark.security

SECURITY_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
    "cache-control": "no-store",
}


def assert_secured(answer: Answer) -> None:
    for name, value in SECURITY_HEADERS.items():
        assert answer.headers[name] == value
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'")
    assert not [name for name in answer.headers if name.startswith("access-control")]
    assert "server" not in answer.headers


def raw(server, *lines: str, body: str = "") -> Answer:
    text = "\r\n".join([*lines, "Connection: close", "", body])
    return exchange(server.port, text.replace("PORT", str(server.port)).encode("latin-1"))


def outside_addresses() -> list[str]:
    """Addresses of this machine that another machine, or a name resolved to them, would use."""
    found = [a.address for adapter in psutil.net_if_addrs().values() for a in adapter if a.family == socket.AF_INET]
    return ["127.0.0.2", *(address for address in found if not address.startswith("127."))]


def test_only_loopback_listens(server):
    port = server.port
    listening = [
        c.laddr for c in psutil.Process(server.process.pid).net_connections() if c.status == psutil.CONN_LISTEN
    ]
    assert [tuple(address) for address in listening] == [("127.0.0.1", port)]


@pytest.mark.parametrize("address", outside_addresses())
def test_no_other_address_is_answered(server, address):
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((address, server.port), timeout=5)


HOSTS = [
    ("evil", ["Host: evil.test"]),
    ("evil with our port", ["Host: evil.test:PORT"]),
    ("trailing dot", ["Host: localhost.:PORT"]),
    ("trailing dot of a number", ["Host: 127.0.0.1.:PORT"]),
    ("nip.io", ["Host: 127.0.0.1.nip.io:PORT"]),
    ("subdomain", ["Host: x.127.0.0.1:PORT"]),
    ("subdomain of localhost", ["Host: evil.localhost:PORT"]),
    ("user", ["Host: e@127.0.0.1:PORT"]),
    ("decimal", ["Host: 2130706433:PORT"]),
    ("short", ["Host: 127.1:PORT"]),
    ("all interfaces", ["Host: 0.0.0.0:PORT"]),
    ("mapped", ["Host: [::ffff:127.0.0.1]:PORT"]),
    ("other port", ["Host: 127.0.0.1:1"]),
    ("no port", ["Host: 127.0.0.1"]),
    ("missing", []),
    ("empty", ["Host:"]),
    ("duplicate", ["Host: 127.0.0.1:PORT", "Host: evil.test"]),
    ("duplicate, ours last", ["Host: evil.test", "Host: 127.0.0.1:PORT"]),
    ("the same twice", ["Host: 127.0.0.1:PORT", "Host: 127.0.0.1:PORT"]),
    ("folded", ["Host: 127.0.0.1:PORT", " evil.test"]),
    ("blank before the colon", ["Host : 127.0.0.1:PORT"]),
    ("underscore twin", ["Host: evil.test", "HTTP_HOST: 127.0.0.1:PORT"]),
    ("forwarded", ["Host: evil.test", "X-Forwarded-Host: 127.0.0.1:PORT", "Forwarded: host=127.0.0.1:PORT"]),
]
PATHS = ["/", "/static/css/base.css", "/events", "/nothing", "/login"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("lines", [lines for _, lines in HOSTS], ids=[name for name, _ in HOSTS])
def test_a_foreign_host_is_turned_away_everywhere(server, cookie, path, lines):
    answer = raw(server, f"GET {path} HTTP/1.1", *lines, f"Cookie: {cookie}")
    assert answer.status in ({400, 421} if lines == ["Host : 127.0.0.1:PORT"] else {421})
    assert_secured(answer)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "[::1]"])
def test_own_names_are_answered(server, cookie, path, name):
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        request = f"GET {path} HTTP/1.1\r\nHost: {name}:{server.port}\r\nCookie: {cookie}\r\n\r\n"
        connection.sendall(request.encode())
        answer = read_answer(connection)
    assert answer.status == (404 if path == "/nothing" else 200) or (path == "/" and answer.status < 400)
    assert_secured(answer)


@pytest.mark.parametrize("target", ["http://127.0.0.1:PORT/", "http://evil.test/", "https://127.0.0.1:PORT/login", "*"])
def test_a_whole_url_in_the_request_line_is_turned_away(server, cookie, target):
    assert raw(server, f"GET {target} HTTP/1.1", "Host: 127.0.0.1:PORT", f"Cookie: {cookie}").status in {400, 421}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["Origin: http://127.0.0.1:PORT"], 403),  # passes the guard, fails for want of the form's token
        (["Origin: http://127.0.0.1:PORT", "X-CSRF-Token: guess"], 403),
        (["Origin: http://evil.test"], 403),
        (["Origin: http://127.0.0.1:PORT", "Origin: http://evil.test"], 403),
        (["Origin: null"], 403),
        ([], 403),
        (["Authorization: Bearer x"], 403),
        (["Origin: http://127.0.0.1:PORT", "Sec-Fetch-Site: same-site"], 403),
        (["Origin: http://127.0.0.1:PORT", "Sec-Fetch-Site: none"], 403),
        (["Origin: http://127.0.0.1:PORT", "X-HTTP-Method-Override: GET"], 403),
    ],
)
def test_a_forged_post_changes_nothing(server, cookie, lines, expected):
    answer = raw(
        server, "POST /logout HTTP/1.1", "Host: 127.0.0.1:PORT", f"Cookie: {cookie}", *lines, "Content-Length: 0"
    )
    assert answer.status == expected
    assert_secured(answer)
    assert server.get("/nothing", cookie).status == 404, "still logged in"


@pytest.mark.parametrize(
    "cookie_line", ["", "Cookie: x=y", "Cookie: tandemweb_PORT_00000000=guess", "Cookie: \xff=\xff"]
)
@pytest.mark.parametrize("path", ["/", "/nothing", "/events", "/static/js/live.js", "/projects.json"])
def test_without_a_session_nothing_is_told(server, path, cookie_line):
    answer = raw(server, f"GET {path} HTTP/1.1", "Host: 127.0.0.1:PORT", *([cookie_line] if cookie_line else []))
    assert answer.status == 401
    assert_secured(answer)


NO_HTTP = [
    b"GET\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\nHost: y\r\n\r\n",
    b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: gzip\r\n\r\n",
    b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n",
    b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999999999\r\n\r\n",
    b"GET / HTTP/1.1\r\nX: " + b"a" * 300_000 + b"\r\n\r\n",
]


@pytest.mark.parametrize("request_bytes", NO_HTTP, ids=range(len(NO_HTTP)))
def test_what_is_no_http_gets_a_secured_error(server, request_bytes):
    answer = exchange(server.port, request_bytes)
    assert 400 <= answer.status < 600
    assert_secured(answer)
    assert b"Traceback" not in answer.body
    assert b"waitress" not in answer.body


def test_too_large_a_body_is_refused_unread(server, cookie):
    size = 1024 * 1024 + 1
    answer = raw(
        server, "POST /logout HTTP/1.1", "Host: 127.0.0.1:PORT", f"Cookie: {cookie}", f"Content-Length: {size}"
    )
    assert answer.status == 413
    assert_secured(answer)


CHUNKED = b"POST /login HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nTransfer-Encoding: chunked\r\n\r\n"
# How it begins, and what is sent after that for as long as the server takes it.
ENDLESS = {
    "request line": (b"GET /", b"a" * 8192),
    "header": (b"GET /login HTTP/1.1\r\nX: ", b"a" * 8192),
    "headers": (b"GET /login HTTP/1.1\r\n", b"X: y\r\n" * 1000),
    "chunks": (CHUNKED, b"2000\r\n" + b"a" * 8192 + b"\r\n"),
    "tiny chunks": (CHUNKED, b"1\r\na\r\n" * 1000),
    "one chunk": (CHUNKED + b"ffffffffffffffff\r\n", b"a" * 8192),
    "size of a chunk": (CHUNKED, b"0" * 8192),
    "extension of a chunk": (CHUNKED + b"5;", b"a" * 8192),
    "trailer": (CHUNKED + b"0\r\n", b"X: y\r\n" * 1000),
}


def pour(connection: socket.socket, more: bytes) -> None:
    """Send it again and again, up to 64 MiB."""
    for _ in range((64 << 20) // len(more)):
        connection.sendall(more)


@pytest.mark.parametrize("name", ENDLESS)
def test_what_never_ends_is_ended(server, name):
    beginning, more = ENDLESS[name]
    assert server.get("/login").status == 200  # it has started, and loaded what a page takes
    process = psutil.Process(server.process.pid)
    memory = process.memory_info().rss
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(beginning.replace(b"PORT", str(server.port).encode()))
        with pytest.raises(ConnectionError):
            pour(connection, more)
    assert process.memory_info().rss - memory < 16 << 20
    assert server.get("/login").status == 200


@pytest.mark.parametrize(("size", "status"), [(60_000, 200), (66_000, 431)])
def test_headers_have_a_largest_size(server, size, status):
    answer = raw(server, "GET /login HTTP/1.1", "Host: 127.0.0.1:PORT", f"X: {'a' * size}")
    assert answer.status == status
    assert_secured(answer)


@pytest.mark.parametrize(("size", "status"), [(1_000_000, 403), (1024 * 1024 + 1, 413)])
def test_a_body_in_chunks_has_the_same_largest_size(server, size, status):
    chunk = f"{size:x}\r\n{'a' * size}\r\n0\r\n\r\n"
    answer = raw(server, "POST /login HTTP/1.1", "Host: 127.0.0.1:PORT", "Transfer-Encoding: chunked", body=chunk)
    assert answer.status == status
    assert_secured(answer)


def test_streams_leave_room_for_pages(server, cookie):
    """Twenty ask for the stream: half of the threads serve some, the rest are sent away, and pages stay quick."""
    time.sleep(1.5)  # until the streams of earlier tests are given back
    request = f"GET /events HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nCookie: {cookie}\r\n\r\n".encode()
    connections = [socket.create_connection(("127.0.0.1", server.port), timeout=10) for _ in range(20)]
    try:
        for connection in connections:
            connection.sendall(request)
        with ThreadPoolExecutor(20) as pool:
            answers = list(pool.map(read_answer, connections))
        statuses = sorted(answer.status for answer in answers)
        assert statuses == [200] * 8 + [503] * 12
        assert {answer.headers.get("retry-after") for answer in answers if answer.status == 503} == {"10"}
        seconds = []
        for _ in range(50):
            started = time.perf_counter()
            assert server.get("/login", cookie).status == 200
            seconds.append(time.perf_counter() - started)
        quick = statistics.quantiles(seconds, n=20)[-1]
        print(f"page beside 8 streams: p95 {quick * 1000:.1f} ms")
        assert quick < 0.3
    finally:
        for connection in connections:
            connection.close()
    free_again = time.monotonic() + 15
    while True:
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
            connection.sendall(request)
            if read_answer(connection).status == 200:
                break
        assert time.monotonic() < free_again, "closed streams keep their threads"
        time.sleep(0.2)
