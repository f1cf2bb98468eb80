"""Addresses with lines lead there: on source, on rendered text, and as a range."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from serving import RunningServer

pytestmark = pytest.mark.browser

SPEC = "TandemKit/001-One/Spec.md"
TEXT = (
    "# Spec\n\n"
    + "A paragraph\nof two lines.\n\n" * 60
    + "```python\nx = 1\ny = 2\n```\n\n<script>window.hit = 1</script>\n"
)


@pytest.fixture
def page(git_repository, start_server: Callable[..., RunningServer], open_page: Callable[..., Page]) -> Page:
    git_repository.commit("First", {SPEC: TEXT, "TandemKit/001-One/State.json": "{}"})
    return open_page(start_server(str(git_repository.path)))


def top_of(page: Page, selector: str) -> float:
    return page.locator(selector).evaluate("element => element.getBoundingClientRect().top")


def test_addresses_with_lines(page: Page):
    document = page.url.rstrip("/") + f"/projects/repository/documents/{SPEC}"
    page.goto(f"{document}?view=source#L100-L102")
    expect(page.locator("tr.marked")).to_have_count(3)
    assert 0 < top_of(page, "#L100") < 400

    page.goto(f"{document}#L100")  # the second line of a paragraph
    assert 0 < top_of(page, "#L100") < 400

    page.goto(f"{document}#L101")  # a blank line: no block starts there
    page.wait_for_timeout(200)
    assert 0 < top_of(page, "#L99") < 400

    page.locator("#L99").hover()
    page.locator("#L99 > .at-line").click()
    expect(page.locator("tr#L99:target")).to_be_visible()
    assert page.evaluate("window.hit") is None


def test_without_scripts(page: Page):
    context = page.context.browser.new_context(java_script_enabled=False, storage_state=page.context.storage_state())
    plain = context.new_page()
    plain.goto(page.url.rstrip("/") + f"/projects/repository/documents/{SPEC}?view=source&lines=100-102#L100")
    expect(plain.locator("tr.marked")).to_have_count(3)
    plain.get_by_role("link", name="Changes").click()
    expect(plain.get_by_text("This is the first version")).to_be_visible()
    context.close()


def test_marked_lines_stay_marked_when_the_page_is_brought_up_to_date(page: Page, git_repository):
    page.goto(page.url.rstrip("/") + f"/projects/repository/documents/{SPEC}?view=source#L100-L102")
    expect(page.locator("tr.marked")).to_have_count(3)
    page.wait_for_timeout(700)  # until it listens
    (git_repository.path / SPEC).write_text(f"{TEXT}One line more.\n")
    expect(page.locator("#live")).to_contain_text("One line more.")
    expect(page.locator("tr.marked")).to_have_count(3)
