"""Attacks from other pages in a real Chromium, against the real program."""

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from browsing import log_in, running_chromium
from playwright.sync_api import Browser, BrowserContext, Page
from serving import RunningServer, running_server

pytestmark = [pytest.mark.security, pytest.mark.browser]

RULES = "MAP evil.test 127.0.0.1, MAP rebind.test 127.0.0.1"
EVIL_PAGES = {
    "/": "<h1>evil</h1>",
    "/form": '<form method=post action="{target}/logout"><input name=csrf value=guess></form>'
    "<script>document.forms[0].submit()</script>",
    "/login-form": '<form method=post action="{target}/login"><input name=code value=guess></form>'
    "<script>document.forms[0].submit()</script>",
    "/fetch": "<script>Promise.allSettled(['/', '/static/css/base.css', '/events'].map(path => fetch('{target}' + path,"
    " {{mode: 'no-cors', credentials: 'include'}}))).then(() => fetch('{target}/logout', {{method: 'POST', mode:"
    " 'no-cors', credentials: 'include', body: 'csrf=guess'}})).finally(() => document.title = 'done')</script>",
    "/stream": "<script>const source = new EventSource('{target}/events', {{withCredentials: true}});"
    " source.onopen = () => document.title = 'read'; source.onerror = () => document.title ||= 'done'</script>",
    "/embed": '<img src="{target}/static/favicon.svg"><img src="{target}/"><iframe src="{target}/"></iframe>'
    '<script src="{target}/static/js/live.js"></script><link rel=stylesheet href="{target}/static/css/base.css">'
    '<object data="{target}/"></object>',
}


class EvilHandler(http.server.BaseHTTPRequestHandler):
    target = ""
    seen: list[str]

    def do_GET(self) -> None:
        self.seen.append(self.path)
        page = EVIL_PAGES.get(self.path, "").format(target=self.target)
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html>" + page.encode())

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[RunningServer]:
    with running_server(tmp_path_factory.mktemp("server"), opens_browser=True) as running:
        yield running


@pytest.fixture(scope="module")
def leaks() -> list[str]:
    """Give the paths that the evil site was asked for so far."""
    return []


@pytest.fixture(scope="module")
def evil_port(server: RunningServer, leaks: list[str]) -> Iterator[int]:
    handler = type("Handler", (EvilHandler,), {"target": server.origin, "seen": leaks})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as evil:
        thread = threading.Thread(target=evil.serve_forever, daemon=True)
        thread.start()
        yield evil.server_port
        evil.shutdown()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with running_chromium(f"--host-resolver-rules={RULES}") as browser:
        yield browser


@pytest.fixture(scope="module")
def person(chromium: Browser, server: RunningServer) -> Iterator[BrowserContext]:
    """Give the profile of somebody who is logged in and now meets other pages."""
    context = chromium.new_context()
    log_in(context.new_page(), server)
    yield context
    context.close()


def visit(person: BrowserContext, server: RunningServer, address: str) -> list[tuple[str, str, int]]:
    """Open an evil page and give method, path and status of every answer of our server, those withheld from it too."""
    page = person.new_page()
    network = person.new_cdp_session(page)
    sent: list[dict] = []
    received: list[dict] = []
    # Playwright takes functions of Python only, no methods of a list.
    network.on("Network.requestWillBeSent", lambda event: sent.append(event))  # noqa: PLW0108
    network.on("Network.responseReceivedExtraInfo", lambda event: received.append(event))  # noqa: PLW0108
    network.send("Network.enable")
    page.goto(address)
    if address.endswith(("/fetch", "/stream")):
        page.wait_for_function("document.title === 'done'")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(200)  # what the network tells comes a moment later than what it did
    page.close()
    # The two kinds of events come in any order.
    statuses = {event["requestId"]: event["statusCode"] for event in received}
    return [
        (event["request"]["method"], event["request"]["url"].removeprefix(server.origin), statuses[event["requestId"]])
        for event in sent
        if event["request"]["url"].startswith(server.origin) and event["requestId"] in statuses
    ]


def is_still_logged_in(person: BrowserContext, server: RunningServer) -> bool:
    page = person.new_page()
    answer = page.goto(f"{server.origin}/static/js/live.js")
    page.close()
    assert answer is not None
    return answer.status == 200


@pytest.mark.parametrize("site", ["evil.test", "127.0.0.1"])
def test_forms_of_other_sites_are_refused(person, server, evil_port, site):
    assert ("POST", "/logout", 403) in visit(person, server, f"http://{site}:{evil_port}/form")
    assert ("POST", "/login", 403) in visit(person, server, f"http://{site}:{evil_port}/login-form")
    assert is_still_logged_in(person, server)


@pytest.mark.parametrize("site", ["evil.test", "127.0.0.1"])
def test_fetches_of_other_sites_are_refused(person, server, evil_port, site):
    answers = visit(person, server, f"http://{site}:{evil_port}/fetch")
    assert {status for _, _, status in answers} <= {403}
    if site == "127.0.0.1":  # from the other one Chromium may not even send them
        assert ("POST", "/logout", 403) in answers
    assert is_still_logged_in(person, server)


@pytest.mark.parametrize("site", ["evil.test", "127.0.0.1"])
def test_streams_are_not_read_from_other_sites(person, server, evil_port, site):
    answers = visit(person, server, f"http://{site}:{evil_port}/stream")
    assert {status for _, _, status in answers} <= {403}
    if site == "127.0.0.1":
        assert ("GET", "/events", 403) in answers


@pytest.mark.parametrize("site", ["evil.test", "127.0.0.1"])
def test_other_sites_embed_nothing(person, server, evil_port, site):
    answers = visit(person, server, f"http://{site}:{evil_port}/embed")
    assert {status for _, _, status in answers} <= {403}
    if site == "127.0.0.1":
        assert len(answers) >= 5


def test_a_rebound_name_is_turned_away(person, server):
    page = person.new_page()
    for path in ("/", "/login", "/static/css/base.css", "/nothing"):
        answer = page.goto(f"http://rebind.test:{server.port}{path}")
        assert answer is not None
        assert answer.status == 421
    statuses = page.evaluate(
        """async () => [(await fetch("/logout", {method: "POST"})).status, (await fetch("/")).status]"""
    )
    assert statuses == [421, 421]
    page.close()


def test_a_link_from_another_site_leads_in_by_one_more_click(person, server, evil_port):
    """The strict cookie stays away from the first request; the page says so and offers the way."""
    page = person.new_page()
    page.goto(f"http://evil.test:{evil_port}/")
    with page.expect_navigation():
        page.evaluate(f"location.href = '{server.origin}/projects?x=1'")
    assert page.locator("h1").inner_text() == "This browser is not logged in"
    with page.expect_navigation() as navigation:
        page.get_by_role("link", name="open the page").click()
    assert navigation.value.status == 200
    assert page.url == f"{server.origin}/projects?x=1"
    page.close()


def test_the_bootstrap_leaves_no_secret_behind(chromium, tmp_path):
    with running_server(tmp_path / "server", opens_browser=True) as server, chromium.new_context() as context:
        file = Path(server.bootstrap_address.removeprefix("file://"))
        code = file.read_text().partition('name="code" value="')[2].partition('"')[0]
        assert len(code) == 35
        page = context.new_page()
        requests = []
        page.on("request", lambda request: requests.append((request.url, request.headers.get("referer", ""))))
        log_in(page, server)
        assert not file.exists(), "the file goes once it was used"
        assert page.url == f"{server.origin}/"
        assert not [words for words in requests if code in "".join(words)]
        session = context.new_cdp_session(page)
        history = session.send("Page.getNavigationHistory")["entries"]
        assert [entry["url"] for entry in history][-1] == f"{server.origin}/"
        assert not [entry for entry in history if code in str(entry) or "/login" in entry["url"]]
        assert code not in page.content()
        assert code not in "\n".join(server.lines)
        family = [psutil.Process(server.process.pid), *psutil.Process(server.process.pid).children(recursive=True)]
        assert not [process for process in family if code in " ".join(process.cmdline())]
        assert not [process for process in family if code in str(process.environ())]
        (cookie,) = context.cookies()
        assert cookie["httpOnly"]
        assert cookie["sameSite"] == "Strict"
        assert cookie["domain"] == "127.0.0.1"
        assert cookie["expires"] == -1
        assert page.evaluate("document.cookie") == ""


def test_a_copied_bootstrap_page_works_once(chromium, tmp_path):
    with running_server(tmp_path / "server", opens_browser=True) as server:
        copy = tmp_path / "copy.html"
        copy.write_text(Path(server.bootstrap_address.removeprefix("file://")).read_text())
        with chromium.new_context() as context:
            log_in(context.new_page(), server)
        with chromium.new_context() as context:
            page = context.new_page()
            page.goto(copy.as_uri())
            page.wait_for_url(f"{server.origin}/login")
            assert "not good" in page.get_by_role("alert").inner_text()
            assert context.cookies() == []


def test_a_printed_code_lets_a_person_in(chromium, tmp_path):
    with running_server(tmp_path / "server") as server, chromium.new_context() as context:
        page = context.new_page()
        page.goto(f"{server.origin}/projects")
        page.get_by_label("One-time code").fill(server.printed_code)
        page.get_by_role("button", name="Open", exact=True).click()
        page.wait_for_url(f"{server.origin}/projects")
        assert page.locator("main").is_visible()


# What a repository's text might do if a renderer let it through; each is put into a page as is, inside the container
# that every template uses for such text. The name says which defence is on trial.
PAYLOADS = {
    "inline script": "<script>document.title='XSS'</script>",
    "onerror": "<img src=/nope onerror=\"document.title='XSS'\">",
    "javascript link": "<a id=link href=\"javascript:document.title='XSS'\">x</a>",
    "hx-on": "<div hx-on:load=\"document.title='XSS'\" hx-on::load=\"document.title='XSS'\">a</div>",
    "hx-post on load": "<div hx-post='/logout' hx-trigger='load'>b</div>",
    "data-hx-post on load": "<div data-hx-post='/logout' data-hx-trigger='load'>b</div>",
    "hx-get with eval": "<div hx-get='/nothing' hx-trigger=\"load[document.title='XSS']\">b</div>",
    "hx-vals": "<div hx-get='/nothing' hx-trigger='load' hx-vals=\"js:{x: document.title='XSS'}\">b</div>",
    "hx-ext": "<div hx-ext='x' hx-get='http://evil.test:PORT/leak' hx-trigger='load'>b</div>",
    "inherited hx-disable lifted": "<div hx-disable='false' hx-post='/logout' hx-trigger='load'>b</div>",
    "remote image": "<img src='http://evil.test:PORT/leak'>",
    "remote style": "<style>body{background:url(http://evil.test:PORT/leak)}</style>",
    "inline style": "<b style='background:url(http://evil.test:PORT/leak)'>x</b>",
    "form to elsewhere": "<form id=form action='http://evil.test:PORT/leak'><input></form>",
    "base": "<base href='http://evil.test:PORT/'>",
    "frame": "<iframe src='http://evil.test:PORT/leak'></iframe>",
    "object": "<object data='http://evil.test:PORT/leak'></object>",
    "local get by image": "<img src=/projects>",
}


@pytest.fixture
def open_with(person: BrowserContext, server: RunningServer, evil_port: int) -> Iterator[object]:
    """Open a real page of the server whose main part additionally holds some HTML, as if a renderer had failed."""
    page = person.new_page()

    def open_one(html: str) -> tuple[Page, list[str]]:
        def answer(route) -> None:
            response = route.fetch()
            injected = f'<main id="main" tabindex="-1"><div hx-disable>{html}</div>'.replace("PORT", str(evil_port))
            body = response.text().replace('<main id="main" tabindex="-1">', injected)
            assert injected in body
            route.fulfill(response=response, body=body)

        requests: list[str] = []
        page.route(f"{server.origin}/projects", answer)
        page.on("request", lambda request: requests.append(f"{request.method} {request.url}"))
        page.goto(f"{server.origin}/projects")
        page.wait_for_load_state("networkidle")
        return page, requests

    yield open_one
    page.close()


@pytest.mark.parametrize("name", PAYLOADS)
def test_injected_html_does_nothing(open_with, person, server, leaks, name):
    page, requests = open_with(PAYLOADS[name])
    if name == "javascript link":
        page.click("#link")
    if name == "form to elsewhere":
        page.evaluate("document.getElementById('form').submit()")
    page.wait_for_timeout(300)
    assert "XSS" not in page.title()
    assert "/leak" not in leaks
    assert not [request for request in requests if request.startswith("POST") or "/nothing" in request]
    assert page.url == f"{server.origin}/projects"
    assert page.evaluate("document.baseURI").startswith(server.origin)
    assert is_still_logged_in(person, server)


def test_injected_htmx_does_act_where_the_container_is_missing(open_with, server):
    """Guards against dead payloads above: outside of hx-disable the same attribute sends its request."""
    _, requests = open_with("</div><div hx-post='/logout' hx-trigger='load'>b</div><div>")
    assert f"POST {server.origin}/logout" in requests
