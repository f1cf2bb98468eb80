"""Which line of one version stands beside which of another: rows of line numbers, without their text.

Two versions are put side by side as they are, or both against their base in two columns that its lines keep together.
All line numbers here count from 0. Pure.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby, zip_longest

from tandemweb.domain.chunk import FileChunks, Region, RegionKind, Span

ALIGNED_PRODUCT = 250_000  # of two line counts; longer runs are put beside each other as they come


class Sign(StrEnum):
    """What a line is, beside the line or the base that it is compared with."""

    SAME = " "
    ONLY = "+"
    GONE = "\u2212"
    CHANGED = "~"
    MOVED = "\u21c4"


@dataclass(frozen=True, slots=True)
class Place:
    """One line in one column: of the column's version, or of the base where ``sign`` is GONE.

    ``beside`` is the line that it is compared with word by word; ``moved`` the one where the same stands elsewhere.
    """

    line: int
    sign: Sign = Sign.SAME
    beside: int | None = None
    moved: int | None = None


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """``region`` is the index of its region, None where nothing differs; ``base`` a line of the base."""

    region: int | None
    left: Place | None
    right: Place | None
    base: int | None = None

    @property
    def is_same(self) -> bool:
        """Whether both columns show the same line."""
        ends = self.left, self.right
        return all(place is not None and place.sign is Sign.SAME for place in ends)


def plan_sides(chunks: FileChunks, left: int, right: int) -> tuple[PlannedRow, ...]:
    """Put two sides beside each other."""
    one, other = chunks.versions[left + 1], chunks.versions[right + 1]
    gone, come = _index_moves(chunks, left, right)
    rows: list[PlannedRow] = []
    for index, region in enumerate(chunks.regions):
        spans = region.sides[left], region.sides[right]
        number = None if is_alike(chunks, region, left, right) else index
        for i, j in _align_spans(one, spans[0], other, spans[1]):
            rows.append(PlannedRow(number, *_put_beside(i, j, one, other, gone, come)))
    return tuple(rows)


def plan_base(chunks: FileChunks, left: int, right: int) -> tuple[PlannedRow, ...]:
    """Put each of two sides against the base, its lines aligned."""
    rows: list[PlannedRow] = []
    for index, region in enumerate(chunks.regions):
        columns = [_build_column(chunks, region, side) for side in (left, right)]
        number = index if {left, right} & set(region.changed_by) else None
        for offset in range(region.base.length + 1):
            one, other = (column.added.get(offset, ()) for column in columns)
            rows += (PlannedRow(number, *places) for places in zip_longest(one, other))
            if offset < region.base.length:
                kept, beside = (column.kept[offset] for column in columns)
                rows.append(PlannedRow(number, kept, beside, region.base.start + offset))
    return tuple(rows)


def unify(rows: Iterable[PlannedRow]) -> tuple[PlannedRow, ...]:
    """Put rows of two columns into one: of each run that differs, first what stands left, then what stands right."""
    unified: list[PlannedRow] = []
    for (_, is_same), run in groupby(rows, key=lambda row: (row.region, row.is_same)):
        if is_same:
            unified += run
            continue
        found = list(run)
        unified += (PlannedRow(row.region, row.left, None, row.base) for row in found if row.left)
        unified += (PlannedRow(row.region, None, row.right, row.base) for row in found if row.right)
    return tuple(unified)


def is_alike(chunks: FileChunks, region: Region, left: int, right: int) -> bool:
    """Whether two sides hold the same lines in a region."""
    if region.kind in {RegionKind.STABLE, RegionKind.SAME} or not {left, right} & set(region.changed_by):
        return True
    one, other = (chunks.versions[side + 1][slice(*region.sides[side])] for side in (left, right))
    return one == other


@dataclass(frozen=True, slots=True)
class _Column:
    """What a side made of a region: each line of the base kept or gone, and what it added before which (by offset)."""

    kept: Sequence[Place]
    added: Mapping[int, Sequence[Place]]


def _build_column(chunks: FileChunks, region: Region, side: int) -> _Column:
    base, own = chunks.versions[0], chunks.versions[side + 1]
    span = region.sides[side]
    if chunks.row.sides[side].version is None:
        return _Column([Place(line, Sign.GONE) for line in range(*region.base)], {})
    if side not in region.changed_by:
        return _Column([Place(line) for line in range(*span)], {})
    gone, come = _index_moves(chunks, None, side)
    kept: list[Place] = []
    added: dict[int, list[Place]] = {}
    for i, j in _align_spans(base, region.base, own, span):
        if i is not None and j is not None and base[i] == own[j]:
            kept.append(Place(j))
            continue
        if i is not None:
            kept.append(Place(i, Sign.GONE, _unless(j, i in gone), gone.get(i)))
        if j is not None:
            sign = Sign.MOVED if j in come else Sign.ONLY
            added.setdefault(len(kept), []).append(Place(j, sign, _unless(i, j in come), come.get(j)))
    return _Column(kept, _after_gone(kept, added))


def _after_gone(kept: Sequence[Place], added: Mapping[int, Sequence[Place]]) -> dict[int, list[Place]]:
    """Let what was added stand below the run of lines that are gone, as one reads it."""
    settled: dict[int, list[Place]] = {}
    for offset, places in added.items():
        end = offset
        while end < len(kept) and kept[end].sign is Sign.GONE and offset > 0 and kept[offset - 1].sign is Sign.GONE:
            end += 1
        settled.setdefault(end, []).extend(places)
    return settled


def _put_beside(
    i: int | None,
    j: int | None,
    one: Sequence[bytes],
    other: Sequence[bytes],
    gone: Mapping[int, int],
    come: Mapping[int, int],
) -> tuple[Place | None, Place | None]:
    if i is not None and j is not None:
        if one[i] == other[j]:
            return Place(i), Place(j)
        if i not in gone and j not in come:
            return Place(i, Sign.CHANGED, j), Place(j, Sign.CHANGED, i)
    return _put_alone(i, gone), _put_alone(j, come)


def _put_alone(line: int | None, moves: Mapping[int, int]) -> Place | None:
    if line is None:
        return None
    return Place(line, Sign.MOVED if line in moves else Sign.ONLY, moved=moves.get(line))


def _unless(line: int | None, is_moved: bool) -> int | None:
    return None if is_moved else line


def _index_moves(chunks: FileChunks, left: int | None, right: int) -> tuple[dict[int, int], dict[int, int]]:
    """Give where lines of the left version went, and where lines of the right one came from."""
    gone: dict[int, int] = {}
    for move in chunks.moves.get((left, right), ()):
        gone.update(zip(range(*move.old), range(*move.new), strict=False))
    return gone, {new: old for old, new in gone.items()}


def _align_spans(
    one: Sequence[bytes], span: Span, other: Sequence[bytes], other_span: Span
) -> Iterator[tuple[int | None, int | None]]:
    """Pair the lines of two spans: equal ones first, what lies between them in the order in which it stands."""
    left, right = one[slice(*span)], other[slice(*other_span)]
    pairs: Iterable[tuple[int | None, int | None]]
    if left == right or len(left) * len(right) > ALIGNED_PRODUCT:
        pairs = zip_longest(range(len(left)), range(len(right)))
    else:
        codes = SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
        pairs = (pair for _, i, k, j, m in codes for pair in zip_longest(range(i, k), range(j, m)))
    for i, j in pairs:
        yield None if i is None else i + span.start, None if j is None else j + other_span.start
