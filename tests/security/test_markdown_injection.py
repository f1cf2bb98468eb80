"""Hostile Markdown: nothing of it becomes a tag, an attribute or an address that we did not choose (C11, C12)."""

import re
import time
from collections.abc import Iterator
from html.parser import HTMLParser

import nh3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_payloads import PAYLOADS

from tandemweb.web.markdown import MarkdownRenderer, TooExpensiveError
from tandemweb.web.markdown_rendering import render_markdown
from tandemweb.web.markdown_slots import Resolvers, fill_slots
from tandemweb.web.markdown_worker import JobFailedError, JobKind, WorkerPool

pytestmark = pytest.mark.security

LINE = {"id", "data-line"}
ALLOWED = {
    "a": {"class", "href", "rel", "id", "data-line", "aria-label", "tabindex"},
    "code": set(),
    "pre": {"class", "tabindex", "role", "aria-label", *LINE},
    "span": {"class", "title", "role", "aria-label", *LINE},
    "img": {"src", "alt", "loading"},
    "p": {"class", "role", *LINE},
    "div": {"class", "hx-disable", *LINE},
    "details": {"open", *LINE},
    "li": {"class", *LINE},
    "ol": {"class", "start", *LINE},
    "td": {"class"},
    "th": {"class"},
    "hr": {"class", *LINE},
    "sup": {"class"},
    "figure": {"class"},
    "section": {"class"},
    **{tag: {"class", *LINE} for tag in ("table", "tr", "ul", "summary", "blockquote", "h2", "h3", "h4", "h5", "h6")},
    **{tag: set() for tag in ("thead", "tbody", "em", "strong", "s", "br", "figcaption")},
}
ADDRESS = re.compile(r"(?:https?://|mailto:|/project/|/blob/|#)[^\s\"<>]*")


class Inspector(HTMLParser):
    """Collects what a browser would see: tags with attributes, and the addresses among them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag not in ALLOWED:
            self.found.append(f"<{tag}>")
        for name, value in attributes:
            if name not in ALLOWED.get(tag, set()):
                self.found.append(f"<{tag} {name}>")
            if name in {"href", "src"} and not ADDRESS.fullmatch(value or ""):
                self.found.append(f"{tag} leads to {value!r}")
            if name == "src" and not (value or "").startswith("/blob/"):
                self.found.append(f"image from {value!r}")

    def handle_comment(self, data: str) -> None:
        self.found.append(f"<!--{data}-->")

    handle_decl = handle_pi = unknown_decl = handle_comment


def render(text: str) -> str:
    rendering = render_markdown(text)
    obliging = Resolvers(
        reference=lambda path, _start, _end: f"/project/{nh3.clean_text(path)}",
        link=lambda _path, _fragment: "/project/x",
        image=lambda _path: "/blob/x",
        source="/project/source",
    )
    return f'<div class="markdown" hx-disable>{fill_slots(rendering.parts, rendering.slots, obliging)}</div>'


def find_foreign(html: str) -> list[str]:
    inspector = Inspector()
    inspector.feed(html)
    inspector.close()
    return inspector.found


def sanitize(html: str, *, allowed: bool) -> str:
    """nh3's view of the same HTML: with everything let through that it can, or only what we allow."""
    tags = set(ALLOWED) if allowed else set(ALLOWED) | {"input", "form", "svg", "video", "object", "iframe", "button"}
    attributes = {tag: set(names) - {"rel"} for tag, names in ALLOWED.items()}
    return nh3.clean(
        html,
        tags=tags,
        attributes=attributes,
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
        clean_content_tags=set(),
    )


def loosely(html: str) -> str:
    """Without what a parser may write in another way: order of attributes, entities, closing slashes, blank space."""
    return "".join(sorted(re.sub(r'&\w+;|&#\w+;|rel="noopener noreferrer"|=""|[\s"\'<>&/]', "", html)))


@pytest.mark.parametrize("name", PAYLOADS)
def test_payload_is_harmless(name: str):
    html = render(PAYLOADS[name])
    assert find_foreign(html) == []
    assert not re.search(r"evil\.example", "".join(re.findall(r'src="[^"]*"', html)))


def test_the_inspector_sees_what_it_should():
    evil = '<script>1</script><img src="https://e/x"><a href="javascript:1" onclick="x">a</a><!-- c --><p hx-get="/x">'
    assert len(find_foreign(evil)) >= 6


@pytest.mark.parametrize("name", PAYLOADS)
def test_a_sanitizer_finds_nothing_to_remove(name: str):
    html = render(PAYLOADS[name])
    assert loosely(sanitize(html, allowed=True)) == loosely(html)


PIECES = st.one_of(
    st.sampled_from(
        [
            *PAYLOADS.values(),
            "<details>\n",
            "</details>\n",
            "<summary>",
            "</summary>",
            "\n",
            "\n\n",
            "```\n",
            "> ",
            "- ",
            "| a | b |\n|-|-|\n",
        ]
    ),
    st.sampled_from(
        [
            *list("<>\"'&`*_[]()!\\/:#|~^ \t\n\x00\r{}=-"),
            "javascript:",
            "onload=",
            "a.py:1",
            "[^1]",
            "&#x3c;",
            "&lt;",
            "%3c",
            "\ufeff",
            "\u2028",
        ]
    ),
    st.text(max_size=12),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=12).map("".join))
def test_no_text_yields_a_tag_or_attribute_of_its_own(text: str):
    html = render(text)
    assert find_foreign(html) == []
    cleaned = sanitize(html, allowed=False)
    assert find_foreign(cleaned) == []
    assert "<script" not in cleaned


DEADLINE = 0.25  # seconds; the program's own is longer, which changes only how many are refused
PATTERNS = {
    "brackets": "[",
    "image brackets": "![",
    "closing brackets": "]",
    "bracket pairs": "[]",
    "nested links": "[a](",
    "stars": "*",
    "star words": "*a ",
    "mixed emphasis": "*_**a",
    "backticks": "`",
    "backtick runs": "`a``b```c",
    "tildes": "~~a ",
    "entities": "&",
    "entity names": "&amp",
    "angle": "<",
    "html open": "<a ",
    "comment": "<!--",
    "quotes": ">",
    "quote lines": "> \n",
    "bullets": "- ",
    "bullet lines": "- a\n",
    "indented bullets": " - a\n",
    "ordered": "1. ",
    "headings": "# a\n",
    "same headings": "# a-1\n# a\n",
    "tables": "|a|b\n|-|-\n",
    "pipes": "|",
    "definitions": "[a]: b\n",
    "footnotes": "[^a]: b\n",
    "footnote references": "[^a]",
    "inline footnotes": "^[",
    "details": "<details>\n",
    "details pairs": "<details>\n</details>\n",
    "fences": "```\n",
    "fence languages": "```python\n'''\n```\n",
    "paths": "a/b.py:1-2 ",
    "path run": "a.",
    "slashes": "/",
    "colons": "a.py:1:1",
    "autolinks": "<http://a",
    "escapes": "\\",
    "breaks": "a  \n",
    "task lists": "- [ ] a\n",
    "urls": "[a](http://b.c) ",
    "digits": "1",
    "white": " ",
    "zero width": "\u200b",
}


@pytest.fixture(scope="module")
def renderer() -> Iterator[MarkdownRenderer]:
    renderer = MarkdownRenderer(worker_count=1, deadline=DEADLINE)
    yield renderer
    renderer.close()


@pytest.mark.parametrize("name", PATTERNS)
def test_a_megabyte_is_rendered_in_time_or_refused(name: str, renderer: MarkdownRenderer):
    pattern = PATTERNS[name]
    text = pattern * ((1 << 20) // len(pattern))
    renderer.render(f"warm {name}")  # so that the time of a fresh worker's start is not the text's
    began = time.monotonic()
    try:
        renderer.render(text)
        outcome = "rendered"
    except TooExpensiveError:
        outcome = "refused"
    taken = time.monotonic() - began
    print(f"{name}: {outcome} in {taken:.2f} s")
    assert taken < DEADLINE + 2.5  # on a busy machine, the killing and the answer's way through the pipe take time
    assert "still there" in renderer.render(f"still there after {name}").html


@pytest.mark.parametrize(
    "name",
    [
        "bullet lines",
        "details",
        "details pairs",
        "same headings",
        "paths",
        "path run",
        "tables",
        "slashes",
        "colons",
        "fences",
    ],
)
def test_our_own_rules_are_linear(name: str):
    def measure(length: int) -> float:
        text = PATTERNS[name] * (length // len(PATTERNS[name]))
        began = time.process_time()
        render_markdown(text)
        return time.process_time() - began

    # By turns: where others take the machine for a while, both are slow.
    pairs = [(measure(10_000), measure(60_000)) for _ in range(3)]
    small, large = map(min, zip(*pairs, strict=True))
    assert large < 6 * 2.5 * small + 0.05


def test_memory_is_limited():
    """Half a gigabyte of address space is the end of a worker, not of the server."""
    pool = WorkerPool(worker_count=1)
    with pytest.raises(JobFailedError):
        pool.run(JobKind.HIGHLIGHT, ("ab\n" * 6_000_000, "a.txt"), deadline=60)
    pool.close()
