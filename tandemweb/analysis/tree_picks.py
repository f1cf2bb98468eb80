"""Picks of all files, made into one tree: what has to be changed of the base's, or why it cannot be. Pure."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tandemweb.analysis.file_picks import Reader, resolve_file
from tandemweb.analysis.region_picks import RefusedPicksError
from tandemweb.domain.chunk import Choice, Pick, Refusal, ResolvedFile
from tandemweb.domain.comparison import FileRow

_FORBIDDEN = {"", ".", "..", ".git"}


@dataclass(frozen=True, slots=True)
class TreeChange:
    """What makes a tree out of the base's: by row, what stood ``before`` and what stands now, None where nothing."""

    before: Mapping[str, ResolvedFile | None]
    after: Mapping[str, ResolvedFile | None]

    @property
    def files(self) -> tuple[ResolvedFile, ...]:
        return tuple(file for file in self.after.values() if file)


def resolve_tree(rows: Sequence[FileRow], picks: Iterable[Pick], take_apart: Reader) -> TreeChange:
    """Resolve every file and hold the results against each other.

    Files that no side changes are in the way of none: whatever comes from a side stands beside them there.
    Raises RefusedPicksError with everything that does not hold together, and where.
    """
    by_file: defaultdict[str, list[Pick]] = defaultdict(list)
    for pick in picks:
        by_file[pick.file].append(pick)
    refusals = [
        Refusal("", "A pick belongs to a file that no side changes; take it back.", key)
        for key in by_file.keys() - {row.key for row in rows}
    ]
    made: dict[str, ResolvedFile | None] = {}
    for row in rows:
        try:
            made[row.key] = resolve_file(row, by_file.get(row.key, ()), take_apart)
        except RefusedPicksError as error:
            refusals += error.refusals
    if not refusals:
        refusals += _list_clashes(rows, made)
    if refusals:
        raise RefusedPicksError(*refusals)
    bases = {row.key: row.base for row in rows}
    before = {key: ResolvedFile(base.path, base.mode, base.oid) if base else None for key, base in bases.items()}
    return TreeChange(before, made)


def restrict(picks: Iterable[Pick], sides: Collection[int]) -> list[Pick]:
    """Keep the picks that take from none but the given sides: what these contribute."""
    return [pick for pick in picks if pick.choice is not Choice.TEXT and set(pick.sides) <= set(sides)]


def _list_clashes(rows: Sequence[FileRow], made: Mapping[str, ResolvedFile | None]) -> Iterator[Refusal]:
    """Tell files that would stand at one path, and files where others need a folder."""
    owners: dict[str, FileRow] = {}
    for row in rows:
        file = made[row.key]
        if file is None:
            continue
        if not _FORBIDDEN.isdisjoint(part.lower() for part in file.path.split("/")):
            yield Refusal(row.path, f"git allows no file to be called {file.path}.", row.key)
        elif file.path in owners:
            other = owners[file.path].path
            yield Refusal(row.path, f"Two files would stand at {file.path}: this one, and what was {other}.", row.key)
        owners.setdefault(file.path, row)
    paths = sorted(owners)
    for path, row in owners.items():
        following = bisect_left(paths, f"{path}/")
        if following < len(paths) and paths[following].startswith(f"{path}/"):
            other = paths[following]
            yield Refusal(row.path, f"{path} would be a file, and a folder that holds {other}.", row.key)
