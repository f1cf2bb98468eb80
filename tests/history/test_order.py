"""The order of a history that was made by hand: two branches, a merge, clocks that lie."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tandemweb.domain.commit import Commit
from tandemweb.history.order import HistoryOrder

START = datetime(2026, 3, 1, tzinfo=UTC)


def make(name: str, *parents: str, hours: int | None = None) -> Commit:
    time = None if hours is None else START + timedelta(hours=hours)
    return Commit(name, parents, "A", "a@x", time, time, name, "")


#   a - b - c ----- f - g
#        \ - d - e /
HISTORY = [
    make("g", "f", hours=7),
    make("f", "c", "e", hours=6),
    make("e", "d", hours=5),
    make("d", "b", hours=4),
    make("c", "b", hours=3),
    make("b", "a", hours=2),
    make("a", hours=1),
]


@pytest.fixture
def order() -> HistoryOrder:
    return HistoryOrder(HISTORY)


@pytest.mark.parametrize(
    ("ends", "starts", "expected"),
    [
        ("g", "", "gfedcba"),
        ("f", "c", "fed"),
        ("e", "c", "ed"),
        ("c", "e", "c"),
        ("e", "f", ""),
        ("ec", "b", "edc"),
        ("g", "g", ""),
        ("x", "", ""),
        ("c", "x", "cba"),
        ("", "a", ""),
    ],
)
def test_a_span_is_what_git_lists_between(order: HistoryOrder, ends: str, starts: str, expected: str):
    assert "".join(order.span(ends, starts)) == expected


@pytest.mark.parametrize(
    ("older", "newer", "expected"),
    [("a", "g", True), ("d", "f", True), ("d", "c", False), ("c", "d", False), ("g", "a", False), ("a", "a", False)],
)
def test_ancestors(order: HistoryOrder, older: str, newer: str, expected: bool):
    assert order.is_ancestor(older, newer) is expected


def test_the_oldest_of_some(order: HistoryOrder):
    assert order.keep_oldest("gfed") == ("d",)
    assert order.keep_oldest("ce") in {("c", "e"), ("e", "c")}


@pytest.mark.parametrize("year", [1970, 2099])
@pytest.mark.parametrize("wrong", range(1, 6))
def test_one_wrong_clock_is_outvoted(wrong: int, year: int):
    lie = datetime(year, 1, 1, tzinfo=UTC)
    history = [replace(c, authored_at=lie) if number == wrong else c for number, c in enumerate(HISTORY)]
    order = HistoryOrder(history)
    for commit in HISTORY:
        time = order.time(commit.oid)
        assert time is not None
        assert START <= time <= START + timedelta(hours=8)


def test_commits_without_a_time():
    order = HistoryOrder([make("b", "a"), make("a")])
    assert order.time("a") is None
    assert HistoryOrder([make("b", "a", hours=1), make("a")]).time("b") == START + timedelta(hours=1)
