"""What takes several git processes to say of a comparison, remembered."""

from typing import cast

from tandemweb.domain.comparison import FileMatrix, SideSummary, SpecEvidence
from tandemweb.services.comparing import summarise_sides
from tandemweb.services.comparison_evidence import list_named_findings, read_evidence
from tandemweb.store.reviews import list_reviews
from tandemweb.store.revisions import get_revision
from tandemweb.web.comparison_cache import find_remembered, pin, remember
from tandemweb.web.comparison_head import ComparisonHead
from tandemweb.web.databases import get_index
from tandemweb.web.repositories import open_history

CACHED_SUMMARIES = 1000
CACHED_EVIDENCE = 20_000  # places that speak of points, of all comparisons together


def get_summaries(head: ComparisonHead, matrix: FileMatrix) -> tuple[SideSummary, ...]:
    """Tell each side in numbers; a git process for each the first time."""

    def summarise() -> tuple[SideSummary, ...]:
        with open_history(head.project) as repository:
            return summarise_sides(repository, head.comparison, matrix)

    key = (pin(head.project, head.comparison), matrix.has_counts)
    return remember("tandemweb.summaries", CACHED_SUMMARIES, key, summarise, len)


def get_evidence(head: ComparisonHead) -> SpecEvidence:
    """Find what speaks of each point of the spec; two git processes for each side the first time."""

    def read() -> SpecEvidence:
        findings = list_named_findings(list_reviews(get_index(), head.project.slug))
        with open_history(head.project) as repository:
            return read_evidence(repository, head.comparison, findings)

    return remember("tandemweb.evidence", CACHED_EVIDENCE, _name_evidence(head), read, _weigh)


def find_evidence(head: ComparisonHead) -> SpecEvidence | None:
    """Find it where it was read before."""
    return cast("SpecEvidence | None", find_remembered("tandemweb.evidence", CACHED_EVIDENCE, _name_evidence(head)))


def _name_evidence(head: ComparisonHead) -> tuple[object, ...]:
    # Findings of reviews come and go with the index.
    return (*pin(head.project, head.comparison), head.comparison.spec, get_revision(get_index(), head.project.slug))


def _weigh(evidence: SpecEvidence) -> int:
    return 1 + sum(len(found) for row in evidence.rows for found in row.sides)
