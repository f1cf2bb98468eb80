"""Branches that were put together out of picks."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SynthesisStatus(StrEnum):
    BUILDING = "building"
    READY = "ready"
    DISCARDING = "discarding"


@dataclass(frozen=True, slots=True)
class Contribution:
    """One commit of a synthesis. ``sides`` are numbers: one, more where it could not stand alone, none by hand."""

    sides: tuple[int, ...]
    oid: str
    file_count: int


@dataclass(frozen=True, slots=True)
class Synthesis:
    """``worktree`` is an absolute path in the data folder; ``branch`` a short name, ``oid`` what it was made at.

    ``project_path`` is the work tree of the project. ``oid`` is "" until its commits are made.
    """

    id: str
    project: str
    project_path: str
    comparison: int
    branch: str
    worktree: str
    base: str
    oid: str
    created_at: datetime
    status: SynthesisStatus
    contributions: tuple[Contribution, ...] = ()
