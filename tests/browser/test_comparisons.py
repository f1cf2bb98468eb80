"""Two implementations compared and put together by keyboard alone; the same by plain forms; on any width."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from corpus.clones import clone_corpus
from playwright.sync_api import Page, expect
from serving import RunningServer

pytestmark = [pytest.mark.browser, pytest.mark.compare]

LIST = "/projects/ledgerlite/comparisons"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return clone_corpus("ledgerlite", tmp_path / "ledgerlite")


@pytest.fixture
def server(project: Path, start_server: Callable[..., RunningServer]) -> RunningServer:
    return start_server(str(project))


def show(page: Page, server: RunningServer, address: str) -> None:
    end = time.monotonic() + 30
    while (answer := page.goto(f"{server.origin}{address}")) is None or answer.status != 200:  # the first index
        assert time.monotonic() < end, answer
        page.wait_for_timeout(200)


def open_comparison(page: Page, server: RunningServer) -> str:
    """Open the pair that was found, and give its address."""
    end = time.monotonic() + 30
    show(page, server, LIST)
    while not page.get_by_role("button", name="Compare", exact=True).count():
        assert time.monotonic() < end, "the branches were not indexed"
        page.wait_for_timeout(200)
        show(page, server, LIST)
    page.get_by_role("button", name="Compare", exact=True).press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("impl/claude ⇄ impl/codex")
    return page.url.removeprefix(server.origin)


def allow(page: Page, server: RunningServer) -> None:
    """Allow worktrees of the project as a person does, by its trust page."""
    show(page, server, "/projects/ledgerlite/trust")
    page.locator("form", has=page.locator('input[name="digest"]')).first.get_by_role("button").first.press("Enter")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def count_decided(page: Page) -> int:
    return int(re.match(r"\s*(\d+) of", page.locator("#progress").inner_text())[1])


def walk_to(page: Page, name: str) -> None:
    """Reach a control with Tab alone, as somebody without a mouse does."""
    for _ in range(400):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()").startswith(name):
            return
    raise AssertionError(f"Tab never came to {name!r}")


def run_tests(worktree: Path) -> subprocess.CompletedProcess[str]:
    clean = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    return subprocess.run(command, cwd=worktree, env=clean, capture_output=True, text=True, check=False)


def test_hunks_picked_by_keyboard_make_a_branch_with_green_tests(
    server: RunningServer, project: Path, open_page: Callable[..., Page]
):
    """Claude's command with Codex's documentation: every place of every file is decided with keys."""
    page = open_page(server)
    allow(page, server)
    address = open_comparison(page, server)
    wanted = {"README.md": "b", "docs/BudgetFormat.md": "b"}  # of all other files what Claude made
    page.goto(f"{server.origin}{address}/files/CHANGELOG.md")
    for _ in range(20):
        page.wait_for_load_state()
        path = page.locator('nav.crumbs [aria-current="page"]').inner_text()
        count = page.locator(".region").count()
        for number in range(1, count + 1):
            press(page, "n")
            expect(page.locator(".region.current")).to_have_id(
                page.locator(".region").nth(number - 1).get_attribute("id")
            )
            if "changed this alike" in page.locator(".region.current > header").inner_text():
                continue
            before = count_decided(page)
            press(page, wanted.get(path, "a"))
            expect(page.locator("#progress")).to_have_text(re.compile(rf"^\s*{before + 1} of"))
            expect(page.locator(".region.current")).to_be_focused()
        if not page.locator('[data-key="]"]').count():
            break
        press(page, "]")
        expect(page.locator('nav.crumbs [aria-current="page"]')).not_to_have_text(path)
    else:
        raise AssertionError("there is no end of files")

    show(page, server, f"{address}/synthesis")
    expect(page.locator("#check")).to_contain_text("The picks hold together. 2 commits")
    walk_to(page, "Synthesise")
    press(page, "Enter")
    expect(page.locator("section.made h2")).to_have_text("impl/synthesis", timeout=20_000)
    worktree = Path(page.locator("section.made dd code").first.inner_text())
    finished = run_tests(worktree)
    assert finished.returncode == 0, finished.stdout
    assert re.search(r"[1-9]\d* passed", finished.stdout)
    assert (worktree / "docs" / "BudgetFormat.md").exists()
    git = ["git", "-C", str(project)]
    made = subprocess.check_output([*git, "show", "impl/synthesis:README.md"])
    assert made == subprocess.check_output([*git, "show", "impl/codex:README.md"])
    made = subprocess.check_output([*git, "show", "impl/synthesis:ledgerlite/cli.py"])
    assert made == subprocess.check_output([*git, "show", "impl/claude:ledgerlite/cli.py"])
    assert subprocess.check_output([*git, "status", "--porcelain"]) == b""

    walk_to(page, "Discard it")
    press(page, "Enter")
    walk_to(page, "Discard impl/synthesis")
    press(page, "Enter")
    expect(page.locator("section.made")).to_have_count(0)
    assert not worktree.exists()
    assert b"synthesis" not in subprocess.check_output([*git, "worktree", "list"])


def test_a_place_is_written_by_hand_and_its_result_is_seen(server: RunningServer, open_page: Callable[..., Page]):
    page = open_page(server)
    address = open_comparison(page, server)
    page.goto(f"{server.origin}{address}/files/README.md")
    page.locator("#preview > summary").click()
    expect(page.locator("#preview .code-diff")).to_be_visible()
    press(page, "n", "e")
    field = page.locator("form.edit textarea")
    expect(field).to_be_focused()
    field.fill("What **we** wrote <b>ourselves</b>.")
    press(page, "Control+Enter")
    expect(page.locator("form.edit")).to_have_count(0)
    expect(page.locator("#preview")).to_contain_text("What **we** wrote <b>ourselves</b>.")
    expect(page.locator(".region.current .picks")).to_contain_text("edited")
    press(page, "x")
    expect(page.locator("#preview")).not_to_contain_text("ourselves")
    press(page, "e")
    expect(field).to_be_focused()
    press(page, "Escape")
    expect(page.locator(".region.current")).to_be_focused()


def test_keys_and_focus_stay_at_the_place_where_the_reader_is(server: RunningServer, open_page: Callable[..., Page]):
    """A key that the place has no button for does nothing elsewhere, nor where nobody looks; Tab goes both ways."""
    page = open_page(server)
    address = open_comparison(page, server)
    page.goto(f"{server.origin}{address}/files/ledgerlite/cli.py")
    press(page, "a", "2", "x")
    page.wait_for_timeout(300)
    assert count_decided(page) == 0, "no place was chosen yet"
    press(page, "n", "a")
    expect(page.locator("#progress")).to_have_text(re.compile(r"^\s*1 of"))
    expect(page.locator("#told")).to_have_text(re.compile(r"^Claude taken, 1 of \d+ decided$"))
    first, last = page.locator(".region").first, page.locator(".region").last
    press(page, "n", "x")
    page.wait_for_timeout(300)
    assert count_decided(page) == 1, "what is taken back is the pick of this place"
    press(page, "p")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    press(page, "b")
    expect(first).to_be_in_viewport()
    expect(first.locator('.btn[aria-pressed="true"]')).to_have_text(re.compile("Claude"))
    link = last.get_by_role("link", name="edit")
    link.focus()
    expect(link).to_be_focused()
    expect(page.locator(".region.current")).to_have_id(last.get_attribute("id"))


def test_another_tab_follows_and_keeps_what_is_open(server: RunningServer, open_page: Callable[..., Page]):
    one, other = open_page(server), open_page(server)
    address = open_comparison(one, server)
    for page in (one, other):
        page.goto(f"{server.origin}{address}/files/ledgerlite/cli.py")
    other.locator(".fold a", has_text="all of them").first.click()
    expect(other.locator(".fold")).to_have_count(one.locator(".fold").count() - 1)
    folds = other.locator(".fold").count()
    other.wait_for_timeout(500)  # until it listens
    press(one, "n", "b")
    expect(other.locator("#progress")).to_have_text(re.compile(r"^\s*1 of"), timeout=10_000)
    expect(other.locator('.region .btn[aria-pressed="true"]').first).to_contain_text("Codex")
    assert other.locator(".fold").count() == folds


def test_without_scripts_plain_forms_do_the_same(server: RunningServer, open_page: Callable[..., Page]):
    open_page(server)  # logs in, which takes a script
    page = open_page(server, java_script_enabled=False)
    show(page, server, LIST)
    address = open_comparison(page, server)
    page.get_by_role("link", name="ledgerlite/cli.py").click()
    page.locator(".region").nth(2).get_by_role("button", name="both").click()
    expect(page.locator("#progress")).to_have_text(re.compile(r"^\s*1 of"))
    page.locator(".region").first.get_by_role("link", name="edit").click()
    page.get_by_label("What shall stand here").fill("import this\n")
    page.get_by_role("button", name="Take this text").click()
    expect(page.locator("#progress")).to_have_text(re.compile(r"^\s*2 of"))
    before = page.locator("tr.same").count()
    page.locator(".fold a", has_text="all of them").first.click()
    assert page.locator("tr.same").count() > before
    page.locator("#preview > summary").click()
    page.get_by_role("link", name="What the picks of this file come to").click()
    expect(page.locator(".result")).to_contain_text("import this")
    page.goto(f"{server.origin}{address}/matrix")
    expect(page.locator("tr", has_text="ledgerlite/cli.py")).to_contain_text("+33")


@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_scrolls_sideways(server: RunningServer, open_page: Callable[..., Page], width: int):
    page = open_page(server, viewport={"width": width, "height": 900})
    address = open_comparison(page, server)
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    cli = f"{address}/files/ledgerlite/cli.py"
    pages = [LIST, address, cli, f"{cli}?view=unified", f"{cli}?view=base", f"{address}/synthesis"]
    for path in [*pages, cli.replace("/files/", "/result/")]:
        page.goto(f"{server.origin}{path}")
        if path == address:
            expect(page.locator("#numbers[data-told]")).to_be_visible()
            expect(page.locator("#criteria table")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, path
    assert not errors
