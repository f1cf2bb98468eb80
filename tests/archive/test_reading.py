import hashlib
import os
import socket
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandemweb.archive.reading import NO_STAMP, READ_LIMIT, TEXT_LIMIT, extract_text, read_bytes, read_text
from tandemweb.archive.tree import read_tree
from tandemweb.domain.mission import Readability
from tandemweb.errors import ArchiveError, NotFoundError


def test_a_plain_text(write_project):
    project = write_project({"a/b.md": "# Grüße\n\nline 3"})
    file = read_text(str(project), "a/b.md")
    assert (file.text, file.readability, file.line_count) == ("# Grüße\n\nline 3", Readability.TEXT, 3)
    assert file.content_hash == hashlib.sha256("# Grüße\n\nline 3".encode()).hexdigest()
    assert file.stamp == read_tree(str(project)).files["a/b.md"]
    assert file.problem is None
    assert read_bytes(str(project), "a/b.md") == "# Grüße\n\nline 3".encode()


@pytest.mark.parametrize(
    ("data", "text", "line_count"),
    [
        (b"", "", 0),
        (b"\n", "\n", 1),
        (b"a", "a", 1),
        (b"a\nb\n", "a\nb\n", 2),
        (b"a\r\nb\r\n\r\nc", "a\nb\n\nc", 4),
        (b"a\rb", "a\nb", 2),
        (b"a\r\r\nb", "a\n\nb", 3),
        (b"\xef\xbb\xbf# Title\r\n", "# Title\n", 1),
        ("a\u2028b\x0bc\x0cd\x85e".encode(), "a\u2028b\x0bc\x0cd\x85e", 1),
        ("a\r\nb".encode("utf-16"), "a\nb", 2),
        (b"\xfe\xff" + "ä".encode("utf-16-be"), "ä", 1),
    ],
)
def test_line_ends_and_byte_order_marks(data, text, line_count):
    file = extract_text(data, "x.md")
    assert (file.text, file.line_count, file.readability) == (text, line_count, Readability.TEXT)


def test_bytes_that_are_not_utf8_are_replaced_and_placed():
    file = extract_text(b"one\r\ntwo caf\xe9\nthree", "x.md")
    assert file.text == "one\ntwo caf\ufffd\nthree"
    assert file.readability is Readability.REPLACED
    assert file.problem is not None
    assert (file.problem.code, file.problem.line) == ("text-replaced", 2)


def test_a_nul_at_the_beginning_means_binary():
    file = extract_text(b"\x89PNG\r\n\x1a\n\0\0", "x.md")
    assert (file.text, file.readability, file.line_count) == ("", Readability.BINARY, 0)
    assert file.content_hash


def test_a_nul_further_on_is_replaced():
    file = extract_text(b"line\n" * 2000 + b"a\0b\n", "x.md")
    assert file.text.endswith("\na\ufffdb\n")
    assert file.problem is not None
    assert file.problem.line == 2001
    assert "NUL" in file.problem.message


def test_truncation_ends_with_a_line_and_counts_all_lines():
    file = extract_text(b"0123456789\n" * 10, "x.md", text_limit=25)
    assert (file.text, file.readability, file.line_count) == ("0123456789\n" * 2, Readability.TRUNCATED, 10)
    assert file.problem is not None
    assert "first 2 lines" in file.problem.message


@pytest.mark.parametrize("limit", range(1, 13))
def test_truncation_splits_no_character(limit):
    file = extract_text("aä€𝄞ß€".encode(), "x.md", text_limit=limit)
    assert "aä€𝄞ß€".startswith(file.text)
    assert file.readability is Readability.TRUNCATED


@given(st.binary(max_size=200), st.integers(1, 200))
def test_any_bytes_become_a_text_that_can_be_stored(data, limit):
    file = extract_text(data, "x.md", text_limit=limit)
    assert not {"\0", "\r"} & set(file.text)
    file.text.encode()
    shown = file.text.count("\n") + (bool(file.text) and not file.text.endswith("\n"))
    if file.readability in {Readability.TEXT, Readability.REPLACED}:
        assert shown == file.line_count
    assert shown <= file.line_count or file.readability is Readability.BINARY


@given(st.text())
def test_any_text_comes_back(text):
    file = extract_text(text.encode(errors="replace"), "x.md")
    plain = text.encode(errors="replace").decode().removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    assert "\0" in plain or file.text == plain


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("gone.md", "file-missing"),
        ("a", "file-refused"),
        ("a/b.md/c.md", "file-missing"),
        ("gone/b.md", "file-missing"),
        ("", "file-refused"),
        (".", "file-refused"),
        ("..", "file-refused"),
        ("../project/a/b.md", "file-refused"),
        ("a/../a/b.md", "file-refused"),
        ("a//b.md", "file-refused"),
        ("./a/b.md", "file-refused"),
        ("/etc/passwd", "file-refused"),
        ("a/b.md\0", "file-refused"),
        (".git/config", "file-refused"),
        ("a/.GIT/config", "file-refused"),
        ("n" * 300, "file-unreadable"),
        ("\ud800.md", "file-missing"),
    ],
)
@pytest.mark.security
def test_paths_that_are_not_read(write_project, path, code):
    project = write_project({"a/b.md": "x", ".git/config": "secret"})
    file = read_text(str(project), path)
    assert (file.readability, file.text, file.stamp, file.content_hash) == (Readability.UNREADABLE, "", NO_STAMP, "")
    assert file.problem is not None
    assert file.problem.code == code
    with pytest.raises((ArchiveError, NotFoundError)):
        read_bytes(str(project), path)


@pytest.mark.security
@pytest.mark.parametrize(
    "path", ["repo-evil/x.md", "linked/x.md", "linked/../linked/x.md", "link.md", "loop", "zero", "abs/x.md"]
)
def test_no_link_and_no_sibling_leads_out(write_project, tmp_path, path):
    evil = tmp_path / "repo-evil"
    evil.mkdir()
    (evil / "x.md").write_text("secret")
    project = write_project({"x.md": "fine"})
    (project / "linked").symlink_to("../repo-evil")
    (project / "abs").symlink_to(evil)
    (project / "link.md").symlink_to(evil / "x.md")
    (project / "loop").symlink_to("loop")
    (project / "zero").symlink_to("/dev/zero")
    file = read_text(str(project), path)
    assert file.readability is Readability.UNREADABLE
    assert file.text == ""
    assert file.problem is not None
    assert ("symbolic link" in file.problem.message) == (path not in {"repo-evil/x.md", "linked/../linked/x.md"})


@pytest.mark.faults
def test_a_pipe_does_not_block(write_project):
    project = write_project({})
    os.mkfifo(project / "pipe.md")
    file = read_text(str(project), "pipe.md")
    assert file.problem is not None
    assert file.problem.code == "file-refused"


@pytest.mark.faults
def test_a_socket_is_refused(write_project):
    project = write_project({})
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(project / "socket.md"))
        file = read_text(str(project), "socket.md")
    assert file.problem is not None
    assert file.problem.message == "socket.md is not a regular file (a pipe or socket)."


@pytest.mark.faults
def test_a_file_without_permission_says_so(open_folder, as_nobody):
    (open_folder / "closed.md").write_text("secret")
    (open_folder / "closed.md").chmod(0)
    with as_nobody():
        file = read_text(str(open_folder), "closed.md")
    assert file.problem is not None
    assert file.problem.message == "closed.md cannot be opened: Permission denied."


@pytest.mark.faults
def test_a_huge_sparse_file_is_refused_at_once(write_project):
    project = write_project({"huge.md": ""})
    os.truncate(project / "huge.md", 100 * 1024**3)
    file = read_text(str(project), "huge.md")
    assert file.problem is not None
    assert file.problem.code == "file-too-large"
    os.truncate(project / "huge.md", READ_LIMIT)
    assert read_text(str(project), "huge.md").readability is Readability.BINARY


@pytest.mark.faults
def test_20_mb_of_markdown_are_cut_in_bounded_memory(write_project):
    line = "- an item of a list that goes on and on\n"
    project = write_project({"big.md": line * (20_000_000 // len(line))})
    tracemalloc.start()
    file = read_text(str(project), "big.md")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert file.readability is Readability.TRUNCATED
    assert TEXT_LIMIT - len(line) < len(file.text) <= TEXT_LIMIT
    assert file.text.endswith(line)
    assert file.line_count == 500_000
    assert peak < 80 * 1024 * 1024


@pytest.mark.faults
def test_100_000_lines_are_read_whole(write_project):
    project = write_project({"long.md": "line\n" * 100_000})
    file = read_text(str(project), "long.md")
    assert (file.readability, file.line_count) == (Readability.TEXT, 100_000)
    assert file.problem is None


def test_names_of_any_bytes_can_be_read(write_project):
    project = write_project({})
    for name in (b"with space.md", b"quote\"'.md", b"new\nline.md", b"latin\xe9.md", b"<script>.md", b"back\\slash.md"):
        path = os.fsdecode(name)
        (project / path).write_bytes(name)
        assert read_bytes(str(project), path) == name
