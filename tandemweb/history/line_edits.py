"""Which lines of one content stand for which of another, as git's histogram difference has it."""

import re
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path

from tandemweb.domain.chunk import Edit, Span
from tandemweb.history.opening import Repository
from tandemweb.history.scratch import open_scratch

# Without context every line of a hunk begins with a sign, so that a line of content is never taken for a header.
_HUNK = re.compile(rb"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@", re.MULTILINE)
_PAIR = re.compile(rb"^diff --git .*/(\d+)\"?$", re.MULTILINE)
_OPTIONS = (
    "--patch",
    "--unified=0",
    "--histogram",
    "--text",
    "--no-renames",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
)
_PATIENCE = 60.0


def read_edits(repository: Repository, pairs: Sequence[tuple[bytes, bytes]]) -> tuple[tuple[Edit, ...], ...]:
    """Say what makes the second content of each pair out of the first, in order. Lines end at line feeds only.

    One process for all pairs, none where all are alike: the contents are laid out as files for git to look at.
    """
    if all(old == new for old, new in pairs):
        return ((),) * len(pairs)
    size = sum(len(old) + len(new) for old, new in pairs)
    with open_scratch(repository.shadow, size) as folder:
        old_top, new_top = folder / "old", folder / "new"
        for top in (old_top, new_top):
            top.mkdir()
        written: dict[bytes, Path] = {}
        for number, (old, new) in enumerate(pairs):
            if old != new:
                _lay_out(old_top / str(number), old, written)
                _lay_out(new_top / str(number), new, written)
        arguments = ["diff", "--no-index", *_OPTIONS, "--", str(old_top), str(new_top)]
        with closing(repository.stream(arguments, patience=_PATIENCE, accepted=(0, 1))) as pieces:
            output = b"".join(pieces)
    headers = list(_PAIR.finditer(output))
    ends = [*(header.start() for header in headers[1:]), len(output)]
    found = {
        int(header[1]): tuple(_compose(match.groups()) for match in _HUNK.finditer(output, header.end(), end))
        for header, end in zip(headers, ends, strict=True)
    }
    return tuple(found.get(number, ()) for number in range(len(pairs)))


def _lay_out(path: Path, content: bytes, written: dict[bytes, Path]) -> None:
    """Write a content, or link to where it was written before, where the file system knows links."""
    if content in written:
        with suppress(OSError):
            path.hardlink_to(written[content])
            return
    path.write_bytes(content)
    written[content] = path


def _compose(numbers: Sequence[bytes | None]) -> Edit:
    old_start, old_count, new_start, new_count = (1 if number is None else int(number) for number in numbers)
    # An empty side of a hunk is told by the line before it.
    old, new = old_start - (old_count > 0), new_start - (new_count > 0)
    return Edit(Span(old, old + old_count), Span(new, new + new_count))
