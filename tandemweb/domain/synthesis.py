"""Branches that were put together out of picks."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tandemweb.domain.chunk import Refusal


class SynthesisStatus(StrEnum):
    BUILDING = "building"
    READY = "ready"
    DISCARDING = "discarding"


@dataclass(frozen=True, slots=True)
class Contribution:
    """One commit of a synthesis. ``side`` is None for what was edited by hand."""

    side: int | None
    oid: str
    file_count: int


@dataclass(frozen=True, slots=True)
class Synthesis:
    """``worktree`` is an absolute path in the data folder; ``branch`` a short name, ``oid`` what it was made at."""

    id: str
    project: str
    comparison: int
    branch: str
    worktree: str
    base: str
    oid: str
    created_at: datetime
    status: SynthesisStatus
    contributions: tuple[Contribution, ...] = ()


@dataclass(frozen=True, slots=True)
class PickCheck:
    """``refusals`` is empty when the picks hold together; ``tree`` then is what they make."""

    refusals: tuple[Refusal, ...]
    tree: str = ""
