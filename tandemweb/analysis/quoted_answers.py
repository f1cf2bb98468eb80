"""Reviews that quote a passage and answer it below: ``> Dropped, as the spec allows it`` and then ``It does.``."""

from collections.abc import Iterator, Sequence

from tandemweb.analysis.blocks import Block, BlockKind


def join_answers(blocks: Sequence[Block]) -> Iterator[Block]:
    """Make an item of each quotation with the paragraph right below it, which stands in front of what it answers."""
    quoted: list[Block] = []
    in_item = False
    for block in blocks:
        if block.kind is BlockKind.QUOTE and not in_item:
            quoted.append(block)  # perhaps a list's item: ``> 8. A second run is refused.``
            continue
        is_answer = quoted and block.kind is BlockKind.PARAGRAPH and not block.level
        if is_answer:
            yield Block(BlockKind.ITEM, quoted[0].line, block.end_line, block.text, level=1)
        yield from quoted
        if not is_answer:
            yield block
        quoted = []
        in_item = bool(block.level) and block.kind is not BlockKind.HEADING
    yield from quoted
