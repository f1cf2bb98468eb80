"""The contents of compared files, and what makes which out of which: two git processes, however many files."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from enum import IntEnum
from itertools import combinations

from tandemweb.analysis.alignment import split_lines as split_lines  # for pages, which know no analysis
from tandemweb.domain.chunk import Edit
from tandemweb.domain.comparison import FileRow, FileVersion
from tandemweb.history.contents import Blob, read_texts_at
from tandemweb.history.line_edits import read_edits
from tandemweb.history.opening import Repository

BINARY_BEGINNING = 8000  # bytes in which git looks for a NUL
MOST_LINES = 100_000  # of one version
MOST_BYTES = 64 * 1024 * 1024  # of all contents that are read at once


class Against(IntEnum):
    """What each version is held against: the base alone, the first side too, or every other one."""

    BASE = 0
    FIRST = 1
    ALL = 2


@dataclass(frozen=True, slots=True)
class ComparedTexts:
    """``blobs`` are by object id, ``edits`` by two of them; ``places`` are what stood where it was asked for.

    ``is_cut``: not everything was read, since it is too much together.
    """

    blobs: Mapping[str, Blob]
    edits: Mapping[tuple[str, str], tuple[Edit, ...]]
    places: tuple[Blob | None, ...] = ()
    is_cut: bool = False

    def is_known(self, row: FileRow) -> bool:
        """Whether nothing of a file is missing, as far as it may have lines."""
        return _is_known(row, self.blobs)

    def has_lines(self, row: FileRow) -> bool:
        """Whether all versions of a file that is known are texts, and not too long."""
        return _has_lines(row, self.blobs)

    def split(self, version: FileVersion | None) -> tuple[bytes, ...]:
        """Give the lines of a version, none where there is none."""
        return split_lines(self.blobs[version.oid].data) if version else ()

    def get_edits(self, row: FileRow, old: int, new: int) -> tuple[Edit, ...]:
        """Give what makes a version out of another, where both are there. Versions count from the base, 0."""
        one, other = row.versions[old], row.versions[new]
        return self.edits.get((one.oid, other.oid), ()) if one and other else ()


def read_texts(
    repository: Repository, rows: Sequence[FileRow], against: Against, places: Sequence[tuple[str, str]] = ()
) -> ComparedTexts:
    """Read the contents of files that may have lines, with what stands at ``places``, a commit and a path each."""
    oids = dict.fromkeys(version.oid for row in rows if row.has_lines for version in row.versions if version)
    found: list[Blob | None] = []
    room = MOST_BYTES
    with closing(read_texts_at(repository, places, oids)) as answers:
        for blob in answers:
            room -= len(blob.data) if blob else 0
            if room < 0:
                break
            found.append(blob)
    blobs = {blob.oid: blob for blob in found[len(places) :] if blob}
    texts = [row for row in rows if _is_known(row, blobs) and _has_lines(row, blobs)]
    pairs = list(dict.fromkeys(pair for row in texts for pair in _list_pairs(row, against)))
    edits = read_edits(repository, [(blobs[old].data, blobs[new].data) for old, new in pairs])
    return ComparedTexts(blobs, dict(zip(pairs, edits, strict=True)), tuple(found[: len(places)]), is_cut=room < 0)


def _list_pairs(row: FileRow, against: Against) -> Iterator[tuple[str, str]]:
    present = [number for number, version in enumerate(row.versions) if version]
    first = next((number for number in present if number), 0)
    held = {Against.BASE: {0}, Against.FIRST: {0, first}, Against.ALL: set(present)}[against]
    for old, new in combinations(present, 2):
        one, other = row.versions[old], row.versions[new]
        if one and other and one.oid != other.oid and old in held:
            yield one.oid, other.oid


def _is_known(row: FileRow, blobs: Mapping[str, Blob]) -> bool:
    return not row.has_lines or all(version.oid in blobs for version in row.versions if version)


def _has_lines(row: FileRow, blobs: Mapping[str, Blob]) -> bool:
    return row.has_lines and all(_is_text(blobs[version.oid]) for version in row.versions if version)


def _is_text(blob: Blob) -> bool:
    data = blob.data
    return not blob.is_truncated and b"\0" not in data[:BINARY_BEGINNING] and data.count(b"\n") <= MOST_LINES
