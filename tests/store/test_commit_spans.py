from collections.abc import Callable

from store.examples import make_change, make_commit
from tandemweb.store.commit_spans import list_commits_in_spans
from tandemweb.store.commits import save_commits
from tandemweb.store.connections import IndexWriter
from tandemweb.store.database import Database

COMMITS = [make_commit(number, make_change("M", f"f{number}")) for number in range(1, 7)]


def save(writer: IndexWriter) -> None:
    with writer.transaction() as index:
        save_commits(index, "shop", reversed(COMMITS), complete=True)


def oid(number: int) -> str:
    return COMMITS[number - 1].oid


def test_spans_begin_after_their_first_commit_and_end_with_the_last(writer: IndexWriter, ask: Callable):
    save(writer)
    first, second, open_end = ask(list_commits_in_spans, "shop", [(oid(1), oid(3)), (oid(3), oid(3)), (oid(4), None)])
    assert first == (COMMITS[1], COMMITS[2])
    assert second == ()
    assert open_end == (COMMITS[4], COMMITS[5])


def test_an_unknown_commit_begins_nothing(writer: IndexWriter, ask: Callable):
    save(writer)
    assert ask(list_commits_in_spans, "shop", [("f" * 40, None)]) == ((),)
    assert ask(list_commits_in_spans, "shop", []) == ()


def test_two_queries_for_any_number_of_spans(writer: IndexWriter, ask: Callable):
    save(writer)

    def count_queries(index: Database, spans: list) -> int:
        asked: list[str] = []
        index.connection.set_trace_callback(asked.append)
        list_commits_in_spans(index, "shop", spans)
        index.connection.set_trace_callback(None)
        return len(asked)

    spans = [(oid(number), None) for number in range(1, 5)]
    assert ask(count_queries, spans) == ask(count_queries, spans[:1])
