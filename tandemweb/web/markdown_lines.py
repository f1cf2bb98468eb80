"""Where each block of a rendered document stands in its source, and what its headings are called."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

if TYPE_CHECKING:
    from tandemweb.web.markdown_html import PageState

UNMARKED = {"inline", "thead_open", "tbody_open", "fence", "code_block", "details_open"}
_NO_SLUG = re.compile(r"[^\w\- ]")
SLUG_LIMIT = 80


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as a table of contents needs it; ``line`` is 1-based, ``level`` 1 to 6 as written."""

    level: int
    text: str
    id: str
    line: int


def lines_plugin(parser: MarkdownIt) -> None:
    parser.core.ruler.push("lines", _mark_lines)
    parser.core.ruler.push("headings", _name_headings)


def _mark_lines(state: StateCore) -> None:
    """Give each block ``id="L<line>"`` (the outermost one that starts there) and ``data-line``."""
    page: PageState = state.env["page"]
    for position, token in enumerate(state.tokens):
        if token.map is None or token.nesting < 0:
            continue
        line = token.map[0] + 1
        if token.type == "inline":
            _mark_breaks(token)
        if token.type == "tr_open":
            state.tokens[position + 1].meta["line"] = line  # a link cannot stand in the row itself, so its first cell
        if token.type in UNMARKED or token.hidden:
            continue
        token.attrSet("data-line", str(line))
        if line not in page.anchored_lines:
            page.anchored_lines.add(line)
            token.attrSet("id", f"{page.id_prefix}L{line}")
        if token.type in {"heading_open", "paragraph_open", "list_item_open"}:
            token.meta["line"] = line


def _mark_breaks(inline: Token) -> None:
    """Count lines over the line breaks of a paragraph, when they are all there to be counted."""
    breaks = [child for child in inline.children or () if child.type in {"softbreak", "hardbreak"}]
    if inline.map is None or len(breaks) + 1 != inline.map[1] - inline.map[0]:
        return
    for line, token in enumerate(breaks, inline.map[0] + 2):
        token.meta["line"] = line


def _name_headings(state: StateCore) -> None:
    """Name headings as GitHub does (``#goal``, ``#goal-1``) behind our prefix, and move them one level down.

    The page has its own first-level heading.
    """
    page: PageState = state.env["page"]
    headings: list[Heading] = []
    counts: dict[str, int] = {}
    tokens = state.tokens
    for opening, inline, closing in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if opening.type != "heading_open":
            continue
        level = int(opening.tag[1:])
        text = _plain_text(inline)
        slug = _unique_slug(text, counts, page.heading_ids)
        page.heading_ids[slug] = f"{page.id_prefix}h-{slug}"
        opening.tag = closing.tag = f"h{min(level + 1, 6)}"
        closing.meta["id"] = page.heading_ids[slug]
        headings.append(Heading(level, text, page.heading_ids[slug], (opening.map or [0])[0] + 1))
    state.env["headings"] = headings


def _plain_text(inline: Token) -> str:
    pieces = (
        _plain_text(child) if child.type == "image" else child.content or " "
        for child in inline.children or ()
        if child.type in {"text", "code_inline", "image", "softbreak", "hardbreak"}
    )
    return "".join(pieces).strip()


def _unique_slug(text: str, counts: dict[str, int], taken: dict[str, str]) -> str:
    base = _NO_SLUG.sub("", text.lower()).replace(" ", "-")[:SLUG_LIMIT] or "section"
    slug = base
    while slug in taken:
        counts[base] = counts.get(base, 0) + 1
        slug = f"{base}-{counts[base]}"
    return slug
