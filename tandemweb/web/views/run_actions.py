"""What a person does with a run under way: plain forms, each of which tells the driver through the run's folder."""

from http import HTTPStatus

from flask import Blueprint, Response, request

from tandemweb.domain.run import Question
from tandemweb.errors import ConflictError, InvalidRequestError
from tandemweb.services.changes import RUNS, run_topic
from tandemweb.services.gate_choosing import choose
from tandemweb.services.resuming import resume_run
from tandemweb.services.run_details import read_detail
from tandemweb.services.stages import answer_question, go_on_run, mark_seen, pause_run, stop_run
from tandemweb.services.trusting import NotTrustedError
from tandemweb.services.workflows import UntrustedWorkflowError
from tandemweb.web import urls
from tandemweb.web.configuration import get_configuration
from tandemweb.web.databases import get_project, get_state
from tandemweb.web.form_drafts import keep_draft
from tandemweb.web.run_questions import read_answer

blueprint = Blueprint("run_actions", __name__)

MESSAGE_CHARACTERS = 100_000
KEY_CHARACTERS, STEP_DIGITS = 200, 6


@blueprint.post("/runs/<number>/stop")
def stop(number: str) -> Response:
    stop_run(get_configuration().data_folder, number)
    return lead_back(number)


@blueprint.post("/runs/<number>/pause")
def pause(number: str) -> Response:
    pause_run(get_configuration().data_folder, number)
    return lead_back(number)


@blueprint.post("/runs/<number>/go-on")
def go_on(number: str) -> Response:
    go_on_run(get_configuration().data_folder, number)
    return lead_back(number)


@blueprint.post("/runs/<number>/seen")
def seen(number: str) -> Response:
    """Note that the end was seen; the notice goes from all pages at once."""
    configuration = get_configuration()
    mark_seen(configuration.data_folder, number)
    configuration.runs.take_down(number)
    configuration.broker.publish({RUNS, run_topic(number)})
    return lead_back(number)


@blueprint.post("/runs/<number>/resume")
def resume(number: str) -> Response:
    """Begin a run that goes on from this one, and lead to it.

    With a message, the agent of a step goes on in its conversation; without, the run goes on where it was cut off.
    """
    message = request.form.get("message", "").replace("\r\n", "\n").strip()
    if len(message) > MESSAGE_CHARACTERS:
        raise InvalidRequestError(f"The message is longer than {MESSAGE_CHARACTERS:,} characters.")
    step = request.form.get("step", "0")
    if not (step.isascii() and step.isdigit() and len(step) < STEP_DIGITS):
        raise InvalidRequestError("The form names no step of the run.")
    key = request.form.get("request_key", "")[:KEY_CHARACTERS]
    try:
        run = resume_run(get_configuration().data_folder, number, int(step), message, request_key=key)
    except NotTrustedError:
        old = read_detail(get_configuration().data_folder, get_state(), number).run
        return lead_to_trust(old.project, number)
    get_configuration().broker.publish({RUNS})
    return lead_to(urls.run(run.id))


def lead_to_trust(slug: str, number: str) -> Response:
    """Lead to what a person has to allow, and from there back to the run, where what was typed stands."""
    return lead_to(urls.trust(slug, back=urls.run(number, draft=keep_draft(urls.run(number)))))


@blueprint.post("/runs/<number>/choose")
def choose_way(number: str) -> Response:
    """Go on from a gate of a run outside missions: lead to the run that the choice begins."""
    configuration = get_configuration()
    note = request.form.get("note", "").replace("\r\n", "\n").strip()[:MESSAGE_CHARACTERS]
    slug = read_detail(configuration.data_folder, get_state(), number).run.project
    try:
        run = choose(configuration.data_folder, get_project(slug), number, request.form.get("word", ""), note)
    except (NotTrustedError, UntrustedWorkflowError):
        return lead_to_trust(slug, number)
    if run is None:
        return seen(number)
    configuration.broker.publish({RUNS, run_topic(number)})
    return lead_to(urls.run(run.id))


@blueprint.post("/runs/<number>/questions/<question>")
def answer(number: str, question: str) -> Response:
    """Answer what an agent waits for. Raises ConflictError when it does not wait for it (any more)."""
    configuration = get_configuration()
    asked = _find_question(number, question)
    given = read_answer(asked, request.form.to_dict(flat=False))
    answer_question(
        configuration.data_folder,
        number,
        asked.id,
        is_allowed=given.is_allowed,
        answers=given.answers,
        message=given.message,
    )
    return lead_back(number)


def _find_question(number: str, question: str) -> Question:
    run = read_detail(get_configuration().data_folder, get_state(), number).run
    found = next((one for one in run.questions if one.id == question), None)
    if found is None:
        raise ConflictError("The question was answered or withdrawn already; look at the run.")
    return found


def lead_back(number: str) -> Response:
    """Lead to the page that the form stands on, the run's own where it names none."""
    get_configuration().broker.publish({run_topic(number)})
    return lead_to(urls.local_or_home(request.form.get("back") or urls.run(number)))


def lead_to(address: str) -> Response:
    return Response(status=HTTPStatus.SEE_OTHER, headers={"Location": address})
