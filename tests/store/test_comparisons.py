from datetime import UTC, datetime

import pytest

from tandemweb.domain.chunk import Choice, Pick
from tandemweb.domain.comparison import Comparison, Side
from tandemweb.errors import NotFoundError
from tandemweb.store.comparisons import (
    delete_comparison,
    delete_picks,
    get_comparison,
    list_comparisons,
    list_picks,
    list_viewed,
    mark_viewed,
    save_comparison,
    save_picks,
)
from tandemweb.store.state import open_state

pytestmark = pytest.mark.compare
NOW = datetime(2026, 11, 28, tzinfo=UTC)
SIDES = (Side(0, "refs/heads/impl/claude", "a" * 40), Side(1, "", "b" * 40))
COMPARISON = Comparison("shop", "SPEC.md", "c" * 40, SIDES)


@pytest.fixture
def transaction(tmp_path):
    with open_state(tmp_path / "data") as state, state.transaction() as opened:
        yield opened


def test_an_equal_comparison_is_kept_once(transaction):
    number = save_comparison(transaction, COMPARISON, created_at=NOW)
    other = save_comparison(transaction, Comparison("shop", "", "c" * 40, SIDES), created_at=NOW)

    assert save_comparison(transaction, COMPARISON, created_at=NOW) == number
    assert get_comparison(transaction, number) == Comparison("shop", "SPEC.md", "c" * 40, SIDES, number, NOW)
    assert [found.id for found in list_comparisons(transaction, "shop")] == [other, number]
    assert list_comparisons(transaction, "else") == ()
    with pytest.raises(NotFoundError):
        get_comparison(transaction, 99)


def test_picks_and_marks_last_and_go_with_their_comparison(transaction):
    number = save_comparison(transaction, COMPARISON, created_at=NOW)
    both = Pick("f1", "r1", Choice.SIDES, (1, 0))
    edited = Pick("f1", "r2", Choice.TEXT, text=b"gr\xfcn\r\n\0")
    base = Pick("f2", "file", Choice.BASE)

    save_picks(transaction, number, [Pick("f1", "r1", Choice.BASE), edited, base])
    save_picks(transaction, number, [both])
    mark_viewed(transaction, number, "f1", is_viewed=True)
    mark_viewed(transaction, number, "f1", is_viewed=True)
    mark_viewed(transaction, number, "f2", is_viewed=True)
    mark_viewed(transaction, number, "f2", is_viewed=False)

    assert list_picks(transaction, number) == (both, edited, base)
    assert list_picks(transaction, number, "f2") == (base,)
    assert list_viewed(transaction, number) == {"f1"}
    assert both.word == "ba"
    delete_picks(transaction, number, "f1", "r1")
    assert list_picks(transaction, number) == (edited, base)
    delete_comparison(transaction, number)
    assert list_picks(transaction, number) == ()
    assert list_comparisons(transaction) == ()
