"""Lines of a file that grows, read once and in bounded memory."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

CHUNK = 1024 * 1024
LINE_LIMIT = 16 * 1024 * 1024  # a longer line is cut; the whole of it stands in the log


@dataclass(frozen=True, slots=True)
class LogLine:
    """``size`` is in bytes with the line's end, ``is_cut`` says that ``text`` is only its beginning."""

    offset: int
    size: int
    text: bytes
    is_cut: bool = False


class LogTail:
    """Reads on from ``offset``, the beginning of a line."""

    def __init__(self, path: Path, offset: int = 0) -> None:
        self._path = path
        self.offset = offset  # where the next line begins
        self._read_to = offset  # beyond it, where a line is not complete yet
        self._pieces: list[bytes] = []
        self._kept = 0

    def read(self, *, is_complete: bool = False) -> Iterator[LogLine]:
        """Yield the lines that were completed since the last time; with ``is_complete`` also what stands after them.

        A file that is not there (yet) has none. What is written meanwhile waits for the next time: who writes faster
        than anybody reads would never let go. One may stop in between, and what was not yielded comes the next time.
        """
        try:
            opened = self._path.open("rb")
        except FileNotFoundError:
            return
        with opened:
            yield from self._read_lines(opened)
        if is_complete and self._read_to > self.offset:
            yield self._finish(self._read_to)

    def _read_lines(self, opened: BinaryIO) -> Iterator[LogLine]:
        size = os.fstat(opened.fileno()).st_size
        opened.seek(self._read_to)
        while self._read_to < size and (chunk := opened.read(CHUNK)):
            begin = 0
            while (end := chunk.find(b"\n", begin)) >= 0:
                self._keep(chunk[begin : end + 1])
                yield self._finish(self._read_to)
                begin = end + 1
            self._keep(chunk[begin:])

    def _keep(self, piece: bytes) -> None:
        self._read_to += len(piece)
        room = LINE_LIMIT - self._kept
        if piece and room > 0:
            self._pieces.append(piece[:room])
            self._kept += len(self._pieces[-1])

    def _finish(self, end: int) -> LogLine:
        text = b"".join(self._pieces)
        line = LogLine(self.offset, end - self.offset, text, is_cut=len(text) < end - self.offset)
        self.offset = end
        self._pieces = []
        self._kept = 0
        return line


def read_end(path: Path, size: int) -> str:
    """Read the last ``size`` bytes of a text file, "" where there is none."""
    try:
        with path.open("rb") as opened:
            opened.seek(0, 2)
            opened.seek(max(0, opened.tell() - size))
            return opened.read(size).decode("utf-8", "replace")
    except OSError:
        return ""
