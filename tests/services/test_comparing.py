"""The files that differ: what plain git says, brought together in rows."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import GitRepository
from corpus.clones import clone_corpus
from forking import SIDES, Link, Program, Submodule, comparing, fork, get_location, say_name_status, tell_sides

from tandemweb.domain.commit import ChangeStatus
from tandemweb.domain.comparison import FileKind, FileMatrix, PairChanges, Relation, Standing
from tandemweb.errors import NotFoundError
from tandemweb.history.status import read_status
from tandemweb.services.comparing import add_up_costs, get_row, list_notices, read_matrix

pytestmark = pytest.mark.compare
LINES = [f"line {number} of a text that is long enough\n" for number in range(40)]
TEXT = "".join(LINES)


def read(path: Path, shadows: Path, names=SIDES[:2], *, with_counts: bool = True) -> FileMatrix:
    with comparing(path, shadows, names) as (repository, comparison):
        return read_matrix(repository, comparison, with_counts=with_counts)


def say(pair: PairChanges) -> list[str]:
    return sorted(
        f"{change.status} {change.old_path} {change.path}" if change.old_path else f"{change.status} {change.path}"
        for change in pair.changes
    )


def say_rows(matrix: FileMatrix, side: int) -> list[str]:
    """Tell one side against the base, as the rows have it."""
    said = []
    for row in matrix.rows:
        file = row.sides[side]
        old, new = row.base and row.base.path, file.version and file.version.path
        if file.status:
            said.append(" ".join(filter(None, (file.status, old, new if new != old else None))))
    return sorted(said)


def tell(matrix: FileMatrix) -> dict[str, tuple[str, str]]:
    return {row.path: (row.relation.value, "".join(side.status or "-" for side in row.sides)) for row in matrix.rows}


@pytest.mark.parametrize("name", ["ledgerlite", "papertrail"])
@pytest.mark.parametrize("with_counts", [False, True])
def test_the_corpus_is_what_plain_git_says(name, with_counts, tmp_path):
    git = GitRepository(clone_corpus(name, tmp_path / name))
    base = git.git("merge-base", *SIDES[:2])

    matrix = read(git.path, tmp_path / "shadows", with_counts=with_counts)

    commits = [base, *SIDES[:2]]
    for pair in matrix.pairs:
        left = base if pair.left is None else SIDES[pair.left]
        assert say(pair) == say_name_status(git, left, SIDES[pair.right])
    for side in (0, 1):
        assert say_rows(matrix, side) == say_name_status(git, base, SIDES[side])
    assert len(matrix.pairs) == len(commits)


def test_every_kind_of_file(git_repository, tmp_path):
    oid = "1" * 40
    base = {
        "only-a": "1\n", "only-b": "1\n", "same": "1\n", "both": "1\n", "gone": TEXT.upper(), "gone-both": "1\n",
        "mode": "1\n", "binary": "text\n", "link": "1\n", "sub": Submodule(oid), "old name": TEXT,
    }  # fmt: skip
    left = {
        "only-a": "2\n", "same": "2\n", "both": "2\n", "gone": None, "gone-both": None, "mode": Program("1\n"),
        "binary": b"\0\1", "link": Link("target"), "sub": Submodule("2" * 40), "old name": None, "new näme": TEXT,
        "added": "a\n",
    }  # fmt: skip
    right = {
        "only-b": "2\n", "same": "2\n", "both": "3\n", "gone": TEXT.upper() + "more\n", "gone-both": None,
        "old name": TEXT + "edited\n", "added": "b\n",
    }  # fmt: skip
    fork(git_repository, base, left, right)

    matrix = read(git_repository.path, tmp_path)

    assert tell(matrix) == {
        "only-a": ("one", "M-"), "only-b": ("one", "-M"), "same": ("same", "MM"), "both": ("different", "MM"),
        "gone": ("different", "DM"), "gone-both": ("same", "DD"), "mode": ("one", "M-"), "binary": ("one", "M-"),
        "link": ("one", "T-"), "sub": ("one", "M-"), "old name": ("different", "RM"), "added": ("different", "AA"),
    }  # fmt: skip
    rows = {row.path: row for row in matrix.rows}
    assert [row.path for row in matrix.rows if row.is_binary] == ["binary"]
    assert [row.path for row in matrix.rows if not row.has_lines] == ["binary", "link", "sub"]
    assert rows["mode"].is_mode_changed
    assert rows["mode"].sides[0].version.kind is FileKind.EXECUTABLE
    assert rows["link"].sides[0].version.kind is FileKind.SYMLINK
    assert rows["sub"].sides[0].version.kind is FileKind.SUBMODULE
    assert rows["old name"].sides[0].version.path == "new näme"
    assert (rows["old name"].sides[1].added_count, rows["old name"].sides[1].removed_count) == (1, 0)
    assert (rows["gone"].sides[0].added_count, rows["gone"].sides[0].removed_count) == (0, 40)
    assert get_row(matrix, rows["both"].key) == rows["both"]
    with pytest.raises(NotFoundError):
        get_row(matrix, "nothing")


def test_a_file_that_both_added_under_names_of_their_own_is_one(git_repository, tmp_path):
    fork(git_repository, {}, {"here.py": TEXT}, {"there.py": TEXT + "more\n"})

    (row,) = read(git_repository.path, tmp_path).rows

    assert [side.version.path for side in row.sides] == ["here.py", "there.py"]
    assert [side.status for side in row.sides] == [ChangeStatus.ADDED, ChangeStatus.ADDED]
    assert row.base is None
    assert row.relation is Relation.DIFFERENT


def test_a_file_renamed_far_on_one_side_is_joined_by_the_other(git_repository, tmp_path):
    """Git takes B's file for A's, though not for the base's: too much of it is new."""
    left = [*LINES[:24], *(f"new {number} of a text that is long enough\n" for number in range(16))]
    right = [*left[8:], *(f"newer {number} of a text that is long\n" for number in range(16))]
    fork(git_repository, {"a": TEXT}, {"a": "".join(left)}, {"a": None, "b": "".join(right)})
    assert say_name_status(git_repository, "main", SIDES[1]) == ["A b", "D a"]
    assert say_name_status(git_repository, *SIDES[:2]) == ["R a b"]

    (row,) = read(git_repository.path, tmp_path).rows

    assert [side.version.path for side in row.sides] == ["a", "b"]


def test_three_sides_against_each_other(git_repository, tmp_path):
    fork(git_repository, {"a": "1\n", "b": "1\n", "c": "1\n"}, {"a": "2\n", "b": "2\n"}, {"a": "2\n"}, {"a": "2\n"})

    matrix = read(git_repository.path, tmp_path, SIDES)

    assert tell(matrix) == {"a": ("same", "MMM"), "b": ("one", "M--")}
    assert [(pair.left, pair.right) for pair in matrix.pairs] == [
        (None, 0),
        (None, 1),
        (None, 2),
        (0, 1),
        (0, 2),
        (1, 2),
    ]
    assert say(matrix.pairs[-1]) == []


@pytest.mark.parametrize("name", ["new\nline", "tab\tname", "a b ü", "1\t2\tx", "x" * 200])
def test_any_name_comes_through(name, git_repository, tmp_path):
    fork(git_repository, {name: TEXT}, {name: None, f"{name}.moved": TEXT}, {name: TEXT + "more\n"})

    (row,) = read(git_repository.path, tmp_path).rows

    assert [side.version.path for side in row.sides] == [f"{name}.moved", name]
    assert row.sides[1].added_count == 1


def test_sides_in_numbers(git_repository, tmp_path):
    fork(git_repository, {"a": "1\n"}, {"a": "2\n", "b": "1\n2\n"}, {"a": "3\n"})
    git_repository.git("checkout", "-q", SIDES[0])
    git_repository.commit("more", {"c": "1\n"}, at="2031-01-02T03:04:05Z")

    with comparing(git_repository.path, tmp_path) as (repository, comparison):
        named = tell_sides(repository, comparison)
        left, right = tell_sides(repository, comparison, with_counts=True)

    assert named[0].added_count is None
    assert (left.commit_count, left.file_count, left.added_count, left.removed_count) == (2, 3, 4, 1)
    assert left.authors == ("Impl/Claude", "Ada Author")
    assert left.last_at == datetime(2031, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert (right.commit_count, right.file_count) == (1, 1)


def test_the_costs_of_the_runs_that_made_a_side(git_repository, tmp_path):
    fork(git_repository, {"a": "1\n"}, {"a": "2\n"}, {"a": "3\n"})
    git_repository.git("worktree", "add", "-q", str(tmp_path / "tree"), SIDES[0])
    status = read_status(get_location(git_repository.path), tmp_path / "shadows")

    gone = tmp_path / "worktrees" / "project" / "impl-codex"  # where steps had a work tree of their own
    costs = [(str(tmp_path / "tree"), 0.5), (str(tmp_path / "tree"), 0.25), (str(git_repository.path), 9.0)]
    costs += [(str(gone), 0.125), (str(tmp_path / "elsewhere" / "impl-codex"), 9.0), (str(tmp_path / "runs"), 9.0)]
    with comparing(git_repository.path, tmp_path / "shadows") as (repository, comparison):
        summed = add_up_costs(comparison, status, costs)
        left, right = tell_sides(repository, comparison, summed)

    assert (left.cost_usd, right.cost_usd) == (0.75, 0.125)


def test_branches_that_moved_or_went(git_repository, tmp_path):
    fork(git_repository, {"a": "1\n"}, {"a": "2\n"}, {"a": "3\n"}, {"a": "4\n"})
    with comparing(git_repository.path, tmp_path, SIDES) as (repository, comparison):
        git_repository.git("checkout", "-q", SIDES[1])
        moved = git_repository.commit("more", {"c": "1\n"})
        git_repository.git("branch", "-D", SIDES[2])
        git_repository.git("reflog", "expire", "--expire=now", "--all")
        git_repository.git("gc", "-q", "--prune=now")
        status = read_status(get_location(git_repository.path), tmp_path)

        first, second, third = list_notices(repository, comparison, status)
        with pytest.raises(NotFoundError, match="no longer in this repository"):
            read_matrix(repository, comparison)

    assert (first.standing, first.is_lost) == (Standing.STANDS, False)
    assert (second.standing, second.oid, second.is_lost) == (Standing.MOVED, moved, False)
    assert (third.standing, third.oid, third.is_lost) == (Standing.DELETED, None, True)
