"""Lines that a reader takes for a list."""

import pytest

from tandemweb.analysis.blocks import Block, BlockKind, extract_blocks
from tandemweb.analysis.listed_lines import part_paragraphs


def part(text):
    return [
        (block.kind, block.line, block.end_line, block.text) for block in part_paragraphs(extract_blocks(text).blocks)
    ]


@pytest.mark.parametrize("letters", [("a)", "b)"), ("(a)", "(b)"), ("a.", "b.")])
@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_lettered_lines_are_items(letters, between):
    text = f"{letters[0]} **Too coarse.** At springs\nit turns.{between}{letters[1]} No zone."
    second = 3 if between == "\n" else 4
    assert part(text) == [
        (BlockKind.ITEM, 1, 2, "**Too coarse.** At springs\nit turns."),
        (BlockKind.ITEM, second, second, "No zone."),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "a) alone\n\nand nothing else",
        "b) not the first\n\nc) nor the second",
        "a) here\n\n## Heading\n\nb) there",
        "i.e. nothing\n\nj. nor this",
    ],
)
def test_a_letter_without_its_neighbour_is_no_list(text):
    assert not any(kind is BlockKind.ITEM for kind, *_ in part(text))


def test_lines_that_each_bear_a_mark_are_parted():
    text = "Obs. 4. Still matters.\nN2. Ties: no rule,\nand rows decide.\nN3. A swap."
    assert part(text) == [
        (BlockKind.PARAGRAPH, 1, 1, "Obs. 4. Still matters."),
        (BlockKind.PARAGRAPH, 2, 3, "N2. Ties: no rule,\nand rows decide."),
        (BlockKind.PARAGRAPH, 4, 4, "N3. A swap."),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "The reason is\nH2. Nothing else.",
        "This is about\nH2: one\nM1: another",
        "see AC1. It\nAC2. holds",
        "one\nR2 D2",
    ],
)
def test_marks_in_running_text_part_nothing(text):
    assert len(part(text)) == 1


def test_many_marked_lines_are_parted_in_linear_time():
    lines = [f"N{number % 90 + 1}. {'word ' * 12}" for number in range(10_000)]
    block = Block(BlockKind.PARAGRAPH, 1, len(lines), "\n".join(lines))
    parted = list(part_paragraphs([block]))
    assert (len(parted), parted[-1].line) == (10_000, 10_000)
