from collections.abc import Callable

from tandemweb.store.connections import IndexWriter
from tandemweb.store.notices import dismiss_notice, list_notices, save_notice


def test_notices(writer: IndexWriter, ask: Callable):
    with writer.transaction() as index:
        save_notice(index, "a", "first")
        save_notice(index, "b", "other")
        save_notice(index, "a", "second")
    notices = ask(list_notices)
    assert [(notice.code, notice.message) for notice in notices] == [("a", "second"), ("b", "other")]
    with writer.transaction() as index:
        dismiss_notice(index, notices[0].id)
    assert [notice.code for notice in ask(list_notices)] == ["b"]
