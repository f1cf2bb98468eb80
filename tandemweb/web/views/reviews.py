"""The findings of a plan or review outside missions: by whom, how bad, what became of them."""

from collections import Counter
from dataclasses import dataclass, replace

from flask import Blueprint

from tandemweb.domain.commit import DocumentVersion
from tandemweb.domain.finding import FileReference
from tandemweb.domain.mission import Document, DocumentKind, Project
from tandemweb.domain.problem import Problem
from tandemweb.domain.review import Review, ReviewFinding
from tandemweb.errors import HistoryError, NotFoundError
from tandemweb.services.changes import document_topic, project_topic
from tandemweb.services.plan_history import Rewriting, read_rewritings
from tandemweb.store.commit_paths import list_document_versions
from tandemweb.store.documents import get_document
from tandemweb.store.problems import ProblemFilter, list_problems
from tandemweb.store.repositories import get_repository_status
from tandemweb.store.reviews import list_reviews
from tandemweb.web import urls
from tandemweb.web.databases import get_index, get_project
from tandemweb.web.events import name_topics
from tandemweb.web.file_links import DocumentLinks, find_tree
from tandemweb.web.finding_list import SeverityChoice
from tandemweb.web.markdown_slots import Slot, SlotKind
from tandemweb.web.pages import page
from tandemweb.web.parameters import find_choice, find_text
from tandemweb.web.repositories import open_history

blueprint = Blueprint("reviews", __name__)

CATEGORIES = ("confirmed", "integration", None, "dismissed")


@dataclass(frozen=True, slots=True)
class ReviewQuery:
    """What the URL asks of the findings of the document ``path``."""

    project: str
    path: str
    severity: SeverityChoice | None = None
    reviewer: str | None = None

    def address(self, **changes: object) -> str:
        wanted = replace(self, **changes)  # type: ignore[arg-type]  # names are checked by replace
        return urls.review(self.project, self.path, severity=wanted.severity, reviewer=wanted.reviewer)

    def lets_through(self, finding: ReviewFinding) -> bool:
        severity = finding.mention.severity
        choice = SeverityChoice(severity.lower()) if severity else SeverityChoice.NONE
        return self.severity in (None, choice) and (self.reviewer is None or self.reviewer in finding.mention.reviewers)


@dataclass(frozen=True, slots=True)
class PlaceLink:
    """A place in the project's code; ``address`` is None where the file cannot be told or is not in git."""

    reference: FileReference
    address: str | None


@dataclass(frozen=True, slots=True)
class ReviewRow:
    number: int
    finding: ReviewFinding
    places: tuple[PlaceLink, ...]


@dataclass(frozen=True, slots=True)
class ReviewGroup:
    """Findings of one category, None for documents that have no categories."""

    category: str | None
    rows: tuple[ReviewRow, ...]


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """``rewritings`` are commits that changed original phases of a plan; None where git cannot tell."""

    project: Project
    document: Document
    query: ReviewQuery
    review: Review
    groups: tuple[ReviewGroup, ...]
    shown_count: int
    reviewers: tuple[str, ...]
    reviewer_counts: dict[str, int]
    problems: tuple[Problem, ...]
    is_plan: bool
    version_count: int
    rewritings: tuple[Rewriting, ...] | None
    topics: tuple[str, ...]


@page(blueprint, "/projects/<slug>/reviews/<path:path>", "reviews/show.html")
def show(slug: str, path: str) -> ReviewPage:
    index, project = get_index(), get_project(slug)
    document = get_document(index, slug, path).document
    review = list_reviews(index, slug, path).get(path)
    if review is None:
        raise NotFoundError(f"{path} holds no findings that could be read; see the document itself.")
    query = ReviewQuery(slug, path, find_choice("severity", SeverityChoice), find_text("reviewer"))
    shown = [finding for finding in review.findings if query.lets_through(finding)]
    versions = list_document_versions(index, slug, path)
    counts = Counter(name for finding in review.findings for name in finding.mention.reviewers)
    return ReviewPage(
        project=project,
        document=document,
        query=query,
        review=review,
        groups=group_findings(shown, review, _find_links(project, path, versions, shown)),
        shown_count=len(shown),
        reviewers=tuple(dict.fromkeys([*review.reviewers, *counts])),
        reviewer_counts=dict(counts),
        problems=_list_problems(slug, path),
        is_plan=document.kind is DocumentKind.PLAN,
        version_count=len(versions),
        rewritings=_check_plan(project, document, versions),
        topics=name_topics(document_topic(slug, path), project_topic(slug)),
    )


def group_findings(shown: list[ReviewFinding], review: Review, links: DocumentLinks) -> tuple[ReviewGroup, ...]:
    """Group by category, what is confirmed first; numbers are those of the whole document."""
    groups = []
    for category in CATEGORIES:
        members = [finding for finding in shown if finding.category == category]
        rows = tuple(_row(review.findings.index(finding) + 1, finding, links) for finding in members)
        groups.append(ReviewGroup(category, rows))
    return tuple(group for group in groups if group.rows)


def _row(number: int, finding: ReviewFinding, links: DocumentLinks) -> ReviewRow:
    places = (
        PlaceLink(place, links.find_reference(place.path, place.line_start, place.line_end))
        for place in finding.mention.file_references
    )
    return ReviewRow(number, finding, tuple(places))


def _find_links(
    project: Project, path: str, versions: tuple[DocumentVersion, ...], findings: list[ReviewFinding]
) -> DocumentLinks:
    """Lead to files as they were when the document was last changed; those of HEAD when no commit holds it."""
    commit = versions[0].commit.oid if versions else get_repository_status(get_index(), project.slug).head_oid
    named = (place.path for finding in findings for place in finding.mention.file_references)
    links = DocumentLinks(project, path, frozenset(), None)
    wanted = links.list_wanted(Slot(SlotKind.REFERENCE, target) for target in named)
    return replace(links, tree=find_tree(project, commit, wanted))


def _list_problems(slug: str, path: str) -> tuple[Problem, ...]:
    rows = list_problems(get_index(), ProblemFilter(project=slug, text=path)).rows
    return tuple(row.problem for row in rows if row.problem.path == path)


def _check_plan(
    project: Project, document: Document, versions: tuple[DocumentVersion, ...]
) -> tuple[Rewriting, ...] | None:
    if document.kind is not DocumentKind.PLAN or not versions:
        return None
    try:
        with open_history(project) as repository:
            return read_rewritings(repository, versions)
    except (HistoryError, NotFoundError):
        return None
