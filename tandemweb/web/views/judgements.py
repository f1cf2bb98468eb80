"""Blind judges of a comparison: asked by a form, shown with the sides in place of the labels."""

from http import HTTPStatus

from flask import Blueprint, Response, request

from tandemweb.errors import TandemwebError
from tandemweb.services.changes import RUNS, comparison_topic
from tandemweb.services.judging import start_judge
from tandemweb.services.trusting import NotTrustedError
from tandemweb.web import urls
from tandemweb.web.comparison_head import get_head
from tandemweb.web.configuration import get_configuration
from tandemweb.web.judge_page import JudgePage, build_page
from tandemweb.web.pages import page, respond

blueprint = Blueprint("judgements", __name__)

RULE = "/projects/<slug>/comparisons/<int:number>/judge"
TEMPLATE = "comparisons/judge.html"
FIELD_LIMIT = 200  # characters of a form's field


@page(blueprint, RULE, TEMPLATE, fragment="comparisons/_judge.html")
def show(slug: str, number: int) -> JudgePage:
    return build_page(get_head(slug, number))


@blueprint.post(f"{RULE}/start")
def ask(slug: str, number: int) -> Response:
    """Start a judge; what keeps it from being started is said on the page."""
    head, configuration = get_head(slug, number), get_configuration()
    address = urls.comparison_part(slug, number, "judge")
    judge, synthesis, key = (request.form.get(name, "")[:FIELD_LIMIT] for name in ("judge", "synthesis", "request_key"))
    try:
        start_judge(
            configuration.data_folder, head.project, head.comparison, judge, request_key=key, synthesis=synthesis
        )
    except NotTrustedError as error:
        refused = build_page(head, message=str(error), trust=urls.trust(slug, back=address))
        return respond(refused, TEMPLATE, status=error.status)
    except TandemwebError as error:
        return respond(build_page(head, message=str(error)), TEMPLATE, status=error.status)
    configuration.broker.publish([RUNS, comparison_topic(number)])
    return Response(status=HTTPStatus.SEE_OTHER, headers={"Location": address})
