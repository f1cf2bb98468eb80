import time

from hypothesis import given
from hypothesis import strategies as st

from tandemweb.domain.commit import ChangeStatus, FileChange
from tandemweb.domain.difference import DiffLine, FileDifference, Hunk, LineKind
from tandemweb.web.differences import DiffLayout, Piece, mark_changes, show_difference


def difference(*lines: DiffLine) -> FileDifference:
    change = FileChange(ChangeStatus.MODIFIED, "a", None, None, None, "100644", "100644")
    return FileDifference(change, (Hunk(1, 1, 1, 1, "", lines),))


LINES = (
    DiffLine(LineKind.CONTEXT, "same", 1, 1),
    DiffLine(LineKind.REMOVED, "x = 1", 2, None),
    DiffLine(LineKind.REMOVED, "gone", 3, None),
    DiffLine(LineKind.ADDED, "x = 2", None, 2),
    DiffLine(LineKind.CONTEXT, "end", 4, 3),
)


def test_side_by_side_pairs_what_was_replaced():
    (hunk,) = show_difference(difference(*LINES), DiffLayout.SPLIT).hunks
    numbers = [(row.old and row.old.number, row.new and row.new.number) for row in hunk.rows]
    assert numbers == [(1, 1), (2, 2), (3, None), (4, 3)]


def test_one_column_keeps_the_order_of_git():
    (hunk,) = show_difference(difference(*LINES), DiffLayout.UNIFIED).hunks
    numbers = [(row.old and row.old.number, row.new and row.new.number) for row in hunk.rows]
    assert numbers == [(1, 1), (2, None), (3, None), (None, 2), (4, 3)]


def test_marks_are_the_same_in_both_layouts():
    for layout in DiffLayout:
        (hunk,) = show_difference(difference(*LINES), layout).hunks
        sides = [side for row in hunk.rows for side in (row.old, row.new) if side and not row.is_context]
        marked = [piece.text for side in sides for piece in side.pieces if piece.is_marked]
        assert marked == ["1", "2"]


def test_what_cannot_be_seen_has_a_name():
    line = DiffLine(LineKind.ADDED, "if user != \u202e\u2066admin:\r", None, 1)
    (hunk,) = show_difference(difference(line), DiffLayout.UNIFIED).hunks
    assert hunk.rows[0].new.pieces == (Piece("if user != ⟨U+202E⟩⟨U+2066⟩admin:"),)


def test_words_are_marked_whole():
    old, new = mark_changes("the importer reads", "the exporter reads")
    assert old == (Piece("the "), Piece("importer", is_marked=True), Piece(" reads"))
    assert new == (Piece("the "), Piece("exporter", is_marked=True), Piece(" reads"))


def test_lines_that_share_little_are_not_marked():
    assert mark_changes("alpha beta gamma", "one two three four") == (
        (Piece("alpha beta gamma"),),
        (Piece("one two three four"),),
    )


@given(st.text(max_size=60), st.text(max_size=60))
def test_marking_loses_no_text(old: str, new: str):
    before, after = mark_changes(old, new)
    assert "".join(piece.text for piece in before) == old
    assert "".join(piece.text for piece in after) == new


def test_long_lines_are_cut_and_cost_little():
    lines = [DiffLine(LineKind.REMOVED, "a b " * 250_000, 1, None), DiffLine(LineKind.ADDED, "a c " * 250_000, None, 1)]
    began = time.monotonic()
    (hunk,) = show_difference(difference(*lines), DiffLayout.SPLIT).hunks
    assert time.monotonic() - began < 0.5
    assert hunk.rows[0].old.is_cut
    assert sum(len(piece.text) for piece in hunk.rows[0].old.pieces) == 2000


def test_lines_can_be_left_out():
    shown = show_difference(difference(*LINES), DiffLayout.UNIFIED, with_lines=False)
    assert shown.is_left_out
    assert shown.hunks == ()
