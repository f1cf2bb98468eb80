"""Picks as people make them: by words, by function, of everything, or by writing lines themselves."""

from collections.abc import Mapping, Sequence

from tandemweb.analysis.region_picks import RefusedPicksError, compose_region, join_pieces
from tandemweb.domain.chunk import FILE_PLACE, Choice, FileChunks, Pick, Region
from tandemweb.domain.comparison import MOST_SIDES, FileMatrix, Relation
from tandemweb.errors import InvalidRequestError, NotFoundError
from tandemweb.services.chunking import list_functions

_LETTERS = "abcdefghijklmnopqrstuvwxyz"[:MOST_SIDES]


def make_pick(file: str, place: str, word: str, text: bytes = b"") -> Pick:
    """Make a pick out of the word of a form: ``a``, ``b``, ``ab``, ``base`` or ``text``. Raises InvalidRequestError."""
    if word in (Choice.BASE, Choice.TEXT):
        return Pick(file, place, Choice(word), text=text if word == Choice.TEXT else b"")
    sides = tuple(map(_LETTERS.find, word))
    if not sides or -1 in sides or len(set(sides)) < len(sides):
        raise InvalidRequestError(f"{word!r} says of no side what is picked; use a, b, ab, base or text.")
    return Pick(file, place, Choice.SIDES, sides)


def pick_function(chunks: FileChunks, name: str, word: str) -> tuple[Pick, ...]:
    """Pick every place of one function. Raises NotFoundError when nothing differs in a function of that name."""
    regions = list_functions(chunks).get(name)
    if regions is None:
        raise NotFoundError(f"Nothing differs in a function {name!r} of {chunks.row.path}.")
    return tuple(make_pick(chunks.row.key, region.id, word) for region in regions)


def pick_everything(matrix: FileMatrix, word: str) -> tuple[Pick, ...]:
    """Pick every file as a whole."""
    return tuple(make_pick(row.key, FILE_PLACE, word) for row in matrix.rows)


def pick_single(matrix: FileMatrix) -> tuple[Pick, ...]:
    """Pick every file that only one side changed, as that side has it."""
    rows = (row for row in matrix.rows if row.relation is Relation.ONE)
    return tuple(make_pick(row.key, FILE_PLACE, _LETTERS[row.changed_by[0]]) for row in rows)


def draft_text(chunks: FileChunks, region: Region, picks: Mapping[str, Pick]) -> bytes:
    """Give what a person begins with who writes a place: what is picked there, else what a side that changed it has.

    ``picks`` are those of the file, by place.
    """
    first = Pick(chunks.row.key, region.id, Choice.SIDES, region.changed_by[:1])
    pick = picks.get(region.id) or picks.get(FILE_PLACE) or first
    try:
        return join_pieces(compose_region(chunks, region, pick))
    except RefusedPicksError:  # a side is picked that does not have the file
        return join_pieces(compose_region(chunks, region, first))


def write_text(chunks: FileChunks, region: Region, text: str) -> bytes:
    """Turn what a person wrote for a place into bytes: with the file's line ends, and one at the end.

    Raises InvalidRequestError for letters that the file's encoding, which is not UTF-8, may not have.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    if lines and not lines.endswith("\n"):
        lines += "\n"
    if not lines.isascii() and not all(map(_is_utf8, chunks.versions)):
        raise InvalidRequestError(f"{chunks.row.path} is not UTF-8; use plain ASCII letters in it.")
    crlf_count = sum(line.endswith(b"\r\n") for line in _list_around(chunks, region))
    ending = "\r\n" if 2 * crlf_count > len(_list_around(chunks, region)) else "\n"
    return lines.replace("\n", ending).encode("utf-8", "replace")


def _list_around(chunks: FileChunks, region: Region) -> Sequence[bytes]:
    """List the lines of the place in all versions, or all lines where it has none."""
    spans = (region.base, *region.sides)
    own = [line for lines, span in zip(chunks.versions, spans, strict=True) for line in lines[slice(*span)]]
    return own or [line for lines in chunks.versions for line in lines]


def _is_utf8(lines: Sequence[bytes]) -> bool:
    try:
        b"".join(lines).decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
