"""The tests of a comparison's sides: started by a form, shown test by test."""

from http import HTTPStatus

from flask import Blueprint, Response, request

from tandemweb.domain.case_results import CaseKind
from tandemweb.domain.comparison import CheckCommand
from tandemweb.errors import InvalidRequestError, TandemwebError
from tandemweb.services.changes import RUNS, comparison_topic
from tandemweb.services.comparison_tests import start_tests
from tandemweb.services.trusting import NotTrustedError
from tandemweb.web import urls
from tandemweb.web.comparison_head import get_head
from tandemweb.web.configuration import get_configuration
from tandemweb.web.pages import page, respond
from tandemweb.web.parameters import find_choice
from tandemweb.web.tests_page import MOST_MINUTES, USUAL_MINUTES, ComparisonTestsPage, build_page

blueprint = Blueprint("comparison_tests", __name__)

RULE = "/projects/<slug>/comparisons/<int:number>/tests"
TEMPLATE = "comparisons/tests.html"
FIELD_LIMIT = 2001  # characters of a form's field; what is longer is refused, not cut
_KEY_LIMIT = 200


@page(blueprint, RULE, TEMPLATE, fragment="comparisons/_tests.html")
def show(slug: str, number: int) -> ComparisonTestsPage:
    return build_page(get_head(slug, number), find_choice("kind", CaseKind))


@blueprint.post(f"{RULE}/start")
def start(slug: str, number: int) -> Response:
    """Start the tests of the sides that the form names; what keeps them from it is said on the page."""
    head, configuration = get_head(slug, number), get_configuration()
    command = CheckCommand(*(request.form.get(name, "")[:FIELD_LIMIT].strip() for name in ("command", "report")))
    minutes = USUAL_MINUTES
    try:
        minutes = _read_minutes()
        start_tests(
            configuration.data_folder,
            head.project,
            head.comparison,
            request.form.getlist("subject"),
            command,
            seconds=minutes * 60,
            request_key=_read_key(),
        )
    except NotTrustedError as error:
        trust = urls.trust(slug, back=urls.comparison_part(slug, number, "tests"))
        refused = build_page(head, command=command, minutes=minutes, message=str(error), trust=trust)
        return respond(refused, TEMPLATE, status=error.status)
    except TandemwebError as error:
        refused = build_page(head, command=command, minutes=minutes, message=str(error))
        return respond(refused, TEMPLATE, status=error.status)
    configuration.broker.publish([RUNS, comparison_topic(number)])
    address = urls.comparison_part(slug, number, "tests")
    return Response(status=HTTPStatus.SEE_OTHER, headers={"Location": address})


def _read_minutes() -> int:
    text = request.form.get("minutes", str(USUAL_MINUTES))
    if not (text.isascii() and text.isdigit() and len(text) < len(str(MOST_MINUTES)) + 1):
        raise InvalidRequestError(f"The time is given in whole minutes, at most {MOST_MINUTES}.")
    if not 1 <= int(text) <= MOST_MINUTES:
        raise InvalidRequestError(f"The tests may take from 1 to {MOST_MINUTES} minutes.")
    return int(text)


def _read_key() -> str:
    return request.form.get("request_key", "")[:_KEY_LIMIT]
