"""Git history as values. Object ids are 40 (or 64) hexadecimal digits; times are UTC, None where git's are absurd."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ChangeStatus(StrEnum):
    ADDED = "A"
    MODIFIED = "M"
    DELETED = "D"
    RENAMED = "R"
    COPIED = "C"
    TYPE_CHANGED = "T"


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file in one commit. ``blob`` is None for a deletion, ``old_blob`` None for an addition."""

    status: ChangeStatus
    path: str
    old_path: str | None  # renames and copies only
    blob: str | None
    old_blob: str | None
    mode: str
    old_mode: str


@dataclass(frozen=True, slots=True)
class Commit:
    oid: str
    parents: tuple[str, ...]
    author_name: str
    author_email: str
    authored_at: datetime | None
    committed_at: datetime | None
    subject: str
    body: str
    changes: tuple[FileChange, ...] = ()
    is_boundary: bool = False  # first commit of a shallow clone: what it changed is not known


class RefKind(StrEnum):
    BRANCH = "branch"
    REMOTE = "remote"
    TAG = "tag"


@dataclass(frozen=True, slots=True)
class Ref:
    """``name`` is the full one (``refs/heads/main``), ``oid`` the commit it leads to (tags peeled)."""

    name: str
    kind: RefKind
    oid: str

    @property
    def short_name(self) -> str:
        return self.name.split("/", 2)[2]


@dataclass(frozen=True, slots=True)
class Worktree:
    path: str
    branch: str | None  # full ref name; None when detached
    oid: str | None
    is_main: bool
    is_locked: bool = False
    is_missing: bool = False  # git calls it prunable


class RepositoryCondition(StrEnum):
    """What is special about a repository, for a banner on its pages."""

    UNREAD = "unread"  # nobody has looked yet
    NONE = "no-repository"
    EMPTY = "empty"
    NORMAL = "normal"
    SHALLOW = "shallow"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class RepositoryStatus:
    """Refs and condition of a repository at one moment. ``head`` is a full ref name, None when detached.

    While ``fingerprint`` (of all the other fields) stays the same, there is nothing new to read.
    """

    condition: RepositoryCondition
    head: str | None = None
    head_oid: str | None = None
    refs: tuple[Ref, ...] = ()
    worktrees: tuple[Worktree, ...] = ()
    message: str = ""
    shallow_oids: tuple[str, ...] = ()
    fingerprint: str = ""

    @property
    def tips(self) -> tuple[str, ...]:
        """Every commit that a ref or a worktree stands on, each once, HEAD first."""
        found = (self.head_oid, *(ref.oid for ref in self.refs), *(tree.oid for tree in self.worktrees))
        return tuple(dict.fromkeys(oid for oid in found if oid))


@dataclass(frozen=True, slots=True)
class DocumentVersion:
    """The content of a document after one commit, under the name it had then (renames followed)."""

    commit: Commit
    path: str
    blob: str | None  # None: the commit deleted it
    status: ChangeStatus
