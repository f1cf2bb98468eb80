"""Which lines of one content stand for which of another, as git's histogram difference has it."""

import re
from collections.abc import Sequence
from contextlib import closing

from tandemweb.domain.chunk import Edit, Span
from tandemweb.errors import NotFoundError
from tandemweb.history.invocation import GitFailedError
from tandemweb.history.opening import Repository, check_oid

# Without context every line of a hunk begins with a sign, so that a line of content is never taken for a header.
_HUNK = re.compile(rb"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@", re.MULTILINE)
_TREES = re.compile(rb"^([0-9a-f]{40,64} [0-9a-f]{40,64})$", re.MULTILINE)
_OPTIONS = (
    "--patch",
    "--unified=0",
    "--histogram",
    "--text",
    "--full-index",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
)
_PATIENCE = 60.0


def read_edits(repository: Repository, old: str, new: str) -> tuple[Edit, ...]:
    """Say what makes blob ``new`` out of blob ``old``, in order. Lines end at line feeds only. One process, or none.

    Raises NotFoundError when one of the blobs is not there.
    """
    if old == new:
        return ()
    arguments = ["diff", *_OPTIONS, check_oid(old), check_oid(new), "--"]
    try:
        with closing(repository.stream(arguments, patience=_PATIENCE)) as pieces:
            output = b"".join(pieces)
    except GitFailedError as error:
        raise NotFoundError(f"there are no two file contents {old} and {new} in this repository") from error
    return tuple(_compose(match.groups()) for match in _HUNK.finditer(output))


def read_edits_between(
    repository: Repository, path: str, pairs: Sequence[tuple[str, str]]
) -> tuple[tuple[Edit, ...], ...]:
    """Say the same of the file at ``path`` in pairs of trees that both have it there, all pairs by one process."""
    asked = [f"{check_oid(old)} {check_oid(new)}" for old, new in pairs]
    arguments = ["diff-tree", "--stdin", "-r", "--no-renames", *_OPTIONS, "--", path]
    questions = "".join(f"{pair}\n" for pair in dict.fromkeys(asked)).encode()
    try:
        with closing(repository.stream(arguments, stdin=questions, patience=_PATIENCE)) as pieces:
            output = b"".join(pieces)
    except GitFailedError as error:
        raise NotFoundError(f"there are no such trees with a file {path} in this repository") from error
    headers = list(_TREES.finditer(output))
    ends = [*(header.start() for header in headers[1:]), len(output)]
    found = {
        header[1].decode("ascii"): tuple(
            _compose(match.groups()) for match in _HUNK.finditer(output, header.end(), end)
        )
        for header, end in zip(headers, ends, strict=True)
    }
    return tuple(found.get(pair, ()) for pair in asked)


def _compose(numbers: Sequence[bytes | None]) -> Edit:
    old_start, old_count, new_start, new_count = (1 if number is None else int(number) for number in numbers)
    # An empty side of a hunk is told by the line before it.
    old, new = old_start - (old_count > 0), new_start - (new_count > 0)
    return Edit(Span(old, old + old_count), Span(new, new + new_count))
