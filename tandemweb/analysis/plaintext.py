"""Documents written as plain text, points indented below bare heads: the same lines as Markdown.

To a Markdown parser an indented block is code or runs on from the line above it.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

_MARKDOWN = re.compile(r"^(?:#{1,6}\s|[ \t]*(?:```|~~~)|\|)", re.MULTILINE)
_HEAD = re.compile(r"[^\W\d_][^\n]{0,70}")
_MARK = re.compile(r"(\[[ xX~!-]\](?=\s)|[*+•-](?=\s|$)|\d{1,2}[.)](?=\s)|\(?[A-Z]{1,3}-?\d{1,2}[.):](?=\s))\s*")
_COMMAND = re.compile(r"(?:\$|>>>|%|❯)\s")
_FEWEST_HEADS = 2  # above a marked point: one alone may be a paragraph that hangs over its first line


def to_markdown(text: str) -> str:
    """Write a plain text as Markdown, line for line; return any other text as it is. Linear in its length."""
    if _MARKDOWN.search(text) or "\n  " not in f"\n{text}":
        return text
    lines = _take_off_margin(text.split("\n"))
    heads = set(_find_heads(lines))
    announcing = sum(_MARK.match(lines[head + 1].strip()) is not None for head in heads)
    return "\n".join(_rewrite(lines, heads)) if announcing >= _FEWEST_HEADS else text


def _take_off_margin(lines: list[str]) -> list[str]:
    """Take off the blanks that every line begins with."""
    margin = min((_indent(line) for line in lines if line.strip()), default=0)
    return [line.expandtabs(4)[margin:] for line in lines]


def _indent(line: str) -> int:
    wide = line.expandtabs(4)
    return len(wide) - len(wide.lstrip())


def _find_heads(lines: list[str]) -> Iterator[int]:
    """Find lines at the margin, at the beginning of a paragraph, directly above indented ones."""
    for number, (line, following) in enumerate(pairwise(lines)):
        begins = number == 0 or not lines[number - 1].strip()
        if begins and _HEAD.fullmatch(line.rstrip()) and following.strip() and _indent(following) > 1:
            yield number


def _rewrite(lines: list[str], heads: set[int]) -> Iterator[str]:
    base: int | None = None  # indentation of the points below the head, None before the first of them
    shown: int | None = None  # indentation of a command whose output goes on
    for number, line in enumerate(lines):
        indent = _indent(line)
        said = line.strip()
        shown = None if not said or (shown is not None and indent < shown) else shown
        if number in heads:
            base = None
            yield f"## {said}"
        elif not said or indent == 0:
            yield line
        else:
            base = indent if base is None else base
            shown = indent if _COMMAND.match(said) else shown
            yield _rewrite_point(said, is_deeper=indent > base, is_shown=shown is not None)


def _rewrite_point(said: str, *, is_deeper: bool, is_shown: bool) -> str:
    margin = "  " if is_deeper else ""
    if is_shown:
        return f"{margin}> {said}"
    mark = _MARK.match(said)
    if mark is None or (is_deeper and mark[1][0] not in "*+•-["):
        return margin + said
    rest = said[mark.end() :] if mark[1] in {"*", "+", "•", "-"} else said
    return f"{margin}{said}" if mark[1][0].isdigit() else f"{margin}- {rest}".rstrip()
