"""The tests of both sides started on the page, with results that come by themselves; a stop; any width."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from corpus.clones import clone_corpus
from playwright.sync_api import Page, expect
from serving import RunningServer

from browser.test_comparisons import allow, open_comparison, show

pytestmark = [pytest.mark.browser, pytest.mark.compare]
PATIENCE = 90_000  # milliseconds


@pytest.fixture
def server(tmp_path: Path, start_server: Callable[..., RunningServer]) -> RunningServer:
    return start_server(str(clone_corpus("ledgerlite", tmp_path / "ledgerlite")))


def open_tests(page: Page, server: RunningServer) -> str:
    address = open_comparison(page, server)
    allow(page, server)
    show(page, server, f"{address}/tests")
    return address


def start(page: Page, command: str) -> None:
    page.get_by_label("Test command").fill(command)
    page.get_by_role("button", name="Run the tests").press("Enter")


def test_results_come_by_themselves(server: RunningServer, open_page: Callable[..., Page]):
    page = open_page(server)
    open_tests(page, server)
    start(page, f"{sys.executable} -m pytest -q -p no:cacheprovider --junitxml=junit.xml tests/test_amounts.py")
    expect(page.locator(".tests-of-sides .chip.pass", has_text="done")).to_have_count(2, timeout=PATIENCE)
    expect(page.get_by_role("link", name="Alike")).to_be_visible(timeout=PATIENCE)
    page.set_viewport_size({"width": 390, "height": 800})
    page.get_by_role("link", name="Alike").click()
    expect(page.locator("table.cases tbody tr").first).to_be_visible()
    page.wait_for_function("document.documentElement.scrollWidth <= 390")  # once the new part is laid out


def test_a_stop_is_a_click(server: RunningServer, open_page: Callable[..., Page]):
    page = open_page(server)
    address = open_tests(page, server)
    start(page, f"{sys.executable} -c 'import time; time.sleep(1000)'")
    for _ in range(2):
        show(page, server, f"{address}/tests")
        page.get_by_role("button", name="stop").first.click()
        page.wait_for_url("**/runs/**")
        expect(page.get_by_text("stopped").first).to_be_visible(timeout=PATIENCE)
    show(page, server, f"{address}/tests")
    expect(page.locator(".tests-of-sides .chip", has_text="stopped")).to_have_count(2, timeout=PATIENCE)
