import pytest

from tandemweb.web.quantities import format_duration, format_money, format_tokens


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (None, "–"),
        (-3, "0 s"),
        (0.9, "0 s"),
        (59.9, "59 s"),
        (60, "1 min 00 s"),
        (3599, "59 min 59 s"),
        (3600, "1 h 00 min"),
        (90_061, "1 d 1 h"),
    ],
)
def test_durations(seconds, shown):
    assert format_duration(seconds) == shown


@pytest.mark.parametrize(
    ("dollars", "shown"), [(None, "–"), (0, "$0.00"), (0.004, "$0.0040"), (0.014, "$0.01"), (1234.5, "$1,234.50")]
)
def test_money(dollars, shown):
    assert format_money(dollars) == shown


@pytest.mark.parametrize(
    ("count", "shown"),
    [(None, "–"), (0, "0"), (999, "999"), (1000, "1.0 k"), (12_349, "12.3 k"), (1_234_567, "1.23 M")],
)
def test_tokens(count, shown):
    assert format_tokens(count) == shown
