"""What changed between two contents, as lines."""

from dataclasses import dataclass
from enum import StrEnum

from tandemweb.domain.commit import FileChange


class LineKind(StrEnum):
    CONTEXT = " "
    ADDED = "+"
    REMOVED = "-"


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line without its newline. Numbers are 1-based, None on the side that lacks the line."""

    kind: LineKind
    text: str
    old_number: int | None
    new_number: int | None
    lacks_newline: bool = False  # the file ends here without one


@dataclass(frozen=True, slots=True)
class Hunk:
    """``heading`` is what git shows behind ``@@``: the enclosing function or heading."""

    old_start: int
    old_count: int
    new_start: int
    new_count: int
    heading: str
    lines: tuple[DiffLine, ...]


@dataclass(frozen=True, slots=True)
class FileDifference:
    """One changed file. ``change`` has path, old path, modes and blobs (160000 submodule, 120000 symlink).

    ``is_binary``: no lines to show. ``is_truncated``: lines are missing or cut. Counts are of the lines read.
    """

    change: FileChange
    hunks: tuple[Hunk, ...]
    is_binary: bool = False
    is_truncated: bool = False
    added_count: int = 0
    removed_count: int = 0


@dataclass(frozen=True, slots=True)
class CommitDifference:
    """A commit against its first parent; ``parent`` is None for a root, and at the end of a shallow clone.

    ``is_truncated``: lines, or with thousands of changes files, are missing.
    """

    oid: str
    parent: str | None
    files: tuple[FileDifference, ...]
    is_truncated: bool = False
