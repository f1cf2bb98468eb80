"""From code to the reason for it: the margin beside a file, a line of a diff to a decision in three clicks."""

import re
from collections.abc import Callable
from pathlib import Path
from subprocess import run

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


def test_margin_and_story_stay_when_the_page_is_brought_up_to_date(tmp_path: Path, start_server, open_page):
    project = clone_corpus("linkshelf", tmp_path / "linkshelf")
    page = open_page(start_server(str(project)))
    home = page.url.rstrip("/")
    page.goto(f"{home}/projects/linkshelf/commits/{FIX}")
    expect(page.get_by_role("heading", name="Mission")).to_be_visible()
    page.goto(f"{home}/projects/linkshelf/files/src/query.js?lines=28")
    margin, story = page.locator("#L28 > td.why a"), page.locator("#story")
    expect(margin).to_have_text("001-tag-search R2")
    expect(story).to_contain_text("A tag with a double quote")
    page.wait_for_timeout(700)  # until it listens

    spec = next(project.rglob("Spec.md"))
    with page.expect_response(re.compile("/margin/")):
        spec.write_text(f"{spec.read_text()}\nA sentence more.\n")
    expect(margin).to_have_text("001-tag-search R2")
    expect(story).to_contain_text("A tag with a double quote")

    source = project / "src/query.js"
    source.write_text(f"// The first line is new.\n{source.read_text()}")
    run(["git", "-C", project, "-c", "user.name=A", "-c", "user.email=a@b", "commit", "-qam", "Say more"], check=True)
    expect(page.locator("#L1")).to_contain_text("The first line is new.")
    expect(page.locator("#L29 > td.why a, #L28 > td.why a").first).to_be_visible()
    expect(page.locator("#L1 > td.why a")).to_have_attribute("title", "no mission known: Say more")
