import os
import shutil
from dataclasses import replace

import pytest

from tandemweb.domain.commit import ChangeStatus
from tandemweb.errors import HistoryError, InvalidRequestError
from tandemweb.history.log import find_rewritten, read_commits


def describe(commit) -> list[tuple[str, str | None, str]]:
    return [(change.status.value, change.old_path, change.path) for change in commit.changes]


def write_commit(repository, header: bytes, message: bytes, *parents: str) -> str:
    """Write a commit object byte by byte and put main on it."""
    tree = repository.git("write-tree")
    lines = [f"tree {tree}".encode(), *(f"parent {parent}".encode() for parent in parents), header, b"", message]
    oid = repository.git("hash-object", "-t", "commit", "-w", "--stdin", "--literally", stdin=b"\n".join(lines))
    repository.git("update-ref", "refs/heads/main", oid)
    return oid


SOMEBODY = b"author A <a@b> 1700000000 +0000\ncommitter A <a@b> 1700000000 +0000"


def test_a_commit_is_read_whole(git_repository, commits_of):
    first = git_repository.commit("one", {"a.md": "1\n"}, at="2026-01-02T03:04:05+02:00")
    second = git_repository.commit("Subject\nstill subject\n\nBody\n\nTrailer: x", {"a.md": "2\n", "b/c d.md": "3\n"})

    newest, oldest = commits_of(git_repository.path)

    assert (newest.oid, newest.parents) == (second, (first,))
    assert (newest.subject, newest.body) == ("Subject still subject", "Body\n\nTrailer: x")
    assert describe(newest) == [("M", None, "a.md"), ("A", None, "b/c d.md")]
    assert newest.changes[0].old_blob == git_repository.git("rev-parse", f"{first}:a.md")
    assert newest.changes[0].blob == git_repository.git("rev-parse", f"{second}:a.md")
    assert (oldest.author_name, oldest.author_email) == ("Ada Author", "ada@example.org")
    assert oldest.authored_at is not None
    assert oldest.authored_at.isoformat() == "2026-01-02T01:04:05+00:00"
    assert (oldest.changes[0].mode, oldest.changes[0].old_mode) == ("100644", "000000")
    assert oldest.changes[0].old_blob is None


def test_children_stand_before_parents_whatever_their_clocks_say(git_repository, commits_of):
    for year in (2020, 2031, 1975, 2026):
        git_repository.commit(str(year), at=f"{year}-01-01T00:00:00Z")

    assert [commit.subject for commit in commits_of(git_repository.path)] == ["2026", "1975", "2031", "2020"]


def test_the_child_on_another_branch_stands_before_its_parent_too(git_repository, commits_of):
    git_repository.commit("root", at="2030-01-01T00:00:00Z")
    git_repository.git("branch", "side")
    git_repository.commit("main", at="2026-01-01T00:00:00Z")
    git_repository.git("checkout", "-q", "side")
    git_repository.commit("side", at="1980-01-01T00:00:00Z")

    subjects = [commit.subject for commit in commits_of(git_repository.path)]

    assert sorted(subjects) == ["main", "root", "side"]
    assert subjects[-1] == "root"


def test_only_what_is_new_is_read(git_repository, status_of, open_at):
    git_repository.commit("one")
    known = status_of(git_repository.path).tips
    git_repository.commit("two")
    git_repository.git("checkout", "-q", "-b", "side", "HEAD~1")
    git_repository.commit("three")
    repository = open_at(git_repository.path)

    commits = list(read_commits(repository, tips=status_of(git_repository.path).tips, known=known))

    assert {commit.subject for commit in commits} == {"two", "three"}


def test_one_process_for_many_commits_and_none_when_nothing_moved(git_repository, status_of, open_at, git_calls):
    for number in range(30):
        git_repository.commit(str(number), {f"{number}.md": "x\n"})
    tips = status_of(git_repository.path).tips
    repository = open_at(git_repository.path)
    git_calls.forget()

    assert len(list(read_commits(repository, tips=tips))) == 30
    assert git_calls.commands == ["log"]
    assert list(read_commits(repository, tips=tips, known=tips)) == []
    assert find_rewritten(repository, tips=tips, known=tips) == ()
    assert git_calls.commands == ["log"]


def test_deletions_modes_links_and_submodules(git_repository, commits_of):
    first = git_repository.commit("one", {"a.md": "1\n", "run.sh": "#!/bin/sh\n", "b.md": "long enough\n"})
    (git_repository.path / "a.md").unlink()
    (git_repository.path / "run.sh").chmod(0o755)
    (git_repository.path / "b.md").unlink()
    (git_repository.path / "b.md").symlink_to("elsewhere")
    git_repository.git("add", "-u")
    git_repository.git("update-index", "--add", "--cacheinfo", f"160000,{first},sub")
    git_repository.git("commit", "-qm", "two")

    newest = commits_of(git_repository.path)[0]

    assert describe(newest) == [("D", None, "a.md"), ("T", None, "b.md"), ("M", None, "run.sh"), ("A", None, "sub")]
    deleted, linked, executable, submodule = newest.changes
    assert deleted.blob is None
    assert (linked.old_mode, linked.mode) == ("100644", "120000")
    assert (executable.old_mode, executable.mode) == ("100644", "100755")
    assert (submodule.mode, submodule.blob) == ("160000", first)


def test_renaming_an_archive_root_renames_every_file(git_repository, commits_of):
    files = {f"HarnessKit/{number:03}-X/Claude-01.md": f"document {number}\n" * 20 for number in range(600)}
    files |= {f"HarnessKit/{number:03}-X/State.json": '{"phase": "complete"}\n' for number in range(600)}
    git_repository.commit("one", files)
    git_repository.git("mv", "HarnessKit", "TandemKit")
    edited = {f"TandemKit/{number:03}-X/Claude-01.md": f"document {number}\n" * 20 + "edited\n" for number in range(40)}
    git_repository.commit("two", edited)

    newest = commits_of(git_repository.path)[0]

    assert len(newest.changes) == 1200
    assert {change.status for change in newest.changes} == {ChangeStatus.RENAMED}
    assert all(change.old_path == change.path.replace("TandemKit", "HarnessKit") for change in newest.changes)


def test_a_clean_merge_changes_nothing_and_a_conflict_what_it_decided(git_repository, commits_of):
    git_repository.commit("base", {"a.md": "base\n", "b.md": "base\n"})
    git_repository.git("checkout", "-q", "-b", "side")
    git_repository.commit("side", {"a.md": "side\n", "side.md": "side\n"})
    git_repository.git("checkout", "-q", "main")
    git_repository.commit("main", {"b.md": "main\n"})
    git_repository.git("merge", "-q", "--no-edit", "side")
    clean = commits_of(git_repository.path)[0]
    git_repository.git("checkout", "-q", "side")
    git_repository.commit("side again", {"b.md": "other\n"})
    git_repository.git("checkout", "-q", "main")
    git_repository.git("merge", "-q", "--no-commit", "-s", "ours", "side")
    git_repository.commit("decided", {"b.md": "both\n"})

    decided = commits_of(git_repository.path)[0]

    assert len(clean.parents) == 2
    assert clean.changes == ()
    assert describe(decided) == [("M", None, "b.md")]
    assert decided.changes[0].old_blob == git_repository.git("rev-parse", "main^1:b.md")
    assert decided.changes[0].blob == git_repository.git("rev-parse", "main:b.md")


def test_a_file_made_on_a_branch_and_edited_by_the_merge_goes_on_from_there(git_repository, commits_of):
    git_repository.commit("base", {"a.md": "base\n"})
    git_repository.git("checkout", "-q", "-b", "side")
    git_repository.commit("side", {"side.md": "a\nb\nc\nd\n"})
    git_repository.git("checkout", "-q", "main")
    git_repository.git("merge", "-q", "--no-ff", "--no-commit", "side")
    git_repository.commit("merge", {"side.md": "a\nb\nc\nd\ne\n"})

    merge = commits_of(git_repository.path)[0]

    assert describe(merge) == [("M", None, "side.md")]
    assert merge.changes[0].old_blob == git_repository.git("rev-parse", "side:side.md")


def test_an_octopus(git_repository, commits_of):
    git_repository.commit("base", {"a.md": "base\n"})
    for name in ("x", "y", "z"):
        git_repository.git("checkout", "-q", "-b", name, "main")
        git_repository.commit(name, {f"{name}.md": f"{name}\n"})
    git_repository.git("checkout", "-q", "main")
    git_repository.git("merge", "-q", "--no-edit", "x", "y", "z")
    git_repository.write({"a.md": "changed by the merge\n"})
    git_repository.git("commit", "-q", "-a", "--amend", "--no-edit")

    octopus = commits_of(git_repository.path)[0]

    assert len(octopus.parents) == 3  # git fast-forwards main to x, then joins y and z
    assert describe(octopus) == [("M", None, "a.md")]


def test_the_first_commit_of_a_shallow_clone_adds_nothing(git_repository, commits_of, tmp_path):
    for number in range(4):
        git_repository.commit(str(number), {f"{number}.md": "x\n"})
    git_repository.git("clone", "-q", "--depth=2", f"file://{git_repository.path}", str(tmp_path / "shallow"))

    newest, boundary = commits_of(tmp_path / "shallow")

    assert describe(newest) == [("A", None, "3.md")]
    assert boundary.is_boundary
    assert boundary.changes == ()
    assert not newest.is_boundary


def test_a_shallow_clone_that_is_deepened_is_read_again(git_repository, commits_of, status_of, tmp_path):
    for number in range(4):
        git_repository.commit(str(number), {f"{number}.md": "x\n"})
    clone = replace(git_repository, path=tmp_path / "shallow")
    git_repository.git("clone", "-q", "--depth=2", f"file://{git_repository.path}", str(clone.path))
    before = status_of(clone.path)
    assert len(commits_of(clone.path)) == 2

    clone.git("-c", "protocol.file.allow=always", "fetch", "-q", "--unshallow")

    assert status_of(clone.path).fingerprint != before.fingerprint
    assert len(commits_of(clone.path)) == 4


@pytest.mark.parametrize("is_gone", [False, True])
def test_rewritten_history_is_noticed(is_gone, git_repository, status_of, open_at):
    git_repository.commit("one", {"a.md": "1\n"})
    git_repository.commit("two", {"a.md": "2\n"})
    known = status_of(git_repository.path).tips
    git_repository.git("commit", "-q", "--amend", "-m", "two, reworded")
    if is_gone:
        git_repository.git("reflog", "expire", "--expire=now", "--all")
        git_repository.git("gc", "-q", "--prune=now")
    tips = status_of(git_repository.path).tips
    repository = open_at(git_repository.path)

    assert find_rewritten(repository, tips=tips, known=known) == known
    assert [commit.subject for commit in read_commits(repository, tips=tips)] == ["two, reworded", "one"]


def test_history_that_only_grew_is_not_rewritten(git_repository, status_of, open_at):
    git_repository.commit("one")
    git_repository.git("branch", "side")
    known = status_of(git_repository.path).tips
    git_repository.commit("two")
    git_repository.git("branch", "-q", "-D", "side")

    assert find_rewritten(open_at(git_repository.path), tips=status_of(git_repository.path).tips, known=known) == ()


def test_a_deleted_branch_counts_as_rewritten(git_repository, status_of, open_at):
    git_repository.commit("one")
    git_repository.git("checkout", "-q", "-b", "side")
    lost = git_repository.commit("side")
    git_repository.git("checkout", "-q", "main")
    known = status_of(git_repository.path).tips
    git_repository.git("branch", "-q", "-D", "side")

    tips = status_of(git_repository.path).tips

    assert find_rewritten(open_at(git_repository.path), tips=tips, known=known) == (lost,)


def test_bytes_that_are_no_utf8(git_repository, commits_of):
    git_repository.write({"plain.md": "x\n"})
    name = b"caf\xe9 \xff.md"
    (git_repository.path / "plain.md").rename(git_repository.path / os.fsdecode(name))
    git_repository.git("add", "-A")
    header = b"author J\xf6rg <j\xf6@x> 1700000000 +0000\ncommitter J\xf6rg <j\xf6@x> 1700000000 +0000"
    write_commit(git_repository, header, b"gr\xfc\xdfe")

    (commit,) = commits_of(git_repository.path)

    assert commit.author_name == "J�rg"
    assert commit.subject == "gr��e"
    assert commit.changes[0].path.encode("utf-8", "surrogateescape") == name


def test_a_declared_encoding_is_understood(git_repository, commits_of):
    write_commit(git_repository, SOMEBODY + b"\nencoding ISO-8859-1", b"gr\xfc\xdfe")

    assert commits_of(git_repository.path)[0].subject == "grüße"


@pytest.mark.parametrize("date", [b"99999999999999999999 +0000", b"253402300800 +0000", b"-5 +0000", b"x +0000", b""])
def test_absurd_dates_are_none(date, git_repository, commits_of):
    write_commit(git_repository, b"author A <a@b> " + date + b"\ncommitter A <a@b> 1700000000 +0000", b"odd")

    (commit,) = commits_of(git_repository.path)

    assert commit.authored_at is None
    assert commit.committed_at is not None
    assert commit.subject == "odd"


def test_a_message_cannot_pretend_to_be_a_commit(git_repository, commits_of):
    forged = b"real\n\n:100644 100644 aaa bbb M\n" + b"1" * 40 + b"\n\x01\x1e\x1f commit " + b"2" * 40
    git_repository.write({"x.md": "x\n", ":100644 100644 a b M": "x\n", "new\nline\ttab.md": "x\n"})
    git_repository.git("add", "-A")
    write_commit(git_repository, SOMEBODY, forged)

    (commit,) = commits_of(git_repository.path)

    assert commit.subject == "real"
    assert {change.path for change in commit.changes} == {"x.md", ":100644 100644 a b M", "new\nline\ttab.md"}


def test_what_stands_behind_a_nul_is_not_read(git_repository, commits_of):
    write_commit(git_repository, SOMEBODY, b"seen\0" + b"3" * 40 + b"\0forged\0")

    assert [commit.subject for commit in commits_of(git_repository.path)] == ["seen"]


def test_a_message_of_30_megabytes_is_cut(git_repository, commits_of):
    git_repository.write({"x.md": "x\n"})
    git_repository.git("add", "-A")
    first = write_commit(git_repository, SOMEBODY, b"long\n\n" + b"x" * 30_000_000)
    write_commit(git_repository, SOMEBODY, b"y" * 30_000_000, first)

    second_commit, first_commit = commits_of(git_repository.path)

    assert len(first_commit.body) <= 64 * 1024
    assert first_commit.changes[0].path == "x.md"
    assert len(second_commit.subject) == 1001
    assert len(second_commit.body) <= 64 * 1024


def find_object(repository, oid: str):
    return repository.path / ".git/objects" / oid[:2] / oid[2:]


def test_a_missing_content_costs_at_most_a_rename(git_repository, open_at, status_of):
    git_repository.commit("one", {"a.md": "some words\n" * 30, "b.md": "moved as it is\n"})
    blob = git_repository.git("rev-parse", "HEAD:a.md")
    git_repository.git("mv", "b.md", "c.md")
    git_repository.git("mv", "a.md", "d.md")
    git_repository.commit("two", {"d.md": "some words\n" * 30 + "more\n"})
    find_object(git_repository, blob).unlink()
    reports = []

    commits = list(
        read_commits(open_at(git_repository.path), tips=status_of(git_repository.path).tips, report=reports.append)
    )

    assert describe(commits[0]) == [("D", None, "a.md"), ("R", "b.md", "c.md"), ("A", None, "d.md")]
    assert [commit.subject for commit in commits] == ["two", "one"]
    assert len(reports) == 1


def test_a_missing_folder_costs_changes_but_no_commit(git_repository, open_at, status_of):
    git_repository.commit("one", {"folder/a.md": "1\n"})
    tree = git_repository.git("rev-parse", "HEAD:folder")
    git_repository.commit("two", {"folder/a.md": "2\n"})
    git_repository.commit("three", {"b.md": "3\n"})
    find_object(git_repository, tree).unlink()
    reports = []

    commits = list(
        read_commits(open_at(git_repository.path), tips=status_of(git_repository.path).tips, report=reports.append)
    )

    assert [commit.subject for commit in commits] == ["three", "two", "one"]
    assert describe(commits[0]) == [("A", None, "b.md")]
    assert commits[1].changes == ()
    assert "changed files are missing" in reports[-1]


def test_history_is_read_up_to_a_missing_commit(git_repository, open_at, status_of):
    git_repository.commit("one")
    lost = git_repository.commit("two")
    git_repository.commit("three")
    git_repository.commit("four")
    find_object(git_repository, lost).unlink()
    reports = []

    commits = list(
        read_commits(open_at(git_repository.path), tips=status_of(git_repository.path).tips, report=reports.append)
    )

    assert commits[0].subject == "four"
    assert "breaks off" in reports[-1]


def test_a_repository_that_gives_nothing_is_an_error_in_words(git_repository, open_at):
    lost = git_repository.commit("one")
    find_object(git_repository, lost).unlink()

    with pytest.raises(HistoryError, match="may be damaged"):
        list(read_commits(open_at(git_repository.path), tips=[lost]))


def test_a_partial_clone_fetches_nothing(git_repository, commits_of, tmp_path):
    git_repository.git("config", "uploadpack.allowFilter", "true")
    git_repository.commit("one", {"a.md": "some words\n" * 30})
    git_repository.git("mv", "a.md", "b.md")
    git_repository.commit("two", {"b.md": "some words\n" * 30 + "more\n"})
    url = f"file://{git_repository.path}"
    git_repository.git("clone", "-q", "--no-checkout", "--filter=blob:none", url, str(tmp_path / "partial"))
    shutil.move(git_repository.path, tmp_path / "away")

    assert [commit.subject for commit in commits_of(tmp_path / "partial")] == ["two", "one"]


@pytest.mark.parametrize("tip", ["HEAD", "--all", "main", "^" + "1" * 40, "1" * 39, "1" * 40 + "\n--all", "A" * 40])
def test_nothing_but_object_ids_reaches_git(tip, git_repository, open_at):
    git_repository.commit("one")

    with pytest.raises(InvalidRequestError):
        list(read_commits(open_at(git_repository.path), tips=[tip]))
