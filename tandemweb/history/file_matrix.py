"""Bringing the changes of several sides together: one row for each file, renames followed on every side. Pure."""

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from tandemweb.domain.commit import ChangeStatus, FileChange
from tandemweb.domain.comparison import FileRow, FileVersion, PairChanges, Relation, SideFile

KEY_LENGTH = 16
_SUBMODULE = "160000"


@dataclass(eq=False)
class _Row:
    """A file while it is put together. ``files`` are those of the sides that changed it."""

    base: FileVersion | None
    files: dict[int, SideFile] = field(default_factory=dict)

    def find_version(self, side: int) -> FileVersion | None:
        return self.files[side].version if side in self.files else self.base


def compose_rows(pairs: Sequence[PairChanges], side_count: int) -> tuple[FileRow, ...]:
    """Make the rows out of what git says of each pair, sorted by path.

    A file is one row under whatever names the sides have it: the base's file with what became of it on each side; files
    that several sides added under one name; and files that git takes for one another between two sides.
    """
    rows = list(_start_rows(pairs))
    _join_renamed(rows, pairs)
    composed = (_compose_row(row, side_count, pairs) for row in rows if row.base or row.files)
    return tuple(sorted(composed, key=lambda row: os.fsencode(row.path)))


def make_key(path: str) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:KEY_LENGTH]


def _start_rows(pairs: Iterable[PairChanges]) -> Iterable[_Row]:
    standing: dict[str, _Row] = {}
    added: dict[str, _Row] = {}
    for pair in pairs:
        if pair.left is not None:
            continue
        for change in pair.changes:
            file = _compose_side_file(change, pair)
            if change.status is ChangeStatus.ADDED:
                added.setdefault(change.path, _Row(None)).files[pair.right] = file
                continue
            path = change.old_path or change.path
            if path not in standing:
                standing[path] = _Row(FileVersion(path, change.old_mode, change.old_blob or ""))
            standing[path].files[pair.right] = file
    return [*standing.values(), *added.values()]


def _compose_side_file(change: FileChange, pair: PairChanges) -> SideFile:
    version = FileVersion(change.path, change.mode, change.blob) if change.blob else None
    counted = (pair.counts or {}).get(change.path)
    if counted is None or _SUBMODULE in (change.mode, change.old_mode):
        return SideFile(version, change.status)
    return SideFile(version, change.status, *counted)


def _join_renamed(rows: Sequence[_Row], pairs: Iterable[PairChanges]) -> None:
    """Join rows that git takes for one file between two sides: both added it, under names of their own."""
    places = {(side, file.version.path): row for row in rows for side, file in row.files.items() if file.version}
    for pair in pairs:
        for change in pair.changes if pair.left is not None else ():
            if change.status is not ChangeStatus.RENAMED:
                continue
            left, right = places.get((pair.left or 0, change.old_path or "")), places.get((pair.right, change.path))
            if left and right and left is not right:
                _join(left, right, places)


def _join(left: _Row, right: _Row, places: dict[tuple[int, str], _Row]) -> None:
    kept, gone = (right, left) if right.base else (left, right)
    arriving = {side: file for side, file in gone.files.items() if file.version}
    if gone.base or any(kept.find_version(side) for side in arriving):
        return
    for side, file in arriving.items():
        status = ChangeStatus.RENAMED if kept.base else file.status
        kept.files[side] = SideFile(file.version, status, file.added_count, file.removed_count)
        places[side, file.version.path if file.version else ""] = kept
    gone.files.clear()


def _compose_row(row: _Row, side_count: int, pairs: Iterable[PairChanges]) -> FileRow:
    unchanged = SideFile(row.base)
    sides = tuple(row.files.get(side, unchanged) for side in range(side_count))
    changed_by = tuple(side for side, file in enumerate(sides) if file.status)
    path = row.base.path if row.base else next(file.version.path for file in sides if file.version)
    return FileRow(
        key=make_key(path),
        base=row.base,
        sides=sides,
        relation=_relate(sides, changed_by),
        changed_by=changed_by,
        is_binary=any(_list_binary(row, pairs)),
    )


def _relate(sides: Sequence[SideFile], changed_by: Sequence[int]) -> Relation:
    if len(changed_by) == 1:
        return Relation.ONE
    results = {(side.version.path, side.version.mode, side.version.oid) if side.version else None for side in sides}
    return Relation.SAME if len(results) == 1 else Relation.DIFFERENT


def _list_binary(row: _Row, pairs: Iterable[PairChanges]) -> Iterator[bool]:
    for pair in pairs:
        file = row.files.get(pair.right)
        if pair.left is None and pair.counts is not None and file:
            path = file.version.path if file.version else row.base.path if row.base else ""
            yield pair.counts.get(path, (0, 0)) is None
