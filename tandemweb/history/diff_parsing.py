"""From the bytes of ``git diff --raw -p`` to lines. Pure.

Content cannot be taken for the frame: the lines of a hunk are counted by its header, and git quotes names with control
characters. Sections are matched to the changes of the raw list by order, never by the names they repeat.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from tandemweb.domain.commit import ChangeStatus, FileChange
from tandemweb.domain.difference import DiffLine, FileDifference, Hunk, LineKind
from tandemweb.history.log_parsing import parse_plain_change

LINE_LIMIT = 3000  # lines shown of one file
LENGTH_LIMIT = 4000  # characters shown of one line

_HUNK = re.compile(rb"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?(.*)", re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-3][0-7]{2}|.)", re.DOTALL)
_ESCAPED = {b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}
_KINDS = {ord(kind.value): kind for kind in LineKind}
_NO_NEWLINE = b"\\"


@dataclass(slots=True)
class _Section:
    """One ``diff --git`` section while it is read."""

    hunks: list[Hunk] = field(default_factory=list)
    is_binary: bool = False
    is_truncated: bool = False
    added_count: int = 0
    removed_count: int = 0


def parse_raw_changes(lines: Iterable[bytes]) -> tuple[FileChange, ...]:
    """Parse the lines of the raw list; others are passed over."""
    changes = []
    for line in lines:
        if line.startswith(b":"):
            meta, *paths = line.split(b"\t")
            changes.append(parse_plain_change(meta, iter([_unquote(path) for path in paths])))
    return tuple(changes)


def parse_patch(lines: Iterable[bytes], changes: Sequence[FileChange]) -> tuple[FileDifference, ...]:
    """Give every change its lines. A change without a section (the patch was cut before) counts as truncated."""
    sections = _read_sections(iter(lines))
    return tuple(_compose_difference(change, sections) for change in changes)


def _compose_difference(change: FileChange, sections: Iterator[_Section]) -> FileDifference:
    # A change of type, such as from file to symlink, is shown as a deletion and an addition.
    section_count = 2 if change.status is ChangeStatus.TYPE_CHANGED else 1
    own = [section for _, section in zip(range(section_count), sections, strict=False)]
    return FileDifference(
        change,
        hunks=tuple(hunk for section in own for hunk in section.hunks),
        is_binary=any(section.is_binary for section in own),
        is_truncated=len(own) < section_count or any(section.is_truncated for section in own),
        added_count=sum(section.added_count for section in own),
        removed_count=sum(section.removed_count for section in own),
    )


def _read_sections(lines: Iterator[bytes]) -> Iterator[_Section]:
    section: _Section | None = None
    for line in lines:
        if line.startswith(b"diff --git "):
            if section:
                yield section
            section = _Section()
        elif section and (start := _HUNK.fullmatch(line)):
            _read_hunk(section, start, lines)
        elif section and line.startswith(b"Binary files "):
            section.is_binary = True
        elif section and line.startswith(_NO_NEWLINE):
            _note_missing_newline(section)
    if section:
        yield section


def _read_hunk(section: _Section, start: re.Match[bytes], lines: Iterator[bytes]) -> None:
    old_start, old_count, new_start, new_count = (1 if part is None else int(part) for part in start.groups()[:4])
    old_end, new_end = old_start + old_count, new_start + new_count
    old, new = old_start, new_start
    shown: list[DiffLine] = []
    room = LINE_LIMIT - sum(len(hunk.lines) for hunk in section.hunks)
    while (old < old_end or new < new_end) and (line := next(lines, None)) is not None:
        kind = _KINDS.get(line[0]) if line else None
        if kind is None:  # "\ No newline at end of file" between removed and added lines
            if shown and not section.is_truncated:
                shown[-1] = _without_newline(shown[-1])
            continue
        text = line[1:].decode("utf-8", "replace")
        section.is_truncated |= len(text) > LENGTH_LIMIT or len(shown) >= room
        if len(shown) < room:
            numbers = (old if kind != LineKind.ADDED else None, new if kind != LineKind.REMOVED else None)
            shown.append(DiffLine(kind, text[:LENGTH_LIMIT], *numbers))
        old += kind != LineKind.ADDED
        new += kind != LineKind.REMOVED
        section.added_count += kind == LineKind.ADDED
        section.removed_count += kind == LineKind.REMOVED
    section.is_truncated |= old < old_end or new < new_end
    if shown:
        heading = start[5].decode("utf-8", "replace")
        section.hunks.append(Hunk(old_start, old_count, new_start, new_count, heading, tuple(shown)))


def _note_missing_newline(section: _Section) -> None:
    if section.hunks and not section.is_truncated:
        last = section.hunks[-1]
        lines = (*last.lines[:-1], _without_newline(last.lines[-1]))
        section.hunks[-1] = Hunk(last.old_start, last.old_count, last.new_start, last.new_count, last.heading, lines)


def _without_newline(line: DiffLine) -> DiffLine:
    return DiffLine(line.kind, line.text, line.old_number, line.new_number, lacks_newline=True)


def _unquote(path: bytes) -> bytes:
    if not path.startswith(b'"'):
        return path
    return _ESCAPE.sub(_resolve_escape, path[1:-1])


def _resolve_escape(escape: re.Match[bytes]) -> bytes:
    word = escape[1]
    return bytes([int(word, 8)]) if len(word) > 1 else _ESCAPED.get(word, word)
