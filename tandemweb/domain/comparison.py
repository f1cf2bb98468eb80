"""Parallel implementations of one spec, and what each changed in which file.

Sides are counted from 0 and shown as letters: A, B, C. A comparison is pinned to object ids, so that it stays true when
branches move.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tandemweb.domain.commit import ChangeStatus, FileChange
from tandemweb.domain.finding import Criterion
from tandemweb.domain.run import StepRun

MOST_SIDES = 8
_SYMLINK, _SUBMODULE, _EXECUTABLE = "120000", "160000", "100755"


@dataclass(frozen=True, slots=True)
class ParallelWork:
    """Branches that implement the same spec. ``base`` is the newest commit that all of them build on."""

    spec: str  # path in the project
    base: str  # object id
    branches: tuple[str, ...]  # short names, sorted


@dataclass(frozen=True, slots=True)
class Side:
    """One implementation. ``ref`` is a full ref name, "" for a commit named by hand; ``oid`` is the pinned commit."""

    number: int
    ref: str
    oid: str

    @property
    def letter(self) -> str:
        return chr(ord("A") + self.number)

    @property
    def name(self) -> str:
        """The ref without ``refs/heads/``, or the beginning of the object id."""
        return self.ref.split("/", 2)[2] if self.ref.startswith("refs/") else self.ref or self.oid[:12]


@dataclass(frozen=True, slots=True)
class Comparison:
    """``id`` is 0 for one that is not kept yet. ``spec`` is a path in the project, "" where there is none."""

    project: str  # slug
    spec: str
    base: str  # object id
    sides: tuple[Side, ...]
    id: int = 0
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CheckCommand:
    """How the tests of a side are run: ``line`` as for a shell, which none reads; ``report`` is the XML it writes.

    ``report`` is a path below the work tree, "" for whatever looks like JUnit XML.
    """

    line: str
    report: str = ""


class Standing(StrEnum):
    """What became of a side's ref since the comparison was pinned."""

    STANDS = "stands"
    MOVED = "moved"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class SideNotice:
    """``oid`` is where the ref is now, None when it is gone. ``is_lost``: the pinned commit is no longer there."""

    side: Side
    standing: Standing
    oid: str | None = None
    is_lost: bool = False


@dataclass(frozen=True, slots=True)
class UnfinishedSide:
    """A side that implements nothing, or not all: ``is_empty`` where it has no commit since the base.

    ``step`` is the last one of an agent on its branch, in the run ``run_id``; None where none is known.
    """

    side: Side
    is_empty: bool
    run_id: str = ""
    step: StepRun | None = None


class FileKind(StrEnum):
    FILE = "file"
    EXECUTABLE = "executable"
    SYMLINK = "symlink"
    SUBMODULE = "submodule"


@dataclass(frozen=True, slots=True)
class FileVersion:
    """What stands at a path in one commit."""

    path: str
    mode: str
    oid: str  # of the blob, or of the submodule's commit

    @property
    def kind(self) -> FileKind:
        by_mode = {_SYMLINK: FileKind.SYMLINK, _SUBMODULE: FileKind.SUBMODULE, _EXECUTABLE: FileKind.EXECUTABLE}
        return by_mode.get(self.mode, FileKind.FILE)

    @property
    def is_regular(self) -> bool:
        return self.kind in (FileKind.FILE, FileKind.EXECUTABLE)


@dataclass(frozen=True, slots=True)
class SideFile:
    """A file on one side. ``version`` is None where the side has no such file.

    ``status`` is what the side did to it since the base, None for nothing. Counts are of lines; None where git counts
    none (binary), and while they were not asked.
    """

    version: FileVersion | None
    status: ChangeStatus | None = None
    added_count: int | None = None
    removed_count: int | None = None


class Relation(StrEnum):
    """How the sides stand to each other in one file."""

    ONE = "one"  # one of them changed it: ``changed_by`` says which
    SAME = "same"  # all of them changed it, to the same
    DIFFERENT = "different"  # several changed it, and not all ended with the same


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file across all sides, renames followed. ``key`` names it in addresses, forms and picks.

    ``base`` is None where the base has no such file. ``changed_by`` are numbers of sides.
    """

    key: str
    base: FileVersion | None
    sides: tuple[SideFile, ...]
    relation: Relation
    changed_by: tuple[int, ...]
    is_binary: bool = False
    is_generated: bool = False  # by a program, or a lock file: nobody reads it line by line

    @property
    def path(self) -> str:
        """Where it is called for short: its path in the base, else on the first side that has it."""
        return next(version.path for version in self.versions if version)

    @property
    def versions(self) -> tuple[FileVersion | None, ...]:
        """The base's, then each side's."""
        return (self.base, *(side.version for side in self.sides))

    @property
    def is_renamed(self) -> bool:
        return len({version.path for version in self.versions if version}) > 1

    @property
    def is_mode_changed(self) -> bool:
        return len({version.mode for version in self.versions if version}) > 1

    @property
    def has_lines(self) -> bool:
        """Whether all its versions are texts, so that places in it can be compared and picked one by one."""
        return not self.is_binary and all(version.is_regular for version in self.versions if version)


@dataclass(frozen=True, slots=True)
class PairChanges:
    """What git says about two of the commits. ``left`` and ``right`` are numbers of sides, ``left`` None is the base.

    ``counts`` are lines added and removed by path (the new one); None for binary files. None as a whole while it was
    not asked for.
    """

    left: int | None
    right: int
    changes: tuple[FileChange, ...]
    counts: dict[str, tuple[int, int] | None] | None = None


@dataclass(frozen=True, slots=True)
class FileMatrix:
    """All files that any side changed, sorted by path. ``has_counts``: lines were counted and binaries recognised."""

    rows: tuple[FileRow, ...]
    pairs: tuple[PairChanges, ...]
    has_counts: bool = False


@dataclass(frozen=True, slots=True)
class SideSummary:
    """One side in numbers, since the base. Times are of its first and last commit, None where git's are absurd.

    Line counts are None while they were not asked. ``test_count`` is of test functions added less those removed, None
    while not asked. ``cost_usd`` is what the runs that made it cost, None where none is known.
    """

    side: Side
    commit_count: int
    authors: tuple[str, ...]
    first_at: datetime | None
    last_at: datetime | None
    file_count: int
    added_count: int | None = None
    removed_count: int | None = None
    test_count: int | None = None
    cost_usd: float | None = None


class EvidenceKind(StrEnum):
    COMMIT = "commit"
    FILE = "file"
    TEST = "test"
    FINDING = "finding"


@dataclass(frozen=True, slots=True)
class CriterionEvidence:
    """A place on one side that speaks of a criterion. ``reason`` says what leads there; it is never a verdict.

    ``path`` and ``line`` lead to the side's version of a file, or to the document of a finding; ``oid`` to a commit.
    """

    kind: EvidenceKind
    quote: str
    reason: str
    path: str = ""
    line: int | None = None
    oid: str = ""


@dataclass(frozen=True, slots=True)
class CriterionRow:
    """A point of the spec with what each side has that speaks of it."""

    criterion: Criterion
    sides: tuple[tuple[CriterionEvidence, ...], ...]


@dataclass(frozen=True, slots=True)
class SpecEvidence:
    """``title`` and ``rows`` are of the spec; ``test_counts`` are of tests added less those removed, by side.

    ``is_truncated``: a side changed more than was looked through.
    """

    title: str
    rows: tuple[CriterionRow, ...]
    test_counts: tuple[int, ...]
    is_truncated: bool = False
