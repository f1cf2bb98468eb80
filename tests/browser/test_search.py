"""Search by keyboard only, and with a browser that runs no scripts."""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from serving import RunningServer

pytestmark = pytest.mark.browser

FILES = {
    "TandemKit/001-Rates/State.json": json.dumps({"phase": "complete"}),
    "TandemKit/001-Rates/Spec.md": "# Rates\n\n## Key Decisions\n\n- **Rates of the day** — `readRateTable`.\n",
    "TandemKit/001-Rates/Generator/Round-01.md": "# Report\n\nRates are read once.\n",
}


@pytest.fixture
def page(git_repository, start_server: Callable[..., RunningServer], open_page: Callable[..., Page]) -> Page:
    git_repository.commit("Read rates", FILES)
    return open_page(start_server(str(git_repository.path)))


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.textContent || document.activeElement.id")


def test_by_keyboard_only(page: Page):
    keys = page.keyboard
    page.locator("h1").first.wait_for()
    keys.press("/")
    assert focused(page) == "search"
    keys.type("rat")
    keys.press("Enter")
    page.wait_for_url("**/search?q=rat")
    expect(page.locator("mark").first).to_be_visible()
    assert focused(page) == "search"

    keys.type("e kind:deci")  # goes on where the word ended; the results follow without Enter
    completion = page.locator(".completions a")
    expect(completion).to_have_text("rate kind:decision ")
    assert page.url.endswith("/search?q=rate%20kind%3Adeci")
    keys.press("ArrowDown")
    assert focused(page) == "rate kind:decision "
    keys.press("Enter")
    page.wait_for_url("**/search?q=rate+kind%3Adecision+")
    expect(page.locator(".hits li")).to_have_count(1)  # by the part of readRateTable: a blank has ended the word

    keys.press("Control+A")
    keys.type("rates kind:decision,report")
    expect(page.locator(".hits li")).to_have_count(2)
    for _ in range(8):  # through the kinds of things, which are no stations, to the second hit
        keys.press("ArrowDown")
        if "Report" in focused(page):
            break
    keys.press("ArrowUp")
    assert focused(page) == "Rates of the day"
    keys.press("Escape")
    assert focused(page) == "search"
    keys.press("ArrowDown")
    keys.press("Enter")
    page.wait_for_url("**/decisions/*")
    expect(page.locator("h1")).to_have_text("Rates of the day")
    keys.press("/")
    assert focused(page) == "search"


def test_parts_of_identifiers_are_marked(page: Page):
    page.goto(page.url.rstrip("/") + "/search?q=table+kind:spec")
    expect(page.locator(".hits mark").first).to_have_text("Table")


def test_without_scripts(page: Page):
    context = page.context.browser.new_context(java_script_enabled=False, storage_state=page.context.storage_state())
    plain = context.new_page()
    plain.goto(page.url)
    plain.locator("#search").fill("rates sever")
    plain.locator("#search").press("Enter")
    plain.wait_for_url("**/search?q=rates+sever")
    plain.get_by_role("link", name="rates severity:").click()
    expect(plain.locator("#search")).to_have_value("rates severity:")
    expect(plain.locator(".hits li").first).to_be_visible()
    plain.get_by_role("link", name="decisions", exact=True).click()
    plain.locator(".hits a[data-step]").click()
    plain.get_by_role("link", name="As plain text").click()
    assert plain.locator("body").inner_text().startswith("## Rates of the day")
    context.close()


def test_how_much_was_found_is_told(page: Page):
    page.goto(page.url.rstrip("/") + "/search?q=rat")
    page.locator("#search").press("End")
    page.keyboard.type("es")
    expect(page.get_by_role("status").filter(has_text="found")).to_have_text(re.compile(r"^\d+ found$"))
    expect(page.locator("#results[aria-live]")).to_have_count(0)
    page.keyboard.type(" nowhere")
    expect(page.get_by_role("status").filter(has_text="Nothing")).to_have_text("Nothing found")


def test_times_of_what_htmx_brings_are_local(git_repository, start_server, open_page):
    git_repository.commit("Read rates", FILES, at="2026-03-01T20:00:00Z")
    page = open_page(start_server(str(git_repository.path)), timezone_id="Asia/Tokyo")
    page.goto(page.url.rstrip("/") + "/search?q=kind:commit")
    page.locator("#search").press("End")
    page.keyboard.type(" rat")
    expect(page).to_have_url(re.compile("rat$"))
    expect(page.locator(".hits time").first).to_have_text("2 March 2026, 05:00")
