"""A person at the findings of a real round: filter, read a trail, follow a quote, correct, index again."""

import re
import time
from pathlib import Path

import pytest
from corpus.clones import clone_corpus
from playwright.sync_api import Page, expect
from serving import RunningServer

pytestmark = pytest.mark.browser

ROUND = "/projects/ledgerlite/missions/tandemkit/001-CsvImport/rounds/1"
CODEX = "TandemKit/001-CsvImport/Evaluator/Round-01-Discussion/Codex-01.md"


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    return clone_corpus("ledgerlite", tmp_path_factory.mktemp("corpus") / "ledgerlite")


@pytest.fixture(scope="module")
def server(start_server, project) -> RunningServer:
    return start_server(str(project))


def show(page: Page, server: RunningServer, address: str = ROUND) -> None:
    end = time.monotonic() + 30
    while (answer := page.goto(f"{server.origin}{address}")) is None or answer.status != 200:  # the first index
        assert time.monotonic() < end, answer
        time.sleep(0.2)


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def page(request, server, open_page) -> Page:
    opened = open_page(server)
    if not request.param:
        opened = open_page(server, java_script_enabled=False)
    show(opened, server)
    return opened


def find_cell(page: Page):
    """Give the first number of the matrix that leaves some findings out."""
    total = page.locator("article.finding").count()
    for cell in page.locator(".matrix td a").all():
        if int(re.match(r"\d+", cell.inner_text())[0]) < total:
            return cell
    raise AssertionError("the round has one kind of finding only")


def test_the_matrix_filters(page: Page):
    cell = find_cell(page)
    count = int(re.match(r"\d+", cell.inner_text())[0])
    cell.click()
    expect(page.locator("article.finding")).to_have_count(count)
    assert re.search(r"\?severity=\w+&agreement=\w+#findings$", page.url)
    expect(page.locator(".matrix td a[aria-current]")).to_have_count(1)
    page.locator(".matrix td a[aria-current]").click()  # the same again shows all
    assert "severity" not in page.url


def test_a_trail_leads_to_the_line_of_its_quote(page: Page, project: Path):
    finding = page.locator("article.finding").filter(has=page.locator(".trail blockquote")).first
    trail = finding.locator("details.trail")
    trail.locator("summary").click()
    step = trail.locator("li").filter(has=page.locator("blockquote")).first
    quote, link = step.locator("blockquote").inner_text(), step.locator("a.src")
    expect(step.locator("blockquote")).to_be_visible()
    path, line = re.search(r"/documents/(.+)\?view=source#L(\d+)$", link.get_attribute("href")).groups()
    link.click()
    expect(page.locator(f"#L{line}")).to_be_visible()
    written = (project / path).read_text().split("\n")[int(line) - 1 :]
    letters = re.sub(r"\W+", "", quote)[:30]
    assert letters
    assert letters in re.sub(r"\W+", "", "\n".join(written[:12]))


def test_a_correction_survives_a_new_index(page: Page, server: RunningServer, project: Path):
    finding = page.locator("article.finding").filter(has=page.locator(".spine .chip.high")).first
    name = finding.get_attribute("id")
    finding = page.locator(f"#{name}")
    finding.locator("details.correct summary").click()
    finding.get_by_label("Severity").select_option("LOW")
    finding.get_by_label("Why").fill("only with a zero in both columns")
    finding.get_by_role("button", name="Save correction").click()
    expect(finding.locator(".spine .chip.low")).to_be_visible()
    expect(finding.locator(".corrected")).to_contain_text("from high to low")
    expect(finding.locator(".corrected")).to_contain_text("only with a zero in both columns")

    document = project / CODEX
    mark = f"Written at {time.monotonic_ns()}."
    document.write_text(f"{document.read_text()}\n\n{mark}\n")
    end = time.monotonic() + 30
    while mark not in page.content():
        assert time.monotonic() < end, "the change was not indexed"
        show(page, server)
    expect(page.locator(f"#{name} .spine .chip.low")).to_be_visible()

    page.locator(f"#{name} .corrected").get_by_role("button", name="Undo").click()
    expect(page.locator(f"#{name} .spine .chip.high")).to_be_visible()
    expect(page.locator(f"#{name} .corrected")).to_have_count(0)


def test_another_open_page_follows_a_correction(server: RunningServer, open_page):
    one, other = open_page(server), open_page(server)
    show(one, server)
    show(other, server)
    other.wait_for_timeout(500)  # until it listens
    name = one.locator("article.finding").first.get_attribute("id")
    form = one.locator(f"#{name} details.correct")
    form.locator("summary").click()
    form.get_by_label("Outcome").select_option("unresolved")
    form.get_by_role("button", name="Save correction").click()
    expect(other.locator(f"#{name} .corrected")).to_contain_text("unresolved", timeout=10_000)
    one.locator(f"#{name} .corrected").get_by_role("button", name="Undo").click()
    expect(other.locator(f"#{name} .corrected")).to_have_count(0, timeout=10_000)


def open_form(page: Page, position: int = 0):
    finding = page.locator("article.finding").nth(position)
    form = page.locator(f"#{finding.get_attribute('id')} details.correct")
    form.locator("summary").click()
    return form


def test_a_correction_that_is_refused_says_so_and_keeps_what_was_typed(server: RunningServer, open_page):
    page = open_page(server)
    show(page, server)
    form = open_form(page)
    form.get_by_label("Why").fill("nothing was chosen")
    form.get_by_role("button", name="Save correction").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was corrected: choose a value")
    expect(page.get_by_role("alert")).to_be_in_viewport()
    expect(form.get_by_label("Why")).to_have_value("nothing was chosen")


def test_a_correction_by_keyboard_keeps_the_place_and_what_is_typed_elsewhere(server: RunningServer, open_page):
    page = open_page(server, timezone_id="Asia/Tokyo")
    show(page, server)
    form, other = open_form(page), open_form(page, 1)
    other.get_by_label("Why").fill("half a sent")
    form.get_by_label("Outcome").select_option("unresolved")
    form.get_by_role("button", name="Save correction").press("Enter")
    finding = page.locator("article.finding", has=page.locator(".corrected"))
    undo = finding.get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    expect(form.get_by_role("button", name="Save correction")).to_be_focused()
    expect(form.get_by_label("Outcome")).to_have_value("")
    expect(other.get_by_label("Why")).to_have_value("half a sent")
    expect(finding.locator(".corrected time")).to_have_attribute("title", re.compile("UTC$"))
    name = finding.get_attribute("id")
    undo.press("Enter")
    expect(page.locator(f"#{name} .corrected")).to_have_count(0)
    expect(page.locator(f"#{name}")).to_be_focused()
    expect(other.get_by_label("Why")).to_have_value("half a sent")
