"""Creating a mission: the form with name suggestions, what it would write, and writing it."""

import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from http import HTTPStatus
from typing import TypeVar
from urllib.parse import quote

from flask import Blueprint, Response, request

from tandemweb.archive.changes import ChangeRecord
from tandemweb.archive.plankit import PlanStep, list_plan_steps
from tandemweb.domain.intent import WorkPlace
from tandemweb.domain.mission import Naming, Project
from tandemweb.errors import InvalidRequestError, TandemwebError
from tandemweb.services.changes import project_topic
from tandemweb.services.new_missions import (
    CreationPlace,
    MissionRequest,
    create,
    list_places,
    preview_creation,
    suggest_for,
)
from tandemweb.services.workflows import list_workflows
from tandemweb.store.connections import open_index_reader
from tandemweb.store.index_projects import list_roots
from tandemweb.store.missions import find_mission_places
from tandemweb.store.projects import list_projects
from tandemweb.web import urls
from tandemweb.web.action_pages import Reply, build_refusal, show_preview
from tandemweb.web.configuration import get_configuration
from tandemweb.web.databases import get_index, get_state
from tandemweb.web.index_waiting import wait_until_indexed
from tandemweb.web.pages import page, respond
from tandemweb.web.parameters import find_text
from tandemweb.web.views.next_steps import choose_status

blueprint = Blueprint("new_missions", __name__)

TEMPLATE = "new_missions/show.html"
DEFAULT_WORKFLOW = "tandem"
Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class PlaceChoice:
    """An archive to choose; ``value`` names it in the form."""

    value: str
    place: CreationPlace


@dataclass(frozen=True, slots=True)
class WorkflowChoice:
    name: str
    title: str
    description: str


@dataclass(frozen=True, slots=True)
class NewMissionForm:
    """What was chosen and typed; ``place`` is a ``PlaceChoice.value``, "" for none."""

    place: str = ""
    goal: str = ""
    name: str = ""
    workflow: str = DEFAULT_WORKFLOW
    work_place: WorkPlace = WorkPlace.CHECKOUT
    plan_step: str = ""
    naming: Naming = Naming.PASCAL


@dataclass(frozen=True, slots=True)
class NewMissionPage:
    """``plan_steps`` are the unfinished steps of the chosen project's PlanKit folder."""

    form: NewMissionForm
    places: tuple[PlaceChoice, ...]
    chosen: PlaceChoice | None
    workflows: tuple[WorkflowChoice, ...]
    suggestions: tuple[str, ...]
    plan_steps: tuple[PlanStep, ...]
    reply: Reply


@page(blueprint, "/missions/new", TEMPLATE)
def show() -> NewMissionPage:
    places = list_choices()
    chosen = find_first(places, find_text("project"), find_text("place"))
    goal = find_text("goal") or ""
    form = NewMissionForm(
        place=chosen.value if chosen else "", goal=goal, naming=chosen.place.naming if chosen else Naming.PASCAL
    )
    key = find_text("step")
    step = next((step for step in list_steps_of(chosen) if step.key == key), None) if key else None
    if step:
        form = replace(form, goal=step.goal, plan_step=step.key)
    return build_page(form, places)


@blueprint.post("/missions/new/preview")
def preview() -> Response:
    """Answer the form with suggestions for its name and, where that was asked for, with what it would write."""
    form, places = read_form(), list_choices()
    if request.form.get("wanted") != "preview":
        return respond(build_page(form, places), TEMPLATE)
    try:
        project, wanted = read_request(form, places)
        reply = show_preview(preview_creation(project, wanted, at=datetime.now(UTC)))
    except TandemwebError as error:
        return respond(build_page(form, places, build_refusal(error)), TEMPLATE, status=choose_status(error))
    return respond(build_page(form, places, reply), TEMPLATE)


@blueprint.post("/missions/new/create")
def create_one() -> Response:
    form, places = read_form(), list_choices()
    try:
        project, wanted = read_request(form, places)
        project, record = create(get_configuration().data_folder, project, wanted, at=datetime.now(UTC))
    except TandemwebError as error:
        return respond(build_page(form, places, build_refusal(error)), TEMPLATE, status=choose_status(error))
    get_configuration().broker.publish([project_topic(project.slug)])
    wait_until_indexed(project.slug, record)
    return Response(status=HTTPStatus.SEE_OTHER, headers={"Location": find_address(project, record)})


def list_choices() -> tuple[PlaceChoice, ...]:
    index = get_index()
    return tuple(
        PlaceChoice(f"{place.project}:{quote(os.fsencode(place.root_path))}", place)
        for project in list_projects(get_state())
        for place in list_places(project, list_roots(index, project.slug))
    )


def find_first(places: tuple[PlaceChoice, ...], project: str | None, value: str | None) -> PlaceChoice | None:
    """Find the archive that the address names, else the first that would take a mission."""
    if value:
        return find_choice(places, value)
    own = [choice for choice in places if project in {None, choice.place.project}]
    return next((choice for choice in own if not choice.place.trouble), own[0] if own else None)


def find_choice(places: tuple[PlaceChoice, ...], value: str) -> PlaceChoice | None:
    return next((choice for choice in places if choice.value == value), None)


def list_steps_of(chosen: PlaceChoice | None) -> tuple[PlanStep, ...]:
    project = find_project(chosen) if chosen else None
    return list_plan_steps(project.path) if project else ()


def find_project(chosen: PlaceChoice) -> Project | None:
    return next((project for project in list_projects(get_state()) if project.slug == chosen.place.project), None)


def read_form() -> NewMissionForm:
    fields = request.form
    suggested = fields.get("suggestion", "")
    return NewMissionForm(
        place=fields.get("place", ""),
        goal=fields.get("goal", ""),
        name=(fields.get("name", "").strip() or suggested)[:200],
        workflow=fields.get("workflow", DEFAULT_WORKFLOW)[:100],
        work_place=_read_choice("work_place", WorkPlace, WorkPlace.CHECKOUT),
        plan_step=fields.get("plan_step", "")[:1000],
        naming=_read_choice("naming", Naming, Naming.PASCAL),
    )


def read_request(form: NewMissionForm, places: tuple[PlaceChoice, ...]) -> tuple[Project, MissionRequest]:
    """Raise InvalidRequestError for an archive or workflow that is none of those offered."""
    chosen = find_choice(places, form.place)
    project = find_project(chosen) if chosen else None
    if chosen is None or project is None:
        raise InvalidRequestError("Choose the archive that the mission belongs to.")
    if form.workflow not in {workflow.name for workflow in list_offered()}:
        raise InvalidRequestError(f"There is no workflow {form.workflow[:60]!r}; choose one of those offered.")
    return project, build_request(form, chosen)


def build_request(form: NewMissionForm, chosen: PlaceChoice) -> MissionRequest:
    return MissionRequest(
        root_path=chosen.place.root_path,
        name=form.name,
        goal=form.goal,
        workflow=form.workflow,
        work_place=form.work_place,
        plan_step=form.plan_step,
        naming=form.naming if chosen.place.is_new else chosen.place.naming,
    )


def list_offered() -> tuple[WorkflowChoice, ...]:
    """List the workflows that work on missions, this program's own first choice first."""
    entries = list_workflows(get_configuration().data_folder)
    found = [entry.workflow for entry in entries if entry.workflow and entry.is_usable and entry.workflow.needs_mission]
    found.sort(key=lambda workflow: workflow.name != DEFAULT_WORKFLOW)
    return tuple(WorkflowChoice(workflow.name, workflow.title, workflow.description) for workflow in found)


def build_page(form: NewMissionForm, places: tuple[PlaceChoice, ...], reply: Reply | None = None) -> NewMissionPage:
    chosen = find_choice(places, form.place)
    project = find_project(chosen) if chosen else None
    suggestions: tuple[str, ...] = ()
    if chosen and project and form.goal.strip() and not chosen.place.trouble:
        suggestions = suggest_for(project, build_request(form, chosen))
    return NewMissionPage(
        form=form,
        places=places,
        chosen=chosen,
        workflows=list_offered(),
        suggestions=suggestions,
        plan_steps=list_plan_steps(project.path) if project else (),
        reply=reply or Reply(),
    )


def find_address(project: Project, record: ChangeRecord) -> str:
    """Give the page of the new mission; the project's where the index does not have it yet."""
    with open_index_reader(get_configuration().data_folder) as index:
        place = find_mission_places(index, project.slug, [record.mission_path]).get(record.mission_path)
    return urls.mission(project.slug, *place) if place else urls.project(project.slug)


def _read_choice(name: str, choices: type[Choice], default: Choice) -> Choice:
    text = request.form.get(name, "")
    return choices(text) if text in list(choices) else default
