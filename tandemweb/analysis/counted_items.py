"""Several points of a numbered list on one line: ``3. Late limit: agree. 4. Cold lamp: withdrawn.``."""

import re
from collections.abc import Iterator, Sequence

from tandemweb.analysis.blocks import Block, BlockKind

_NEXT = re.compile(r"(?<=[.!?])\s+(\d{1,2})\.\s+(?=\S)")


def part_counted(blocks: Sequence[Block]) -> Iterator[Block]:
    """Part items of numbered lists in which the count goes on, unless the next item has the number that follows."""
    for position, block in enumerate(blocks):
        is_counted = block.kind is BlockKind.ITEM and block.ordinal is not None
        cuts = _find_cuts(block) if is_counted else []
        if cuts and _find_next_ordinal(blocks, position) != (block.ordinal or 0) + 1:
            yield from _cut(block, cuts)
        else:
            yield block


def _find_cuts(block: Block) -> list[re.Match[str]]:
    number = block.ordinal or 0
    cuts = []
    for match in _NEXT.finditer(block.text):
        if int(match[1]) == number + 1:
            number += 1
            cuts.append(match)
    return cuts


def _find_next_ordinal(blocks: Sequence[Block], position: int) -> int | None:
    """Find the number of the next item of the list that an item stands in."""
    for block in blocks[position + 1 :]:
        if block.kind is BlockKind.HEADING or (block.kind is BlockKind.PARAGRAPH and not block.level):
            return None
        if block.kind is BlockKind.ITEM and block.level == blocks[position].level:
            return block.ordinal
    return None


def _cut(block: Block, cuts: Sequence[re.Match[str]]) -> Iterator[Block]:
    starts = [0, *(cut.end() for cut in cuts)]
    ends = [*(cut.start() for cut in cuts), len(block.text)]
    for count, (start, end) in enumerate(zip(starts, ends, strict=True)):
        text = block.text[start:end]
        line = block.line + block.text.count("\n", 0, start)
        yield Block(BlockKind.ITEM, line, line + text.count("\n"), text, block.level, (block.ordinal or 0) + count)
