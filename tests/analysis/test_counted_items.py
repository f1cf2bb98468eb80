"""Points of a numbered list that share a line."""

from tandemweb.analysis.blocks import Block, BlockKind
from tandemweb.analysis.counted_items import part_counted


def item(text, ordinal, line=1):
    return Block(BlockKind.ITEM, line, line + text.count("\n"), text, 1, ordinal)


def part(*blocks):
    return [(block.ordinal, block.line, block.end_line, block.text) for block in part_counted(blocks)]


def test_the_count_goes_on_within_an_item():
    assert part(item("Sharp edge: agree. 2. Lid:\nwithdrawn! 3. Hinge: fine.", 1, line=4)) == [
        (1, 4, 4, "Sharp edge: agree."),
        (2, 4, 5, "Lid:\nwithdrawn!"),
        (3, 5, 5, "Hinge: fine."),
    ]


def test_an_item_stays_whole_where_the_next_has_the_number_itself():
    told = [item("Cut at 40 cm. 2. It is then sanded.", 1), item("Lid", 2, line=2)]
    assert len(part(*told)) == 2
    assert len(part(told[0], Block(BlockKind.HEADING, 2, 2, "Lids", 2), told[1])) == 4


def test_other_numbers_are_no_count():
    assert len(part(item("Version 2. Then sanded. 5. Glue.", 1))) == 1
    assert len(part(Block(BlockKind.ITEM, 1, 1, "Sanded. 2. Glued.", 1))) == 1
