"""Hostile Markdown in a real Chromium: no script runs, nothing is sent, nothing is loaded from elsewhere."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from markdown_payloads import PAYLOADS
from playwright.sync_api import Page
from serving import RunningServer

pytestmark = [pytest.mark.browser, pytest.mark.security]

SPEC = "TandemKit/001-One/Spec.md"
HTMX = [
    "<div hx-on:load=\"document.title='HIT'\" hx-on:htmx:load=\"document.title='HIT'\">a</div>",
    '<div data-hx-post="/logout" data-hx-trigger="load">b</div>',
    '<div hx-get="/logout" hx-trigger="load[document.title=\'HIT\']">c</div>',
    "<img src=/nope onerror=\"document.title='HIT'\">",
    "[a](javascript:document.title='HIT')",
]
# Every payload is a hit when its script runs.
TEXT = "\n\n".join([*PAYLOADS.values(), *HTMX]).replace("alert(1)", "document.title='HIT'").replace("\x00", "")


@pytest.fixture
def page(git_repository, start_server: Callable[..., RunningServer], open_page: Callable[..., Page]) -> Page:
    git_repository.commit("First", {SPEC: "# Title\n", "TandemKit/001-One/State.json": "{}", "evil.svg": TEXT})
    git_repository.commit("<script>document.title='HIT'</script>", {SPEC: TEXT})
    return open_page(start_server(str(git_repository.path)))


ADDRESSES = [
    f"documents/{SPEC}",
    f"documents/{SPEC}?view=source",
    f"documents/{SPEC}?view=changes&layout=split",
    f"raw/{SPEC}",
    f"files/{SPEC}",
    "files/evil.svg",
    "commits",
    "commits/{head}?layout=split",
]
OWN_PATHS = ("/projects/", "/static/", "/events", "/blob/")


def test_hostile_texts_do_nothing(page: Page, git_repository):
    requests: list[tuple[str, str]] = []
    problems: list[str] = []
    origin = page.url.rstrip("/")
    page.goto("about:blank")  # the page of the start asks for itself anew when the index has changed
    page.on("request", lambda request: requests.append((request.method, request.url)))
    page.on("console", lambda message: problems.append(message.text))
    page.on("dialog", lambda dialog: problems.append(dialog.message))
    head = git_repository.git("rev-parse", "HEAD")
    for address in ADDRESSES:
        page.goto(f"{origin}/projects/repository/" + address.format(head=head))
        page.wait_for_timeout(300)
        assert page.title() != "HIT", address
        targets = [link.get_attribute("href") or "" for link in page.locator("main a").all()]
        assert [target for target in targets if not target.startswith(("/", "#", "https://"))] == []
        assert [target for target in targets if target.startswith("//")] == []
    assert len(requests) > len(ADDRESSES)
    assert {method for method, _ in requests} == {"GET"}
    foreign = [url for _, url in requests if not url.startswith(f"{origin}/")]
    assert foreign == []
    assert [url for _, url in requests if not urlsplit(url).path.startswith(OWN_PATHS)] == []
    assert [problem for problem in problems if "Content Security Policy" in problem or "HIT" in problem] == []
