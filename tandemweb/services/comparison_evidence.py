"""What each side has to show for each point of the spec: places that speak of it, never a verdict."""

from collections.abc import Iterable, Mapping

from tandemweb.analysis.point_evidence import NamedFinding, SideChanges, find_evidence
from tandemweb.analysis.spec import extract_spec
from tandemweb.analysis.spec_points import extract_points
from tandemweb.analysis.testing import count_tests
from tandemweb.domain.comparison import Comparison, CriterionRow, SpecEvidence
from tandemweb.domain.difference import CommitDifference, FileDifference, LineKind
from tandemweb.domain.review import Review
from tandemweb.history.contents import find_file_at, read_blob
from tandemweb.history.differences import read_tree_difference
from tandemweb.history.log import read_messages
from tandemweb.history.opening import Repository


def read_evidence(
    repository: Repository, comparison: Comparison, findings: Iterable[NamedFinding] = ()
) -> SpecEvidence:
    """Look through what each side added: two git processes a side, and two for the spec as the base has it.

    Raises NotFoundError where a commit is no longer there.
    """
    text = read_spec(repository, comparison)
    points = extract_points(text, comparison.spec) if text else ()
    differences = [read_tree_difference(repository, comparison.base, side.oid) for side in comparison.sides]
    changes = [
        SideChanges(
            list(read_messages(repository, tips=[side.oid], known=[comparison.base])),
            {file.change.path: _list_lines(file, LineKind.ADDED) for file in difference.files},
        )
        for side, difference in zip(comparison.sides, differences, strict=True)
    ]
    known = tuple(findings)
    rows = (CriterionRow(point, tuple(find_evidence(point, own, known) for own in changes)) for point in points)
    return SpecEvidence(
        extract_spec(text, comparison.spec).title if text else "",
        tuple(rows),
        tuple(map(_count_tests, differences)),
        any(difference.is_truncated for difference in differences),
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
    """Read the spec at the base, or at the first side that has it."""
    for commit in (comparison.base, *(side.oid for side in comparison.sides)):
        entry = find_file_at(repository, commit, comparison.spec) if comparison.spec else None
        if entry and entry.mode.startswith("100"):
            return read_blob(repository, entry.oid).data.decode("utf-8", "replace")
    return ""


def _list_lines(file: FileDifference, kind: LineKind) -> list[tuple[int, str]]:
    lines = (line for hunk in file.hunks for line in hunk.lines if line.kind is kind)
    return [(line.new_number or line.old_number or 0, line.text) for line in lines]


def _count_tests(difference: CommitDifference) -> int:
    count = 0
    for file in difference.files:
        now, before = file.change.path, file.change.old_path or file.change.path
        count += count_tests(now, (text for _, text in _list_lines(file, LineKind.ADDED)))
        count -= count_tests(before, (text for _, text in _list_lines(file, LineKind.REMOVED)))
    return count
