"""Blocks of lines that were taken away in one place and stand in another. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from tandemweb.domain.chunk import Edit, Span

LEAST_LETTERS = 20  # of a block, as git's own colouring of moved lines has it
MOST_PLACES = 20  # of one and the same line; one that is everywhere begins no block

Lines = Sequence[bytes]


def find_moves(old: Lines, new: Lines, edits: Sequence[Edit]) -> tuple[Edit, ...]:
    """Find blocks that ``edits`` remove from ``old`` and add to ``new``, whatever their indentation, longest first.

    Each line belongs to one block at most; blocks come in the order of ``new``.
    """
    removed = [line for edit in edits for line in range(*edit.old)]
    added = {line: new[line].strip() for edit in edits for line in range(*edit.new)}
    places: defaultdict[bytes, list[int]] = defaultdict(list)
    for line in removed:
        places[old[line].strip()].append(line)
    starts = {line: old[line].strip() for line in removed}
    found = sorted(_list_blocks(starts, added, places), key=lambda block: (-block.new.length, block.new))
    return tuple(sorted(_choose(found), key=lambda block: block.new))


def _list_blocks(removed: dict[int, bytes], added: dict[int, bytes], places: dict[bytes, list[int]]) -> Iterator[Edit]:
    """Yield every longest run of added lines that were removed in the same order."""
    for new_start, text in added.items():
        starts = places.get(text, ()) if text else ()
        for old_start in starts if len(starts) <= MOST_PLACES else ():
            if _is_inside(removed, added, old_start, new_start):
                continue
            length, letters = 0, 0
            while (line := added.get(new_start + length)) is not None and removed.get(old_start + length) == line:
                letters += sum(map(str.isalnum, line.decode("utf-8", "replace")))
                length += 1
            if letters >= LEAST_LETTERS:
                yield Edit(Span(old_start, old_start + length), Span(new_start, new_start + length))


def _is_inside(removed: dict[int, bytes], added: dict[int, bytes], old: int, new: int) -> bool:
    """Whether a longer block holds these lines: what stands before them, blank lines aside, is the same too."""
    before = 1
    while added.get(new - before) == removed.get(old - before) == b"":
        before += 1
    line = added.get(new - before)
    return line is not None and line == removed.get(old - before)


def _choose(blocks: Sequence[Edit]) -> Iterator[Edit]:
    old_taken: set[int] = set()
    new_taken: set[int] = set()
    for block in blocks:
        old, new = range(*block.old), range(*block.new)
        if old_taken.isdisjoint(old) and new_taken.isdisjoint(new):
            old_taken.update(old)
            new_taken.update(new)
            yield block
