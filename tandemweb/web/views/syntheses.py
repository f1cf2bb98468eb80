"""Making a branch out of the picks of a comparison, and what becomes of it: handed on, or discarded."""

from dataclasses import dataclass, replace
from http import HTTPStatus

from flask import Blueprint, Response, request

from tandemweb.domain.synthesis import Synthesis
from tandemweb.errors import InvalidRequestError, NotFoundError, TandemwebError
from tandemweb.services.changes import comparison_topic, project_topic
from tandemweb.services.comparison_results import read_tests
from tandemweb.services.handing_over import read_synthesis_patch, render_pull_request
from tandemweb.services.judging import list_judgings
from tandemweb.services.picking import pick_everything, pick_single
from tandemweb.services.previewing import SynthesisPreview, preview_synthesis
from tandemweb.services.synthesising import (
    DEFAULT_BRANCH,
    NotTrustedError,
    RefusedPicksError,
    discard_synthesis,
    list_syntheses,
    synthesise,
)
from tandemweb.store.comparisons import list_picks, save_picks
from tandemweb.store.state import open_state
from tandemweb.web import urls
from tandemweb.web.comparison_cache import get_matrix
from tandemweb.web.comparison_head import ComparisonHead, get_head
from tandemweb.web.comparison_reading import get_evidence, get_summaries
from tandemweb.web.configuration import get_configuration
from tandemweb.web.databases import get_state
from tandemweb.web.pages import page, respond
from tandemweb.web.raw import raw_response
from tandemweb.web.repositories import open_history
from tandemweb.web.synthesis_page import ShownRefusal, SynthesisPage, build_page, show_refusals

blueprint = Blueprint("syntheses", __name__)

RULE = "/projects/<slug>/comparisons/<int:number>/synthesis"
TEMPLATE = "comparisons/synthesis.html"
BRANCH_LIMIT = 200  # characters of a form's field


@dataclass(frozen=True, slots=True)
class CheckPage:
    """What the picks would come to: commits, or ``refusals`` with the ways there."""

    head: ComparisonHead
    preview: SynthesisPreview
    refusals: tuple[ShownRefusal, ...]


@dataclass(frozen=True, slots=True)
class PullRequestPage:
    head: ComparisonHead
    synthesis: Synthesis
    text: str


@page(blueprint, RULE, TEMPLATE)
def show(slug: str, number: int) -> SynthesisPage:
    return build_page(get_head(slug, number))


@page(blueprint, f"{RULE}/check", "comparisons/check.html", fragment="comparisons/_check.html")
def check(slug: str, number: int) -> CheckPage:
    """Look whether the picks hold together, and which commits they come to."""
    head = get_head(slug, number)
    picks, matrix = list_picks(get_state(), number), get_matrix(head.project, head.comparison)
    with open_history(head.project) as repository:
        preview = preview_synthesis(repository, head.comparison, matrix, picks)
    return CheckPage(head, preview, show_refusals(head, preview.refusals))


@blueprint.post(f"{RULE}/make")
def make(slug: str, number: int) -> Response:
    """Make the branch; what keeps it from being made is said on the page, with the ways there."""
    head = get_head(slug, number)
    branch = request.form.get("branch", "")[:BRANCH_LIMIT].strip() or DEFAULT_BRANCH
    picks = list_picks(get_state(), number)
    folder = get_configuration().data_folder
    try:
        with open_history(head.project) as repository:
            synthesise(folder, head.project, repository, head.comparison, picks, branch=branch)
    except RefusedPicksError as error:
        return respond(build_page(head, branch, refusals=error.refusals), TEMPLATE, status=error.status)
    except NotTrustedError as error:
        trust = urls.trust(slug, back=urls.synthesis(slug, number))
        refused = replace(build_page(head, branch, message=str(error)), trust=trust)
        return respond(refused, TEMPLATE, status=error.status)
    except TandemwebError as error:
        return respond(build_page(head, branch, message=str(error)), TEMPLATE, status=error.status)
    return _lead_back(head)


@blueprint.post(f"{RULE}/everything")
def pick_all(slug: str, number: int) -> Response:
    """Pick every file of one side (its letter), or of whichever side is the only one that changed it (``one``)."""
    head, word = get_head(slug, number), request.form.get("word", "")
    matrix = get_matrix(head.project, head.comparison)
    if word == "one":
        picks = pick_single(matrix)
    elif word in {side.key for side in head.sides}:
        picks = pick_everything(matrix, word)
    else:
        raise InvalidRequestError(f"{word[:20]!r} is no side of this comparison.")
    with open_state(get_configuration().data_folder) as state, state.transaction() as transaction:
        save_picks(transaction, number, picks)
    return _lead_back(head)


@blueprint.post(f"{RULE}/<name>/discard")
def discard(slug: str, number: int, name: str) -> Response:
    """Remove the branch with its worktree; what somebody added to it only where the form says so."""
    head = get_head(slug, number)
    synthesis = _get_synthesis(head, name)
    with_changes = request.form.get("with_changes") == "1"
    try:
        with open_history(head.project) as repository:
            discard_synthesis(get_configuration().data_folder, repository, synthesis.id, with_changes=with_changes)
    except TandemwebError as error:
        return respond(build_page(head, message=str(error)), TEMPLATE, status=error.status)
    return _lead_back(head)


@page(blueprint, f"{RULE}/<name>/pull-request", "comparisons/pull_request.html")
def show_pull_request(slug: str, number: int, name: str) -> PullRequestPage:
    head = get_head(slug, number)
    synthesis = _get_synthesis(head, name)
    return PullRequestPage(head, synthesis, _write_pull_request(head, synthesis))


@blueprint.get(f"{RULE}/<name>/pull-request.md")
def download_pull_request(slug: str, number: int, name: str) -> Response:
    head = get_head(slug, number)
    text = _write_pull_request(head, _get_synthesis(head, name))
    return raw_response(text.encode("utf-8", "replace"), "pull-request.md", download=True)


@blueprint.get(f"{RULE}/<name>/changes.patch")
def download_patch(slug: str, number: int, name: str) -> Response:
    head = get_head(slug, number)
    synthesis = _get_synthesis(head, name)
    with open_history(head.project) as repository:
        patch = read_synthesis_patch(repository, synthesis)
    return raw_response(patch, f"{synthesis.branch.replace('/', '-')}.patch", download=True)


def _get_synthesis(head: ComparisonHead, name: str) -> Synthesis:
    for synthesis in list_syntheses(get_configuration().data_folder, head.comparison.id):
        if synthesis.id == name:
            return synthesis
    raise NotFoundError("This synthesis was discarded, or never made.")


def _write_pull_request(head: ComparisonHead, synthesis: Synthesis) -> str:
    matrix = get_matrix(head.project, head.comparison, with_counts=True)
    data_folder, state = get_configuration().data_folder, get_state()
    found = read_tests(data_folder, state, head.comparison).subjects
    judgings = list_judgings(data_folder, state, head.comparison)
    keys = {*(side.key for side in head.sides), synthesis.id}  # other syntheses are not spoken of
    return render_pull_request(
        head.comparison,
        get_summaries(head, matrix),
        matrix,
        get_evidence(head),
        synthesis,
        [(own.subject.name, own.tests) for own in found if own.tests and own.subject.key in keys],
        next((judging.judgement for judging in judgings if judging.judgement), None),
    )


def _lead_back(head: ComparisonHead) -> Response:
    """Tell open pages, and lead to the page that shows what is there now."""
    slug, number = head.project.slug, head.comparison.id
    get_configuration().broker.publish([comparison_topic(number), project_topic(slug)])
    return Response(status=HTTPStatus.SEE_OTHER, headers={"Location": urls.synthesis(slug, number)})
