"""One comparison: what it is made of, each side in numbers, and every file with what each side did to it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from flask import Blueprint

from tandemweb.domain.comparison import FileMatrix, SideNotice, SideSummary, SpecEvidence, Standing, UnfinishedSide
from tandemweb.domain.run import Run, StepRun
from tandemweb.errors import NotFoundError
from tandemweb.services.comparing import add_up_costs, list_notices, list_unfinished
from tandemweb.services.run_listing import list_costs, list_places, list_runs
from tandemweb.store.repositories import get_repository_status
from tandemweb.web.comparison_cache import get_matrix
from tandemweb.web.comparison_head import ComparisonHead, build_matrix_table, get_head
from tandemweb.web.comparison_reading import find_evidence, get_evidence, get_summaries
from tandemweb.web.configuration import get_configuration
from tandemweb.web.databases import get_index, get_state
from tandemweb.web.matrix_rows import MatrixTable
from tandemweb.web.pages import page
from tandemweb.web.parameters import find_text
from tandemweb.web.repositories import open_history

blueprint = Blueprint("comparison_overview", __name__)


@dataclass(frozen=True, slots=True)
class ComparisonPage:
    """``notices`` are of sides whose branch stands there no longer. ``summaries`` are None until they are asked for.

    ``table`` is None where the files cannot be shown, for the reason in ``problem``.
    """

    head: ComparisonHead
    notices: tuple[SideNotice, ...]
    unfinished: tuple[UnfinishedSide, ...]
    summaries: tuple[SideSummary, ...] | None
    table: MatrixTable | None
    problem: str = ""
    test_counts: tuple[int, ...] = ()
    costs: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MatrixPage:
    head: ComparisonHead
    table: MatrixTable
    summaries: None = None


@dataclass(frozen=True, slots=True)
class NumbersPage:
    """``test_counts`` are of tests added, by side; empty until the tests were looked for. ``costs`` are US dollars."""

    head: ComparisonHead
    summaries: tuple[SideSummary, ...]
    table: MatrixTable
    test_counts: tuple[int, ...]
    costs: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class CriteriaPage:
    head: ComparisonHead
    evidence: SpecEvidence


@page(blueprint, "/projects/<slug>/comparisons/<int:number>", "comparisons/show.html")
def show(slug: str, number: int) -> ComparisonPage:
    """Name the files at once; lines are counted, and commits looked through, by parts that load afterwards."""
    head = get_head(slug, number)
    status = get_repository_status(get_index(), slug)
    with open_history(head.project) as repository:
        notices = list_notices(repository, head.comparison, status)
    table, problem = None, ""
    try:
        table = _build_table(head, get_matrix(head.project, head.comparison))
    except NotFoundError as error:
        problem = str(error)
    return ComparisonPage(
        head=head,
        notices=tuple(note for note in notices if note.standing is not Standing.STANDS or note.is_lost),
        unfinished=list_unfinished(head.comparison, status, _list_places(slug)),
        summaries=None,
        table=table,
        problem=problem,
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
    return MatrixPage(head, _build_table(head, matrix))


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
    evidence = find_evidence(head)
    counts = evidence.test_counts if evidence else ()
    spent = list_costs(_list_places(slug))
    costs = add_up_costs(head.comparison, get_repository_status(get_index(), slug), spent)
    return NumbersPage(head, get_summaries(head, matrix), _build_table(head, matrix), counts, costs)


@page(
    blueprint,
    "/projects/<slug>/comparisons/<int:number>/criteria",
    "comparisons/criteria.html",
    fragment="comparisons/_criteria.html",
)
def show_criteria(slug: str, number: int) -> CriteriaPage:
    """Show what speaks of each point of the spec, on each side."""
    head = get_head(slug, number)
    return CriteriaPage(head, get_evidence(head))


def _list_places(slug: str) -> Iterator[tuple[Run, StepRun, str]]:
    data_folder = get_configuration().data_folder
    return list_places(data_folder, list_runs(data_folder, get_state(), project=slug))


def _build_table(head: ComparisonHead, matrix: FileMatrix) -> MatrixTable:
    return build_matrix_table(head, matrix, kind=find_text("kind") or "", text=find_text("text") or "")
