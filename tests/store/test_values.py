from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from tandemweb.domain.mission import FileStamp
from tandemweb.store.values import (
    contains_pattern,
    folder_range,
    read_json,
    read_stamp,
    read_time,
    write_json,
    write_path_bytes,
    write_stamp,
    write_time,
)


@given(st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 1, 1)))  # noqa: DTZ001 the zone is added below
def test_times_survive_in_utc(moment: datetime):
    zoned = moment.replace(tzinfo=timezone(timedelta(hours=5)))
    assert read_time(write_time(zoned)) == zoned
    assert read_time(write_time(moment)) == moment.replace(tzinfo=UTC)


@given(st.lists(st.datetimes(timezones=st.just(UTC)), min_size=2))
def test_text_order_is_time_order(moments: list[datetime]):
    assert sorted(map(write_time, moments)) == [write_time(moment) for moment in sorted(moments)]


@given(st.builds(FileStamp, *[st.integers(0, 2**63 - 1)] * 2, st.integers(0, 2**64 - 1)))
def test_stamps_survive(stamp: FileStamp):
    written = write_stamp(stamp)
    assert read_stamp(*written) == stamp
    assert all(-(2**63) <= number < 2**63 for number in written)


def test_json_is_what_sqlite_accepts():
    assert read_json(write_json({"a": float("inf"), "b": [float("nan")]})) == {"a": "Infinity", "b": ["NaN"]}
    assert (write_json(()), write_json({}), write_json(["ü"])) == ("[]", "{}", '["ü"]')


def test_only_names_that_are_not_utf8_keep_their_bytes():
    assert write_path_bytes("Zür/ich.md") is None
    assert write_path_bytes("a\udcffb.md") == b"a\xffb.md"


def test_folder_range_holds_what_is_inside_only():
    low, high = folder_range("a/b")
    assert [path for path in ("a/b", "a/b.md", "a/b/c", "a/b/\U0010ffff", "a/b0", "a/c") if low <= path < high] == [
        "a/b/c",
        "a/b/\U0010ffff",
    ]


def test_pattern_takes_wildcards_literally():
    assert contains_pattern("50%_\\") == "%50\\%\\_\\\\%"
