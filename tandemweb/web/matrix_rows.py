"""The file matrix as rows of a table, and the kinds of rows that it can be narrowed to."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from tandemweb.domain.commit import ChangeStatus
from tandemweb.domain.comparison import FileMatrix, FileRow, Relation, SideFile
from tandemweb.web import urls
from tandemweb.web.output_text import name_hidden
from tandemweb.web.sides import ShownSide

_GLYPHS = {
    ChangeStatus.ADDED: ("+", "added"),
    ChangeStatus.COPIED: ("+", "copied"),
    ChangeStatus.MODIFIED: ("~", "changed"),
    ChangeStatus.DELETED: ("\u2212", "deleted"),
    ChangeStatus.RENAMED: ("\u21c4", "renamed"),
    ChangeStatus.TYPE_CHANGED: ("~", "became something else"),
}
_SAME = ("\u00b7", "as in the base")


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """What one side did to a file: a glyph with its word, a new name if any, lines where git counts them."""

    glyph: str
    word: str
    new_path: str
    added_count: int | None
    removed_count: int | None


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """``kinds`` are the words of the filter that it belongs to; ``how`` says the same to a person."""

    row: FileRow
    address: str
    glyph: str
    how: str
    kinds: tuple[str, ...]
    cells: tuple[MatrixCell, ...]
    is_viewed: bool
    decided_count: int

    @property
    def name(self) -> tuple[str, str]:
        """Folder and file name, as they may be shown."""
        folder, slash, name = name_hidden(self.row.path).rpartition("/")
        return f"{folder}{slash}", name


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of the places where sides differ are decided. ``place_count`` is 0 while nobody counted them."""

    decided_count: int
    place_count: int


@dataclass(frozen=True, slots=True)
class KindCount:
    word: str
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class MatrixTable:
    """``kinds`` are those that occur, with how many files each has; ``rows`` those of the chosen ``kind`` and words.

    ``progress`` is of files, as long as nobody counted the places in each.
    """

    rows: tuple[MatrixRow, ...]
    kinds: tuple[KindCount, ...]
    total_count: int
    progress: Progress
    has_counts: bool
    kind: str = ""
    text: str = ""


def build_table(  # noqa: PLR0913 - what a table shows
    matrix: FileMatrix,
    slug: str,
    number: int,
    sides: Sequence[ShownSide],
    viewed: AbstractSet[str],
    decided: Mapping[str, int],
    *,
    kind: str = "",
    text: str = "",
) -> MatrixTable:
    rows = [
        _build_row(row, compared_address(slug, number, row), sides, row.key in viewed, decided.get(row.key, 0))
        for row in matrix.rows
    ]
    words = text.lower().split()
    shown = (row for row in rows if not kind or kind in row.kinds)
    return MatrixTable(
        rows=tuple(row for row in shown if all(word in row.row.path.lower() for word in words)),
        kinds=tuple(_count_kinds(rows, sides)),
        total_count=len(rows),
        progress=_count_picked(rows),
        has_counts=matrix.has_counts,
        kind=kind,
        text=text,
    )


def compared_address(slug: str, number: int, row: FileRow, **query: str | int | None) -> str:
    """Give the page of a row: by its path, or by its key where the path is no text."""
    is_text = not any("\ud800" <= character <= "\udfff" for character in row.path)
    return urls.compared_file(slug, number, row.path if is_text else row.key, **query)


def find_row(matrix: FileMatrix, name: str) -> FileRow | None:
    """Find a row by its key, its path, or the path that any version has."""
    by_name = {version.path: row for row in reversed(matrix.rows) for version in row.versions if version}
    by_name.update({row.path: row for row in matrix.rows})
    return by_name.get(name) or next((row for row in matrix.rows if row.key == name), None)


def list_kinds(row: FileRow) -> tuple[str, ...]:
    """Give the words that a row can be found by."""
    kinds = [{Relation.SAME: "same", Relation.DIFFERENT: "different"}.get(row.relation, "")]
    if row.relation is Relation.ONE:
        kinds.append(chr(ord("a") + row.changed_by[0]))
    kinds += ["deleted"] * any(side.status is ChangeStatus.DELETED for side in row.sides)
    kinds += ["renamed"] * row.is_renamed
    kinds += ["mode"] * row.is_mode_changed
    kinds += ["binary"] * row.is_binary
    kinds += ["generated"] * row.is_generated
    return tuple(kind for kind in kinds if kind)


def describe_row(row: FileRow, sides: Sequence[ShownSide]) -> tuple[str, str]:
    """Give a glyph and a sentence's beginning for how the sides stand to each other in a file."""
    if row.relation is Relation.SAME:
        return "=", "the same on all sides" if len(sides) > 2 else "the same on both sides"
    if row.relation is Relation.ONE:
        side = sides[row.changed_by[0]]
        return side.letter, f"only {side.short}"
    letters = ", ".join(sides[number].letter for number in row.changed_by)
    if len({row.sides[number].version for number in row.changed_by}) == 1:
        return "~", f"alike in {letters} only"
    return "~", "differently" if len(row.changed_by) == len(sides) else f"differently in {letters}"


def _build_row(row: FileRow, address: str, sides: Sequence[ShownSide], is_viewed: bool, decided: int) -> MatrixRow:
    glyph, how = describe_row(row, sides)
    notes = [kind for kind in list_kinds(row) if kind in {"binary", "generated", "mode"}]
    return MatrixRow(
        row=row,
        address=address,
        glyph=glyph,
        how=", ".join([how, *("other mode" if note == "mode" else note for note in notes)]),
        kinds=list_kinds(row),
        cells=tuple(_build_cell(row, side) for side in row.sides),
        is_viewed=is_viewed,
        decided_count=decided,
    )


def _build_cell(row: FileRow, side: SideFile) -> MatrixCell:
    glyph, word = _GLYPHS[side.status] if side.status else _SAME
    path = side.version.path if side.version else ""
    new_path = path if side.status and path and path != row.path else ""
    return MatrixCell(glyph, word, name_hidden(new_path), side.added_count, side.removed_count)


def _count_picked(rows: Sequence[MatrixRow]) -> Progress:
    """Count the files that differ and those of them that something was picked of."""
    differing = [row for row in rows if row.row.relation is not Relation.SAME]
    return Progress(sum(row.decided_count > 0 for row in differing), len(differing))


def _count_kinds(rows: Iterable[MatrixRow], sides: Sequence[ShownSide]) -> Iterable[KindCount]:
    titles = {
        "different": "Differently",
        **{side.key: f"Only {side.short}" for side in sides},
        "same": "Identical",
        "renamed": "Renamed",
        "deleted": "Deleted",
        "mode": "Mode",
        "binary": "Binary",
        "generated": "Generated",
    }
    found = [kind for row in rows for kind in row.kinds]
    return (KindCount(word, title, found.count(word)) for word, title in titles.items() if word in found)
