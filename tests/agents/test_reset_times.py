from datetime import UTC, datetime

import pytest

from tandemweb.agents.reset_times import find_reset_time

NOW = datetime(2026, 11, 28, 18, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Claude AI usage limit reached|1795892400", "2026-11-28T19:00:00"),
        ("You've hit your session limit · resets 11:30pm (Europe/Berlin)", "2026-11-28T22:30:00"),
        ("You've hit your limit · resets 3pm (Europe/Berlin)", "2026-11-29T14:00:00"),
        ("You've hit your weekly limit · resets Dec 1, 9am (UTC)", "2026-12-01T09:00:00"),
        ("resets Jan 2, 12am (UTC)", "2027-01-02T00:00:00"),
        ("Rate limit reached for gpt-5. Please try again in 11.054s.", "2026-11-28T18:15:11.054000"),
        ("Please try again in 350ms", "2026-11-28T18:15:00.350000"),
        ("You’ve hit your usage limit. Try again in 2 days 3 hours 5 minutes.", "2026-11-30T21:20:00"),
        ("or try again at Nov 30th, 2026 3:05 PM.", "2026-11-30T15:05:00"),
        ("Please try again in 1m30.5s.", "2026-11-28T18:16:30.500000"),
        ("status 429, retry-after: 120", "2026-11-28T18:17:00"),
    ],
)
def test_a_time_is_read_as_both_services_word_it(text, expected, monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
    found = find_reset_time(text, NOW)

    assert found is not None
    assert found.replace(tzinfo=None).isoformat() == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "rate limited",
        "resets 99pm",
        "resets 3pm (No/Where)",
        "resets 3pm (../../etc/passwd)",
        "try again in 5 fortnights",
        "try again in 999999 days",
        "usage limit reached|1000000000",
        "try again at Feb 31, 3pm",
        "try again in " + "9" * 400 + " s",
    ],
)
def test_no_time_is_made_up(text):
    assert find_reset_time(text, NOW) is None
