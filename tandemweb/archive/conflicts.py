"""Differences of a file's versions, and the error that says that a file is not what it was thought to be."""

import hashlib
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from tandemweb.domain.commit import ChangeStatus, FileChange
from tandemweb.domain.difference import DiffLine, FileDifference, Hunk, LineKind
from tandemweb.errors import ConflictError

MOST_LINES = 20_000  # of both versions together; more are not compared line by line
CONTEXT_LINES = 3

Opcode = tuple[str, int, int, int, int]


class ChangedMeanwhileError(ConflictError):
    """A file changed between being shown and being written; nothing was overwritten.

    ``difference`` leads from what was shown to what stands there now, None where what was shown is not known any more;
    ``diff`` is the same as text.
    """

    def __init__(self, path: str, shown: bytes | None, now: bytes | None, *, is_shown_known: bool = True) -> None:
        self.path = path
        self._versions = (shown, now) if is_shown_known else None
        what = "is gone" if now is None else "was created" if is_shown_known and shown is None else "was changed"
        super().__init__(f"{path} {what} meanwhile, so nothing was written. Look at what stands there now.")

    @property
    def difference(self) -> FileDifference | None:
        return compare_versions(self.path, *self._versions) if self._versions else None

    @property
    def diff(self) -> str:
        return write_difference(self.difference) if self.difference else ""


def hash_content(content: bytes | None) -> str | None:
    """Give the sha256 of a file's bytes, None where there is no file."""
    return None if content is None else hashlib.sha256(content).hexdigest()


def compare_versions(path: str, before: bytes | None, after: bytes | None) -> FileDifference:
    """Compare two versions of a file line by line; None is a file that does not exist."""
    status = ChangeStatus.ADDED if before is None else ChangeStatus.DELETED if after is None else ChangeStatus.MODIFIED
    change = FileChange(status, path, old_path=None, blob=None, old_blob=None, mode="", old_mode="")
    try:
        old, new = (_split_lines((content or b"").decode("utf-8-sig")) for content in (before, after))
    except UnicodeDecodeError:
        return FileDifference(change, (), is_binary=True)
    if len(old) + len(new) > MOST_LINES:
        return FileDifference(change, (), is_truncated=True)
    hunks = tuple(_list_hunks(old, new))
    kinds = [line.kind for hunk in hunks for line in hunk.lines]
    added, removed = kinds.count(LineKind.ADDED), kinds.count(LineKind.REMOVED)
    return FileDifference(change, hunks, added_count=added, removed_count=removed)


def write_difference(difference: FileDifference) -> str:
    """Write a difference in the unified format, "" for one without lines."""
    path, status = difference.change.path, difference.change.status
    lines = [
        f"--- {'/dev/null' if status is ChangeStatus.ADDED else path}",
        f"+++ {'/dev/null' if status is ChangeStatus.DELETED else path}",
    ]
    for hunk in difference.hunks:
        lines.append(f"@@ -{hunk.old_start},{hunk.old_count} +{hunk.new_start},{hunk.new_count} @@")
        lines.extend(f"{line.kind}{line.text}" for line in hunk.lines)
    return "\n".join(lines) if difference.hunks else ""


def _split_lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n") if text else []


def _list_hunks(old: Sequence[str], new: Sequence[str]) -> Iterator[Hunk]:
    if not old or not new:
        groups: list[list[Opcode]] = [[("replace", 0, len(old), 0, len(new))]] if old or new else []
    else:
        groups = [list(group) for group in SequenceMatcher(None, old, new).get_grouped_opcodes(CONTEXT_LINES)]
    for group in groups:
        lines = tuple(line for opcode in group for line in _list_lines(old, new, opcode))
        first, last = group[0], group[-1]
        old_count, new_count = last[2] - first[1], last[4] - first[3]
        yield Hunk(first[1] + bool(old_count), old_count, first[3] + bool(new_count), new_count, "", lines)


def _list_lines(old: Sequence[str], new: Sequence[str], opcode: Opcode) -> Iterator[DiffLine]:
    tag, old_start, old_end, new_start, new_end = opcode
    if tag == "equal":
        for offset in range(old_end - old_start):
            number = old_start + offset
            yield DiffLine(LineKind.CONTEXT, old[number], number + 1, new_start + offset + 1)
        return
    for number in range(old_start, old_end):
        yield DiffLine(LineKind.REMOVED, old[number], number + 1, None)
    for number in range(new_start, new_end):
        yield DiffLine(LineKind.ADDED, new[number], None, number + 1)
