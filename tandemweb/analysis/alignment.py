"""Several versions of one text aligned by the lines of their base: where who changed what. Pure.

What the sides changed apart from each other is a place of its own. Where their changes overlap, or one inserts at the
edge of what another changed, it is one place; and where they agree in the midst of such a place, it is taken apart.
"""

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from tandemweb.domain.chunk import Edit, Region, RegionKind, Span

LEAST_LETTERS = 20  # letters and digits of lines in which the sides must agree to take a place apart there
LEAST_LINES = 3  # of them that are not blank, where they do not stand at the edge of the place
ID_LENGTH = 12

Lines = Sequence[bytes]


def split_lines(content: bytes) -> tuple[bytes, ...]:
    """Split at line feeds only, and keep them: joined again the lines are the content, byte for byte."""
    lines = content.split(b"\n")
    return (*(line + b"\n" for line in lines[:-1]), *((lines[-1],) if lines[-1] else ()))


def align(
    base: Lines, sides: Sequence[Lines], edits: Sequence[Sequence[Edit]], across: Sequence[Sequence[Edit]]
) -> tuple[Region, ...]:
    """Take the versions apart into regions.

    ``edits`` make each side out of the base; ``across`` makes each side but the first out of the first.
    """
    regions = list(_refine(_list_regions(len(base), len(sides), edits), sides, across))
    return tuple(_number(regions, base, sides))


def align_added(sides: Sequence[Lines], across: Sequence[Sequence[Edit]]) -> tuple[Region, ...]:
    """Take versions apart that have no base; those of ``sides`` that are not there have no lines."""
    spans = tuple(Span(0, len(side)) for side in sides)
    changed_by = tuple(number for number, side in enumerate(sides) if side)
    if not changed_by:
        return ()
    whole = Region(0, _judge(sides, spans, changed_by), Span(0, 0), spans, changed_by)
    return tuple(_number(list(_refine([whole], sides, across)), (), sides))


def _list_regions(base_count: int, side_count: int, edits: Sequence[Sequence[Edit]]) -> Iterator[Region]:
    """Yield stable and changed regions in turn, as far as the base's lines tell."""
    places = [0] * side_count  # where each side stands
    nexts = [0] * side_count  # the edit of each that comes next
    line = 0
    while True:
        waiting = [own[number].old for own, number in zip(edits, nexts, strict=True) if number < len(own)]
        start = min(waiting).start if waiting else base_count
        if start > line:
            yield _compose_stable(line, start, places)
            places = [place + start - line for place in places]
        if not waiting:
            return
        base, taken = _grow(start, edits, nexts)
        grown = [base.length + sum(edit.new.length - edit.old.length for edit in own) for own in taken]
        spans = tuple(Span(place, place + length) for place, length in zip(places, grown, strict=True))
        changed_by = tuple(number for number, own in enumerate(taken) if own)
        yield Region(0, RegionKind.DIFFERENT, base, spans, changed_by)
        line, places = base.end, [span.end for span in spans]
        nexts = [number + len(own) for number, own in zip(nexts, taken, strict=True)]


def _grow(start: int, edits: Sequence[Sequence[Edit]], nexts: Sequence[int]) -> tuple[Span, list[list[Edit]]]:
    """Collect from ``start`` on what belongs together: the base's lines, and the edits of each side in them."""
    taken: list[list[Edit]] = [[] for _ in edits]
    end, has_insertion, grew = start, False, True  # something is inserted at the end
    while grew:
        grew = False
        for own, found, number in zip(edits, taken, nexts, strict=True):
            while number + len(found) < len(own):
                old = own[number + len(found)].old
                touches = old.start == end and (start == end or has_insertion or old.length == 0)
                if not (old.start < end or touches):
                    break
                found.append(own[number + len(found)])
                has_insertion = old.end <= end and (has_insertion or old.start == old.end == end)
                end, grew = max(end, old.end), True
    return Span(start, end), taken


def _compose_stable(start: int, end: int, places: Sequence[int]) -> Region:
    spans = tuple(Span(place, place + end - start) for place in places)
    return Region(0, RegionKind.STABLE, Span(start, end), spans)


def _judge(sides: Sequence[Lines], spans: Sequence[Span], changed_by: Sequence[int]) -> RegionKind:
    if len(changed_by) == 1:
        return RegionKind.ONE
    texts = {tuple(side[slice(*own)]) for side, own in zip(sides, spans, strict=True)}
    return RegionKind.DIFFERENT if len(texts) > 1 else RegionKind.SAME


def _refine(regions: Iterable[Region], sides: Sequence[Lines], across: Sequence[Sequence[Edit]]) -> Iterator[Region]:
    """Judge each region, and take those apart in the midst of which all sides agree."""
    for group, region in enumerate(regions):
        if region.kind is RegionKind.STABLE:
            yield replace(region, group=group)
            continue
        kind = _judge(sides, region.sides, region.changed_by)
        if kind is not RegionKind.DIFFERENT:
            yield replace(region, kind=kind, group=group)
            continue
        yield from _take_apart(replace(region, kind=kind, group=group), sides, across)


def _take_apart(region: Region, sides: Sequence[Lines], across: Sequence[Sequence[Edit]]) -> Iterator[Region]:
    """Yield the parts in turn: what all sides agree in, and what lies between. The base's lines go with the first."""
    places = [span.start for span in region.sides]
    rest = region.base
    for spans in _list_agreed(region.sides, sides[0], across):
        before = tuple(Span(place, span.start) for place, span in zip(places, spans, strict=True))
        for kind, part in ((RegionKind.DIFFERENT, before), (RegionKind.SAME, spans)):
            if any(span.length for span in part):
                yield replace(region, kind=kind, base=rest, sides=part)
                rest = Span(rest.end, rest.end)
        places = [span.end for span in spans]
    after = tuple(Span(place, span.end) for place, span in zip(places, region.sides, strict=True))
    if any(span.length for span in after) or rest.length:
        yield replace(region, base=rest, sides=after)


def _list_agreed(spans: Sequence[Span], first: Lines, across: Sequence[Sequence[Edit]]) -> Iterator[tuple[Span, ...]]:
    """Yield the runs of lines, inside ``spans``, that all sides have in common and that are worth a cut."""
    runs: list[tuple[Span, tuple[int, ...]]] = [
        (spans[0], (0,))
    ]  # of the first side, with how far each side's lines are ahead of its
    for own, edits in zip(spans[1:], across, strict=True):
        runs = list(_intersect(runs, list(_list_common(spans[0], own, edits))))
    for run, shifts in runs:
        agreed = tuple(Span(run.start + shift, run.end + shift) for shift in shifts)
        if _is_worth_a_cut(first[slice(*run)], is_edge=_is_edge(spans, agreed)):
            yield agreed


def _is_worth_a_cut(lines: Lines, *, is_edge: bool) -> bool:
    filled_count = sum(1 for line in lines if line.strip())
    return _count_letters(lines) >= LEAST_LETTERS and (is_edge or filled_count >= LEAST_LINES)


def _is_edge(spans: Sequence[Span], agreed: Sequence[Span]) -> bool:
    pairs = list(zip(spans, agreed, strict=True))
    return all(span.start == own.start for span, own in pairs) or all(span.end == own.end for span, own in pairs)


def _intersect(
    runs: Sequence[tuple[Span, tuple[int, ...]]], others: Sequence[tuple[Span, int]]
) -> Iterator[tuple[Span, tuple[int, ...]]]:
    number = 0
    for run, shifts in runs:
        while number < len(others):
            other, shift = others[number]
            both = Span(max(run.start, other.start), min(run.end, other.end))
            if both.start < both.end:
                yield both, (*shifts, shift)
            if other.end > run.end:
                break
            number += 1


def _list_common(first: Span, other: Span, edits: Sequence[Edit]) -> Iterator[tuple[Span, int]]:
    """Yield the runs of the first side's lines that another has too, with how far its lines are ahead."""
    number = bisect_right(edits, first.start, key=lambda edit: edit.old.end)
    line, shift = first.start, edits[number - 1].new.end - edits[number - 1].old.end if number else 0
    while line < first.end:
        edit = edits[number] if number < len(edits) else None
        end = min(edit.old.start, first.end) if edit else first.end
        common = Span(max(line, other.start - shift), min(end, other.end - shift))
        if common.start < common.end:
            yield common, shift
        if edit is None:
            return
        line, shift, number = edit.old.end, edit.new.end - edit.old.end, number + 1


def _count_letters(lines: Iterable[bytes]) -> int:
    return sum(letter.isalnum() for line in lines for letter in line.decode("utf-8", "replace"))


def _number(regions: Sequence[Region], base: Lines, sides: Sequence[Lines]) -> Iterator[Region]:
    for number, region in enumerate(regions):
        named = "" if region.kind is RegionKind.STABLE else _make_id(region, base, sides)
        yield replace(region, number=number, id=named)


def _make_id(region: Region, base: Lines, sides: Sequence[Lines]) -> str:
    """Name a region by where it stands and what is in it, so that a pick is never taken for one of another place."""
    digest = hashlib.sha256(repr((region.base, region.sides)).encode())
    for lines, span in ((base, region.base), *zip(sides, region.sides, strict=True)):
        digest.update(b"\0")
        digest.update(b"".join(lines[slice(*span)]))
    return digest.hexdigest()[:ID_LENGTH]
