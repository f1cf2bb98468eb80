"""Blocks as the Markdown parser finds them: right for every text, and slow."""

import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from tandemweb.analysis.block_values import Block, BlockKind

MAX_NESTING = 20  # levels of lists and quotations the parser follows
# Underlined headings are found in mark_underlined: a rule too close to a paragraph is far more common, and the parser's
# rule costs a sixth of its time. The rule for tables costs a fifth, so it runs only where there may be one.
# Line ends and NUL characters are seen to by extract_blocks, which is faster.
_UNUSED = ["inline", "reference", "lheading", "normalize"]
_PARSER = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING}).disable(_UNUSED)
_TABLE_PARSER = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING}).enable("table").disable(_UNUSED)
_UNDERLINE = re.compile(r"\n[ ]{0,3}=+[ \t]*$")
SUMMARY_LEVEL = 6  # the line that a folded part of a page shows
_SUMMARY = re.compile(r"<summary>\s*([^<\n]{1,200}?)\s*</summary>", re.IGNORECASE)
_COUNTED = frozenset(
    {f"{kind}_{side}" for kind in ("bullet_list", "ordered_list", "blockquote") for side in ("open", "close")}
)
_NESTING = frozenset({"list_item_open", "blockquote_open"})
_MAKERS = frozenset({"inline", "tr_close", "fence", "code_block", "html_block"})
_LONGEST_SETEXT = 100  # an underlined "heading" longer than this is a paragraph with a rule too close to it


def parse_blocks(text: str, *, has_tables: bool) -> tuple[list[Block], int | None]:
    """Give the blocks of a text and the first line that is nested too deep to be read."""
    tokens = (_TABLE_PARSER if has_tables else _PARSER).parse(text)
    full = (t.map[0] + 1 for t in tokens if t.level >= MAX_NESTING - 1 and t.map and t.type in _NESTING)
    return list(_Flattener(tokens).blocks()), next(full, None)


class _Flattener:
    """Goes once through the tokens; knows how deep in lists and quotations it is."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.lists = 0
        self.steps: list[int] = []  # by which each open list is deeper than the one around it
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
            elif kind == "list_item_close":
                self.item = None  # a paragraph further on is none of its own
            elif kind in _MAKERS and (block := self._make(kind, position)):
                yield block

    def _count(self, token: Token) -> None:
        if token.type.startswith("blockquote"):
            self.quotes += token.nesting
        elif token.nesting > 0:
            self.steps.append(int(self.item is None))  # "- 3. Fine." is one item, of no list inside another
            self.lists += self.steps[-1]
        else:
            self.lists -= self.steps.pop()

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
        return mark_underlined(block, following) if block.kind is BlockKind.PARAGRAPH else block

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


def mark_underlined(block: Block, following: Token | None = None) -> Block:
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
