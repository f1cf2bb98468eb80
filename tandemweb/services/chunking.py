"""Files of a comparison taken apart: what each side changed where, in which function, and what only moved."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from tandemweb.analysis.alignment import align, align_added
from tandemweb.analysis.differences import describe
from tandemweb.analysis.generated import says_generated
from tandemweb.analysis.moved_lines import find_moves
from tandemweb.analysis.syntax import Syntax, read_syntax
from tandemweb.analysis.word_marks import mark_words as mark_words  # for pages, which know no analysis
from tandemweb.domain.chunk import Edit, FileChunks, Region, Span
from tandemweb.domain.comparison import FileRow
from tandemweb.errors import NotFoundError
from tandemweb.history.opening import Repository
from tandemweb.services.compared_texts import Against, ComparedTexts, read_texts


def read_chunks(repository: Repository, row: FileRow) -> FileChunks:
    """Take one file apart. Two git processes. Raises NotFoundError where a content is not in the repository."""
    return take_apart(row, read_texts(repository, [row], Against.ALL))


def take_apart(row: FileRow, texts: ComparedTexts, *, with_meaning: bool = True) -> FileChunks:
    """Take a file apart whose texts were read. Raises NotFoundError where one is missing.

    A binary file, a symlink, a submodule, and a file over 8 MiB or 100,000 lines on any side have no regions, and
    ``row.has_lines`` is False in the answer. Without ``with_meaning`` there are no functions, traits and moves, which
    picks do not need; versions are held against the base and the first side then, else all against each other.
    """
    if not texts.is_known(row):
        reason = "too much beside the other files" if texts.is_cut else "missing from this repository, or damaged"
        raise NotFoundError(f"The content of {row.path} is {reason}.")
    if not texts.has_lines(row):
        return FileChunks(replace(row, is_binary=row.is_binary or row.has_lines), (), ())
    versions = tuple(map(texts.split, row.versions))
    regions = _align(row, versions, texts)
    if not with_meaning:
        return FileChunks(row, versions, regions)
    syntaxes = [read_syntax(v.path, lines) if v else None for v, lines in zip(row.versions, versions, strict=True)]
    told = (says_generated(texts.blobs[version.oid].data) for version in row.versions if version)
    return FileChunks(
        replace(row, is_generated=row.is_generated or any(told)),
        versions,
        tuple(describe(regions, versions, syntaxes)),
        _find_moves(row, versions, texts),
        _find_language(syntaxes),
    )


def list_functions(chunks: FileChunks) -> Mapping[str, tuple[Region, ...]]:
    """List the names of functions in which something differs, in order, with the regions in each."""
    found: dict[str, list[Region]] = {}
    for region in chunks.differences:
        found.setdefault(region.function, []).append(region)
    return {name: tuple(regions) for name, regions in found.items() if name}


def _align(row: FileRow, versions: Sequence[Sequence[bytes]], texts: ComparedTexts) -> tuple[Region, ...]:
    """Align the versions of those sides that have the file; the others have nothing to say about its lines."""
    present = [number for number, version in enumerate(row.versions) if version and number]
    sides = [versions[number] for number in present]
    across = [texts.get_edits(row, present[0], number) for number in present[1:]]
    if row.base is None:
        regions = align_added(sides, across)
    else:
        regions = align(versions[0], sides, [texts.get_edits(row, 0, number) for number in present], across)
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
    row: FileRow, versions: Sequence[Sequence[bytes]], texts: ComparedTexts
) -> Mapping[tuple[int | None, int], tuple[Edit, ...]]:
    present = [number for number, version in enumerate(row.versions) if version]
    found = {}
    for old, new in combinations(present, 2):
        moves = find_moves(versions[old], versions[new], texts.get_edits(row, old, new))
        if moves:
            found[old - 1 if old else None, new - 1] = moves
    return found


def _find_language(syntaxes: Iterable[Syntax | None]) -> str:
    return next((syntax.language for syntax in syntaxes if syntax and syntax.language), "")
