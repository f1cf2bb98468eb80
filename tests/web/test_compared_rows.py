"""Every line of both versions stands in exactly one row, beside what it is compared with."""

from dataclasses import replace

from tandemweb.domain.chunk import Edit, FileChunks, Region, RegionKind, Span
from tandemweb.domain.comparison import FileRow, FileVersion, Relation, SideFile
from tandemweb.web.compared_parts import PART_ROWS, cut_parts, list_blocks
from tandemweb.web.compared_rows import Sign, plan_base, plan_sides, unify

THERE = SideFile(FileVersion("name", "100644", "1" * 40))
ROW = FileRow("key", None, (THERE, THERE), Relation.DIFFERENT, (0, 1))


def lines(text: str) -> tuple[bytes, ...]:
    return tuple(f"{line}\n".encode() for line in text.split())


def chunks(*regions: tuple[str, str, str], moves=None) -> FileChunks:
    """Make a file out of what base, A and B have in each region."""
    versions: list[list[bytes]] = [[], [], []]
    made = []
    for number, texts in enumerate(regions):
        spans = []
        for version, text in zip(versions, texts, strict=True):
            start = len(version)
            version.extend(lines(text))
            spans.append(Span(start, len(version)))
        base, *sides = texts
        changed_by = tuple(side for side, text in enumerate(sides) if text != base)
        kind = (
            RegionKind.STABLE
            if not changed_by
            else RegionKind.ONE
            if len(changed_by) == 1
            else RegionKind.SAME
            if sides[0] == sides[1]
            else RegionKind.DIFFERENT
        )
        made.append(Region(number, kind, spans[0], tuple(spans[1:]), changed_by, id=str(number)))
    return FileChunks(ROW, tuple(map(tuple, versions)), tuple(made), moves or {})


FILE = chunks(("1 2 3", "1 2 3", "1 2 3"), ("4 5", "x 5", "4 y z"), ("6", "6", "6"), ("", "n", "n"), ("7", "", "7"))


def draw(rows, *versions):
    """Draw rows as text: sign and line, left and right."""
    left, right, base = versions

    def cell(place, version):
        if place is None:
            return "."
        source = base if place.sign is Sign.GONE else version
        return f"{place.sign}{source[place.line].decode().strip()}".strip()

    return [f"{cell(row.left, left)} {cell(row.right, right)}" for row in rows]


def test_two_sides_beside_each_other():
    base, one, other = FILE.versions
    rows = plan_sides(FILE, 0, 1)
    assert draw(rows, one, other, base) == ["1 1", "2 2", "3 3", "~x ~4", "~5 ~y", ". +z", "6 6", "n n", ". +7"]
    assert [row.region for row in rows] == [None, None, None, 1, 1, 1, None, None, 4]
    assert rows[3].left.beside == rows[3].right.line


def test_each_against_the_base():
    base, one, other = FILE.versions
    rows = plan_base(FILE, 0, 1)
    expected = ["1 1", "2 2", "3 3", "−4 4", "+x .", "5 −5", ". +y", ". +z", "6 6", "+n +n", "−7 7"]
    assert draw(rows, one, other, base) == expected
    assert [row.base for row in rows] == [0, 1, 2, 3, None, 4, None, None, 5, None, 6]


def test_a_side_that_has_no_such_file_has_none_of_the_lines_of_the_base():
    file = chunks(("1 2 3", "", "1 2 3"), ("4", "", "5"))
    file = replace(file, row=replace(ROW, sides=(SideFile(None), THERE)))
    base, one, other = file.versions
    expected = ["−1 1", "−2 2", "−3 3", "−4 −4", ". +5"]
    assert draw(plan_base(file, 0, 1), one, other, base) == expected


def test_what_is_added_stands_below_what_is_gone():
    file = chunks(("1 2 3", "a b c d", "1 2 3"))
    base, one, other = file.versions
    assert draw(plan_base(file, 0, 1), one, other, base) == ["−1 1", "−2 2", "−3 3", "+a .", "+b .", "+c .", "+d ."]


def test_one_column_shows_left_before_right():
    base, one, other = FILE.versions
    expected = ["1 1", "2 2", "3 3", "~x .", "~5 .", ". ~4", ". ~y", ". +z", "6 6", "n n", ". +7"]
    assert draw(unify(plan_sides(FILE, 0, 1)), one, other, base) == expected


def test_moved_lines_know_where_they_stand_elsewhere():
    file = chunks(("", "m", ""), ("k", "k", "k"), ("", "", "m"), moves={(0, 1): (Edit(Span(0, 1), Span(1, 2)),)})
    base, one, other = file.versions
    rows = plan_sides(file, 0, 1)
    assert draw(rows, one, other, base) == ["⇄m .", "k k", ". ⇄m"]
    assert (rows[0].left.moved, rows[2].right.moved) == (1, 0)


def test_long_runs_fold_and_long_regions_are_cut():
    many = " ".join(map(str, range(50)))
    new = " ".join(f"n{number}" for number in range(300))
    file = chunks((many, many, many), ("", new, ""), (many, many, many), ("q", "r", "q"))
    rows = plan_sides(file, 0, 1)
    blocks = list(list_blocks(rows))
    assert next((block.first, block.stop) for block in blocks) == (0, 47)
    assert [block.stop for block in blocks[:-1]] == [block.first for block in blocks[1:]]
    folded = [block.first for block in blocks if block.is_folded]
    assert folded == [0, 353]
    assert [block.first for block in blocks if block.region == 1 and block.is_start] == [50]
    assert [block.row_count for block in blocks if block.region == 1] == [PART_ROWS] * 3 + [300 - 3 * PART_ROWS]
    parts = cut_parts(blocks)
    assert [block for part in parts for block in part] == blocks
    assert all(sum(block.shown_count for block in part) <= PART_ROWS for part in parts)


def test_an_empty_file_has_one_part():
    assert cut_parts(list_blocks(plan_sides(chunks(("", "", "")), 0, 1))) == ((),)
