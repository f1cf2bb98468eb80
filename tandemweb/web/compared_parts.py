"""Rows of a file in blocks: regions, what lies between them, what is folded; and blocks in parts that load one by one.

Blocks and parts depend on nothing but the rows, so a part keeps its number whatever is opened. Pure.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from tandemweb.web.compared_rows import PlannedRow

CONTEXT = 3  # equal lines that are shown beside a difference
LEAST_FOLDED = 4  # fewer are shown: a fold takes a line itself
PART_ROWS = 80


@dataclass(frozen=True, slots=True)
class Block:
    """Rows ``first`` to ``stop`` (not included) of a file. ``region`` is their region, None where nothing differs.

    A long region is several blocks; ``is_start`` says which of them begins it.
    """

    region: int | None
    first: int
    stop: int
    is_folded: bool = False
    is_start: bool = True

    @property
    def row_count(self) -> int:
        return self.stop - self.first

    @property
    def shown_count(self) -> int:
        return 1 if self.is_folded else self.row_count


def list_blocks(rows: Sequence[PlannedRow]) -> Iterator[Block]:
    runs = [(region, len(list(run))) for region, run in groupby(rows, key=lambda row: row.region)]
    first = 0
    for number, (region, count) in enumerate(runs):
        block = Block(region, first, first + count)
        if region is None:
            yield from _fold(block, is_top=number == 0, is_bottom=number == len(runs) - 1)
        else:
            yield from _slice(block)
        first += count


def _fold(block: Block, *, is_top: bool, is_bottom: bool) -> Iterator[Block]:
    first = block.first if is_top else min(block.first + CONTEXT, block.stop)
    stop = block.stop if is_bottom else max(block.stop - CONTEXT, first)
    if stop - first < LEAST_FOLDED:
        yield from _slice(block)
        return
    parts = (
        Block(None, block.first, first),
        Block(None, first, stop, is_folded=True),
        Block(None, stop, block.stop),
    )
    yield from (part for part in parts if part.row_count)


def _slice(block: Block) -> Iterator[Block]:
    for first in range(block.first, block.stop, PART_ROWS):
        stop = min(first + PART_ROWS, block.stop)
        yield replace(block, first=first, stop=stop, is_start=first == block.first)


def cut_parts(blocks: Iterable[Block]) -> tuple[tuple[Block, ...], ...]:
    """Gather blocks in parts of about equally many rows. There is always one part at least."""
    parts: list[list[Block]] = [[]]
    size = 0
    for block in blocks:
        if size and size + block.shown_count > PART_ROWS:
            parts.append([])
            size = 0
        parts[-1].append(block)
        size += block.shown_count
    return tuple(map(tuple, parts))
