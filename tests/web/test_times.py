from datetime import UTC, datetime, timedelta, timezone

from tandemweb.web.times import format_moment


def test_times_are_shown_in_utc():
    assert format_moment(datetime(2026, 5, 4, 14, 2, tzinfo=UTC)) == "4 May 2026, 14:02"
    assert format_moment(datetime(2026, 5, 4, 1, 2, tzinfo=timezone(timedelta(hours=2)))) == "3 May 2026, 23:02"
    assert format_moment(None) == "?"
