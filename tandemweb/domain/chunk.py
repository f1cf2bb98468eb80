"""Places where implementations differ within one file, and what a person picks of them.

All spans are of lines, counted from 0, the end not included. Contents are bytes, so that nothing about line ends,
encodings or a missing last newline is lost.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from tandemweb.domain.comparison import FileRow

FILE_PLACE, PATH_PLACE, MODE_PLACE = "file", "path", "mode"
WHOLE_PLACES = (FILE_PLACE, PATH_PLACE, MODE_PLACE)  # places of a file that are no region of its lines


class Span(NamedTuple):
    start: int
    end: int

    @property
    def length(self) -> int:
        return self.end - self.start


class Edit(NamedTuple):
    """Lines of one version in place of lines of another. One of the two may be empty."""

    old: Span
    new: Span


class RegionKind(StrEnum):
    STABLE = "stable"  # all sides have what the base has
    ONE = "one"  # one side changed it
    SAME = "same"  # all sides changed it, to the same
    DIFFERENT = "different"  # several changed it, and not all to the same


class Trait(StrEnum):
    """What a difference comes down to."""

    WHITESPACE = "whitespace"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Region:
    """A run of lines. The regions of a file, one after the other, make up the whole of each version.

    ``id`` names it in picks ("" for a stable one). Regions of one ``group`` came out of one place where the sides
    overlap: the base's lines stand in the first of them, so they are picked all or none. ``changed_by`` are numbers of
    sides. ``functions`` are the names around it, the base's first, "" where nothing is known.
    """

    number: int
    kind: RegionKind
    base: Span
    sides: tuple[Span, ...]
    changed_by: tuple[int, ...] = ()
    group: int = 0
    id: str = ""
    traits: frozenset[Trait] = frozenset()
    functions: tuple[str, ...] = ()

    @property
    def function(self) -> str:
        """The name that the first side which changed it has around it, else any."""
        names = [self.functions[number + 1] for number in self.changed_by if len(self.functions) > number + 1]
        return next((name for name in (*names, *self.functions) if name), "")


@dataclass(frozen=True, slots=True)
class FileChunks:
    """One file taken apart. ``versions`` are the lines of the base and of each side, with their ends.

    A version that is not there has no lines. ``moves`` tell by (left, right), as in ``PairChanges``, which lines stand
    elsewhere in the right one. ``language`` is "" where no grammar is at hand: then ``functions`` are empty.
    """

    row: FileRow
    versions: tuple[tuple[bytes, ...], ...]
    regions: tuple[Region, ...]
    moves: Mapping[tuple[int | None, int], tuple[Edit, ...]] = field(default_factory=dict)
    language: str = ""

    @property
    def differences(self) -> tuple[Region, ...]:
        return tuple(region for region in self.regions if region.kind is not RegionKind.STABLE)


class Choice(StrEnum):
    SIDES = "sides"
    BASE = "base"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Pick:
    """What a person wants at one place of one file.

    ``file`` is a row's key; ``place`` is a region's id, or ``file``, ``path`` or ``mode``. ``sides`` are taken one
    after the other (of a region; elsewhere one only). ``text`` replaces the region.
    """

    file: str
    place: str
    choice: Choice
    sides: tuple[int, ...] = ()
    text: bytes = b""

    @property
    def word(self) -> str:
        """How it is written in forms and tables: ``a``, ``ab``, ``base``, ``text``."""
        if self.choice is Choice.SIDES:
            return "".join(chr(ord("a") + number) for number in self.sides)
        return self.choice.value


@dataclass(frozen=True, slots=True)
class ResolvedFile:
    """What the picks make of a file. ``content`` is None where it is the blob (or the submodule's commit) ``oid``."""

    path: str
    mode: str
    oid: str = ""
    content: bytes | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines of a file that was put together. ``pick`` is where they come from, None where nobody chose them.

    ``regions`` are the places that they stand for: several where the base's lines stay for all of a group.
    """

    regions: tuple[Region, ...]
    pick: Pick | None
    content: bytes


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why picks do not hold together, and where: a sentence. ``place`` as in ``Pick``, "" for the whole file."""

    path: str
    reason: str
    file: str = ""
    place: str = ""
    line: int | None = None  # 1-based, in the base


class MarkedLine(NamedTuple):
    """Spans of characters within a line that differ from the line beside it."""

    left: tuple[Span, ...]
    right: tuple[Span, ...]
