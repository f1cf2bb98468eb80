"""The block structure of a Markdown text, flat and with source lines: what all extraction reads.

Inline Markdown stays as written (parsing it costs more than everything else together); the few marks that
matter are taken off by ``plain``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from tandemweb.analysis.plaintext import to_markdown

MAX_LINES = 16_000  # a real document has hundreds; the parser needs about 30 microseconds for each list item
MAX_NESTING = 20  # levels of lists and quotations the parser follows


class BlockKind(Enum):
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"  # the first paragraph of a list item
    ROW = "row"
    CODE = "code"
    QUOTE = "quote"  # a paragraph inside a quotation


@dataclass(slots=True)
class Block:
    """One block. ``level``: of a heading 1 to 6, else how many lists it stands in. Lines are 1-based, inclusive."""

    kind: BlockKind
    line: int
    end_line: int
    text: str  # inline source; of a row its cells joined by " | "
    level: int = 0
    ordinal: int | None = None  # of a numbered item
    cells: tuple[str, ...] = ()
    header: tuple[str, ...] = ()  # the header cells of a row's table


@dataclass(frozen=True, slots=True)
class Structure:
    """A text in blocks. ``front_matter`` holds the ``key: value`` lines between ``---`` lines at the top."""

    blocks: tuple[Block, ...]
    front_matter: tuple[tuple[str, str, int], ...] = ()  # (key, value, line)
    cut_at: int | None = None  # first line that was not read, for length
    too_deep_at: int | None = None  # first line nested too deep to be read


# Underlined headings are found in _underlined: a rule too close to a paragraph is far more common, and the parser's
# rule costs a sixth of its time. The rule for tables costs a fifth, so it runs only where there may be one.
# Line ends and NUL characters are seen to by extract_blocks, which is faster.
_UNUSED = ["inline", "reference", "lheading", "normalize"]
_PARSER = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING}).disable(_UNUSED)
_TABLE_PARSER = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING}).enable("table").disable(_UNUSED)
_MAY_BE_TABLE = re.compile(r"^[\s>]*\|?[ \t]*:?-[-: \t]*\|", re.MULTILINE)
_UNDERLINE = re.compile(r"\n[ ]{0,3}=+[ \t]*$")
_FRONT_MATTER = re.compile(
    r"---[ \t]*\n((?:[ \t]*\w[^\n]{0,500}\n|[ \t]*(?:[-#][^\n]{0,500})?\n){1,100}?)---[ \t]*(?:\n|$)"
)
_FRONT_PAIR = re.compile(r"\s*(\w[\w -]{0,40}?)\s*:\s*(.+)")
_EMPHASIS = re.compile(r"(?<![\w`*])\*(?=[^\s*])|(?<=[^\s*])\*(?![\w*`])")
SUMMARY_LEVEL = 6  # the line that a folded part of a page shows
_SUMMARY = re.compile(r"<summary>\s*([^<\n]{1,200}?)\s*</summary>", re.IGNORECASE)
_COUNTED = frozenset(
    {f"{kind}_{side}" for kind in ("bullet_list", "ordered_list", "blockquote") for side in ("open", "close")}
)
_NESTING = frozenset({"list_item_open", "blockquote_open"})
_MAKERS = frozenset({"inline", "tr_close", "fence", "code_block", "html_block"})
_LONGEST_SETEXT = 100  # an underlined "heading" longer than this is a paragraph with a rule too close to it


@lru_cache(maxsize=8)  # a spec is read as document and as spec, a final evaluation is a copy of the last merged one
def extract_blocks(text: str) -> Structure:
    """Split a text into blocks. Never raises; linear in the text's length."""
    front_matter, body = _split_front_matter(text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd"))
    body, cut_at = _cut(body)
    body = to_markdown(body)
    parser = _TABLE_PARSER if "|" in body and _MAY_BE_TABLE.search(body) else _PARSER
    tokens = parser.parse(body)
    full = (t.map[0] + 1 for t in tokens if t.level >= MAX_NESTING - 1 and t.map and t.type in _NESTING)
    too_deep_at = next(full, None)
    return Structure(tuple(_Flattener(tokens).blocks()), front_matter, cut_at, too_deep_at)


def plain(text: str) -> str:
    """Take off the marks of strong and emphasised text, keep everything else (code spans too)."""
    return _EMPHASIS.sub("", text.replace("**", "")) if "*" in text else text


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


class _Flattener:
    """Goes once through the tokens; knows how deep in lists and quotations it is."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.lists = 0
        self.quotes = 0
        self.item: Token | None = None  # a list item that has not shown its first paragraph yet
        self.header: tuple[str, ...] = ()

    def blocks(self) -> Iterator[Block]:
        for position, token in enumerate(self.tokens):
            kind = token.type
            if kind in _COUNTED:
                self._count(token)
            elif kind == "list_item_open":
                self.item = token
            elif kind in _MAKERS and (block := self._make(kind, position)):
                yield block

    def _count(self, token: Token) -> None:
        if token.type.startswith("blockquote"):
            self.quotes += token.nesting
        else:
            self.lists += token.nesting

    def _make(self, kind: str, position: int) -> Block | None:
        if kind == "inline":
            return self._text(position)
        if kind == "tr_close":
            return self._row(position)
        token = self.tokens[position]
        start, end = token.map or [0, 1]
        if kind != "html_block":
            return Block(BlockKind.CODE, start + 1, end, token.content, self.lists)
        summary = None if self.quotes else _SUMMARY.search(token.content)
        return Block(BlockKind.HEADING, start + 1, end, summary[1], SUMMARY_LEVEL) if summary else None

    def _text(self, position: int) -> Block | None:
        """Make a block of the text of a paragraph or heading; cells are taken with their row."""
        opening, text = self.tokens[position - 1], self.tokens[position].content
        if opening.type == "heading_open":
            return _heading(opening, text, self.lists, self.quotes)
        if opening.type != "paragraph_open":
            return None
        block = _paragraph(opening, text, self.item, self.lists, self.quotes)
        self.item = None
        following = self.tokens[position + 2] if position + 2 < len(self.tokens) else None
        return _underlined(block, following) if block.kind is BlockKind.PARAGRAPH else block

    def _row(self, position: int) -> Block | None:
        cells: list[str] = []
        start = position
        while self.tokens[start].type != "tr_open":
            start -= 1
            if self.tokens[start].type == "inline":
                cells.append(self.tokens[start].content)
        row = tuple(reversed(cells))
        if self.tokens[position + 1].type == "thead_close":
            self.header = row
            return None
        if self.quotes:
            return None
        line = (self.tokens[start].map or [0])[0] + 1
        return Block(BlockKind.ROW, line, line, " | ".join(row), self.lists, cells=row, header=self.header)


def _paragraph(token: Token, text: str, item: Token | None, lists: int, quotes: int) -> Block:
    start, end = token.map or [0, 1]
    if quotes:
        return Block(BlockKind.QUOTE, start + 1, end, text, lists)
    if item is None:
        return Block(BlockKind.PARAGRAPH, start + 1, end, text, lists)
    ordinal = int(item.info) if item.info.isascii() and item.info.isdigit() else None
    line = (item.map or [start])[0] + 1
    return Block(BlockKind.ITEM, line, end, text, lists, ordinal)


def _underlined(block: Block, following: Token | None) -> Block:
    """Make a heading of a short single line that stands directly on a rule or on equal signs."""
    if block.level or len(block.text) > _LONGEST_SETEXT:
        return block
    equals = _UNDERLINE.search(block.text)
    if equals:
        text = block.text[: equals.start()]
        return Block(BlockKind.HEADING, block.line, block.end_line, text, 1) if "\n" not in text else block
    touches = (
        following is not None
        and following.type == "hr"
        and following.markup.startswith("-")
        and following.map is not None
        and following.map[0] == block.end_line
    )
    if touches and "\n" not in block.text and not block.text.endswith((".", ":")):
        return Block(BlockKind.HEADING, block.line, block.end_line + 1, block.text, 2)
    return block


def _heading(token: Token, text: str, lists: int, quotes: int) -> Block:
    start, end = token.map or [0, 1]
    if quotes:
        return Block(BlockKind.QUOTE, start + 1, end, text, lists)
    if lists:
        return Block(BlockKind.PARAGRAPH, start + 1, end, text, lists)
    return Block(BlockKind.HEADING, start + 1, end, text, int(token.tag[1]))
