"""Picks of places within a file, made into its lines. Pure.

A place that nobody picked keeps the base's lines, except where all sides are the same: then it takes theirs. Places of
one group, which came out of one place of the base, are picked together or not at all: then the base's lines stay.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from tandemweb.domain.chunk import Choice, FileChunks, Pick, Piece, Refusal, Region, RegionKind, Span
from tandemweb.errors import ConflictError

_MOST_TOLD = 5
_UNDECIDED = (
    "The sides overlap here in more than one place, and only some of them are picked; pick the others too, "
    "or none to keep the base."
)
_MIXED = "The base has these lines once for several places; take the base in all of them, or in none."


class RefusedPicksError(ConflictError):
    """Picks that do not hold together; ``refusals`` says of each where."""

    def __init__(self, *refusals: Refusal) -> None:
        super().__init__(" ".join(f"{refusal.path}: {refusal.reason}" for refusal in refusals[:_MOST_TOLD]))
        self.refusals = refusals


def compose_content(chunks: FileChunks, picks: Mapping[str, Pick], fallback: Pick | None) -> bytes:
    """Put a file together. ``picks`` are by region; ``fallback`` is taken where there is none.

    Every line of the answer comes from a picked side, the base, or an edited text. Raises RefusedPicksError.
    """
    return join_pieces(piece.content for piece in compose_pieces(chunks, picks, fallback))


def compose_pieces(chunks: FileChunks, picks: Mapping[str, Pick], fallback: Pick | None) -> tuple[Piece, ...]:
    """Give what a file is put together of, in order. Raises RefusedPicksError."""
    lost = picks.keys() - {region.id for region in chunks.differences}
    if lost:
        raise RefusedPicksError(_refuse(chunks, None, "A pick belongs to a place that is no longer there; pick anew."))
    pieces: list[Piece] = []
    refusals: list[Refusal] = []
    for _, members in groupby(chunks.regions, key=lambda region: region.group):
        try:
            pieces += _compose_group(chunks, list(members), picks, fallback)
        except RefusedPicksError as error:
            refusals += error.refusals
    if refusals:
        raise RefusedPicksError(*refusals)
    return tuple(pieces)


def join_pieces(pieces: Iterable[bytes]) -> bytes:
    """Join texts that follow each other; one that lacks its last line end gets one, so that no two lines become one."""
    joined = bytearray()
    for piece in filter(None, pieces):
        if joined and not joined.endswith(b"\n"):
            joined += b"\r\n" if b"\r\n" in joined else b"\n"
        joined += piece
    return bytes(joined)


def _compose_group(
    chunks: FileChunks, members: Sequence[Region], picks: Mapping[str, Pick], fallback: Pick | None
) -> list[Piece]:
    chosen = [picks.get(region.id, fallback) if region.id else None for region in members]
    takes = [pick is not None and pick.choice is not Choice.BASE for pick in chosen]
    base = Span(members[0].base.start, members[-1].base.end)
    if len(members) > 1 and not any(takes):
        return [Piece(tuple(members), None, _cut(chunks.versions[0], base))]
    refusals = []
    for region, pick in zip(members, chosen, strict=True) if len(members) > 1 else ():
        if pick is None and region.kind is RegionKind.DIFFERENT:
            refusals.append(_refuse(chunks, region, _UNDECIDED))
        elif pick is not None and pick.choice is Choice.BASE and base.length:
            refusals.append(_refuse(chunks, region, _MIXED))
    if refusals:
        raise RefusedPicksError(*refusals)
    pairs = zip(members, chosen, strict=True)
    return [
        Piece((region,), pick, content) for region, pick in pairs for content in compose_region(chunks, region, pick)
    ]


def compose_region(chunks: FileChunks, region: Region, pick: Pick | None) -> list[bytes]:
    """Give what a pick puts in one place, in order. Raises RefusedPicksError where a side does not have the file."""
    if pick is None and region.kind is RegionKind.SAME:
        return [_take(chunks, region, region.changed_by[0])]
    if pick is None or pick.choice is Choice.BASE:
        return [_cut(chunks.versions[0], region.base)]
    if pick.choice is Choice.TEXT:
        return [pick.text]
    for side in pick.sides:
        if side >= len(region.sides) or chunks.row.sides[side].version is None:
            raise RefusedPicksError(_refuse(chunks, region, f"Side {_name(side)} does not have this file."))
    # Of several sides those count that changed something; what two of them have alike is taken once.
    sides = [side for side in pick.sides if side in region.changed_by] or pick.sides[:1]
    return list(dict.fromkeys(_take(chunks, region, side) for side in sides))


def _take(chunks: FileChunks, region: Region, side: int) -> bytes:
    return _cut(chunks.versions[side + 1], region.sides[side])


def _cut(lines: Sequence[bytes], span: Span) -> bytes:
    return b"".join(lines[slice(*span)])


def _name(side: int) -> str:
    return chr(ord("A") + side)


def _refuse(chunks: FileChunks, region: Region | None, reason: str) -> Refusal:
    row = chunks.row
    if region is None:
        return Refusal(row.path, reason, row.key)
    return Refusal(row.path, reason, row.key, region.id, region.base.start + 1)
