"""Code spans and bold in one line of Markdown, for titles and quotes that stand outside their document."""

import re

from markupsafe import Markup, escape

_SPANS = re.compile(r"(?P<ticks>`{1,3})(?P<code>[^`]{1,400})(?P=ticks)|\*\*(?P<bold>[^*]{1,400})\*\*")


def render_spans(text: str) -> Markup:
    """Give safe HTML: everything is escaped, code spans and bold become tags, other marks stay as written."""
    parts: list[str] = []  # all of them escaped
    end = 0
    for match in _SPANS.finditer(text):
        # What is bold may hold code, but nothing bold: the pattern leaves no asterisk in it.
        inner = escape(match["code"]) if match["code"] else render_spans(match["bold"])
        tag = "code" if match["code"] else "strong"
        parts += (escape(text[end : match.start()]), f"<{tag}>{inner}</{tag}>")
        end = match.end()
    rest = escape(text[end:])
    return Markup("".join((*parts, rest))) if parts else rest  # noqa: S704 escaped above
