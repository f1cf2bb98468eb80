"""One comparison: what it is made of, each side in numbers, and every file with what each side did to it."""

from collections import Counter
from dataclasses import dataclass

from flask import Blueprint

from tandemweb.domain.commit import Commit
from tandemweb.domain.comparison import Comparison, FileMatrix, SideNotice, SideSummary, Standing
from tandemweb.domain.mission import Project
from tandemweb.services.comparing import list_notices, summarise_sides
from tandemweb.store.commit_list import list_commits_by_oid
from tandemweb.store.comparisons import list_picks, list_viewed
from tandemweb.store.repositories import get_repository_status
from tandemweb.web import urls
from tandemweb.web.comparison_cache import get_matrix, pin, remember
from tandemweb.web.databases import get_index, get_project, get_state
from tandemweb.web.matrix_rows import MatrixTable, Progress, build_table
from tandemweb.web.pages import page
from tandemweb.web.parameters import find_text
from tandemweb.web.repositories import open_history
from tandemweb.web.sides import ShownSide, show_sides
from tandemweb.web.views.comparisons import get_own_comparison

blueprint = Blueprint("comparison_overview", __name__)

CACHED_SUMMARIES = 1000


@dataclass(frozen=True, slots=True)
class ComparisonHead:
    """What every page of a comparison needs. ``base`` is None when the index does not know that commit."""

    project: Project
    comparison: Comparison
    sides: tuple[ShownSide, ...]
    base: Commit | None

    @property
    def address(self) -> str:
        return urls.comparison(self.project.slug, self.comparison.id)


@dataclass(frozen=True, slots=True)
class ComparisonPage:
    """``notices`` are of sides whose branch stands there no longer. ``summaries`` are None until they are asked for."""

    head: ComparisonHead
    notices: tuple[SideNotice, ...]
    summaries: tuple[SideSummary, ...] | None
    table: MatrixTable
    progress: Progress


@dataclass(frozen=True, slots=True)
class MatrixPage:
    head: ComparisonHead
    table: MatrixTable
    progress: Progress
    summaries: None = None


@dataclass(frozen=True, slots=True)
class NumbersPage:
    head: ComparisonHead
    summaries: tuple[SideSummary, ...]
    table: MatrixTable


@page(blueprint, "/projects/<slug>/comparisons/<int:number>", "comparisons/show.html")
def show(slug: str, number: int) -> ComparisonPage:
    """Name the files at once; lines are counted, and commits looked through, by parts that load afterwards."""
    head = get_head(slug, number)
    status = get_repository_status(get_index(), slug)
    with open_history(head.project) as repository:
        notices = list_notices(repository, head.comparison, status)
    matrix = get_matrix(head.project, head.comparison)
    return ComparisonPage(
        head=head,
        notices=tuple(note for note in notices if note.standing is not Standing.STANDS or note.is_lost),
        summaries=None,
        table=_build_table(head, matrix),
        progress=Progress(0, 0),
    )


@page(
    blueprint,
    "/projects/<slug>/comparisons/<int:number>/matrix",
    "comparisons/matrix.html",
    fragment="comparisons/_matrix.html",
)
def show_matrix(slug: str, number: int) -> MatrixPage:
    """Count the lines of every file."""
    head = get_head(slug, number)
    matrix = get_matrix(head.project, head.comparison, with_counts=True)
    return MatrixPage(head, _build_table(head, matrix), Progress(0, 0))


@page(
    blueprint,
    "/projects/<slug>/comparisons/<int:number>/numbers",
    "comparisons/numbers.html",
    fragment="comparisons/_numbers.html",
)
def show_numbers(slug: str, number: int) -> NumbersPage:
    """Tell each side in numbers; lines only where they were counted already."""
    head = get_head(slug, number)
    matrix = get_matrix(head.project, head.comparison)
    return NumbersPage(head, _summarise(head, matrix), _build_table(head, matrix))


def get_head(slug: str, number: int) -> ComparisonHead:
    """Raise NotFoundError for a project or comparison that is not there."""
    project, comparison = get_project(slug), get_own_comparison(slug, number)
    oids = [comparison.base, *(side.oid for side in comparison.sides)]
    commits = list_commits_by_oid(get_index(), slug, oids)
    return ComparisonHead(project, comparison, show_sides(comparison, commits), commits.get(comparison.base))


def _build_table(head: ComparisonHead, matrix: FileMatrix) -> MatrixTable:
    state, number = get_state(), head.comparison.id
    return build_table(
        matrix,
        head.project.slug,
        number,
        head.sides,
        list_viewed(state, number),
        Counter(pick.file for pick in list_picks(state, number)),
        kind=find_text("kind") or "",
        text=find_text("text") or "",
    )


def _summarise(head: ComparisonHead, matrix: FileMatrix) -> tuple[SideSummary, ...]:
    def summarise() -> tuple[SideSummary, ...]:
        with open_history(head.project) as repository:
            return summarise_sides(repository, head.comparison, matrix)

    key = (pin(head.project, head.comparison), matrix.has_counts)
    return remember("tandemweb.summaries", CACHED_SUMMARIES, key, summarise, len)
