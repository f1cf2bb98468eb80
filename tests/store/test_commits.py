from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from store.examples import PROJECT, START, make_change, make_commit
from tandemweb.errors import NotFoundError
from tandemweb.store.commit_list import CommitFilter, get_commit, list_commits
from tandemweb.store.commits import list_history_tips, save_commits, save_history_tips
from tandemweb.store.connections import IndexWriter
from tandemweb.store.index_projects import save_indexed_project


@pytest.fixture
def save_history(writer: IndexWriter) -> Callable:
    def save(*commits, complete: bool = False) -> int:
        with writer.transaction() as index:
            return save_commits(index, "shop", iter(commits), complete=complete)

    return save


@pytest.fixture
def numbers(ask: Callable) -> Callable:
    """List the numbers of commits that a filter gives."""

    def list_numbers(**wanted) -> list[int]:
        return [int(row.commit.oid, 16) for row in ask(list_commits, "shop", CommitFilter(**wanted)).rows]

    return list_numbers


def test_a_commit_comes_back_whole(save_history: Callable, ask: Callable):
    commit = make_commit(
        1,
        make_change("R", "b.md", "a.md"),
        make_change("D", "c.md"),
        make_change("A", "d.md"),
        parents=("a" * 40, "b" * 40),
        is_boundary=True,
    )
    bare = make_commit(2, parents=(), authored_at=None, committed_at=None, body="")
    assert save_history(bare, commit) == 2
    row = ask(get_commit, "shop", commit.oid)
    assert (row.commit, row.change_count, row.is_reachable) == (commit, 3, True)
    assert ask(get_commit, "shop", bare.oid).commit == bare
    with pytest.raises(NotFoundError, match="abc"):
        ask(get_commit, "shop", "abc")


def test_order_is_the_order_of_history(save_history: Callable, numbers: Callable):
    save_history(*(make_commit(n, committed_at=START - timedelta(days=n)) for n in range(1200, 0, -1)))
    save_history(make_commit(1202), make_commit(1201))
    assert numbers(limit=2000) == list(range(1202, 0, -1))


def test_projects_do_not_disturb_each_other(
    writer: IndexWriter, save_history: Callable, numbers: Callable, ask: Callable
):
    save_history(make_commit(1))
    with writer.transaction() as index:
        save_indexed_project(index, replace(PROJECT, slug="attic", path="/attic"))
        save_commits(index, "attic", [make_commit(2), make_commit(1)])
    save_history(make_commit(3))
    assert numbers() == [3, 1]
    assert ask(list_commits, "attic", CommitFilter()).total_count == 2


def test_saving_again_changes_nothing(save_history: Callable, numbers: Callable, ask: Callable):
    for _ in range(2):
        save_history(make_commit(2, make_change("M", "a")), make_commit(1, make_change("A", "a")))
    assert numbers() == [2, 1]
    assert ask(get_commit, "shop", make_commit(2).oid).commit.changes == (make_change("M", "a"),)


def test_rewritten_history_keeps_the_old_as_unreachable(save_history: Callable, numbers: Callable, ask: Callable):
    save_history(make_commit(3), make_commit(2), make_commit(1))
    save_history(make_commit(5), make_commit(4), make_commit(1), complete=True)
    assert numbers() == [5, 4, 1]
    assert set(numbers(with_unreachable=True)) == {5, 4, 3, 2, 1}
    assert not ask(get_commit, "shop", make_commit(3).oid).is_reachable
    save_history(make_commit(3), make_commit(2), make_commit(1), complete=True)
    assert numbers() == [3, 2, 1]


def test_filters_and_pages(save_history: Callable, numbers: Callable, ask: Callable):
    save_history(
        make_commit(4, make_change("M", "docs/a.md"), make_change("M", "docs/b.md")),
        make_commit(3, make_change("M", "docs0.md"), subject="100% done", author_name="Bob"),
        make_commit(2, make_change("A", "docs"), body="needle"),
        make_commit(1),
    )
    assert numbers(path="docs") == [4, 2]
    assert numbers(path="docs/a.md") == [4]
    assert numbers(text="0%") == [3]
    assert numbers(text="BOB") == [3]
    assert numbers(text="needle") == [2]
    assert numbers(text=make_commit(1).oid) == [1]
    assert numbers(text="' OR 1 --") == []
    assert numbers(after=START + timedelta(hours=2), before=START + timedelta(hours=4)) == [3, 2]
    assert numbers(offset=1, limit=2) == [3, 2]
    assert ask(list_commits, "shop", CommitFilter(path="docs", limit=1)).total_count == 2


def test_names_that_are_not_utf8_are_replaced(save_history: Callable, ask: Callable):
    save_history(make_commit(1, make_change("A", "\udcff.md"), author_name="Ren\udce9"))
    commit = ask(get_commit, "shop", make_commit(1).oid).commit
    assert (commit.author_name, commit.changes[0].path) == ("Ren\ufffd", "\ufffd.md")


def test_tips(writer: IndexWriter, ask: Callable):
    assert ask(list_history_tips, "shop") == ()
    for tips in (["b", "a", "b"], ["c"]):
        with writer.transaction() as index:
            save_history_tips(index, "shop", tips)
        assert ask(list_history_tips, "shop") == tuple(sorted(set(tips)))


def test_a_pass_that_fails_leaves_nothing(writer: IndexWriter, numbers: Callable):
    def broken():
        yield make_commit(2)
        raise RuntimeError

    with pytest.raises(RuntimeError), writer.transaction() as index:
        save_commits(index, "shop", broken())
    assert numbers() == []


def test_two_queries_whatever_the_number_of_commits(save_history: Callable, ask: Callable):
    def count_queries(index):
        asked = []
        index.connection.set_trace_callback(asked.append)
        list_commits(index, "shop", CommitFilter(path="a", text="b"))
        return len(asked)

    few = ask(count_queries)
    save_history(*(make_commit(n, make_change("M", "a")) for n in range(60, 0, -1)))
    assert ask(count_queries) == few
