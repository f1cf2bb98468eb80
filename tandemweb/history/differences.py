"""What changed between two commits or two contents, as lines."""

from dataclasses import dataclass
from enum import StrEnum

from tandemweb.domain.commit import FileChange
from tandemweb.history.opening import Repository


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

    ``is_binary``: no lines to show. ``is_truncated``: too large, the first hunks only.
    """

    change: FileChange
    hunks: tuple[Hunk, ...]
    is_binary: bool = False
    is_truncated: bool = False
    added_count: int = 0
    removed_count: int = 0


@dataclass(frozen=True, slots=True)
class CommitDifference:
    """``is_truncated``: files or lines beyond the limit are missing; every listed change is there all the same."""

    oid: str
    parent: str | None
    files: tuple[FileDifference, ...]
    is_truncated: bool = False


def read_commit_difference(repository: Repository, oid: str) -> CommitDifference:
    """Difference of a commit to its first parent (to nothing for a root commit). One process.

    Raises NotFoundError for an unknown commit.
    """
    raise NotImplementedError


def read_blob_difference(repository: Repository, old: str | None, new: str | None) -> FileDifference:
    """Difference of two blobs by oid; None stands for no content."""
    raise NotImplementedError


def read_content_difference(repository: Repository, old: bytes, new: bytes) -> FileDifference:
    """Difference of two contents, such as a blob and the file on disk."""
    raise NotImplementedError
