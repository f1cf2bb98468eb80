"""Picks of one file, made into what stands in the tree: whether it is there, under which name and mode, and what in it.

A file that nobody picked anything of stays as the base has it, except where all sides left it the same. The pick of
the whole file is what holds wherever no place of it has a pick of its own.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from tandemweb.analysis.region_picks import RefusedPicksError, compose_content
from tandemweb.domain.chunk import (
    FILE_PLACE,
    MODE_PLACE,
    PATH_PLACE,
    Choice,
    FileChunks,
    Pick,
    Refusal,
    ResolvedFile,
)
from tandemweb.domain.comparison import FileRow, FileVersion, Relation

Reader = Callable[[FileRow], FileChunks]


def resolve_file(row: FileRow, picks: Iterable[Pick], take_apart: Reader) -> ResolvedFile | None:
    """Say what a file becomes, None where it is not there. ``take_apart`` is called only where lines matter.

    Raises RefusedPicksError where its picks do not hold together.
    """
    places = {pick.place: pick for pick in picks}
    whole, path, mode = (places.pop(place, None) for place in (FILE_PLACE, PATH_PLACE, MODE_PLACE))
    kept = _find_version(row, whole) if whole else row.sides[0].version if row.relation is Relation.SAME else row.base
    if not (path or mode or places):
        return ResolvedFile(kept.path, kept.mode, kept.oid) if kept else None
    if whole and kept is None and (row.base or whole.choice is Choice.SIDES):
        who = "The base" if whole.choice is Choice.BASE else f"Side {_name(whole.sides[0])}"
        raise _refused(row, f"{who} is picked of this file and does not have it, and yet something in it is picked.")
    takes = [pick for pick in (path, mode, *places.values()) if pick and pick.choice is not Choice.BASE]
    if kept is None and not takes:
        return None
    default = kept if whole and kept else _choose_default(row, [*places.values()], path)
    named = _get_version(row, path, "name").path if path else default.path
    if mode and not all(version.is_regular for version in row.versions if version):
        raise _refused(row, "The mode is picked alone only where every version is a plain file.", MODE_PLACE)
    made = ResolvedFile(named, _get_version(row, mode, "mode").mode if mode else default.mode, default.oid)
    return _fill(row, made, places, whole, take_apart)


def _fill(
    row: FileRow, made: ResolvedFile, places: dict[str, Pick], whole: Pick | None, take_apart: Reader
) -> ResolvedFile:
    """Put the lines together where places are picked, or where the sides may agree in some of them."""
    if not places and (whole or not row.has_lines):
        return made
    chunks = take_apart(row)
    if chunks.row.has_lines:
        return replace(made, oid="", content=compose_content(chunks, places, whole))
    if places:
        raise _refused(row, "Not every version of this file is made of lines; pick it as a whole.")
    return made


def _choose_default(row: FileRow, places: Sequence[Pick], path: Pick | None) -> FileVersion:
    """Choose name, mode and content of a file that is not picked as a whole."""
    versions = [side.version for side in row.sides]
    if row.base:
        path_there, mode, oid = (_agree(versions, row.base, attribute) for attribute in ("path", "mode", "oid"))
        return FileVersion(path_there, mode, oid)
    if not any(pick.choice is not Choice.BASE for pick in places):
        raise _refused(row, "A name or a mode is picked, but nothing of what is in the file.")
    sides = dict.fromkeys(side for pick in places for side in pick.sides if side < len(versions))
    picked = [version for side in sides if (version := versions[side])] or [version for version in versions if version]
    if path is None and len({version.path for version in picked}) > 1:
        raise _refused(row, "The sides call this file by different names; pick one of them.", PATH_PLACE)
    return picked[0]


def _agree(versions: Sequence[FileVersion | None], base: FileVersion, attribute: str) -> str:
    """Give what all sides have alike, else what the base has."""
    values = {getattr(version, attribute) if version else "" for version in versions}
    return (values.pop() if len(values) == 1 else "") or str(getattr(base, attribute))


def _find_version(row: FileRow, pick: Pick) -> FileVersion | None:
    if pick.choice is Choice.BASE:
        return row.base
    if pick.choice is Choice.TEXT or len(pick.sides) != 1 or pick.sides[0] >= len(row.sides):
        raise _refused(row, "Of a file as a whole, its name and its mode, one side or the base is picked.", pick.place)
    return row.sides[pick.sides[0]].version


def _get_version(row: FileRow, pick: Pick, what: str) -> FileVersion:
    version = _find_version(row, pick)
    if version is None:
        raise _refused(row, f"The {what} is picked from where this file is not.", pick.place)
    return version


def _refused(row: FileRow, reason: str, place: str = "") -> RefusedPicksError:
    return RefusedPicksError(Refusal(row.path, reason, row.key, place))


def _name(side: int) -> str:
    return chr(ord("A") + side)
