"""What a person does with a mission: approve, send back, answer, give feedback, complete, abandon; and undoing it.

Every form can show what it would change before it is written, and carries what it was built from.
"""

from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus

from flask import Blueprint, Response, request

from tandemweb.archive.changes import ChangeRecord
from tandemweb.archive.completion import complete
from tandemweb.archive.notes import Answer, answer_questions, give_feedback, send_back
from tandemweb.archive.transitions import abandon
from tandemweb.errors import NotFoundError, TandemwebError
from tandemweb.services.approving import apply_alone, prepare_approval
from tandemweb.services.mission_changes import Event, list_topics, undo_change
from tandemweb.services.next_steps import UserAction
from tandemweb.services.shown_files import Shown
from tandemweb.web import urls
from tandemweb.web.action_pages import (
    ActionForm,
    ActionPage,
    ChangePage,
    Subject,
    build_action_page,
    build_change_page,
    build_preview,
    build_refusal,
    get_subject,
)
from tandemweb.web.configuration import get_configuration
from tandemweb.web.index_waiting import wait_until_indexed
from tandemweb.web.next_step import AskedQuestion, list_asked, read_shown
from tandemweb.web.pages import page, respond

blueprint = Blueprint("next_steps", __name__)

TEMPLATE, CHANGE_TEMPLATE = "next_steps/show.html", "next_steps/change.html"


@page(blueprint, "/projects/<slug>/missions/<root>/<name>/next/<action>", TEMPLATE)
def show(slug: str, root: str, name: str, action: str) -> ActionPage:
    subject, wanted = get_subject(slug, root, name), find_action(action)
    value = build_action_page(subject, wanted)
    if wanted is not UserAction.ABANDON or not value.is_possible:
        return value
    # Nothing is typed here, so that what will be written can be shown at once.
    try:
        return build_action_page(subject, wanted, reply=build_preview(subject, abandon))
    except TandemwebError as error:
        return build_action_page(subject, wanted, reply=build_refusal(error))


@blueprint.post("/projects/<slug>/missions/<root>/<name>/next/<action>/preview")
def preview(slug: str, root: str, name: str, action: str) -> Response:
    return answer_form(get_subject(slug, root, name), find_action(action), is_preview=True)


@blueprint.post("/projects/<slug>/missions/<root>/<name>/next/<action>/write")
def write(slug: str, root: str, name: str, action: str) -> Response:
    return answer_form(get_subject(slug, root, name), find_action(action), is_preview=False)


@page(blueprint, "/projects/<slug>/missions/<root>/<name>/changes/<change>", CHANGE_TEMPLATE)
def show_change(slug: str, root: str, name: str, change: str) -> ChangePage:
    return build_change_page(get_subject(slug, root, name), change)


@blueprint.post("/projects/<slug>/missions/<root>/<name>/changes/<change>/undo")
def undo(slug: str, root: str, name: str, change: str) -> Response:
    subject = get_subject(slug, root, name)
    try:
        record = undo_change(subject.on_disk, change, at=datetime.now(UTC))
    except NotFoundError:
        raise
    except TandemwebError as error:
        return respond(build_change_page(subject, change, error), CHANGE_TEMPLATE, status=choose_status(error))
    return lead_on(subject, record)


def answer_form(subject: Subject, action: UserAction, *, is_preview: bool) -> Response:
    """Show or write what a form asks for. What cannot be written comes back as the form, with all that was typed."""
    asked = list_asked(subject.project.slug, subject.mission)
    form = read_form(asked)
    try:
        event = build_event(subject, action, form, asked)
        shown = get_configuration().shown.recall(read_shown())
        if not is_preview:
            return lead_on(subject, write_event(subject, event, shown))
        reply = build_preview(subject, event, shown)
    except TandemwebError as error:
        value = build_action_page(subject, action, form, build_refusal(error))
        return respond(value, TEMPLATE, status=choose_status(error))
    return respond(build_action_page(subject, action, form, reply), TEMPLATE)


def write_event(subject: Subject, event: Event, shown: Shown) -> ChangeRecord:
    return apply_alone(subject.on_disk, subject.project.slug, event, at=datetime.now(UTC), shown=shown)


def choose_status(error: TandemwebError) -> int:
    """Give the status of a refused change. A file that cannot be written safely is the archive's fault, not ours."""
    return error.status if error.status < HTTPStatus.INTERNAL_SERVER_ERROR else HTTPStatus.CONFLICT


def lead_on(subject: Subject, record: ChangeRecord) -> Response:
    """Tell open pages what changed, have it indexed, and lead to the mission, or away from one that is gone."""
    mission, slug = subject.mission, subject.project.slug
    get_configuration().broker.publish(list_topics(slug, mission.root.slug, mission.name, record))
    wait_until_indexed(slug, record)
    is_gone = any(f.after_hash is None and f.path.lower().endswith("/state.json") for f in record.files)
    address = urls.project(slug) if is_gone else f"{subject.address}#next"
    return Response(status=HTTPStatus.SEE_OTHER, headers={"Location": address})


def find_action(word: str) -> UserAction:
    if word not in list(UserAction):
        raise NotFoundError(f"There is nothing like {word[:40]!r} to be done with a mission.")
    return UserAction(word)


def read_form(asked: tuple[AskedQuestion, ...]) -> ActionForm:
    answers = {question.key: request.form.get(f"answer-{question.key}", "") for question in asked}
    return ActionForm(request.form.get("text", ""), answers)


def build_event(subject: Subject, action: UserAction, form: ActionForm, asked: tuple[AskedQuestion, ...]) -> Event:
    match action:
        case UserAction.APPROVE:
            text = form.text if "text" in request.form else None
            return prepare_approval(subject.on_disk, subject.project.slug, text)
        case UserAction.SEND_BACK:
            return partial(send_back, text=form.text)
        case UserAction.ANSWER:
            return partial(answer_questions, answers=list_answers(form, asked))
        case UserAction.FEEDBACK:
            return partial(give_feedback, text=form.text)
        case UserAction.COMPLETE:
            return partial(complete, summary=form.text)
        case UserAction.ABANDON:
            return abandon


def list_answers(form: ActionForm, asked: tuple[AskedQuestion, ...]) -> tuple[Answer, ...]:
    return tuple(
        Answer(one.question.path, one.question.line, one.question.text, form.answers[one.key])
        for one in asked
        if form.answers.get(one.key, "").strip()
    )
