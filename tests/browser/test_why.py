"""From code to the reason for it: the margin beside a file, a line of a diff to a decision in three clicks."""

from collections.abc import Callable
from pathlib import Path

import pytest
from corpus.clones import clone_corpus
from playwright.sync_api import Page, expect
from serving import RunningServer

pytestmark = pytest.mark.browser

FIX = "25a3bff563b90fb4c734db4a9def4a6099c7d349"


@pytest.fixture
def page(tmp_path: Path, start_server: Callable[..., RunningServer], open_page: Callable[..., Page]) -> Page:
    return open_page(start_server(str(clone_corpus("linkshelf", tmp_path / "linkshelf"))))


def test_the_margin_beside_a_file_and_the_way_to_a_decision(page: Page):
    home = page.url.rstrip("/")
    page.goto(f"{home}/projects/linkshelf/commits/{FIX}")
    expect(page.get_by_role("heading", name="Mission")).to_be_visible()

    page.goto(f"{home}/projects/linkshelf/files/src/query.js?lines=28")
    margin = page.locator("#L28 > td.why a")
    expect(margin).to_have_text("001-tag-search R2")
    expect(margin).to_have_attribute(
        "title", "Tag Search, round 2 (certain): Make the link of a tag work for every character"
    )
    expect(page.locator("#story")).to_contain_text("A tag with a double quote")

    page.goto(f"{home}/projects/linkshelf/commits/{FIX}")
    page.locator('section[aria-label="src/query.js"] td.n a', has_text="28").last.click()
    page.get_by_role("listitem").filter(has_text="Double quotes in tag names").get_by_role("link").click()
    expect(page.locator("tr:target")).to_contain_text("backslash")
