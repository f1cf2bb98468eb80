"""From the bytes of ``git blame --porcelain`` to runs of lines. Pure."""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

_HEADER = re.compile(rb"([0-9a-f]{40}|[0-9a-f]{64}) (\d+) (\d+)(?: \d+)?")
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
_ESCAPED = {b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}


@dataclass(frozen=True, slots=True)
class BlameRun:
    """Neighbouring lines that one commit wrote: from ``first`` on, ``count`` of them.

    In that commit they stood in ``path`` from ``original_line`` on. ``is_boundary``: the history ends there.
    """

    first: int
    count: int
    oid: str
    path: str
    original_line: int
    is_boundary: bool = False

    @property
    def last(self) -> int:
        return self.first + self.count - 1


def parse_blame(output: bytes) -> tuple[BlameRun, ...]:
    """Parse the answer, content lines and all; runs come in the order of the lines."""
    return tuple(_join(_read_lines(output.split(b"\n"))))


def _read_lines(lines: Iterable[bytes]) -> Iterator[BlameRun]:
    """Yield each line as a run of its own. What git says of a commit stands only where it comes first."""
    paths: dict[str, str] = {}
    boundaries: set[str] = set()
    oid, original, final = "", 0, 0
    for line in lines:
        if line.startswith(b"\t"):
            yield BlameRun(final, 1, oid, paths.get(oid, ""), original, oid in boundaries)
        elif line.startswith(b"filename "):
            paths[oid] = _unquote(line[9:])
        elif line == b"boundary":
            boundaries.add(oid)
        elif match := _HEADER.fullmatch(line):
            oid, original, final = match[1].decode("ascii"), int(match[2]), int(match[3])


def _join(runs: Iterable[BlameRun]) -> Iterator[BlameRun]:
    current: BlameRun | None = None
    for run in runs:
        if (
            current
            and (run.oid, run.path) == (current.oid, current.path)
            and run.first == current.first + current.count
            and run.original_line == current.original_line + current.count
        ):
            current = replace(current, count=current.count + 1)
            continue
        if current:
            yield current
        current = run
    if current:
        yield current


def _unquote(name: bytes) -> str:
    if not name.startswith(b'"'):
        return os.fsdecode(name)

    def restore(match: re.Match[bytes]) -> bytes:
        code = match[1]
        return bytes((int(code, 8) & 0xFF,)) if code.isdigit() else _ESCAPED.get(code, code)

    return os.fsdecode(_ESCAPE.sub(restore, name[1:-1]))
