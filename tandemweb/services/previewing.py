"""What the picks of one file come to, before anything is made of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from tandemweb.analysis.file_picks import resolve_file
from tandemweb.analysis.region_picks import RefusedPicksError, compose_pieces
from tandemweb.domain.chunk import FILE_PLACE, MODE_PLACE, PATH_PLACE, FileChunks, Pick, Piece, Refusal, ResolvedFile


@dataclass(frozen=True, slots=True)
class FilePreview:
    """``made`` is None where the file will not be there. ``pieces`` are its lines, by where they come from.

    ``taken_from`` is the number of the version that is taken whole (0 for the base), None where lines were put
    together. With ``refusals`` there is nothing else.
    """

    made: ResolvedFile | None = None
    taken_from: int | None = None
    pieces: tuple[Piece, ...] = ()
    refusals: tuple[Refusal, ...] = ()


def preview_file(chunks: FileChunks, picks: Sequence[Pick]) -> FilePreview:
    """Put one file together as a synthesis would. Clashes with other files are not looked for."""
    try:
        made = resolve_file(chunks.row, picks, lambda _: chunks)
        if made is None or made.content is None:
            return FilePreview(made, None if made is None else _find_version(chunks, made))
        places = {pick.place: pick for pick in picks}
        whole, _, _ = (places.pop(place, None) for place in (FILE_PLACE, PATH_PLACE, MODE_PLACE))
        return FilePreview(made, None, compose_pieces(chunks, places, whole))
    except RefusedPicksError as error:
        return FilePreview(refusals=error.refusals)


def _find_version(chunks: FileChunks, made: ResolvedFile) -> int | None:
    versions = enumerate(chunks.row.versions)
    return next((number for number, version in versions if version and version.oid == made.oid), None)
