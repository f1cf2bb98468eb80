import os

import pytest

from tandemweb.domain.commit import ChangeStatus
from tandemweb.domain.difference import LineKind
from tandemweb.errors import InvalidRequestError, NotFoundError
from tandemweb.history.differences import read_blob_difference, read_commit_difference, read_content_difference


@pytest.fixture
def difference_of(git_repository, open_at):
    """Give the difference of the newest commit."""
    return lambda: read_commit_difference(open_at(git_repository.path), git_repository.git("rev-parse", "HEAD"))


def show(file) -> list[str]:
    return [
        f"{line.old_number or ''}:{line.new_number or ''}{line.kind}{line.text}"
        for hunk in file.hunks
        for line in hunk.lines
    ]


def test_lines_carry_their_numbers(git_repository, difference_of):
    first = git_repository.commit("one", {"a.md": "# Title\n\nkept\nold\nkept too\n"})
    git_repository.commit("two", {"a.md": "# Title\n\nkept\nnew\nnewer\nkept too\n"})

    difference = difference_of()

    (file,) = difference.files
    assert difference.parent == first
    assert show(file) == ["1:1 # Title", "2:2 ", "3:3 kept", "4:-old", ":4+new", ":5+newer", "5:6 kept too"]
    assert (file.added_count, file.removed_count) == (2, 1)
    assert (file.hunks[0].old_start, file.hunks[0].old_count, file.hunks[0].new_count) == (1, 5, 6)
    assert not difference.is_truncated


def test_hunks_far_apart_have_headings(git_repository, difference_of):
    lines = ["# Head", *(f"line {number}" for number in range(40))]
    git_repository.commit("one", {"a.md": "\n".join(lines) + "\n"})
    lines[3], lines[35] = "x", "y"
    git_repository.commit("two", {"a.md": "\n".join(lines) + "\n"})

    (file,) = difference_of().files

    assert [(hunk.old_start, hunk.old_count) for hunk in file.hunks] == [(1, 7), (33, 7)]
    assert [hunk.heading for hunk in file.hunks] == ["", "line 30"]


def test_a_root_commit_and_a_merge(git_repository, difference_of):
    git_repository.commit("one", {"a.md": "1\n"})
    root = difference_of()
    git_repository.git("checkout", "-q", "-b", "side")
    git_repository.commit("side", {"b.md": "2\n"})
    git_repository.git("checkout", "-q", "main")
    main = git_repository.commit("main", {"c.md": "3\n"})
    git_repository.git("merge", "-q", "--no-edit", "side")

    merge = difference_of()

    assert root.parent is None
    assert show(root.files[0]) == [":1+1"]
    assert merge.parent == main
    assert [file.change.path for file in merge.files] == ["b.md"]


def test_a_missing_newline_at_the_end_is_noted_on_its_line(git_repository, difference_of):
    git_repository.commit("one", {"a.md": "same\nold", "b.md": "x\nsame"})
    git_repository.commit("two", {"a.md": "same\nnew", "b.md": "y\nsame"})

    first, second = difference_of().files

    assert [(line.text, line.lacks_newline) for line in first.hunks[0].lines] == [
        ("same", False),
        ("old", True),
        ("new", True),
    ]
    assert [(line.text, line.lacks_newline) for line in second.hunks[0].lines] == [
        ("x", False),
        ("y", False),
        ("same", True),
    ]


def test_what_has_no_lines(git_repository, difference_of):
    first = git_repository.commit(
        "one", {"binary": b"\0\1", "run.sh": "x\n", "moved.md": "some text\n" * 9, "empty": ""}
    )
    git_repository.git("mv", "moved.md", "here.md")
    git_repository.git("rm", "-q", "empty")
    git_repository.write({"binary": b"\0\2", "fresh": ""})
    (git_repository.path / "run.sh").chmod(0o755)
    git_repository.git("add", "-A")
    git_repository.git("update-index", "--add", "--cacheinfo", f"160000,{first},sub")
    git_repository.git("commit", "-qm", "two")

    files = {file.change.path: file for file in difference_of().files}

    assert files["binary"].is_binary
    assert (files["run.sh"].change.old_mode, files["run.sh"].change.mode) == ("100644", "100755")
    assert (files["here.md"].change.status, files["here.md"].change.old_path) == (ChangeStatus.RENAMED, "moved.md")
    assert files["sub"].change.mode == "160000"
    assert show(files["sub"]) == [f":1+Subproject commit {first}"]
    assert set(files) == {"binary", "run.sh", "here.md", "sub", "fresh"}
    assert files["fresh"].change.old_path == "empty"
    assert not [file for path, file in files.items() if path != "sub" and file.hunks]
    assert not [file for file in files.values() if file.is_truncated]


def test_a_file_that_becomes_a_link_shows_both(git_repository, difference_of):
    git_repository.commit("one", {"a.md": "text\n", "b.md": "1\n"})
    (git_repository.path / "a.md").unlink()
    (git_repository.path / "a.md").symlink_to("/etc/passwd")
    git_repository.commit("two", {"b.md": "2\n"})

    link, other = difference_of().files

    assert link.change.status is ChangeStatus.TYPE_CHANGED
    assert show(link) == ["1:-text", ":1+/etc/passwd"]
    assert link.hunks[1].lines[0].lacks_newline
    assert show(other) == ["1:-1", ":1+2"]


NAMES = [
    "sp ace.md",
    "tab\t.md",
    "new\nline.md",
    'quo"te\\.md',
    "ümlaut.md",
    os.fsdecode(b"\xff\x01.md"),
    "a -> b.md",
    "-x",
]


@pytest.mark.parametrize("name", NAMES)
def test_any_name_comes_through(name, git_repository, difference_of):
    git_repository.commit("one", {name: "1\n"})

    (file,) = difference_of().files

    assert file.change.path == name
    assert show(file) == [":1+1"]


def test_content_and_names_cannot_pretend_to_be_the_frame(git_repository, difference_of):
    forged = "diff --git a/x b/x\n@@ -1,9 +1,9 @@\n--- a/x\n+++ b/x\nBinary files a and b differ\n\\ No newline\n"
    git_repository.commit("one", {"a.md": "-- old\n" + forged, "z.md": "1\n"})
    name = "x\n@@ -1 +1 @@\n+evil\ndiff --git a/y b/y"
    git_repository.commit("two", {"a.md": "++ new\n" + forged + forged, name: "1\n", "z.md": "2\n"})

    files = difference_of().files

    assert [file.change.path for file in files] == ["a.md", name, "z.md"]
    assert not any(file.is_binary or file.is_truncated for file in files)
    assert (files[0].added_count, files[0].removed_count) == (7, 1)
    assert show(files[1]) == [":1+1"]
    assert show(files[2]) == ["1:-1", ":1+2"]


def test_bytes_that_are_no_text_are_replaced(git_repository, difference_of):
    git_repository.commit("one", {"a.md": b"gr\xfcn\r\n"})

    assert show(difference_of().files[0]) == [":1+gr�n\r"]


def test_attributes_of_the_repository_decide_nothing(git_repository, difference_of):
    git_repository.commit("one", {".gitattributes": "*.md binary diff=evil\n", "a.md": "1\n"})

    assert [file.is_binary for file in difference_of().files] == [False, False]


def test_limits(git_repository, difference_of):
    git_repository.commit("one", {"long.md": "x\n" * 10_000, "wide.md": "y" * 100_000 + "\n", "z.md": "1\n"})
    long, wide, small = difference_of().files
    git_repository.commit("two", {"huge.md": "z" * 98 + "\n", "huge2.md": ("z" * 98 + "\n") * 60_000, "z.md": "2\n"})

    cut = difference_of()

    assert long.is_truncated
    assert len(long.hunks[0].lines) == 3000
    assert long.added_count == 10_000
    assert wide.is_truncated
    assert len(wide.hunks[0].lines[0].text) == 4000
    assert not small.is_truncated
    assert cut.is_truncated
    assert [file.change.path for file in cut.files] == ["huge.md", "huge2.md", "z.md"]
    assert [file.is_truncated for file in cut.files] == [False, True, True]


def test_the_end_of_a_shallow_clone_has_no_difference(git_repository, open_at, tmp_path):
    git_repository.commit("one", {"a.md": "1\n"})
    oid = git_repository.commit("two", {"a.md": "2\n"})
    git_repository.git("clone", "-q", "--depth=1", f"file://{git_repository.path}", str(tmp_path / "shallow"))

    assert read_commit_difference(open_at(tmp_path / "shallow"), oid).files == ()


def test_what_is_no_commit_is_not_found(git_repository, open_at):
    git_repository.commit("one", {"a.md": "1\n"})
    git_repository.git("tag", "-a", "-m", "t", "t")
    repository = open_at(git_repository.path)

    for name in ("HEAD:a.md", "HEAD^{tree}", "t"):
        with pytest.raises(NotFoundError):
            read_commit_difference(repository, git_repository.git("rev-parse", name))
    with pytest.raises(NotFoundError):
        read_commit_difference(repository, "1" * 40)
    with pytest.raises(InvalidRequestError):
        read_commit_difference(repository, "--output=x")


def test_one_process_for_a_commit(git_repository, open_at, git_calls):
    oid = git_repository.commit("one", {f"{number}.md": "x\n" for number in range(50)})
    repository = open_at(git_repository.path)
    git_calls.forget()

    assert len(read_commit_difference(repository, oid).files) == 50
    assert git_calls.commands == ["log"]


def test_two_contents_of_history(git_repository, open_at):
    git_repository.commit("one", {"a.md": "1\nsame\n", "b.md": "2\nsame\n"})
    repository = open_at(git_repository.path)
    old, new = (git_repository.git("rev-parse", f"HEAD:{name}.md") for name in "ab")

    assert show(read_blob_difference(repository, old, new)) == ["1:-1", ":1+2", "2:2 same"]
    assert show(read_blob_difference(repository, None, new)) == [":1+2", ":2+same"]
    assert show(read_blob_difference(repository, old, None)) == ["1:-1", "2:-same"]
    assert read_blob_difference(repository, old, old).hunks == ()
    with pytest.raises(NotFoundError):
        read_blob_difference(repository, old, "1" * 40)
    with pytest.raises(InvalidRequestError):
        read_blob_difference(repository, old, "HEAD:a.md")


def test_two_contents_of_anywhere(git_repository, open_at):
    repository = open_at(git_repository.path)

    difference = read_content_difference(repository, b"a\nb\n", b"a\nc")

    assert show(difference) == ["1:1 a", "2:-b", ":2+c"]
    assert [line.lacks_newline for line in difference.hunks[0].lines] == [False, False, True]
    assert read_content_difference(repository, b"same", b"same").hunks == ()
    assert not read_content_difference(repository, b"same", b"same").is_truncated
    assert read_content_difference(repository, b"\0\1", b"\0\2").is_binary
    assert [line.kind for line in read_content_difference(repository, b"", b"x\n").hunks[0].lines] == [LineKind.ADDED]
