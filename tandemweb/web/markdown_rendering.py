"""Markdown text to HTML with open places. Pure; runs in the rendering worker."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin

from tandemweb.web.markdown_details import details_plugin
from tandemweb.web.markdown_html import SLOT_MARK, PageState, SafeRenderer
from tandemweb.web.markdown_lines import Heading, lines_plugin
from tandemweb.web.markdown_references import is_allowed_link
from tandemweb.web.markdown_slots import Slot

NESTING_LIMIT = 100
CUT_NOTE = (
    '<p class="render-note" role="note">A part of this document is nested too deeply to be shown here; '
    "its source has everything.</p>\n"
)
_ID_PREFIX = re.compile(r"[a-z0-9-]{0,60}")


@dataclass(frozen=True, slots=True)
class Rendering:
    """HTML in pieces; slot ``i`` stands between part ``i`` and part ``i + 1``."""

    parts: tuple[str, ...]
    slots: tuple[Slot, ...]
    headings: tuple[Heading, ...]
    is_cut: bool


def render_markdown(text: str, id_prefix: str = "") -> Rendering:
    """Render one document; ids begin with ``id_prefix``. Raises ValueError on a prefix that is no plain word."""
    if not _ID_PREFIX.fullmatch(id_prefix):
        raise ValueError(f"not a prefix for ids: {id_prefix!r}")
    page = PageState(id_prefix)
    env: dict[str, Any] = {"page": page}
    if id_prefix:
        env["docId"] = id_prefix.strip("-")
    parser = _get_parser()
    tokens = parser.parse(text.removeprefix("\ufeff"), env)
    is_cut = any(token.nesting == 1 and token.level >= NESTING_LIMIT - 1 for token in tokens)
    html = parser.renderer.render(tokens, parser.options, env) + (CUT_NOTE if is_cut else "")
    parts = html.split(SLOT_MARK)
    if len(parts) != len(page.slots) + 1:
        raise ValueError("the document's open places do not add up")
    return Rendering(tuple(parts), tuple(page.slots), tuple(env["headings"]), is_cut)


@lru_cache(maxsize=1)
def _get_parser() -> MarkdownIt:
    """GitHub's dialect without HTML. The attrs plugin must never be added: it lets documents write attributes."""
    options = {"html": False, "tasklists": True, "alerts": True, "maxNesting": NESTING_LIMIT}
    parser = MarkdownIt("js-default", options, renderer_cls=SafeRenderer)
    parser.validateLink = is_allowed_link  # type: ignore[method-assign]  # as its documentation says
    parser.use(footnote_plugin).use(details_plugin).use(lines_plugin)
    return parser
