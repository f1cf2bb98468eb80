"""What a person has to see before agents start in a project, and the form that allows it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus

from flask import Blueprint, Response, request

from tandemweb.domain.mission import Project
from tandemweb.services.trusting import TrustStatus, get_trust_status, trust_project, withdraw_trust
from tandemweb.web import urls
from tandemweb.web.configuration import get_configuration
from tandemweb.web.databases import get_project
from tandemweb.web.pages import page
from tandemweb.web.parameters import find_text

blueprint = Blueprint("trust", __name__)


@dataclass(frozen=True, slots=True)
class TrustPage:
    """``back`` is the page to go on to once it is allowed."""

    project: Project
    status: TrustStatus
    back: str


@page(blueprint, "/projects/<slug>/trust", "trust/show.html")
def show(slug: str) -> TrustPage:
    project = get_project(slug)
    back = urls.local_or_home(find_text("back") or urls.project(slug))
    return TrustPage(project, get_trust_status(get_configuration().data_folder, project), back)


@blueprint.post("/projects/<slug>/trust/allow")
def allow(slug: str) -> Response:
    trust_project(
        get_configuration().data_folder, get_project(slug), request.form.get("digest", ""), at=datetime.now(UTC)
    )
    return _lead_to(urls.local_or_home(request.form.get("back") or urls.trust(slug)))


@blueprint.post("/projects/<slug>/trust/withdraw")
def withdraw(slug: str) -> Response:
    withdraw_trust(get_configuration().data_folder, get_project(slug))
    return _lead_to(urls.trust(slug))


def _lead_to(address: str) -> Response:
    return Response(status=HTTPStatus.SEE_OTHER, headers={"Location": address})
