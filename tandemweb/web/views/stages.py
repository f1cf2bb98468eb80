"""Stages of a mission: shown with every prompt and command before they start, and started by a form."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus

from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict

from tandemweb.domain.mission import Mission, Project
from tandemweb.domain.run import RunMode
from tandemweb.domain.workflow import Workflow
from tandemweb.errors import InvalidRequestError, NotFoundError
from tandemweb.services.changes import RUNS, mission_topic
from tandemweb.services.stage_options import StageOption, list_stages
from tandemweb.services.stage_previews import preview_stage
from tandemweb.services.stages import ROUND_LIMIT, StageOrder, start_stage
from tandemweb.services.trusting import NotTrustedError
from tandemweb.services.workflows import UntrustedWorkflowError, WorkflowEntry, list_workflows
from tandemweb.store.mission_reading import get_mission
from tandemweb.store.runs import list_run_rows
from tandemweb.web import urls
from tandemweb.web.configuration import get_configuration
from tandemweb.web.databases import get_index, get_project, get_state
from tandemweb.web.form_drafts import keep_draft, recall_draft
from tandemweb.web.next_step import read_mission_standing
from tandemweb.web.pages import page, respond
from tandemweb.web.parameters import find_choice, find_text
from tandemweb.web.rail import MissionPlace, RailStep, list_steps
from tandemweb.web.stage_forms import (
    Form,
    ShownStep,
    TypedLimits,
    list_carried,
    list_edited_arguments,
    list_edited_prompts,
    read_limits,
    read_typed_order,
    refuse_unreadable,
    show_steps,
)
from tandemweb.web.stage_panel import make_stage_key

blueprint = Blueprint("stages", __name__)

TEMPLATE = "stages/show.html"


@dataclass(frozen=True, slots=True)
class StagePage:
    """``option`` says what stands in the way; ``steps`` are those of the chosen mode, in the order of the workflow.

    ``steps`` is empty for a workflow of the project that nobody has allowed. ``parameters`` and ``typed`` are what the
    form says so far, ``carried`` fields with edits of steps that are not shown, ``message`` why nothing was started.
    ``look_address`` takes the form, and leads to what a person has to allow and back to it.
    """

    place: MissionPlace
    rail: tuple[RailStep, ...]
    option: StageOption
    workflow: Workflow
    mode: RunMode
    goal: str
    note: str
    parameters: Mapping[str, str]
    typed: TypedLimits
    steps: tuple[ShownStep, ...]
    carried: Mapping[str, str]
    message: str
    address: str
    preview_address: str
    start_address: str
    look_address: str
    request_key: str
    round_limit: int


@page(blueprint, "/projects/<slug>/missions/<root>/<name>/stages/<stage>", TEMPLATE)
def show(slug: str, root: str, name: str, stage: str) -> StagePage:
    project = get_project(slug)
    mission = get_mission(get_index(), slug, root, name)
    draft, lost = recall_draft(urls.stage(slug, root, name, stage))
    asked = {"mode": find_choice("mode", RunMode) or RunMode.STAGE, "workflow": find_text("workflow") or ""}
    return build_page(project, mission, stage, MultiDict(asked) if draft is None else draft, lost)


@blueprint.post("/projects/<slug>/missions/<root>/<name>/stages/<stage>/preview")
def preview(slug: str, root: str, name: str, stage: str) -> Response:
    """Show what the prompts come to as they were edited; nothing is started."""
    project = get_project(slug)
    mission = get_mission(get_index(), slug, root, name)
    return respond(build_page(project, mission, stage, request.form), TEMPLATE)


@blueprint.post("/projects/<slug>/missions/<root>/<name>/stages/<stage>/look")
def look(slug: str, root: str, name: str, stage: str) -> Response:
    """Lead to what a person has to allow before the stage can start, and from there back to the form as it is."""
    return _lead_to_trust(slug, get_mission(get_index(), slug, root, name), stage)


def build_page(project: Project, mission: Mission, stage: str, form: Form, refusal: str = "") -> StagePage:
    data_folder, slug, root, name = get_configuration().data_folder, project.slug, mission.root.slug, mission.name
    order, complaint = _read_order(project, mission, stage, form)
    entries, standing = list_workflows(data_folder, project), read_mission_standing(project, mission)
    options = list_stages(data_folder, get_state(), project, entries, standing)
    option = _get_option(options, order.workflow or None, stage)
    workflow, is_usable = _find_workflow(entries, option.workflow)
    given = {key: text for key, text in order.parameters.items() if text}
    shown = replace(order, workflow=workflow.name, parameters={**name_parameters(workflow), **given})
    preview = preview_stage(data_folder, project, shown) if is_usable else None
    steps = preview.steps if preview else ()
    return StagePage(
        place=MissionPlace(project.slug, project.name, mission.root.slug, mission.name, mission.path),
        rail=list_steps(slug, mission),
        option=option,
        workflow=replace(workflow, text="", steps=()),
        mode=order.mode,
        goal=preview.goal if preview else "",
        note=order.note,
        parameters={own.name: order.parameters.get(own.name, own.default) for own in workflow.parameters},
        typed=read_limits(form),
        steps=show_steps(form, steps),
        carried=list_carried(form, workflow, order.prompts, steps),
        message=refusal or complaint,
        address=urls.stage(slug, root, name, stage, workflow=option.workflow),
        preview_address=urls.stage_action(slug, root, name, stage, "preview"),
        start_address=urls.stage_action(slug, root, name, stage, "start"),
        look_address=urls.stage_action(slug, root, name, stage, "look"),
        request_key=make_stage_key(project, mission.path, option.workflow, stage, _find_latest(project, mission)),
        round_limit=ROUND_LIMIT,
    )


def _get_option(options: tuple[StageOption, ...], workflow: str | None, stage: str) -> StageOption:
    found = (one for one in options if one.stage == stage and workflow in {None, one.workflow})
    option = next(found, None)
    if option is None:
        raise NotFoundError(f"There is no stage {stage!r}{f' in the workflow {workflow!r}' if workflow else ''}.")
    return option


def _get_workflow(project: Project, name: str) -> tuple[Workflow, bool]:
    return _find_workflow(list_workflows(get_configuration().data_folder, project), name)


def _find_workflow(entries: Iterable[WorkflowEntry], name: str) -> tuple[Workflow, bool]:
    """Give a workflow, and whether it may be used; one of a project that nobody allowed is only named."""
    entry = next((one for one in entries if one.name == name and one.workflow is not None), None)
    if entry is None or entry.workflow is None:
        raise NotFoundError(f"There is no workflow {name!r}.")
    return entry.workflow, entry.is_usable


def name_parameters(workflow: Workflow) -> dict[str, str]:
    """Fill what a person has not given yet with its name, so that prompts can be read."""
    return {parameter.name: parameter.default or f"‹{parameter.title}›" for parameter in workflow.parameters}


def _find_latest(project: Project, mission: Mission) -> str:
    rows = list_run_rows(get_state(), project=project.slug, mission_path=mission.path, limit=1)
    return rows[0].id if rows else ""


@blueprint.post("/projects/<slug>/missions/<root>/<name>/stages/<stage>/start")
def start(slug: str, root: str, name: str, stage: str) -> Response:
    """Start the stage, or lead to the run that the same press began; where trust is missing, lead to its page."""
    project = get_project(slug)
    mission = get_mission(get_index(), slug, root, name)
    configuration = get_configuration()
    try:
        run = start_stage(configuration.data_folder, project, _read_whole_order(project, mission, stage))
    except (NotTrustedError, UntrustedWorkflowError):
        return _lead_to_trust(slug, mission, stage)
    except InvalidRequestError as error:
        return respond(build_page(project, mission, stage, request.form, str(error)), TEMPLATE, status=error.status)
    configuration.broker.publish({RUNS, mission_topic(slug, root, name)})
    return _lead_to(urls.run(run.id))


def _read_order(project: Project, mission: Mission, stage: str, form: Form) -> tuple[StageOrder, str]:
    """Read what can be read of a form, and say what cannot; commands say it at their fields."""
    order, complaint = read_typed_order(form, mission.path, stage)
    if not any(field.startswith(("prompt-", "argv-")) for field in form):
        return order, complaint
    workflow, _ = _get_workflow(project, order.workflow)
    prompts = list_edited_prompts(form, workflow)
    return replace(order, prompts=prompts, arguments=list_edited_arguments(form, workflow)), complaint


def _read_whole_order(project: Project, mission: Mission, stage: str) -> StageOrder:
    """Raise InvalidRequestError where anything of the form cannot be read."""
    order, complaint = _read_order(project, mission, stage, request.form)
    if complaint:
        raise InvalidRequestError(complaint)
    refuse_unreadable(request.form, _get_workflow(project, order.workflow)[0])
    return order


def _lead_to_trust(slug: str, mission: Mission, stage: str) -> Response:
    place = (slug, mission.root.slug, mission.name, stage)
    draft = keep_draft(urls.stage(*place))
    return _lead_to(urls.trust(slug, back=urls.stage(*place, workflow=request.form.get("workflow"), draft=draft)))


def _lead_to(address: str) -> Response:
    return Response(status=HTTPStatus.SEE_OTHER, headers={"Location": address})
