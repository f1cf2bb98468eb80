from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tandemweb.history.log_parsing import parse_log, split_fields, split_message

ONE, TWO, BLOB, NONE = b"1" * 40, b"2" * 40, b"a" * 40, b"0" * 40
LOG = b"".join(
    field + b"\0"
    for field in (
        *(ONE, TWO, b"Ada", b"a@x", b"1700000000", b"1700000001", b"subject\n\nbody\n"),
        *(b"\n:000000 100644 " + NONE + b" " + BLOB + b" A", b":not/a change"),
        *(b":100644 100644 " + BLOB + b" " + BLOB + b" R097", b"old", b"new"),
        *(TWO, b"", b"Bob", b"b@x", b"", b"", b""),
    )
)


def test_fields_are_counted():
    first, second = parse_log([LOG])

    assert [(change.status.value, change.old_path, change.path) for change in first.changes] == [
        ("A", None, ":not/a change"),
        ("R", "old", "new"),
    ]
    assert (second.parents, second.authored_at, second.subject, second.changes) == ((), None, "", ())


@given(cuts=st.lists(st.integers(min_value=0, max_value=len(LOG))))
def test_it_does_not_matter_how_the_output_is_cut(cuts):
    edges = [0, *sorted(cuts), len(LOG)]
    pieces = [LOG[start:end] for start, end in pairwise(edges)]

    assert list(parse_log(pieces)) == list(parse_log([LOG]))


@given(length=st.integers(min_value=0, max_value=len(LOG)))
def test_output_broken_off_anywhere_is_read_as_far_as_it_goes(length):
    whole = list(parse_log([LOG]))

    for commit, expected in zip(parse_log([LOG[:length]]), whole, strict=False):
        assert commit.oid == expected.oid
        assert commit.subject == expected.subject
        assert set(commit.changes) <= set(expected.changes)


@given(fields=st.lists(st.binary(max_size=30).map(lambda field: field.replace(b"\0", b""))), size=st.integers(1, 7))
def test_long_fields_are_cut_and_others_are_not(fields, size):
    data = b"".join(field + b"\0" for field in fields)
    pieces = [data[start : start + size] for start in range(0, len(data), size)]

    assert list(split_fields(pieces, limit=10)) == [field[:10] for field in fields]


def test_subject_and_body():
    assert split_message("\n\none\ntwo\n\n\nbody\n\nend\n") == ("one two", "body\n\nend")
    assert split_message("") == ("", "")
