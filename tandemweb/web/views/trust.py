"""What a person has to see before agents start in a project, and the forms that allow it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus

from flask import Blueprint, Response, request

from tandemweb.domain.mission import Project
from tandemweb.domain.problem import Problem
from tandemweb.domain.workflow import WorkflowSource
from tandemweb.errors import InvalidRequestError
from tandemweb.services.made_trees import list_made_trees
from tandemweb.services.trusting import TrustStatus, get_trust_status, trust_project, withdraw_trust
from tandemweb.services.workflows import list_workflows, trust_workflow
from tandemweb.store.repositories import get_repository_status
from tandemweb.web import urls
from tandemweb.web.configuration import get_configuration
from tandemweb.web.databases import get_index, get_project, get_state
from tandemweb.web.pages import page
from tandemweb.web.parameters import find_text

blueprint = Blueprint("trust", __name__)


@dataclass(frozen=True, slots=True)
class OfferedWorkflow:
    """A workflow of the project; ``digest`` is "" where its file has mistakes and cannot be used."""

    name: str
    path: str
    text: str
    digest: str
    is_trusted: bool
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class TrustPage:
    """``tree`` is another work tree of the repository, "" the project's own; ``back`` the page to go on to."""

    project: Project
    tree: str
    status: TrustStatus
    workflows: tuple[OfferedWorkflow, ...]
    back: str


@page(blueprint, "/projects/<slug>/trust", "trust/show.html")
def show(slug: str) -> TrustPage:
    project = get_project(slug)
    data_folder = get_configuration().data_folder
    tree = check_tree(project, find_text("tree") or "")
    back = urls.local_or_home(find_text("back") or urls.project(slug))
    offered = tuple(
        OfferedWorkflow(
            entry.name,
            entry.path,
            entry.text,
            entry.workflow.digest if entry.workflow else "",
            entry.is_trusted,
            entry.problems,
        )
        for entry in list_workflows(data_folder, project)
        if entry.source is WorkflowSource.PROJECT
    )
    return TrustPage(project, tree, get_trust_status(data_folder, project, tree), offered, back)


def check_tree(project: Project, tree: str) -> str:
    """Give a work tree of the project's repository, "" for the project itself. Raises InvalidRequestError."""
    if tree in {"", project.path}:
        return ""
    known = {worktree.path for worktree in get_repository_status(get_index(), project.slug).worktrees}
    if tree not in known and not _is_own(project, tree):
        raise InvalidRequestError("This is no work tree of the project; the project's page lists them.")
    return tree


def _is_own(project: Project, tree: str) -> bool:
    """Whether this program made the work tree, of which the index may not know yet."""
    made = list_made_trees(get_configuration().data_folder, get_state(), project=project.slug)
    return tree in {own.path for own in made}


@blueprint.post("/projects/<slug>/trust/allow")
def allow(slug: str) -> Response:
    project = get_project(slug)
    tree = check_tree(project, request.form.get("tree", ""))
    digest = request.form.get("digest", "")
    trust_project(get_configuration().data_folder, project, digest, at=datetime.now(UTC), work_tree=tree)
    return _lead_to(urls.local_or_home(request.form.get("back") or urls.trust(slug)))


@blueprint.post("/projects/<slug>/trust/workflow")
def allow_workflow(slug: str) -> Response:
    """Let a workflow of the project be used, as it is now."""
    name, digest = request.form.get("name", ""), request.form.get("digest", "")
    trust_workflow(get_configuration().data_folder, get_project(slug), name, digest, at=datetime.now(UTC))
    return _stay(slug)


@blueprint.post("/projects/<slug>/trust/withdraw")
def withdraw(slug: str) -> Response:
    withdraw_trust(get_configuration().data_folder, get_project(slug))
    return _stay(slug)


def _stay(slug: str) -> Response:
    """Show the page again: there may be more to allow before going back."""
    return _lead_to(urls.trust(slug, tree=request.form.get("tree") or None, back=request.form.get("back") or None))


def _lead_to(address: str) -> Response:
    return Response(status=HTTPStatus.SEE_OTHER, headers={"Location": address})
