"""``<details>`` and ``<summary>`` as a block of Markdown, without letting any HTML of the document through.

The tags are recognised at the start of a line and replaced by our own; what stands between them is parsed as
Markdown. Everything else that looks like HTML stays text, and so does a ``<details>`` that is never closed.
"""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore

_OPEN = re.compile(r"<details(?P<open>\s+open(?:=(?:\"\"|''))?)?\s*>(?P<rest>.*)", re.IGNORECASE)
_SUMMARY = re.compile(r"<summary>(?P<text>.*?)</summary>(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_TAG_LINE = re.compile(r"[ \t>]*+(?:(?P<fence>`{3,}|~{3,})|<(?P<close>/?)details(?:\s[^<>]{0,20})?>)", re.IGNORECASE)
_CLOSE_LINE = re.compile(r"[ \t>]*+</details\s*>\s*", re.IGNORECASE)
SUMMARY_LINES = 5


def details_plugin(parser: MarkdownIt) -> None:
    parser.core.ruler.before("block", "details_pairs", _pair_lines)
    parser.block.ruler.before(
        "paragraph",
        "details",
        _details,
        {"alt": ["paragraph", "reference", "blockquote", "list"]},
    )


def _pair_lines(state: StateCore) -> None:
    """Note for each opening line where it is closed: once, so that the block rule never has to search."""
    pairs: dict[int, int] = {}
    unclosed: list[int] = []
    fence = ""
    for number, line in enumerate(state.src.split("\n")):
        match = _TAG_LINE.match(line)
        if match is None:
            continue
        if marker := match["fence"]:
            if not fence:
                fence = marker
            elif marker.startswith(fence):
                fence = ""
        elif fence:
            continue
        elif not match["close"]:
            unclosed.append(number)
        elif unclosed and _CLOSE_LINE.fullmatch(line):
            pairs[unclosed.pop()] = number
    state.env["details"] = pairs


def _details(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    close_line = state.env.get("details", {}).get(start_line)
    if close_line is None or close_line >= end_line or state.is_code_block(start_line):
        return False
    opening = _OPEN.fullmatch(_line(state, start_line).rstrip())
    if opening is None:
        return False
    if silent:
        return True
    if any(_is_outside(state, line) for line in range(start_line, close_line + 1)):
        return False
    token = state.push("details_open", "details", 1)
    token.map = [start_line, close_line + 1]
    token.meta = {"open": bool(opening["open"])}
    body_line = _push_summary(state, start_line, close_line, opening["rest"])
    _parse_body(state, body_line, close_line)
    state.push("details_close", "details", -1)
    state.line = close_line + 1
    return True


def _push_summary(state: StateBlock, start_line: int, close_line: int, rest: str) -> int:
    """Emit the summary, or a stand-in; answer the line at which the body begins."""
    next_line = start_line + 1
    summary_line = start_line
    if not rest.strip():
        while next_line < close_line and state.isEmpty(next_line):
            next_line += 1
        if next_line < close_line and _line(state, next_line).lower().startswith("<summary>"):
            summary_line = next_line
            rest = _line(state, next_line)
            next_line += 1
    while _is_open_summary(rest) and next_line < min(close_line, summary_line + SUMMARY_LINES):
        rest += "\n" + _line(state, next_line)
        next_line += 1
    match = _SUMMARY.fullmatch(rest.strip())
    _push_inline(state, "summary", match["text"].strip() if match else "Details", summary_line)
    remainder = match["rest"].strip() if match else rest.strip()
    if remainder:
        _push_inline(state, "paragraph", remainder, summary_line)
    return next_line


def _is_open_summary(rest: str) -> bool:
    lowered = rest.lstrip().lower()
    return lowered.startswith("<summary>") and "</summary>" not in lowered


def _push_inline(state: StateBlock, kind: str, text: str, line: int) -> None:
    tag = "p" if kind == "paragraph" else kind
    token = state.push(f"{kind}_open", tag, 1)
    token.map = [line, line + 1]
    token = state.push("inline", "", 0)
    token.content, token.map, token.children = text, [line, line + 1], []
    state.push(f"{kind}_close", tag, -1)


def _parse_body(state: StateBlock, body_line: int, close_line: int) -> None:
    old_line_max, old_parent = state.lineMax, state.parentType
    state.lineMax, state.parentType = close_line, "details"
    state.md.block.tokenize(state, body_line, close_line)
    state.lineMax, state.parentType = old_line_max, old_parent


def _is_outside(state: StateBlock, line: int) -> bool:
    """Tell whether the line belongs to no part of the container (a list item) in which the opening tag stands."""
    return not state.isEmpty(line) and state.sCount[line] < state.blkIndent


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]
