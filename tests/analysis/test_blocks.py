from tandemweb.analysis.blocks import BlockKind, extract_blocks, plain


def shape(text: str) -> list[tuple[str, int, int, int]]:
    return [(b.kind.value, b.level, b.line, b.end_line) for b in extract_blocks(text).blocks]


def test_blocks_keep_their_source_lines():
    text = "# A\n\npara\nmore\n\n- one\n  - two\n\n  own\n\n```\ncode\n```\n\n> said\n"
    assert shape(text) == [
        ("heading", 1, 1, 1),
        ("paragraph", 0, 3, 4),
        ("item", 1, 6, 6),
        ("item", 2, 7, 7),
        ("paragraph", 1, 9, 9),
        ("code", 0, 11, 13),
        ("quote", 0, 15, 15),
    ]


def test_rows_know_their_header():
    (row,) = extract_blocks("| # | Finding |\n|---|---|\n| 1 | a \\| b |\n").blocks
    assert (row.kind, row.line, row.cells, row.header) == (BlockKind.ROW, 3, ("1", "a | b"), ("#", "Finding"))


def test_numbered_items_keep_their_number():
    assert [b.ordinal for b in extract_blocks("3. a\n4. b\n- c\n").blocks] == [3, 4, None]


def test_front_matter_is_read_and_lines_stay():
    structure = extract_blocks("---\nverdict: FAIL\nround: 2\n---\n# Title\n")
    assert structure.front_matter == (("verdict", "FAIL", 2), ("round", "2", 3))
    assert [(b.text, b.line) for b in structure.blocks] == [("Title", 5)]


def test_a_rule_too_close_to_a_paragraph_makes_no_heading():
    assert shape("A sentence that ends.\n---\n") == [("paragraph", 0, 1, 1)]
    assert shape("Findings\n--------\n") == [("heading", 2, 1, 2)]
    assert shape("Title\n=====\n") == [("heading", 1, 1, 2)]


def test_line_ends_of_any_kind_count_once():
    assert [b.line for b in extract_blocks("# A\r\n\r\nb\r\rc\n").blocks] == [1, 3, 5]


def test_the_line_of_a_folded_part_is_a_heading():
    assert shape("<details>\n<summary>Environment</summary>\n\n- a\n\n</details>\n")[0] == ("heading", 6, 1, 2)


def test_plain_takes_off_emphasis_only():
    assert plain("**A** *b* `c*d*e` 2 * 3 `\\x85`") == "A b `c*d*e` 2 * 3 `\\x85`"


def test_a_numbered_item_right_behind_a_bullet_is_one_item_at_the_margin():
    blocks = extract_blocks("- 1, 2 as written\n- 3. Fine.\n  More.\n- 6. Low.\n  - A reason.\n").blocks
    assert [(b.line, b.end_line, b.level, b.ordinal) for b in blocks] == [
        (1, 1, 1, None),
        (2, 3, 1, 3),
        (4, 4, 1, 6),
        (5, 5, 2, None),
    ]
