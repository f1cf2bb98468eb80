"""One file of a comparison taken apart: what each side changed where, in which function, and what only moved."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from tandemweb.analysis.alignment import align, align_added, split_lines
from tandemweb.analysis.differences import describe
from tandemweb.analysis.generated import says_generated
from tandemweb.analysis.moved_lines import find_moves
from tandemweb.analysis.syntax import Syntax, read_syntax
from tandemweb.analysis.word_marks import mark_words as mark_words  # for pages, which know no analysis
from tandemweb.domain.chunk import Edit, FileChunks, Region, Span
from tandemweb.domain.comparison import FileRow, FileVersion, PairChanges
from tandemweb.errors import NotFoundError
from tandemweb.history.contents import read_blobs
from tandemweb.history.line_edits import read_edits, read_edits_between
from tandemweb.history.opening import Repository

BINARY_BEGINNING = 8000  # bytes in which git looks for a NUL
MOST_LINES = 100_000  # of one version


def read_chunks(
    repository: Repository, row: FileRow, pairs: Iterable[PairChanges] = (), *, with_meaning: bool = True
) -> FileChunks:
    """Take one file apart. A process for the contents, one for each side, and one for each two sides.

    With ``pairs``, those of the file's matrix, it is one for all of them where the file has one name everywhere.

    A binary file, a symlink, a submodule, and a file over 8 MiB or 100,000 lines on any side have no regions, and
    ``row.has_lines`` is False in the answer. Without ``with_meaning`` there are no functions, traits and moves, which
    picks do not need.
    Raises NotFoundError where a content is missing from the repository.
    """
    contents = _read_contents(repository, row.versions) if row.has_lines else None
    if contents is None:
        return FileChunks(replace(row, is_binary=row.is_binary or row.has_lines), (), ())
    versions = tuple(split_lines(contents[version.oid]) if version else () for version in row.versions)
    edits = _Edits(repository, row.versions, pairs)
    regions = _align(row, versions, edits)
    if not with_meaning:
        return FileChunks(row, versions, regions)
    syntaxes = [read_syntax(v.path, lines) if v else None for v, lines in zip(row.versions, versions, strict=True)]
    return FileChunks(
        replace(row, is_generated=row.is_generated or any(map(says_generated, contents.values()))),
        versions,
        tuple(describe(regions, versions, syntaxes)),
        _find_moves(row, versions, edits),
        _find_language(syntaxes),
    )


def list_functions(chunks: FileChunks) -> Mapping[str, tuple[Region, ...]]:
    """List the names of functions in which something differs, in order, with the regions in each."""
    found: dict[str, list[Region]] = {}
    for region in chunks.differences:
        found.setdefault(region.function, []).append(region)
    return {name: tuple(regions) for name, regions in found.items() if name}


class _Edits:
    """What makes one version out of another; each pair is asked of git once. Versions count from the base, 0."""

    def __init__(
        self, repository: Repository, versions: Sequence[FileVersion | None], pairs: Iterable[PairChanges]
    ) -> None:
        self._repository = repository
        self._versions = versions
        self._trees = {(0 if pair.left is None else pair.left + 1, pair.right + 1): pair.trees for pair in pairs}
        self._known: dict[tuple[str, str], tuple[Edit, ...]] = {}

    def get(self, old: int, new: int) -> tuple[Edit, ...]:
        """Give the edits between two versions that are both there."""
        one, other = self._versions[old], self._versions[new]
        if one is None or other is None:
            return ()
        key = one.oid, other.oid
        if key not in self._known and self._trees:
            self._ask_all()
        if key not in self._known:
            self._known[key] = read_edits(self._repository, *key)
        return self._known[key]

    def _ask_all(self) -> None:
        """Ask of all pairs at once, once; a file with several names is asked of one by one, as it has no one path."""
        paths = {version.path for version in self._versions if version}
        wanted: dict[tuple[str, str], tuple[str, str]] = {}
        for (old, new), trees in self._trees.items():
            one, other = self._versions[old], self._versions[new]
            if one and other and one.oid != other.oid:
                wanted[one.oid, other.oid] = trees
        self._trees = {}
        if len(paths) == 1 and len(wanted) > 1:
            answers = read_edits_between(self._repository, paths.pop(), list(wanted.values()))
            self._known.update(zip(wanted, answers, strict=True))


def _read_contents(repository: Repository, versions: Iterable[FileVersion | None]) -> Mapping[str, bytes] | None:
    """Read the contents by blob; None where one of them is not made of lines, or too large."""
    oids = list(dict.fromkeys(version.oid for version in versions if version))
    blobs = {blob.oid: blob for blob in read_blobs(repository, oids)}
    if len(blobs) < len(oids):
        missing = next(version.path for version in versions if version and version.oid not in blobs)
        raise NotFoundError(f"The content of {missing} is missing from this repository, or damaged.")
    if any(blob.is_truncated or not _has_lines(blob.data) for blob in blobs.values()):
        return None
    return {oid: blob.data for oid, blob in blobs.items()}


def _has_lines(content: bytes) -> bool:
    return b"\0" not in content[:BINARY_BEGINNING] and content.count(b"\n") <= MOST_LINES


def _align(row: FileRow, versions: Sequence[Sequence[bytes]], edits: _Edits) -> tuple[Region, ...]:
    """Align the versions of those sides that have the file; the others have nothing to say about its lines."""
    present = [number for number, version in enumerate(row.versions) if version and number]
    sides = [versions[number] for number in present]
    across = [edits.get(present[0], number) for number in present[1:]]
    if row.base is None:
        regions = align_added(sides, across)
    else:
        regions = align(versions[0], sides, [edits.get(0, number) for number in present], across)
    return tuple(_spread(region, present, len(row.sides)) for region in regions)


def _spread(region: Region, present: Sequence[int], side_count: int) -> Region:
    """Count the sides of a region as the comparison does."""
    if len(present) == side_count:
        return region
    spans = dict(zip(present, region.sides, strict=True))
    return replace(
        region,
        sides=tuple(spans.get(number + 1, Span(0, 0)) for number in range(side_count)),
        changed_by=tuple(present[number] - 1 for number in region.changed_by),
    )


def _find_moves(
    row: FileRow, versions: Sequence[Sequence[bytes]], edits: _Edits
) -> Mapping[tuple[int | None, int], tuple[Edit, ...]]:
    present = [number for number, version in enumerate(row.versions) if version]
    found = {}
    for old, new in combinations(present, 2):
        moves = find_moves(versions[old], versions[new], edits.get(old, new))
        if moves:
            found[old - 1 if old else None, new - 1] = moves
    return found


def _find_language(syntaxes: Iterable[Syntax | None]) -> str:
    return next((syntax.language for syntax in syntaxes if syntax and syntax.language), "")
