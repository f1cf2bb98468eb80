"""Blocks found by looking at how lines begin, where that is enough; the Markdown parser reads what is left.

Headings, paragraphs, fenced code, tables and flat lists at the margin are nearly all of a document. A part that holds
anything else (nesting, quotations, HTML, indented code) goes to the parser as it is: it reaches to a line at the margin
that begins a block whatever stands above it. The result is the parser's own, which a property test holds.
"""

import re

from markdown_it.common.utils import MD_TRIM_CHARS

from tandemweb.analysis.block_values import Block, BlockKind
from tandemweb.analysis.parsed_blocks import mark_underlined, parse_blocks

_BLANKS = " \t"
_HEADING = re.compile(r"(#{1,6})(?:[ \t]|$)")
_FENCE = re.compile(r"(`{3,})[^`]*$|(~{3,})")
_MARKER = re.compile(r"(?:[-+*]|[0-9]{1,9}[.)])(?:[ \t]|$)")
_ITEM = re.compile(r"(?:[-+*]|([0-9]{1,9})[.)]) {1,4}(?=[^ \t])")
_DELIMITER = re.compile(r":?-+:?")
_PIPE = re.compile(r"(?<!\\)\|")
_MOST_MISSING_CELLS = 1_000  # where the parser counts them
_DOUBTFUL = frozenset("#`~>-*_+<0123456789 \t")  # first signs of lines that may be more than text
_DOUBTFUL_BESIDE_TABLES = _DOUBTFUL | {"|", ":"}


class Scanner:
    """Goes once over the lines of a text; ``at`` is the line (from 0) where the next block begins."""

    def __init__(self, text: str, *, has_tables: bool) -> None:
        self.lines = text.split("\n")
        self.has_tables = has_tables
        self.doubtful = _DOUBTFUL_BESIDE_TABLES if has_tables else _DOUBTFUL
        self.at = 0
        self.blocks: list[Block] = []
        self.too_deep_at: int | None = None
        self.parts = True  # whether it may be read part by part

    def scan(self) -> None:
        lines = self.lines
        while self.at < len(lines):
            line = lines[self.at]
            if not line or not line.strip(_BLANKS):
                self.at += 1
            elif not self._read(line):
                self._parse_part()

    def _read(self, line: str) -> bool:
        """Read the block that begins with a line; whether it could be read."""
        if self.has_tables and "|" in line and self.at + 1 < len(self.lines) and _may_rule(self.lines[self.at + 1]):
            return self._read_table(line)
        return self._read_paragraph() if self._is_text(line) else self._read_marked(line)

    def _read_marked(self, line: str) -> bool:
        if line[0] == "#":
            return self._read_heading(line)
        if line[0] in "`~":
            return self._read_fence(line)
        if _is_rule(line):
            self.at += 1
            return True
        return self._read_item(line)

    def _is_text(self, line: str) -> bool:
        """Say whether a line that is not blank, without its indentation, can only be text of a paragraph."""
        first = line[0]
        return first not in self.doubtful or (first not in "<> \t" and self._is_text_after_all(line, first))

    def _is_text_after_all(self, line: str, first: str) -> bool:
        if first == "#":
            return _HEADING.match(line) is None
        if first in "`~":
            return _FENCE.match(line) is None
        if self.has_tables and first in "|:-" and not line.strip("|-: \t"):
            return False
        return _MARKER.match(line) is None and not _is_rule(line)

    def _read_heading(self, line: str) -> bool:
        level = len(line) - len(line.lstrip("#"))
        text = line[level:].rstrip(_BLANKS)
        bare = text.rstrip("#")
        text = bare if bare[-1:] in {" ", "\t"} else text
        self.at += 1
        self.blocks.append(Block(BlockKind.HEADING, self.at, self.at, text.strip(MD_TRIM_CHARS), level))
        return True

    def _read_fence(self, line: str) -> bool:
        opening = _FENCE.match(line)
        run = (opening[1] or opening[2]) if opening else ""
        for number in range(self.at + 1, len(self.lines)):
            closing = self.lines[number]
            if run and run in closing and _closes(closing, run):
                content = "".join([f"{held}\n" for held in self.lines[self.at + 1 : number]])
                self.blocks.append(Block(BlockKind.CODE, self.at + 1, number + 1, content))
                self.at = number + 1
                return True
        return False

    def _read_paragraph(self) -> bool:
        lines, start = self.lines, self.at
        end = start + 1
        while end < len(lines) and (line := lines[end]):
            if line[0] in self.doubtful and not self._is_text(line):
                if self._ends_paragraph(line):
                    break
                if not self._goes_on(line, 0):
                    return False
            end += 1
        text = lines[start] if end == start + 1 else "\n".join(lines[start:end])
        block = Block(BlockKind.PARAGRAPH, start + 1, end, text.strip(MD_TRIM_CHARS))
        self.blocks.append(mark_underlined(block) if block.text.endswith("=") else block)
        self.at = end
        return True

    def _ends_paragraph(self, line: str) -> bool:
        """Say whether a line that is no text ends the paragraph above it, without doubt."""
        if line[0] in "#`~":
            return True
        marker = _ITEM.match(line)
        if marker is None or _is_rule(line):
            return not line.strip(_BLANKS)
        return marker[1] is None or int(marker[1]) == 1

    def _goes_on(self, line: str, width: int) -> bool:
        """Say whether a line that is no text by itself goes on with a paragraph that stands at ``width``."""
        indent = len(line) - len(line.lstrip(" "))
        if not indent or line[indent] == "\t":
            number = _ITEM.match(line)
            return number is not None and number[1] is not None and width == 0  # "2. " where no list is
        return indent - width > 3 or self._is_text(line[indent:])

    def _read_item(self, line: str) -> bool:
        """Read an item of a list that holds one paragraph and nothing else."""
        marker = _ITEM.match(line)
        if marker is None or not self._is_text(line[marker.end() :]):
            return False
        width = marker.end()
        end = self._find_item_end(width)
        if end is None:
            return False
        text = line[width:]
        if end > self.at + 1:
            text = "\n".join([text, *(_unindent(held, width) for held in self.lines[self.at + 1 : end])])
        ordinal = int(marker[1]) if marker[1] else None
        self.blocks.append(Block(BlockKind.ITEM, self.at + 1, end, text.strip(MD_TRIM_CHARS), 1, ordinal))
        self.at = end
        return True

    def _find_item_end(self, width: int) -> int | None:
        """Find the line after an item's paragraph; None where more than that may belong to the item."""
        lines = self.lines
        end = self.at + 1
        while end < len(lines):
            line = lines[end]
            if not line or not line.strip(_BLANKS):
                following = end + 1
                while following < len(lines) and not lines[following].strip(_BLANKS):
                    following += 1
                return end if following == len(lines) or lines[following][0] not in _BLANKS else None
            if line[0] in self.doubtful and not self._is_text(line):
                if line[0] in "#`~>" or _MARKER.match(line) or _is_rule(line):
                    return end
                if not self._goes_on(line, width):
                    return None
            end += 1
        return end

    def _read_table(self, line: str) -> bool:
        if _MARKER.match(line):
            self._begin_anew()  # an item if a list is open, else the head of a table
            return False
        header = _split_row(line)
        count = _count_columns(self.lines[self.at + 1])
        if not count or count != len(header) or line[0] in _BLANKS:
            return False
        rows: list[Block] = []
        titles = tuple([cell.strip(MD_TRIM_CHARS) for cell in header])
        missing = 0
        end = self.at + 2
        while end < len(self.lines) and (row := self.lines[end]):
            if row[0] != "|" and not (row.strip(MD_TRIM_CHARS) and self._is_text(row)):
                if row.strip(_BLANKS):
                    return False
                break
            split = _split_row(row)
            missing += max(0, count - len(split))
            cells = tuple([cell.strip(MD_TRIM_CHARS) for cell in split[:count]]) + ("",) * (count - len(split))
            end += 1
            rows.append(Block(BlockKind.ROW, end, end, " | ".join(cells), cells=cells, header=titles))
        if missing > _MOST_MISSING_CELLS:
            return False
        self.blocks += rows
        self.at = end
        return True

    def _parse_part(self) -> None:
        """Let the parser read from here to a line that begins a block of its own in any case."""
        start, end = self.at, self._find_part_end()
        text = "\n".join(self.lines[start:end]) + ("\n" if end < len(self.lines) else "")
        blocks, too_deep_at = parse_blocks(text, has_tables=self.has_tables)
        for block in blocks:
            block.line += start
            block.end_line += start
        self.blocks += blocks
        if too_deep_at is not None and self.too_deep_at is None:
            self.too_deep_at = too_deep_at + start
        self.at = end

    def _begin_anew(self) -> None:
        """Leave the whole text to the parser."""
        self.at = 0
        self.blocks.clear()
        self.too_deep_at = None
        self.parts = False

    def _find_part_end(self) -> int:
        """Find the first line at the margin below a blank one, or that is a heading or opens a fence.

        Where a fence or HTML may begin that does not end with a list, it is the end of the text.
        """
        lines, width = self.lines, 0
        for number in range(self.at, len(lines) if self.parts else 0):
            line = lines[number]
            bare = line.lstrip(_BLANKS)
            if not bare:
                continue
            is_margin = len(bare) == len(line)
            if (
                number > self.at
                and is_margin
                and (not lines[number - 1].strip(_BLANKS) or _HEADING.match(line) or _FENCE.match(line))
            ):
                return number
            indent = 0 if is_margin else len(line.expandtabs(4)) - len(line.expandtabs(4).lstrip())
            if is_margin and (width or number == self.at):
                width = self._measure_item(number)
            elif indent < width:
                width = 0
            if bare.startswith(("<", "```", "~~~")) and not width:
                return len(lines)
        return len(lines)

    def _measure_item(self, number: int) -> int:
        """Say how far the text of an item stands from the margin; 0 where a line begins none, or not for certain."""
        line = self.lines[number]
        is_table = self.has_tables and "|" in line
        item = None if is_table or _is_rule(line) else _ITEM.match(line)
        return item.end() if item else 0


def _may_rule(line: str) -> bool:
    """Say whether a line may stand between a table's head and its rows."""
    bare = line.strip(_BLANKS)
    return bare[:1] in {"|", "-", ":"} and not bare.strip("|-: \t")


def _is_rule(line: str) -> bool:
    """Say whether a line at the margin is a horizontal rule."""
    first = line[0]
    return first in "-*_" and not line.strip(f"{first} \t") and line.count(first) > 2


def _closes(line: str, run: str) -> bool:
    bare = line.strip(_BLANKS)
    return (
        bare == run[0] * len(bare)
        and len(bare) >= len(run)
        and line.find(run[0]) < 4
        and "\t" not in line.rstrip(_BLANKS)
    )


def _unindent(line: str, width: int) -> str:
    """Take off the blanks before a line, at most as many as its item is indented."""
    return line[min(len(line) - len(line.lstrip(" ")), width) :]


def _split_row(line: str) -> list[str]:
    """Split a row as the parser does: a pipe after a backslash is text."""
    line = line.strip(MD_TRIM_CHARS)
    cells = [cell.replace("\\|", "|") for cell in _PIPE.split(line)] if "\\" in line else line.split("|")
    if cells and cells[0] == "":
        del cells[0]
    if cells and cells[-1] == "":
        del cells[-1]
    return cells


def _count_columns(line: str) -> int:
    """Count the columns that the line below a table's head lays down; 0 where it lays down none."""
    if len(line) < 2 or line[0] not in "|-:" or (line[0] == "-" and line[1] in _BLANKS):
        return 0
    columns = [column.strip(MD_TRIM_CHARS) for column in line.split("|")]
    inner = [column for number, column in enumerate(columns) if column or 0 < number < len(columns) - 1]
    return len(inner) if all(map(_DELIMITER.fullmatch, inner)) else 0
