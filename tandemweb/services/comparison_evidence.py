"""What each side has to show for each point of the spec: places that speak of it, never a verdict."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tandemweb.analysis.point_evidence import NamedFinding, SideChanges, find_evidence
from tandemweb.analysis.spec import extract_spec
from tandemweb.analysis.spec_points import extract_points
from tandemweb.analysis.testing import count_tests
from tandemweb.domain.chunk import Edit, Span
from tandemweb.domain.commit import Commit
from tandemweb.domain.comparison import Comparison, CriterionRow, FileMatrix, SpecEvidence
from tandemweb.domain.review import Review
from tandemweb.history.contents import Blob, read_texts_at
from tandemweb.history.opening import Repository
from tandemweb.services.compared_texts import Against, ComparedTexts, read_texts

MOST_ADDED = 4 * 1024 * 1024  # characters of one side that are looked through


def read_evidence(
    repository: Repository,
    comparison: Comparison,
    matrix: FileMatrix,
    commits: Sequence[Sequence[Commit]],
    findings: Iterable[NamedFinding] = (),
) -> SpecEvidence:
    """Look through what each side added: two git processes. ``commits`` are those of each side."""
    texts = read_texts(repository, matrix.rows, Against.BASE, list_spec_places(comparison))
    return collect_evidence(comparison, matrix, texts, commits, findings)


def list_spec_places(comparison: Comparison) -> tuple[tuple[str, str], ...]:
    """List where the spec may be: at the base, else at the first side that has it."""
    return tuple((commit, comparison.spec) for commit in (comparison.base, *(side.oid for side in comparison.sides)))


def collect_evidence(
    comparison: Comparison,
    matrix: FileMatrix,
    texts: ComparedTexts,
    commits: Sequence[Sequence[Commit]],
    findings: Iterable[NamedFinding] = (),
) -> SpecEvidence:
    """Do the same with texts that were read, of each file against the base, and at the places of the spec."""
    spec = _decode_spec(texts.places)
    points = extract_points(spec, comparison.spec) if spec else ()
    files = [list(_list_changes(matrix, texts, side.number)) for side in comparison.sides]
    known = tuple(findings)
    changes = [SideChanges(own, _list_added(changed)) for own, changed in zip(commits, files, strict=True)]
    rows = (CriterionRow(point, tuple(find_evidence(point, own, known) for own in changes)) for point in points)
    return SpecEvidence(
        extract_spec(spec, comparison.spec).title if spec else "",
        tuple(rows),
        tuple(map(_count_tests, files)),
        not all(map(texts.is_known, matrix.rows)) or any(sum(own.size for own in side) > MOST_ADDED for side in files),
    )


def list_named_findings(reviews: Mapping[str, Review]) -> tuple[NamedFinding, ...]:
    """List the findings of a project's reviews (by path) that name points of a spec."""
    return tuple(
        NamedFinding(
            path,
            finding.mention.line,
            finding.mention.title or finding.mention.text,
            frozenset(finding.mention.criteria),
            frozenset(reference.path for reference in finding.mention.file_references),
        )
        for path, review in reviews.items()
        for finding in review.findings
        if finding.mention.criteria
    )


def read_spec(repository: Repository, comparison: Comparison) -> str:
    """Read the spec at the base, or at the first side that has it; "" where none does. One process."""
    return _decode_spec(read_texts_at(repository, list_spec_places(comparison)))


def _decode_spec(found: Iterable[Blob | None]) -> str:
    return next((blob.data.decode("utf-8", "replace") for blob in found if blob), "")


@dataclass(frozen=True, slots=True)
class _ChangedFile:
    """What a side did to a file: lines with their numbers, under the names that it has there and had before."""

    path: str
    old_path: str
    added: Sequence[tuple[int, str]]
    removed: Sequence[str]

    @property
    def size(self) -> int:
        return sum(len(text) for _, text in self.added)


def _list_changes(matrix: FileMatrix, texts: ComparedTexts, side: int) -> Iterator[_ChangedFile]:
    for row in matrix.rows:
        if side not in row.changed_by or not texts.is_known(row) or not texts.has_lines(row):
            continue
        version = row.sides[side].version
        old, new = texts.split(row.base), texts.split(version)
        edits = texts.get_edits(row, 0, side + 1)
        if row.base is None or version is None:
            edits = (Edit(Span(0, len(old)), Span(0, len(new))),)
        added = [(number + 1, _decode(new[number])) for edit in edits for number in range(*edit.new)]
        removed = [_decode(line) for edit in edits for line in old[slice(*edit.old)]]
        yield _ChangedFile((version or row).path, (row.base or row).path, added, removed)


def _list_added(files: Iterable[_ChangedFile]) -> dict[str, Sequence[tuple[int, str]]]:
    """Give what was added by path, as much as is looked through."""
    found, room = {}, MOST_ADDED
    for file in files:
        room -= file.size
        if room >= 0:
            found[file.path] = file.added
    return found


def _decode(line: bytes) -> str:
    return line.decode("utf-8", "replace").rstrip("\r\n")


def _count_tests(files: Iterable[_ChangedFile]) -> int:
    return sum(
        count_tests(file.path, (text for _, text in file.added)) - count_tests(file.old_path, file.removed)
        for file in files
    )
