"""Versions of one text, taken apart; what makes one out of the other is told by difflib here, by git in earnest."""

from difflib import SequenceMatcher

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandemweb.analysis.alignment import align, align_added, split_lines
from tandemweb.domain.chunk import Edit, RegionKind, Span

pytestmark = pytest.mark.compare


def tell_edits(old, new):
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    codes = [code for code in matcher.get_opcodes() if code[0] != "equal"]
    return [Edit(Span(a, b), Span(c, d)) for _, a, b, c, d in codes]


def take_apart(base: bytes | None, *sides: bytes):
    versions = [split_lines(side) for side in sides]
    across = [tell_edits(versions[0], other) for other in versions[1:]]
    if base is None:
        return align_added(versions, across)
    lines = split_lines(base)
    return align(lines, versions, [tell_edits(lines, side) for side in versions], across)


def say(regions) -> list[tuple[str, Span, tuple[Span, ...]]]:
    return [(region.kind.value, tuple(region.base), tuple(map(tuple, region.sides))) for region in regions]


def test_changes_apart_are_places_of_their_own():
    regions = take_apart(b"a\nb\nc\nd\ne\n", b"A\nb\nc\nd\ne\n", b"a\nb\nC\nd\n")

    assert say(regions) == [
        ("one", (0, 1), ((0, 1), (0, 1))),
        ("stable", (1, 2), ((1, 2), (1, 2))),
        ("one", (2, 3), ((2, 3), (2, 3))),
        ("stable", (3, 4), ((3, 4), (3, 4))),
        ("one", (4, 5), ((4, 5), (4, 4))),
    ]
    assert [region.changed_by for region in regions] == [(0,), (), (1,), (), (1,)]


def test_neighbours_are_apart_but_an_insertion_at_the_edge_is_not():
    assert [kind for kind, *_ in say(take_apart(b"a\nb\nc\n", b"A\nb\nc\n", b"a\nB\nc\n"))] == ["one", "one", "stable"]
    assert say(take_apart(b"a\nb\n", b"A\nb\n", b"a\nnew\nb\n")) == [
        ("different", (0, 1), ((0, 1), (0, 2))),
        ("stable", (1, 2), ((1, 2), (2, 3))),
    ]
    assert say(take_apart(b"a\nb\n", b"a\nB\n", b"a\nnew\nb\n"))[1] == ("different", (1, 2), ((1, 2), (1, 3)))


def test_what_both_did_alike():
    regions = take_apart(b"a\nb\nc\n", b"a\nX\nY\nc\n", b"a\nX\nY\nc\n")

    assert say(regions)[1] == ("same", (1, 2), ((1, 3), (1, 3)))
    assert regions[1].changed_by == (0, 1)


def test_a_place_is_taken_apart_where_both_agree_at_length():
    common = b"".join(b"    a long line that both of them added %d\n" % number for number in range(4))
    left, right = b"def a():\n" + common + b"    return 1\n", b"def b():\n" + common + b"    return 2\n"

    added = take_apart(None, left, right)
    inserted = take_apart(b"start\nend\n", b"start\n" + left + b"end\n", b"start\n" + right + b"end\n")
    replaced = take_apart(b"start\nold\nend\n", b"start\n" + left + b"end\n", b"start\n" + right + b"end\n")

    assert [kind for kind, *_ in say(added)] == ["different", "same", "different"]
    assert [kind for kind, *_ in say(inserted)] == ["stable", "different", "same", "different", "stable"]
    assert len({region.group for region in inserted}) == 3
    assert [tuple(region.base) for region in replaced] == [(0, 1), (1, 2), (2, 2), (2, 2), (2, 3)]


def test_a_line_in_common_in_the_midst_takes_nothing_apart():
    left, right = b"one\n    for item in everything_there_is:\ntwo\n", b"1\n    for item in everything_there_is:\n2\n"

    assert [kind for kind, *_ in say(take_apart(None, left, right))] == ["different"]


def test_a_file_that_one_side_has():
    (region,) = take_apart(None, b"a\nb\n")

    assert (region.kind, region.changed_by) == (RegionKind.ONE, (0,))


def test_an_empty_file_that_both_added_has_no_place():
    assert take_apart(None, b"", b"") == ()


@pytest.mark.parametrize(
    "content", [b"", b"a", b"a\n", b"\n", b"a\r\nb\r\n", b"a\rb\n", b"\xff\xfe\n\n", "ü\u2028x\n".encode(), b"a\n\n"]
)
def test_lines_keep_every_byte(content):
    lines = split_lines(content)

    assert b"".join(lines) == content
    assert all(line.index(b"\n") == len(line) - 1 for line in lines[:-1])


texts = st.lists(
    st.sampled_from([b"a", b"b", b"", b"c\r", b"\xff", b"a line that is long enough to count"]), max_size=12
)


@given(st.none() | texts, st.lists(texts, min_size=1, max_size=3), st.booleans())
def test_regions_make_up_every_version(base, sides, ends):
    """In order and without gaps, and what a region says of its sides is so."""
    join = (lambda lines: b"".join(line + b"\n" for line in lines)) if ends else b"\n".join
    regions = take_apart(None if base is None else join(base), *map(join, sides))

    versions = [split_lines(join(base or [])), *(split_lines(join(side)) for side in sides)]
    for number, version in enumerate(versions):
        spans = [(region.base, *region.sides)[number] for region in regions]
        places = [0, *(span.end for span in spans)]
        assert [span.start for span in spans] == places[:-1]
        assert places[-1] == (len(version) if number or base is not None else 0)
    for region in regions:
        texts = [side[slice(*span)] for side, span in zip(versions[1:], region.sides, strict=True)]
        old = versions[0][slice(*region.base)]
        if region.kind is RegionKind.STABLE:
            assert set(texts) == {old}
        elif region.kind is RegionKind.SAME:
            assert len(set(texts)) == 1
        elif region.kind is RegionKind.ONE:
            assert {text for number, text in enumerate(texts) if number not in region.changed_by} <= {old}
    ids = [region.id for region in regions if region.id]
    assert len(ids) == len(set(ids))
