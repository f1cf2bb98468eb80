"""Blind judges of a comparison: asked by a form, shown with the sides in place of the labels."""

from http import HTTPStatus

from flask import Blueprint, Response, request

from tandemweb.errors import TandemwebError
from tandemweb.services.changes import RUNS, comparison_topic
from tandemweb.services.judging import start_judge, write_review
from tandemweb.services.trusting import NotTrustedError
from tandemweb.web import urls
from tandemweb.web.comparison_head import get_head, get_own_comparison
from tandemweb.web.configuration import get_configuration
from tandemweb.web.databases import get_state
from tandemweb.web.judge_page import JudgePage, build_page
from tandemweb.web.pages import page, respond
from tandemweb.web.raw import raw_response

blueprint = Blueprint("judgements", __name__)

RULE = "/projects/<slug>/comparisons/<int:number>/judge"
TEMPLATE = "comparisons/judge.html"
FIELD_LIMIT = 200  # characters of a form's field


@page(blueprint, RULE, TEMPLATE, fragment="comparisons/_judge.html")
def show(slug: str, number: int) -> JudgePage:
    return build_page(get_head(slug, number))


@blueprint.get(f"{RULE}/<run>/review.json")
def download_review(slug: str, number: int, run: str) -> Response:
    """Answer what a judge said as a review, to be kept wherever one likes."""
    comparison = get_own_comparison(slug, number)
    review = write_review(get_configuration().data_folder, get_state(), comparison, run)
    name = f"judge-of-comparison-{number}.json"
    return raw_response(review.encode("utf-8", "replace"), name, download=True)


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
