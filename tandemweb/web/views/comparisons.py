"""Comparisons of a project: those that suggest themselves, those that are kept, and a form for any commits by hand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus

from flask import Blueprint, Response, request

from tandemweb.domain.commit import Commit, RepositoryCondition, RepositoryStatus
from tandemweb.domain.comparison import MOST_SIDES, Comparison
from tandemweb.domain.mission import Project
from tandemweb.errors import InvalidRequestError, NotFoundError
from tandemweb.services.comparison_pairs import compose_comparison, list_suggestions
from tandemweb.store.commit_list import list_commits_by_oid
from tandemweb.store.comparisons import delete_comparison, list_comparisons, save_comparison
from tandemweb.store.projects import list_projects
from tandemweb.store.repositories import get_repository_status
from tandemweb.store.settings import read_settings
from tandemweb.store.state import open_state
from tandemweb.web import urls
from tandemweb.web.comparison_head import get_own_comparison
from tandemweb.web.configuration import get_configuration
from tandemweb.web.databases import get_index, get_project, get_state
from tandemweb.web.pages import page
from tandemweb.web.repositories import open_history
from tandemweb.web.sides import ShownSide, show_sides

blueprint = Blueprint("comparisons", __name__)

NAME_LIMIT = 300  # characters of a ref, a commit or a path that a form may name
_WITHOUT_HISTORY = {RepositoryCondition.NONE, RepositoryCondition.UNREADABLE, RepositoryCondition.EMPTY}


@dataclass(frozen=True, slots=True)
class ListedComparison:
    """``address`` is None for one that is not kept yet. ``moved`` are letters of sides whose branch left its place."""

    comparison: Comparison
    sides: tuple[ShownSide, ...]
    base: Commit | None
    address: str | None
    moved: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person names by hand: ``found`` is what it comes to; ``message`` says why it comes to nothing."""

    names: tuple[str, ...] = ()
    base: str = ""
    spec: str = ""
    found: ListedComparison | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class ComparisonsPage:
    """``suggestions`` are left out where a draft is looked at."""

    project: Project
    status: RepositoryStatus
    suggestions: tuple[ListedComparison, ...]
    kept: tuple[ListedComparison, ...]
    draft: Draft
    ref_names: tuple[str, ...]
    most_sides: int = MOST_SIDES


@dataclass(frozen=True, slots=True)
class AllComparisonsPage:
    """``kept`` are those of all projects, newest first."""

    projects: tuple[Project, ...]
    kept: tuple[ListedComparison, ...]

    def name_project(self, slug: str) -> str:
        return next((project.name for project in self.projects if project.slug == slug), slug)


@page(blueprint, "/comparisons", "comparisons/all.html")
def list_all() -> AllComparisonsPage:
    """List what is kept; what suggests itself takes git to find, and stands on the page of each project."""
    projects = tuple(list_projects(get_state()))
    slugs = {project.slug for project in projects}
    kept = (comparison for comparison in list_comparisons(get_state()) if comparison.project in slugs)
    return AllComparisonsPage(
        projects,
        tuple(
            ListedComparison(
                comparison, show_sides(comparison, {}), None, urls.comparison(comparison.project, comparison.id)
            )
            for comparison in kept
        ),
    )


@page(blueprint, "/projects/<slug>/comparisons", "comparisons/list.html")
def index(slug: str) -> ComparisonsPage:
    project, status = get_project(slug), get_repository_status(get_index(), slug)
    kept = list_comparisons(get_state(), slug)
    draft, drafted = _read_draft(project, status)
    is_left_out = bool(draft.names) or status.condition in _WITHOUT_HISTORY
    suggestions = [] if is_left_out else _suggest(project, status)
    commits = _find_commits(slug, [*kept, *suggestions, *([drafted] if drafted else [])])
    known = {_content(comparison) for comparison in kept}
    return ComparisonsPage(
        project=project,
        status=status,
        suggestions=tuple(_show(c, commits, status) for c in suggestions if _content(c) not in known),
        kept=tuple(_show(comparison, commits, status) for comparison in kept),
        draft=Draft(
            draft.names, draft.base, draft.spec, _show(drafted, commits, status) if drafted else None, draft.message
        ),
        ref_names=tuple(dict.fromkeys(ref.short_name for ref in status.refs)),
    )


@blueprint.post("/projects/<slug>/comparisons/keep")
def save(slug: str) -> Response:
    """Keep a comparison of what the form names, and lead to it."""
    project, status = get_project(slug), get_repository_status(get_index(), slug)
    draft = _check_draft(request.form.getlist("side"), request.form.get("base", ""), request.form.get("spec", ""))
    comparison = _compose(project, status, draft)
    with open_state(get_configuration().data_folder) as state, state.transaction() as transaction:
        number = save_comparison(transaction, comparison, created_at=datetime.now(UTC))
    return Response(status=HTTPStatus.SEE_OTHER, headers={"Location": urls.comparison(slug, number)})


@blueprint.post("/projects/<slug>/comparisons/<int:number>/forget")
def forget(slug: str, number: int) -> Response:
    """Forget a comparison with its picks and marks; branches and commits stay as they are."""
    get_own_comparison(slug, number)
    with open_state(get_configuration().data_folder) as state, state.transaction() as transaction:
        delete_comparison(transaction, number)
    return Response(status=HTTPStatus.SEE_OTHER, headers={"Location": urls.comparisons(slug)})


def _suggest(project: Project, status: RepositoryStatus) -> list[Comparison]:
    patterns = read_settings(get_configuration().data_folder).comparisons.patterns
    with open_history(project) as repository:
        return list(list_suggestions(repository, project.slug, status, patterns=patterns))


def _read_draft(project: Project, status: RepositoryStatus) -> tuple[Draft, Comparison | None]:
    """Read what the form asks for, and what it comes to: the base that was computed can be seen before it is kept."""
    try:
        draft = _check_draft(request.args.getlist("side"), request.args.get("base", ""), request.args.get("spec", ""))
        return draft, _compose(project, status, draft) if draft.names else None
    except (InvalidRequestError, NotFoundError) as error:
        names = tuple(name[:NAME_LIMIT] for name in request.args.getlist("side")[:MOST_SIDES])
        base, spec = (request.args.get(name, "")[:NAME_LIMIT] for name in ("base", "spec"))
        return Draft(names, base, spec, message=str(error)), None


def _check_draft(sides: Sequence[str], base: str, spec: str) -> Draft:
    names = tuple(stripped for name in sides if (stripped := name.strip()))
    if any(len(text) > NAME_LIMIT for text in (*names, base, spec)):
        raise InvalidRequestError(f"A branch, commit or path has at most {NAME_LIMIT} characters here.")
    return Draft(names, base.strip(), spec.strip())


def _compose(project: Project, status: RepositoryStatus, draft: Draft) -> Comparison:
    with open_history(project) as repository:
        return compose_comparison(repository, project.slug, status, draft.names, base=draft.base, spec=draft.spec)


def _find_commits(slug: str, comparisons: Iterable[Comparison]) -> dict[str, Commit]:
    oids = {oid for comparison in comparisons for oid in (comparison.base, *(side.oid for side in comparison.sides))}
    return list_commits_by_oid(get_index(), slug, oids)


def _show(comparison: Comparison, commits: dict[str, Commit], status: RepositoryStatus) -> ListedComparison:
    now = {ref.name: ref.oid for ref in status.refs}
    return ListedComparison(
        comparison,
        show_sides(comparison, commits),
        commits.get(comparison.base),
        urls.comparison(comparison.project, comparison.id) if comparison.id else None,
        tuple(side.letter for side in comparison.sides if side.ref and now.get(side.ref) != side.oid),
    )


def _content(comparison: Comparison) -> tuple[str, tuple[str, ...]]:
    return comparison.base, tuple(side.oid for side in comparison.sides)
