"""The README's first command as a newcomer meets it: an empty home, and Chromium in the place of the user's browser."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import log_in
from playwright.sync_api import Browser, Page, expect
from serving import RunningServer, running_server

pytestmark = pytest.mark.browser

DISCUSSION = "TandemKit/001-CsvImport/Evaluator/Round-01-Discussion"


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[RunningServer]:
    """Run ``tandemweb demo``; what it builds goes to ``temporary``, and its home holds nothing."""
    (tmp_path / "temporary").mkdir()
    with running_server(
        tmp_path / "home", opens_browser=True, command="demo", TMPDIR=str(tmp_path / "temporary")
    ) as server:
        yield server


@pytest.fixture
def page(demo: RunningServer, chromium: Browser) -> Iterator[Page]:
    with chromium.new_context() as context:
        yield log_in(context.new_page(), demo)


def test_it_ends_with_the_list_of_missions(demo: RunningServer, page: Page, tmp_path: Path):
    for name in ("CsvImport", "MonthlyReport"):
        expect(page.locator("#live")).to_contain_text(name, timeout=30_000)
    page.get_by_role("link", name="001", exact=False).first.click()
    expect(page.locator("h1")).to_be_visible()
    assert "/missions/" in page.url
    assert demo.stop() == 0
    assert list((tmp_path / "temporary").iterdir()) == [], "nothing is left of it"
    assert {path.name for path in (tmp_path / "home").iterdir()} == {"browser.sh", "opened"}, (
        "and the home is as it was"
    )


def test_an_open_exchange_follows_its_documents(demo: RunningServer, page: Page, tmp_path: Path):
    expect(page.locator("#live")).to_contain_text("CsvImport", timeout=30_000)
    (project,) = (tmp_path / "temporary").glob("*/projects/ledgerlite")
    page.goto(f"{demo.origin}/projects/ledgerlite/missions/tandemkit/001-CsvImport/rounds/1")
    expect(page.locator("#live details").first).to_be_attached(timeout=30_000)
    page.wait_for_timeout(2500)  # until the first index is done and the page listens
    page.evaluate("document.querySelectorAll('#live details').forEach(details => details.open = true)")
    opened = page.locator("#live details[open]").count()
    page.evaluate("scrollTo(0, document.body.scrollHeight / 2)")
    before = page.evaluate("scrollY")
    assert opened > 0
    assert before > 300
    with (project / DISCUSSION / "Codex-02.md").open("a", encoding="utf-8") as file:
        file.write("\n\nA sentence that was not there before.\n")
    written = time.monotonic()
    expect(page.locator("#live")).to_contain_text("A sentence that was not there before.", timeout=10_000)
    assert time.monotonic() - written < 2
    page.wait_for_timeout(300)
    assert abs(page.evaluate("scrollY") - before) <= 1
    assert page.locator("#live details[open]").count() == opened
