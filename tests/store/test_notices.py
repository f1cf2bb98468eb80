from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from tandemweb.store.connections import IndexWriter
from tandemweb.store.notices import list_notices, save_notice


def test_notices(writer: IndexWriter, ask: Callable):
    with writer.transaction() as index:
        save_notice(index, "a", "first")
        save_notice(index, "b", "other")
        save_notice(index, "a", "second")
    notices = ask(list_notices)
    assert [(notice.code, notice.message) for notice in notices] == [("a", "second"), ("b", "other")]


def test_a_notice_is_shown_for_a_day(writer: IndexWriter, ask: Callable):
    with writer.transaction() as index:
        save_notice(index, "a", "first")
    assert ask(lambda index: list_notices(index, now=datetime.now(UTC) + timedelta(hours=23)))
    assert ask(lambda index: list_notices(index, now=datetime.now(UTC) + timedelta(hours=25))) == ()
