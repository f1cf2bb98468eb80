"""What a workflow would do on a project, prompt by prompt, with nothing started; and, without a mission, its start."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus

from flask import Blueprint, Response, request

from tandemweb.domain.commit import RefKind, RepositoryStatus
from tandemweb.domain.mission import Project
from tandemweb.domain.run import RunMode
from tandemweb.domain.workflow import StageEntry, Workflow
from tandemweb.errors import InvalidRequestError, NotFoundError, TandemwebError
from tandemweb.services.changes import RUNS, project_topic
from tandemweb.services.own_workflows import get_entry
from tandemweb.services.script_export import is_exportable
from tandemweb.services.stage_options import StageOption, list_stages
from tandemweb.services.stage_previews import StepPreview, preview_stage
from tandemweb.services.stages import ROUND_LIMIT, StageOrder, start_stage
from tandemweb.services.standing import read_standing
from tandemweb.services.trusting import NotTrustedError
from tandemweb.services.workflows import UntrustedWorkflowError, list_workflows
from tandemweb.store.missions import find_mission_places, list_mission_paths
from tandemweb.store.projects import list_projects
from tandemweb.store.repositories import get_repository_status
from tandemweb.store.runs import list_run_rows
from tandemweb.web import urls
from tandemweb.web.configuration import get_configuration
from tandemweb.web.databases import get_index, get_project, get_state
from tandemweb.web.form_drafts import keep_draft, recall_draft
from tandemweb.web.pages import page, respond
from tandemweb.web.run_pages import make_request_key
from tandemweb.web.stage_forms import (
    Form,
    ShownStep,
    TypedLimits,
    list_carried,
    list_edited_arguments,
    list_edited_prompts,
    read_limits,
    read_order,
    read_typed_order,
    refuse_unreadable,
    show_steps,
)
from tandemweb.web.views.workflows import strip

blueprint = Blueprint("workflow_starts", __name__)

TEMPLATE = "workflows/try.html"
MOST_TARGETS = 200  # branches and tags that are suggested
PARAMETER = "parameter-"
_UNFIT = re.compile(r"[^A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class MissionChoice:
    path: str
    name: str


@dataclass(frozen=True, slots=True)
class TryForm:
    """What was chosen and typed; ``key`` names the press of its button."""

    project: str = ""
    stage: str = ""
    mission: str = ""
    mode: RunMode = RunMode.STAGE
    goal: str = ""
    note: str = ""
    parameters: Mapping[str, str] | None = None
    limits: TypedLimits = field(default_factory=TypedLimits)
    key: str = ""


@dataclass(frozen=True, slots=True)
class TryPage:
    """``steps`` is empty where nothing can be shown, for the reason in ``message``.

    ``option`` is None where there is no project, ``start_address`` leads to the mission's own page of the stage where
    the workflow works on missions. ``can_leave``: it can be exported. ``targets`` are branches and tags to choose from.
    ``carried`` are fields with what was edited of steps that are not shown.
    """

    workflow: Workflow
    form: TryForm
    stage: StageEntry
    projects: tuple[Project, ...]
    missions: tuple[MissionChoice, ...]
    targets: tuple[str, ...]
    option: StageOption | None
    steps: tuple[ShownStep, ...]
    carried: Mapping[str, str]
    can_leave: bool
    message: str
    start_address: str
    round_limit: int


@page(blueprint, "/workflows/<name>/try", TEMPLATE)
def show(name: str) -> TryPage:
    draft, lost = recall_draft(urls.workflow_try(name))
    return build_page(name, request.args if draft is None else draft, lost)


@blueprint.post("/workflows/<name>/try/preview")
def preview(name: str) -> Response:
    return respond(build_page(name, request.form), TEMPLATE)


@blueprint.post("/workflows/<name>/try/look")
def look(name: str) -> Response:
    """Lead to what a person has to allow before the stage can start, and from there back to the form as it is."""
    return lead_to_trust(name, get_project(request.form.get("project", "")))


@blueprint.post("/workflows/<name>/try/start")
def start(name: str) -> Response:
    """Start the stage, or lead to the run that the same press began; where trust is missing, lead to its page."""
    project = get_project(request.form.get("project", ""))
    configuration = get_configuration()
    workflow = get_readable(name, project)
    try:
        refuse_unreadable(request.form, workflow)
        asked = complete(workflow, read_order(request.form, "", request.form.get("stage", "")), request.form)
        order = replace(asked, workflow=name, request_key=make_key(asked))
        run = start_stage(configuration.data_folder, project, order)
    except (NotTrustedError, UntrustedWorkflowError):
        return lead_to_trust(name, project)
    except InvalidRequestError as error:
        return respond(build_page(name, request.form, str(error)), TEMPLATE, status=error.status)
    configuration.broker.publish({RUNS, project_topic(project.slug)})
    return lead_to(urls.run(run.id))


def make_key(order: StageOrder) -> str:
    """Name the press: the same form sent twice asks for one run, another form for another."""
    if not order.request_key:
        return ""
    texts = {
        **order.parameters,
        **order.prompts,
        **{f"argv {name}": repr(argv) for name, argv in order.arguments.items()},
    }
    given = (f"{name}={text}" for name, text in sorted(texts.items()))
    return make_request_key("start", order.request_key, order.stage, order.mode, order.goal, order.note, *given)


def get_readable(name: str, project: Project | None) -> Workflow:
    entry = get_entry(get_configuration().data_folder, name, project)
    if entry.workflow is None:
        raise InvalidRequestError(entry.problems[0].message)
    return entry.workflow


def complete(workflow: Workflow, order: StageOrder, form: Form) -> StageOrder:
    """Give every parameter a value, since paths may name any of them; and put in what was edited of the steps."""
    given = {own.name: order.parameters.get(own.name, "").strip() or own.default for own in workflow.parameters}
    prompts, arguments = list_edited_prompts(form, workflow), list_edited_arguments(form, workflow)
    return replace(order, parameters=given, prompts=prompts, arguments=arguments)


def build_page(name: str, form: Form, refusal: str = "") -> TryPage:
    projects = list_projects(get_state())
    slug = form.get("project", "") or (projects[0].slug if len(projects) == 1 else "")
    project = get_project(slug) if slug else None
    workflow = get_readable(name, project)
    typed, complaint = read_typed_order(form, "", form.get("stage", ""))
    order = complete(workflow, typed, form)
    stage = find_stage(workflow, order.stage)
    status = get_repository_status(get_index(), slug) if project else None
    missions = list_missions(slug) if project and workflow.needs_mission else ()
    mission = form.get("mission", "") or (missions[0].path if missions else "")
    if workflow.needs_mission and mission not in {one.path for one in missions}:
        mission = ""
    order = replace(order, workflow=name, stage=stage.name, mission_path=mission)
    order = replace(order, parameters=suggest(order.parameters, form, status))
    steps, message = look_ahead(project, workflow, order) if project else ((), "Choose a project.")
    return TryPage(
        workflow=strip(workflow),
        form=TryForm(
            project=slug,
            stage=stage.name,
            mission=mission,
            mode=order.mode,
            goal=order.goal,
            note=order.note,
            parameters=order.parameters,
            limits=read_limits(form),
            key=make_form_key(slug, name),
        ),
        stage=stage,
        projects=tuple(projects),
        missions=missions,
        targets=list_targets(status),
        option=find_option(project, name, stage, mission) if project else None,
        steps=show_steps(form, steps),
        carried=list_carried(form, workflow, order.prompts, steps),
        can_leave=is_exportable(workflow),
        message=refusal or complaint or message,
        start_address=find_start_address(slug, mission, name, stage),
        round_limit=ROUND_LIMIT,
    )


def find_stage(workflow: Workflow, name: str) -> StageEntry:
    if not name:
        return workflow.stages[0]
    stage = workflow.find_stage(name)
    if stage is None:
        raise NotFoundError(f"The workflow {workflow.name} has no stage {name[:60]!r}.")
    return stage


def look_ahead(project: Project, workflow: Workflow, order: StageOrder) -> tuple[tuple[StepPreview, ...], str]:
    """Give the steps as they would start, else why they cannot be shown."""
    if workflow.needs_mission and not order.mission_path:
        return (), "This workflow works on a mission, and the project has none yet."
    # Names that are still to be given stand as themselves in paths.
    named = {own.name: own.name.upper() for own in workflow.parameters if own.is_required}
    shown = {name: text or named.get(name, "") for name, text in order.parameters.items()}
    try:
        found = preview_stage(get_configuration().data_folder, project, replace(order, parameters=shown))
    except TandemwebError as error:
        return (), str(error)
    return found.steps, ""


def find_option(project: Project, name: str, stage: StageEntry, mission: str) -> StageOption | None:
    data_folder, state = get_configuration().data_folder, get_state()
    standing = read_standing(data_folder, state, project, mission) if mission else None
    options = list_stages(data_folder, state, project, list_workflows(data_folder, project), standing)
    return next((one for one in options if (one.workflow, one.stage) == (name, stage.name)), None)


def list_missions(slug: str) -> tuple[MissionChoice, ...]:
    """List the missions of a project, the newest number first."""
    paths = list_mission_paths(get_index(), slug)
    return tuple(MissionChoice(path, name) for path, (_, name) in sorted(paths.items(), reverse=True))


def find_start_address(slug: str, mission: str, name: str, stage: StageEntry) -> str:
    place = find_mission_places(get_index(), slug, [mission]).get(mission)
    return urls.stage(slug, *place, stage.name, workflow=name) if place else ""


def list_targets(status: RepositoryStatus | None) -> tuple[str, ...]:
    refs = status.refs if status else ()
    return tuple(ref.short_name for ref in refs if ref.kind in {RefKind.BRANCH, RefKind.REMOTE, RefKind.TAG})[
        :MOST_TARGETS
    ]


def suggest(given: Mapping[str, str], form: Form, status: RepositoryStatus | None) -> Mapping[str, str]:
    """Name the documents after what is looked at, where the form does not say how they are called."""
    if "target" not in given or given.get("subject", "x") or f"{PARAMETER}subject" in form:
        return given
    head = (status.head_oid or "")[:7] if status else ""
    name = _UNFIT.sub("-", given["target"]).strip("-").lower()[:60] or "-".join(filter(None, ("work-tree", head)))
    return {**given, "subject": name}


def make_form_key(slug: str, name: str) -> str:
    rows = list_run_rows(get_state(), project=slug, limit=1) if slug else ()
    return make_request_key("form", slug, name, rows[0].id if rows else "")


def lead_to_trust(name: str, project: Project) -> Response:
    back = urls.workflow_try(name, project=project.slug, draft=keep_draft(urls.workflow_try(name)))
    entry = get_entry(get_configuration().data_folder, name, project)
    return lead_to(f"{urls.trust(project.slug, back=back)}{'' if entry.is_trusted else '#workflows'}")


def lead_to(address: str) -> Response:
    return Response(status=HTTPStatus.SEE_OTHER, headers={"Location": address})
