from tandemweb.domain.commit import ChangeStatus, Commit, FileChange
from tandemweb.history.versions import Lineages, list_versions


def change(status: str, path: str, old_path: str | None = None) -> FileChange:
    return FileChange(ChangeStatus(status), path, old_path, "a" * 40, "b" * 40, "100644", "100644")


def assign_all(*changes: FileChange) -> list[int]:
    """Give each change its number, oldest first."""
    lineages = Lineages()
    return [lineages.assign(one) for one in changes]


def test_a_document_keeps_its_number_through_changes_renames_and_coming_back():
    numbers = assign_all(
        change("A", "a"), change("M", "a"), change("R", "b", "a"), change("D", "b"), change("A", "b"), change("T", "b")
    )

    assert set(numbers) == {1}


def test_another_document_under_a_name_that_was_renamed_away():
    assert assign_all(change("A", "a"), change("R", "b", "a"), change("A", "a"), change("M", "b")) == [1, 1, 2, 1]


def test_a_branch_that_knows_the_old_name_changes_the_same_document():
    assert assign_all(change("A", "a"), change("R", "b", "a"), change("M", "a"), change("R", "c", "a")) == [1, 1, 1, 1]


def test_a_document_moved_to_the_place_of_a_deleted_one():
    assert assign_all(
        change("A", "a"), change("A", "b"), change("D", "b"), change("R", "b", "a"), change("M", "b")
    ) == [
        1,
        2,
        2,
        1,
        1,
    ]


def test_a_copy_is_another_document_and_a_change_out_of_nowhere_begins_one():
    assert assign_all(change("M", "a"), change("C", "b", "a"), change("R", "d", "c")) == [1, 2, 3]


def test_going_on_from_what_is_stored_is_the_same_as_never_stopping():
    changes = [
        change("A", "a"),
        change("A", "x"),
        change("R", "b", "a"),
        change("A", "a"),
        change("M", "b"),
        change("D", "x"),
    ]
    whole = assign_all(*changes)

    for stop in range(len(changes)):
        lineages = Lineages()
        for one, number in zip(changes[:stop], whole, strict=False):
            lineages.replay(one, number)
        assert [lineages.assign(one) for one in changes[stop:]] == whole[stop:]


def commit(oid: str, *changes: FileChange) -> Commit:
    return Commit(oid, (), "", "", None, None, oid, "", changes)


def test_versions_newest_first_under_the_names_of_their_time():
    commits = [
        commit("4", change("M", "TandemKit/x"), change("A", "HarnessKit/x")),
        commit("3", change("R", "TandemKit/x", "HarnessKit/x"), change("R", "TandemKit/y", "HarnessKit/y")),
        commit("2", change("M", "HarnessKit/y")),
        commit("1", change("A", "HarnessKit/x"), change("A", "HarnessKit/y")),
    ]

    found = list_versions(commits, "TandemKit/x")

    assert [(version.commit.oid, version.path, version.status.value) for version in found] == [
        ("4", "TandemKit/x", "M"),
        ("3", "TandemKit/x", "R"),
        ("1", "HarnessKit/x", "A"),
    ]
    assert [version.commit.oid for version in list_versions(commits, "HarnessKit/x")] == ["4"]
    assert [version.commit.oid for version in list_versions(commits, "HarnessKit/y")] == ["3", "2", "1"]
    assert list_versions(commits, "never") == ()


def test_versions_of_a_real_repository(git_repository, commits_of):
    git_repository.commit("made", {"HarnessKit/Spec.md": "one\n" * 9, "other.md": "x\n"})
    git_repository.git("checkout", "-q", "-b", "side")
    git_repository.commit("changed beside", {"HarnessKit/Spec.md": "one\n" * 9 + "side\n"})
    git_repository.git("checkout", "-q", "main")
    git_repository.git("mv", "HarnessKit", "TandemKit")
    git_repository.commit("renamed the root")
    git_repository.git("merge", "-q", "--no-edit", "side")
    git_repository.commit("last", {"TandemKit/Spec.md": "two\n"})

    found = list_versions(commits_of(git_repository.path), "TandemKit/Spec.md")

    assert {version.commit.subject for version in found} == {
        "last",
        "Merge branch 'side'",
        "renamed the root",
        "changed beside",
        "made",
    }
    assert [found[0].commit.subject, found[-1].commit.subject] == ["last", "made"]
