"""Lines that are a list to a reader and a paragraph to the parser: numbered, lettered, each with its mark."""

import re
from collections.abc import Iterator, Sequence

from tandemweb.analysis.blocks import Block, BlockKind

# What somebody numbers without leaving a line free is a list to a reader; to the parser only if it begins with 1.
_NUMBERED_LINE = re.compile(
    r"\n[ ]{0,3}(?=(\d{1,2})(?:[.)]|(?=[ ]+(?i:pass|fail|block|met|not|partial|n/a|[✅❌])))[ ]+\S)"
)
_LINE_NUMBER = re.compile(r"\d{1,2}[.)]?[ ]+")
_PLAIN_HEAD = re.compile(r"[^\W\d][\w'’/&,() -]{1,44}:?")
HEAD_WORDS = 4
LONGEST_HEAD = 46


# "a) …", "(b) …": letters from the first on, each with its successor.
_LETTER = re.compile(r"[ ]{0,3}\(?([a-z])[.)][ ]+(?=\S)")
_LETTERED_LINE = re.compile(r"\n(?=[ ]{0,3}\(?[b-z][.)][ ]+\S)")
_MARKED_LINE = re.compile(r"(?:^|\n)[ ]{0,3}(?=(?!AC)([A-Z]{1,3})-?\d{1,2}[.):][ ]+\S)")
_FEWEST = 2  # lines that make a list


def part_paragraphs(blocks: Sequence[Block]) -> Iterator[Block]:
    """Part paragraphs whose lines are points: numbered below a short head, lettered, or each with a mark."""
    parted: list[Block] = []
    for block in blocks:
        if block.kind is BlockKind.PARAGRAPH and not block.level and "\n" in block.text:
            parted += _part_lines(block)
        else:
            parted.append(block)
    lettered = _find_lettered(parted)
    for number, block in enumerate(parted):
        yield _to_item(block, lettered[number]) if number in lettered else block


def _part_lines(block: Block) -> list[Block]:
    numbered = list(_part_numbered(block))
    if len(numbered) > 1:
        return numbered
    if _LETTER.match(block.text):
        return _cut(block, [match.end() for match in _LETTERED_LINE.finditer(block.text)])
    marked = [(match[1], match.end()) for match in _MARKED_LINE.finditer(block.text)]
    series = {letters for letters, _ in marked}
    if len(marked) < _FEWEST or len(series) > 1:
        return [block]
    return _cut(block, [start for _, start in marked if start])


def _cut(block: Block, starts: Sequence[int]) -> list[Block]:
    """Cut a paragraph before each of the places at which lines begin."""
    pieces = []
    line = block.line
    for start, end in zip([0, *starts], [*starts, len(block.text)], strict=True):
        text = block.text[start:end]
        said = text.rstrip()
        pieces.append(Block(BlockKind.PARAGRAPH, line, line + said.count("\n"), said))
        line += text.count("\n")
    return pieces


def _find_lettered(blocks: Sequence[Block]) -> dict[int, int]:
    """Find the paragraphs that are the points of a lettered list, with the number of each."""
    found: dict[int, int] = {}
    run: list[int] = []
    for number, block in enumerate(blocks):
        if block.kind is BlockKind.HEADING:
            run = []
        elif block.kind is BlockKind.PARAGRAPH and not block.level and (letter := _LETTER.match(block.text)):
            ordinal = ord(letter[1]) - ord("a")
            run = [*run, number] if ordinal == len(run) else [number] if ordinal == 0 else []
            if len(run) >= _FEWEST:
                found |= {place: count for count, place in enumerate(run, 1)}
    return found


def _to_item(block: Block, ordinal: int) -> Block:
    letter = _LETTER.match(block.text)
    said = block.text[letter.end() :] if letter else block.text
    return Block(BlockKind.ITEM, block.line, block.end_line, said, 1, ordinal)


def _part_numbered(block: Block) -> Iterator[Block]:
    head, _, _ = block.text.partition("\n")
    first = _NUMBERED_LINE.search(block.text) if is_plain_head(head) else None
    if first is None or first.start() != len(head):
        yield block
        return
    yield Block(BlockKind.PARAGRAPH, block.line, block.line, head)
    starts = [match.end() for match in _NUMBERED_LINE.finditer(block.text)]
    for start, end in zip(starts, [*starts[1:], len(block.text)], strict=True):
        text = block.text[start:end].rstrip()
        number = _LINE_NUMBER.match(text)
        line = block.line + block.text.count("\n", 0, start)
        ordinal = int(number[0].strip(" .)")) if number else None
        said = text[number.end() :] if number else text
        yield Block(BlockKind.ITEM, line, line + text.count("\n"), said, 1, ordinal)


def is_plain_head(text: str) -> bool:
    """Say whether a line can be a heading without any mark: a few words, no sentence."""
    return text.count(" ") < HEAD_WORDS and _PLAIN_HEAD.fullmatch(text) is not None
