from pathlib import Path

import pytest

from tandemweb.agents import tailing
from tandemweb.agents.tailing import LogTail, read_end


def append(path: Path, content: bytes) -> None:
    with path.open("ab") as opened:
        opened.write(content)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "stdout.jsonl"


def test_a_line_is_told_once_it_is_complete(log):
    tail = LogTail(log)
    assert list(tail.read()) == []

    append(log, b'{"a":1}\n{"b"')
    assert [(line.offset, line.text) for line in tail.read()] == [(0, b'{"a":1}\n')]
    append(log, b":2")
    assert list(tail.read()) == []
    append(log, b"}\n\n{")
    assert [(line.offset, line.text) for line in tail.read()] == [(8, b'{"b":2}\n'), (16, b"\n")]
    assert [(line.offset, line.text) for line in tail.read(is_complete=True)] == [(17, b"{")]
    assert list(tail.read(is_complete=True)) == []


@pytest.mark.parametrize("size", [1, 7, 64])
def test_where_chunks_end_makes_no_difference(log, size, monkeypatch):
    monkeypatch.setattr(tailing, "CHUNK", size)
    append(log, b"first\n\nthird line\nlast")

    assert [line.text for line in LogTail(log).read(is_complete=True)] == [b"first\n", b"\n", b"third line\n", b"last"]


def test_a_line_that_is_too_long_is_cut_and_the_next_one_is_whole(log, monkeypatch):
    monkeypatch.setattr(tailing, "CHUNK", 16)
    monkeypatch.setattr(tailing, "LINE_LIMIT", 40)
    append(log, b"x" * 1000 + b"\nnext\n")

    cut, following = LogTail(log).read()

    assert (cut.size, cut.text, cut.is_cut) == (1001, b"x" * 40, True)
    assert (following.offset, following.text, following.is_cut) == (1001, b"next\n", False)


def test_the_end_of_a_file_is_read_and_none_is_nothing(log):
    assert read_end(log, 10) == ""
    append(log, "früher später".encode())
    assert read_end(log, 7) == "später"
