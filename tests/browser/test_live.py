"""Open pages follow the disk: the round page of a real archive while its documents change."""

import re
import socket
import statistics
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from corpus.clones import clone_corpus
from playwright.sync_api import Page, expect
from serving import RunningServer, read_answer

pytestmark = pytest.mark.browser

DISCUSSION = "TandemKit/001-CsvImport/Evaluator/Round-01-Discussion"


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    return clone_corpus("ledgerlite", tmp_path_factory.mktemp("corpus") / "ledgerlite")


@pytest.fixture(scope="module")
def server(start_server, project) -> RunningServer:
    return start_server(str(project))


@pytest.fixture
def open_round(server, open_page) -> Callable[..., Page]:
    """Open the page of the first evaluation and wait until it listens; ``script`` runs before any of the page's own."""

    def open_one(script: str = "") -> Page:
        page = open_page(server)
        if script:
            page.add_init_script(script)
        show_round(page, server)
        return page

    return open_one


def show_round(page: Page, server: RunningServer) -> None:
    address = f"{server.origin}/projects/ledgerlite/missions/tandemkit/001-CsvImport/rounds/1"
    end = time.monotonic() + 30
    while (answer := page.goto(address)) is None or answer.status != 200:  # while the first index is being built
        assert time.monotonic() < end, answer
        time.sleep(0.2)


def append(project: Path, text: str, name: str = "Codex-02.md") -> float:
    """Append a paragraph and give the moment of the write."""
    with (project / DISCUSSION / name).open("a", encoding="utf-8") as file:
        file.write(f"\n\n{text}\n")
    return time.monotonic()


def wait_for_text(page: Page, text: str, seconds: float = 10) -> float:
    expect(page.locator("#live")).to_contain_text(text, timeout=seconds * 1000)
    return time.monotonic()


def settle(page: Page) -> None:
    """Let the page connect to the stream of events."""
    page.wait_for_timeout(700)


def open_streams(server: RunningServer, cookie: str, count: int) -> tuple[list[socket.socket], int]:
    """Ask for streams; give the connections and how many of them were served."""
    request = f"GET /events HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nCookie: {cookie}\r\n\r\n".encode()
    connections, served = [], 0
    for _ in range(count):
        connection = socket.create_connection(("127.0.0.1", server.port), timeout=10)
        connection.sendall(request)
        served += read_answer(connection).status == 200
        connections.append(connection)
    return connections, served


def cookie_of(page: Page) -> str:
    (cookie,) = page.context.cookies()
    return f"{cookie['name']}={cookie['value']}"


def test_an_update_asks_for_what_was_told_and_a_person_for_what_is_there(open_round, project):
    page = open_round()
    settle(page)
    told = int(page.locator("meta[name=revision]").get_attribute("content"))
    with page.expect_request("**/rounds/1") as asked:
        append(project, "A paragraph that is told.")
    assert int(asked.value.headers["live-revision"]) > told
    with page.expect_request("**/rounds/1") as asked:
        page.reload()
    assert "live-revision" not in asked.value.headers


def test_a_change_shows_within_two_seconds_and_nothing_jumps(open_round, project):
    page = open_round()
    settle(page)
    page.evaluate("document.querySelectorAll('#live details').forEach(details => details.open = true)")
    opened = page.locator("#live details[open]").count()
    assert opened > 0
    page.evaluate("document.querySelector('#main').marker = 'same node'")
    page.evaluate("scrollTo(0, document.body.scrollHeight / 2)")
    before = page.evaluate("scrollY")
    assert before > 300
    link = page.locator("#live a").first
    link.evaluate("link => link.focus({preventScroll: true})")
    written = append(project, "A sentence that was not there before.")
    shown = wait_for_text(page, "A sentence that was not there before.")
    print(f"shown after {shown - written:.2f} s")
    assert shown - written < 2
    page.wait_for_timeout(300)
    assert abs(page.evaluate("scrollY") - before) <= 1
    assert page.locator("#live details[open]").count() == opened
    assert page.evaluate("document.querySelector('#main').marker") == "same node"
    assert link.evaluate("link => link === document.activeElement")
    expect(page.locator("#updated")).to_contain_text("Updated at")


def test_two_changes_in_a_row_both_show(open_round, project):
    page = open_round()
    settle(page)
    append(project, "The first of two.")
    wait_for_text(page, "The first of two.")
    append(project, "The second of two.")
    wait_for_text(page, "The second of two.")


def test_half_typed_input_stays(open_round, project, server):
    page = open_round()
    page.goto(f"{server.origin}/")
    settle(page)
    field = page.locator("#live input[type=search], #live input[type=text]").first
    field.fill("half a wo")
    page.locator("#live a").first.focus()  # what is typed stays without the focus too
    append(project, "Changes the time of the mission.", "Claude-02.md")
    expect(page.locator("#updated")).to_contain_text("Updated at")
    assert field.input_value() == "half a wo"


def test_a_change_elsewhere_leaves_the_page_alone(open_round, project):
    page = open_round()
    settle(page)
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    spec = project / "TandemKit/002-MultiCurrency/Spec.md"
    spec.write_text(spec.read_text() + "\n\nAnother mission.\n")
    page.wait_for_timeout(1500)
    assert [url for url in requests if "/rounds/" in url] == []


@pytest.mark.parametrize("missing", ["SharedWorker", "EventSource"])
def test_without_the_stream_the_page_asks_by_itself(open_round, project, missing):
    page = open_round(f"delete window.{missing}")
    text = f"Seen without {missing}."
    written = append(project, text)
    assert wait_for_text(page, text) - written < 4


def test_when_all_streams_are_taken_the_page_asks_by_itself(server, open_page, project):
    page = open_page(server)
    page.goto("about:blank")
    page.wait_for_timeout(1500)  # until the stream of the first page is given back
    connections, served = open_streams(server, cookie_of(page), 9)
    try:
        assert served == 8
        show_round(page, server)
        settle(page)
        written = append(project, "Seen in spite of a full house.")
        assert wait_for_text(page, "Seen in spite of a full house.") - written < 4
    finally:
        for connection in connections:
            connection.close()


def test_unchanged_pages_are_not_sent_again(open_round, server):
    page = open_round("delete window.SharedWorker")
    statuses = []
    page.on("response", lambda response: statuses.append(response.status) if "/rounds/" in response.url else None)
    page.wait_for_timeout(7000)
    assert statuses.count(304) >= 2, statuses
    assert statuses.count(200) <= 1, statuses


def test_twenty_tabs_share_one_stream_and_pages_stay_quick(open_round, server):
    first = open_round()
    address = first.url
    tabs = [first, *(first.context.new_page() for _ in range(19))]
    for tab in tabs[1:]:
        tab.goto(address, wait_until="domcontentloaded")
    settle(first)
    connections, served = open_streams(server, cookie_of(first), 8)
    for connection in connections:
        connection.close()
    assert served == 7, "one of eight is taken by all tabs together"
    seconds = []
    for _ in range(20):
        started = time.perf_counter()
        tabs[-1].goto(f"{server.origin}/projects", wait_until="commit")
        seconds.append(time.perf_counter() - started)
    quick = statistics.quantiles(seconds, n=20)[-1]
    print(f"page beside 20 open tabs: p95 {quick * 1000:.0f} ms")
    assert quick < 0.3


def test_no_stream_is_held_for_tabs_that_nobody_sees(open_round, server):
    page = open_round()
    settle(page)
    page.evaluate(
        """() => { Object.defineProperty(document, "hidden", {get: () => true, configurable: true});
                   document.dispatchEvent(new Event("visibilitychange")); }"""
    )
    page.wait_for_timeout(1500)
    connections, served = open_streams(server, cookie_of(page), 8)
    for connection in connections:
        connection.close()
    assert served == 8


def test_what_a_hidden_tab_missed_shows_when_it_is_seen(open_round, project):
    page = open_round()
    settle(page)
    hide = 'Object.defineProperty(document, "hidden", {get: () => HIDDEN, configurable: true});'
    hide += 'document.dispatchEvent(new Event("visibilitychange"));'
    page.evaluate(f"() => {{ {hide.replace('HIDDEN', 'true')} }}")
    page.wait_for_timeout(300)
    append(project, "Written while nobody looked.")
    page.wait_for_timeout(1500)
    assert "Written while nobody looked." not in page.locator("#live").inner_text()
    page.evaluate(f"() => {{ {hide.replace('HIDDEN', 'false')} }}")
    wait_for_text(page, "Written while nobody looked.", seconds=3)


def test_the_page_says_when_the_server_is_gone(start_server, open_page):
    server = start_server()
    page = open_page(server)
    settle(page)
    server.stop()
    expect(page.get_by_role("status").filter(has_text="does not answer")).to_be_in_viewport(timeout=20000)


def test_nothing_on_the_page_breaks_the_policy(open_round):
    complaints = []
    page = open_round("addEventListener('securitypolicyviolation', event => console.error('policy', event.blockedURI))")
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.reload()
    settle(page)
    assert complaints == []


def test_times_are_shown_where_the_reader_is(server, open_page):
    page = open_page(server, timezone_id="Asia/Kolkata")
    page.goto(f"{server.origin}/projects/ledgerlite/missions/tandemkit/001-CsvImport")
    shown = page.locator("#live time").first
    expect(shown).to_have_attribute("title", re.compile(r"^\d+ \w+ 20\d\d, \d\d:\d\d UTC$"))
    here, there = (
        datetime.strptime(f"{text.removesuffix(' UTC')} +0000", "%d %B %Y, %H:%M %z")
        for text in (shown.inner_text(), shown.get_attribute("title"))
    )
    assert here - there == timedelta(hours=5, minutes=30)


def test_a_key_leads_to_the_search(open_round):
    page = open_round()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    page.keyboard.type("a/b")
    assert page.locator("#search").input_value() == "a/b"
