"""The block structure of a Markdown text, flat and with source lines: what all extraction reads.

Inline Markdown stays as written (parsing it costs more than everything else together); the few marks that
matter are taken off by ``plain``.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from tandemweb.analysis.block_values import Block as Block
from tandemweb.analysis.block_values import BlockKind as BlockKind
from tandemweb.analysis.parsed_blocks import MAX_NESTING as MAX_NESTING
from tandemweb.analysis.plaintext import to_markdown
from tandemweb.analysis.scanned_blocks import Scanner

MAX_LINES = 16_000  # a real document has hundreds; the parser needs about 30 microseconds for each list item


@dataclass(frozen=True, slots=True)
class Structure:
    """A text in blocks. ``front_matter`` holds the ``key: value`` lines between ``---`` lines at the top."""

    blocks: tuple[Block, ...]
    front_matter: tuple[tuple[str, str, int], ...] = ()  # (key, value, line)
    cut_at: int | None = None  # first line that was not read, for length
    too_deep_at: int | None = None  # first line nested too deep to be read


_MAY_BE_TABLE = re.compile(r"^[ \t>]*(?:\|[ \t]*)?:?-[-: \t]*\|", re.MULTILINE)
_FRONT_MATTER = re.compile(
    r"---[ \t]*\n((?:[ \t]*\w[^\n]{0,500}\n|[ \t]*(?:[-#][^\n]{0,500})?\n){1,100}?)---[ \t]*(?:\n|$)"
)
_FRONT_PAIR = re.compile(r"\s*(\w[\w -]{0,40}?)\s*:\s*(.+)")
_EMPHASIS = re.compile(r"(?<![\w`*])\*(?=[^\s*])|(?<=[^\s*])\*(?![\w*`])")


@lru_cache(maxsize=8)  # a spec is read as document and as spec, a final evaluation is a copy of the last merged one
def extract_blocks(text: str) -> Structure:
    """Split a text into blocks. Never raises; linear in the text's length."""
    front_matter, body = _split_front_matter(text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd"))
    body, cut_at = _cut(body)
    body = to_markdown(body)
    scanner = Scanner(body, has_tables="|" in body and _MAY_BE_TABLE.search(body) is not None)
    scanner.scan()
    return Structure(tuple(scanner.blocks), front_matter, cut_at, scanner.too_deep_at)


def plain(text: str) -> str:
    """Take off the marks of strong and emphasised text, keep everything else (code spans too)."""
    if "*" not in text:
        return text
    text = text.replace("**", "")
    return _EMPHASIS.sub("", text) if "*" in text else text


def _cut(text: str) -> tuple[str, int | None]:
    if text.count("\n") <= MAX_LINES:
        return text, None
    return "\n".join(text.split("\n", MAX_LINES)[:MAX_LINES]), MAX_LINES + 1


def _split_front_matter(text: str) -> tuple[tuple[tuple[str, str, int], ...], str]:
    match = _FRONT_MATTER.match(text) if text.startswith("---") else None
    if match is None:
        return (), text
    pairs = []
    for number, line in enumerate(match[1].split("\n"), 2):
        pair = _FRONT_PAIR.match(line)
        if pair:
            pairs.append((pair[1].lower(), pair[2].strip().strip("\"'"), number))
    return tuple(pairs), "\n" * match[0].count("\n") + text[match.end() :]
