"""What takes git or the index some time to say of a comparison, remembered."""

from typing import cast

from tandemweb.domain.commit import Commit
from tandemweb.domain.comparison import FileMatrix, SideSummary, SpecEvidence
from tandemweb.services.compared_texts import ComparedTexts
from tandemweb.services.comparing import read_side_commits, summarise_sides
from tandemweb.services.comparison_evidence import collect_evidence, list_named_findings, read_evidence
from tandemweb.store.commit_ranges import find_commits_since
from tandemweb.store.reviews import list_reviews
from tandemweb.store.revisions import get_revision
from tandemweb.web.comparison_cache import find_remembered, get_matrix, pin, remember
from tandemweb.web.comparison_head import ComparisonHead
from tandemweb.web.databases import get_index
from tandemweb.web.repositories import open_history

CACHED_COMMITS = 20_000  # of all comparisons together
CACHED_EVIDENCE = 20_000  # places that speak of points, of all comparisons together


def get_commits(head: ComparisonHead) -> tuple[tuple[Commit, ...], ...]:
    """Give the commits of each side since the base; no git process where the index knows them."""

    def read() -> tuple[tuple[Commit, ...], ...]:
        tips = [side.oid for side in head.comparison.sides]
        found = find_commits_since(get_index(), head.project.slug, tips, head.comparison.base)
        if found is not None:
            return found
        with open_history(head.project) as repository:
            return read_side_commits(repository, head.comparison)

    key = pin(head.project, head.comparison)
    return remember("tandemweb.side-commits", CACHED_COMMITS, key, read, lambda found: 1 + sum(map(len, found)))


def get_summaries(head: ComparisonHead, matrix: FileMatrix) -> tuple[SideSummary, ...]:
    """Tell each side in numbers."""
    return summarise_sides(head.comparison, matrix, get_commits(head))


def get_evidence(head: ComparisonHead, texts: ComparedTexts | None = None) -> SpecEvidence:
    """Find what speaks of each point of the spec; two git processes the first time, none with ``texts``."""

    def read() -> SpecEvidence:
        findings = list_named_findings(list_reviews(get_index(), head.project.slug))
        matrix, commits = get_matrix(head.project, head.comparison), get_commits(head)
        if texts is not None:
            return collect_evidence(head.comparison, matrix, texts, commits, findings)
        with open_history(head.project) as repository:
            return read_evidence(repository, head.comparison, matrix, commits, findings)

    return remember("tandemweb.evidence", CACHED_EVIDENCE, _name_evidence(head), read, _weigh)


def find_evidence(head: ComparisonHead) -> SpecEvidence | None:
    """Find it where it was read before."""
    return cast("SpecEvidence | None", find_remembered("tandemweb.evidence", CACHED_EVIDENCE, _name_evidence(head)))


def _name_evidence(head: ComparisonHead) -> tuple[object, ...]:
    # Findings of reviews come and go with the index.
    return (*pin(head.project, head.comparison), head.comparison.spec, get_revision(get_index(), head.project.slug))


def _weigh(evidence: SpecEvidence) -> int:
    return 1 + sum(len(found) for row in evidence.rows for found in row.sides)
