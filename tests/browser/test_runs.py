"""Runs in a real browser: a server, a driver and a scripted agent, each a process of its own."""

import json
import os
import re
import signal
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from browsing import log_in
from playwright.sync_api import Browser, Page, expect
from run_folders import wait_until
from services.examples import archive
from serving import RunningServer, running_server

from tandemweb.agents.run_folder import RunFolder, list_run_folders
from tandemweb.agents.run_reading import read_run
from tandemweb.domain.run import Run, RunStatus

pytestmark = pytest.mark.browser

AGENT = Path(__file__).parent.parent / "scripted_claude.py"
MISSION = "/projects/repository/missions/tandemkit/001-DateRanges"
WORKFLOW = """\
name = "scripted"
title = "Scripted"
[stages.all]
title = "Play"
first = "play"
[steps.play]
title = "Play by the prompt"
stage = "all"
agent = "claude"
asks = true
prompt = "{note}"
next = { "*" = "end" }
"""


@dataclass
class Theatre:
    """A server with a project in which scripted agents may start; ``home`` holds its data folder."""

    home: Path
    server: RunningServer
    project: Path

    @property
    def data_folder(self) -> Path:
        return self.home / "tandemweb"

    @property
    def folders(self) -> list[RunFolder]:
        return list_run_folders(self.data_folder)

    def read(self) -> Run:
        """Read the newest run."""
        return read_run(self.folders[0])

    def flag(self, name: str) -> Path:
        return self.home / name


@pytest.fixture(autouse=True)
def patience():
    """Give processes that have to start first more time than Playwright's five seconds."""
    expect.set_options(timeout=30_000)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture
def theatre(tmp_path, git_repository):
    git_repository.commit("Start", archive("001-DateRanges"))
    home = tmp_path / "home"
    data_folder = home / "tandemweb"
    (data_folder / "workflows").mkdir(parents=True)
    (data_folder / "workflows/scripted.toml").write_text(WORKFLOW)
    program = home / "claude"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{AGENT}" "$@"\n')
    program.chmod(0o700)
    (data_folder / "settings.toml").write_text(f'[agents.claude]\nexecutable = "{program}"\n')
    with running_server(home, str(git_repository.path), opens_browser=True) as server:
        theatre = Theatre(home, server, git_repository.path)
        yield theatre
        for folder in theatre.folders:
            if not read_run(folder).status.is_end:
                folder.ask_to_stop(datetime.now(UTC))
                wait_until(lambda folder=folder: read_run(folder).status.is_end)


@pytest.fixture
def page(chromium: Browser, theatre):
    context = chromium.new_context()
    page = log_in(context.new_page(), theatre.server)
    open_mission(page, theatre.server)
    yield page
    context.close()


def open_mission(page: Page, server: RunningServer, address: str = MISSION) -> None:
    """Open a page of the mission, once it is indexed."""

    def is_there() -> bool:
        answer = page.goto(f"{server.origin}{address}")
        return answer is not None and answer.status == 200

    wait_until(is_there)


def allow_agents(page: Page, theatre: Theatre) -> None:
    page.goto(f"{theatre.server.origin}/projects/repository/trust")
    page.get_by_role("button", name="Allow agents in this project").click()
    page.wait_for_url(f"{theatre.server.origin}/projects/repository")


def start(page: Page, theatre: Theatre, *lines: str) -> None:
    """Start a run whose agent plays these lines, and come to its page."""
    allow_agents(page, theatre)
    page.goto(f"{theatre.server.origin}{MISSION}/stages/all?workflow=scripted")
    page.locator("textarea[name=prompt-play]").fill("\n".join(lines))
    page.get_by_role("button", name="Start", exact=True).click()
    page.wait_for_url(re.compile(r"/runs/\d{8}-"))


def say_go(path: Path) -> None:
    path.write_text("go")


def test_a_run_is_seen_while_it_goes_on(page, theatre):
    flags = [theatre.flag(f"go-{number}") for number in range(4)]
    start(
        page,
        theatre,
        "SAY I begin.",
        "TOOL ls -A|README.md",
        f"UNTIL {flags[0]}",
        "SAY I have seen <b>it</b>.",
        f"UNTIL {flags[1]}",
        "COUNT 300 word",
        f"UNTIL {flags[2]}",
        "SAY The last word.",
        f"UNTIL {flags[3]}",
    )
    log = page.locator("#log-1")
    expect(log).to_contain_text("I begin.")
    expect(page.locator("#run-head .chip")).to_have_text("running")
    log.locator("details").first.evaluate("details => details.open = true")
    page.evaluate("document.querySelector('#main').marker = 'same node'")
    counted = page.locator("#step-1 .elapsed")
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    for _ in range(5):  # what was said before may still be on its way
        requests.clear()
        expect(counted).not_to_have_text(counted.inner_text(), timeout=5000)
        if not any("/runs/" in url for url in requests):
            break
    else:
        pytest.fail(f"seconds are not counted without a request: {requests}")

    say_go(flags[0])
    expect(log).to_contain_text("I have seen <b>it</b>.")
    assert log.locator("details").first.evaluate("details => details.open")
    assert page.evaluate("document.querySelector('#main').marker") == "same node"

    say_go(flags[1])
    expect(log).to_contain_text("word 300")
    assert "word 101" in log.inner_text()
    assert log.evaluate("log => log.scrollHeight - log.scrollTop - log.clientHeight") < 30, "the end is followed"
    log.evaluate("log => { log.scrollTop = 200 }")
    seen = log.evaluate(FIRST_SEEN)
    say_go(flags[2])
    expect(log).to_contain_text("The last word.")
    page.wait_for_timeout(300)
    assert log.evaluate(FIRST_SEEN) == seen, "who reads above the end stays there"
    say_go(flags[3])
    expect(page.locator("#run-head")).to_contain_text("done")
    expect(page.locator(".elapsed")).to_have_count(0)
    assert theatre.read().status is RunStatus.DONE


FIRST_SEEN = """log => { const top = log.getBoundingClientRect().top;
for (const entry of log.children) { const place = entry.getBoundingClientRect();
if (place.bottom > top) return [entry.id, Math.round(place.top - top)]; } }"""


def test_words_of_an_agent_concern_no_other_page(page, theatre):
    flags = [theatre.flag(f"go-{number}") for number in range(2)]
    start(page, theatre, f"UNTIL {flags[0]}", "COUNT 200 word", f"UNTIL {flags[1]}")
    expect(page.locator("#run-head")).to_contain_text("running")
    other = page.context.new_page()
    other.goto(f"{theatre.server.origin}/projects")
    other.wait_for_timeout(1000)
    requests: list[str] = []
    other.on("request", lambda request: requests.append(request.url))
    say_go(flags[0])
    page.bring_to_front()
    expect(page.locator("#log-1")).to_contain_text("word 200")
    other.wait_for_timeout(500)
    assert [url for url in requests if url.endswith("/projects")] == []
    say_go(flags[1])
    expect(page.locator("#run-head")).to_contain_text("done")


def test_a_question_is_answered_in_its_form(page, theatre, chromium):
    start(page, theatre, "SAY I look.", "ASK Which currency?|EUR|CHF", "SAY Thank you.")
    form = page.locator("form.question")
    expect(form).to_contain_text("Which currency?")
    assert theatre.read().status is RunStatus.WAITING
    other = page.context.new_page()
    other.goto(f"{theatre.server.origin}/projects")
    notice = other.locator(".run-notices")
    expect(notice).to_contain_text("asks: Which currency?")
    notice.get_by_role("link", name="Answer").click()
    expect(other.locator("form.question")).to_be_visible()
    form.locator("input[name=q0-own]").fill("half an ans")
    page.wait_for_timeout(600)
    assert form.locator("input[name=q0-own]").input_value() == "half an ans"
    form.get_by_label("CHF").check()
    form.get_by_role("button", name="Answer", exact=True).click()
    expect(page.locator("#log-1")).to_contain_text("The answer is {'Which currency?': 'CHF'}")
    expect(page.locator("#run-head")).to_contain_text("done")
    expect(other.locator("form.question")).to_have_count(0)
    other.goto(f"{theatre.server.origin}/projects")
    expect(other.locator(".run-notices")).to_have_count(0)


def test_a_stop_shows_at_once_when_it_is_done(page, theatre):
    start(page, theatre, "SAY I begin.", "IGNORE", f"UNTIL {theatre.flag('never')}")
    expect(page.locator("#log-1")).to_contain_text("I begin.")
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.locator(".actions")).to_contain_text("being ended")
    expect(page.locator("#run-head")).to_contain_text("stopped", timeout=20_000)
    shown = datetime.now(UTC)
    ended = theatre.read().ended_at
    assert ended is not None
    late = (shown - ended).total_seconds()
    print(f"the end of a stopped run was shown after {late:.2f} s")
    assert late < 1
    assert theatre.read().status is RunStatus.CANCELLED


def test_two_browsers_press_the_same_button(page, theatre, chromium):
    allow_agents(page, theatre)
    context = chromium.new_context(storage_state=page.context.storage_state())
    other = context.new_page()
    flag = theatre.flag("go")
    for browser in (page, other):
        browser.goto(f"{theatre.server.origin}{MISSION}/stages/all?workflow=scripted")
        browser.locator("textarea[name=prompt-play]").fill(f"SAY I begin.\nUNTIL {flag}")
    for browser in (page, other):
        # Both are sent before either is answered.
        browser.evaluate("setTimeout(() => document.querySelector('.stage-run-form button.primary').click(), 50)")
    for browser in (page, other):
        browser.wait_for_url(re.compile(r"/runs/\d{8}-"))
    assert page.url == other.url
    assert len(theatre.folders) == 1
    say_go(flag)
    context.close()


def test_a_double_click_starts_one_run(page, theatre):
    allow_agents(page, theatre)
    page.goto(f"{theatre.server.origin}{MISSION}/stages/all?workflow=scripted")
    page.locator("textarea[name=prompt-play]").fill("SAY I begin.")
    page.get_by_role("button", name="Start", exact=True).dblclick()
    page.wait_for_url(re.compile(r"/runs/\d{8}-"))
    expect(page.locator("#run-head")).to_contain_text("done")
    assert len(theatre.folders) == 1


@pytest.mark.faults
def test_the_server_is_killed_in_the_middle(page, theatre, chromium, tmp_path):
    flag = theatre.flag("go")
    start(page, theatre, "COUNT 50 before", f"UNTIL {flag}", "COUNT 50 after", "SAY The end.")
    expect(page.locator("#log-1")).to_contain_text("before 50")
    address = page.url.removeprefix(theatre.server.origin)
    os.kill(theatre.server.process.pid, signal.SIGKILL)
    theatre.server.process.wait()
    (theatre.home / "opened").unlink()
    say_go(flag)
    wait_until(lambda: theatre.read().status.is_end)
    with running_server(theatre.home, opens_browser=True) as again, chromium.new_context() as context:
        fresh = log_in(context.new_page(), again)
        started = time.monotonic()
        fresh.goto(f"{again.origin}{address}")
        expect(fresh.locator("#run-head")).to_contain_text("done")
        print(f"the truth was shown {time.monotonic() - started:.2f} s after the page was asked for")
        text = fresh.locator("#log-1").inner_text()
        for word in ("before", "after"):
            assert [number for number in range(1, 51) if f"{word} {number}\n" not in f"{text}\n"] == []
        assert "The end." in text
        log = fresh.request.get(f"{again.origin}{address}/steps/1/stdout").text()
        assert len([line for line in log.splitlines() if json.loads(line)["type"] == "assistant"]) == 101
        fresh.goto(f"{again.origin}/projects")
        expect(fresh.locator(".run-notices")).to_have_count(0)  # its end was seen on its page


@pytest.mark.faults
def test_a_killed_driver_is_shown_as_cut_off(page, theatre):
    start(page, theatre, "SAY I begin.", f"UNTIL {theatre.flag('never')}")
    expect(page.locator("#log-1")).to_contain_text("I begin.")
    driver = json.loads(theatre.folders[0].driver.read_text())["pid"]
    os.kill(driver, signal.SIGKILL)
    killed = time.monotonic()
    expect(page.locator("#run-head")).to_contain_text("cut off")
    late = time.monotonic() - killed
    print(f"a killed driver was shown as cut off after {late:.2f} s")
    assert late < 2
    agent = json.loads(next(theatre.folders[0].steps.glob("*/command.json")).read_text())["identity"]["pid"]
    wait_until(lambda: not Path(f"/proc/{agent}/cmdline").exists() or not Path(f"/proc/{agent}/cmdline").read_bytes())


def test_an_end_that_nobody_saw_waits_on_every_page(page, theatre):
    flag = theatre.flag("go")
    start(page, theatre, f"UNTIL {flag}")
    page.goto(f"{theatre.server.origin}/projects")
    expect(page.locator("#run-count .tally")).to_have_text("1")
    say_go(flag)
    notice = page.locator(".run-notices")
    expect(notice).to_contain_text("All: 001-DateRanges is done")
    notice.get_by_role("link", name="Look").click()
    expect(page.locator("#run-head")).to_contain_text("done")
    page.wait_for_load_state()  # its script has said so
    wait_until(lambda: page.goto(f"{theatre.server.origin}/projects") and not page.locator(".run-notices").count())


def test_a_notification_tells_of_a_question(page, theatre):
    page.context.grant_permissions(["notifications"], origin=theatre.server.origin)
    page.context.add_init_script(
        """window.shown = []; window.Notification = class extends EventTarget {
        static permission = "granted"; static requestPermission = async () => "granted";
        constructor(title, options) { super(); window.shown.push([title, options.body]); } };
        document.hasFocus = () => false;"""
    )
    page.goto(f"{theatre.server.origin}/runs")
    button = page.locator("#notify")
    expect(button).to_have_text("Notify me when a run needs me")
    button.click()
    expect(button).to_have_text("Notifications are on: turn off")
    other = page.context.new_page()
    flag = theatre.flag("go")
    start(other, theatre, f"UNTIL {flag}", "ASK Which currency?|EUR|CHF")
    expect(other.locator("#run-head")).to_contain_text("running")
    other.close()
    page.wait_for_timeout(500)
    say_go(flag)
    wait_until(lambda: page.evaluate("window.shown.length"))
    assert page.evaluate("window.shown") == [["All: 001-DateRanges asks you", "Which currency?"]]


def test_nothing_on_the_page_of_a_run_breaks_the_policy(page, theatre):
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    start(page, theatre, "SAY <img src=x onerror=alert(1)><style>*{display:none}</style>", "TOOL a|<script>b</script>")
    expect(page.locator("#run-head")).to_contain_text("done")
    page.locator("#log-1 details").first.evaluate("details => details.open = true")
    page.reload()
    page.wait_for_timeout(500)
    assert complaints == []
