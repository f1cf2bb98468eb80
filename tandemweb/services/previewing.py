"""What picks come to, before anything is made of them: one file, or the commits of a synthesis."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tandemweb.analysis.file_picks import resolve_file
from tandemweb.analysis.region_picks import RefusedPicksError, compose_pieces
from tandemweb.domain.chunk import FILE_PLACE, MODE_PLACE, PATH_PLACE, FileChunks, Pick, Piece, Refusal, ResolvedFile
from tandemweb.domain.comparison import Comparison, FileMatrix
from tandemweb.history.opening import Repository
from tandemweb.services.synthesis_messages import compose_message
from tandemweb.services.synthesis_stages import Stage, plan_stages


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


@dataclass(frozen=True, slots=True)
class PlannedCommit:
    """A commit that a synthesis would make: ``sides`` as in ``Contribution``, ``paths`` of files that it changes."""

    sides: tuple[int, ...]
    message: str
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SynthesisPreview:
    """Without ``refusals`` the picks hold together; without ``commits`` either they are what the base has."""

    commits: tuple[PlannedCommit, ...]
    refusals: tuple[Refusal, ...] = ()


def preview_synthesis(
    repository: Repository, comparison: Comparison, matrix: FileMatrix, picks: Sequence[Pick]
) -> SynthesisPreview:
    """Plan the commits without writing anything."""
    try:
        stages = plan_stages(repository, matrix, picks)
    except RefusedPicksError as error:
        return SynthesisPreview((), error.refusals)
    return SynthesisPreview(tuple(_list_commits(comparison, stages)))


def _list_commits(comparison: Comparison, stages: Sequence[Stage]) -> Iterator[PlannedCommit]:
    standing = stages[0].change.before
    sides: tuple[int, ...] = ()
    for stage in stages:
        sides += stage.sides
        files = stage.change.after
        changed = [file or standing[key] for key, file in files.items() if file != standing[key]]
        if not changed:
            continue
        paths = sorted({file.path for file in changed if file}, key=os.fsencode)
        yield PlannedCommit(sides, compose_message(comparison, sides, len(changed)), tuple(paths))
        standing, sides = files, ()


def _find_version(chunks: FileChunks, made: ResolvedFile) -> int | None:
    versions = enumerate(chunks.row.versions)
    return next((number for number, version in versions if version and version.oid == made.oid), None)
