"""What missions leave behind that commits can be weighed against. Values only; services fill them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class MomentKind(StrEnum):
    """What the files of a mission say had happened when a commit brought them."""

    PLANNED = "planned"
    HANDED_OVER = "handed-over"  # the generator ended a round
    EVALUATED = "evaluated"
    FEEDBACK = "feedback"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Moment:
    """One commit that brings news of a mission. ``round`` is None for those that belong to no round.

    ``blob`` is the content that brought them: the same one on another branch is a copy, and no news.
    """

    oid: str
    kind: MomentKind
    round: int | None
    path: str
    blob: str


class NameStance(StrEnum):
    """What a document says of a commit that it names."""

    OWN = "own"
    FOREIGN = "foreign"  # somebody else's
    MENTIONED = "mentioned"  # to compare with, or no more than named


@dataclass(frozen=True, slots=True)
class NamedCommit:
    """A commit that a report or summary names. ``oid`` is the full one. ``round`` is the report's, None: summary."""

    oid: str
    stance: NameStance
    round: int | None
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class FileList:
    """Paths of code that a document gives, and where."""

    paths: frozenset[str]
    source: str
    is_manifest: bool = False


@dataclass(frozen=True, slots=True)
class MissionTrace:
    """One mission. ``files``: what each round changed, as its documents say; ``words``: what its documents speak of.

    ``touching`` are all commits with files of the mission's folder. ``updated_at`` is None while work goes on.
    ``working_round`` is the one that the generator works on now. ``authors``: who committed files of it.
    """

    path: str
    name: str
    started_at: datetime | None = None
    updated_at: datetime | None = None
    working_round: int | None = None
    moments: tuple[Moment, ...] = ()
    touching: frozenset[str] = frozenset()
    files: Mapping[int, FileList] = field(default_factory=dict)
    named: tuple[NamedCommit, ...] = ()
    words: frozenset[str] = frozenset()
    authors: frozenset[str] = frozenset()

    @property
    def rounds(self) -> tuple[int, ...]:
        """Numbers of the rounds that left any trace of work, in order."""
        told = {moment.round for moment in self.moments if moment.kind is MomentKind.HANDED_OVER}
        told |= self.files.keys() | {named.round for named in self.named} | {self.working_round}
        return tuple(sorted(number for number in told if number))
