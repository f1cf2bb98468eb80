from collections.abc import Callable

import pytest

from store.examples import make_change, make_commit
from tandemweb.domain.commit import ChangeStatus, DocumentVersion
from tandemweb.store.commit_paths import MOST_NAMES, list_document_versions, list_mission_commits
from tandemweb.store.commits import save_commits
from tandemweb.store.connections import IndexWriter


@pytest.fixture
def versions(writer: IndexWriter, ask: Callable) -> Callable:
    """Save a history given as changes, oldest first, and list (commit, path) of the versions of a document."""

    def list_versions(path: str, *history, complete: bool = False) -> list[tuple[int, str]]:
        commits = [
            make_commit(number, *(make_change(*c) for c in changes)) for number, changes in enumerate(history, 1)
        ]
        with writer.transaction() as index:
            save_commits(index, "shop", reversed(commits), complete=complete)
        found = ask(list_document_versions, "shop", path)
        return [(int(version.commit.oid, 16), version.path) for version in found]

    return list_versions


def test_versions_of_a_document_that_kept_its_name(versions: Callable, ask: Callable):
    history = ([("A", "a"), ("A", "b")], [("M", "b")], [("M", "a")], [("D", "a")], [("A", "a")])
    assert versions("a", *history) == [(5, "a"), (4, "a"), (3, "a"), (1, "a")]
    deleted = ask(list_document_versions, "shop", "a")[1]
    assert deleted == DocumentVersion(make_commit(4), "a", None, ChangeStatus.DELETED)
    assert versions("absent") == []


def test_renames_are_followed(versions: Callable):
    history = ([("A", "a")], [("R", "b", "a")], [("M", "b")], [("R", "c", "b")])
    assert versions("c", *history) == [(4, "c"), (3, "b"), (2, "b"), (1, "a")]


def test_a_copy_begins_with_itself(versions: Callable):
    assert versions("b", [("A", "a")], [("C", "b", "a")], [("M", "a")]) == [(2, "b")]


def test_another_file_under_the_old_name_is_another_document(versions: Callable):
    history = ([("A", "a")], [("R", "b", "a")], [("A", "a")], [("M", "a")])
    assert versions("b", *history) == [(2, "b"), (1, "a")]
    assert versions("a", *history)[:2] == [(4, "a"), (3, "a")]


def test_an_earlier_file_under_the_new_name_is_another_document(versions: Callable):
    history = ([("A", "b")], [("D", "b"), ("A", "a")], [("R", "b", "a")])
    assert versions("b", *history) == [(3, "b"), (2, "a")]


def test_a_branch_that_does_not_know_the_new_name(versions: Callable):
    assert versions("b", [("A", "a")], [("R", "b", "a")], [("M", "a")]) == [(3, "a"), (2, "b"), (1, "a")]


def test_there_and_back_again(versions: Callable):
    history = ([("A", "a")], [("R", "b", "a")], [("M", "b")], [("R", "a", "b")], [("M", "a")])
    assert versions("a", *history) == [(5, "a"), (4, "a"), (3, "b"), (2, "b"), (1, "a")]


def test_a_history_of_nothing_but_renames_ends(versions: Callable):
    history = [[("A", "a")]] + [[("R", *names)] for names in [("b", "a"), ("a", "b")] * 60]
    assert len(versions("a", *history)) == 121


def test_unreachable_versions_are_left_out(versions: Callable):
    versions("a", [("A", "a")], [("M", "a")])
    assert versions("a", [("A", "a")], complete=True) == [(1, "a")]


def test_mission_commits_under_all_its_names(writer: IndexWriter, ask: Callable):
    moved = make_change("R", "TandemKit/001-A/Spec.md", "HarnessKit/001-A/Spec.md")
    renamed = make_change("R", "TandemKit/001-B/Spec.md", "TandemKit/001-A/Spec.md")
    inside = make_change("R", "TandemKit/001-B/Gen/1.md", "TandemKit/001-B/Generator/1.md")
    commits = [
        make_commit(1, make_change("A", "HarnessKit/001-A/Spec.md"), make_change("A", "other.md")),
        make_commit(2, moved),
        make_commit(3, make_change("M", "TandemKit/001-BB/Spec.md")),
        make_commit(4, renamed),
        make_commit(5, inside),
        make_commit(6, make_change("R", "TandemKit/001-B/New.md", "drafts/Old.md")),
    ]
    with writer.transaction() as index:
        save_commits(index, "shop", reversed(commits))
    rows = ask(list_mission_commits, "shop", "TandemKit/001-B")
    assert [int(row.commit.oid, 16) for row in rows] == [6, 5, 4, 2, 1]
    assert rows[-1].commit.changes == (make_change("A", "HarnessKit/001-A/Spec.md"),)
    assert rows[-1].change_count == 2


def test_a_hostile_number_of_names_ends(writer: IndexWriter, ask: Callable):
    commits = [make_commit(n, make_change("R", f"m{n}/a", f"m{n - 1}/a")) for n in range(1, 100)]
    with writer.transaction() as index:
        save_commits(index, "shop", reversed(commits))
    assert len(ask(list_mission_commits, "shop", "m99")) == MOST_NAMES
