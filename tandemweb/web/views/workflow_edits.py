"""A person's own workflows: copied, changed in a form or as text, taken back, deleted. Shipped ones never change."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus

from flask import Blueprint, Response, request

from tandemweb.domain.problem import Problem
from tandemweb.domain.workflow import END, USER, Access, AgentKind, UserGate, Workflow, WorkflowSource
from tandemweb.errors import ConflictError, NotFoundError, TandemwebError
from tandemweb.services.gates import GATES
from tandemweb.services.own_workflows import (
    BrokenWorkflowError,
    OverwrittenWorkflowError,
    copy_workflow,
    delete_workflow,
    digest_text,
    get_entry,
    has_last_version,
    save_workflow,
    undo_workflow,
)
from tandemweb.services.workflow_edits import LIMITS, StepEdit, describe_step, edit_workflow, spread_next
from tandemweb.services.workflows import UntrustedWorkflowError, WorkflowEntry
from tandemweb.web import urls
from tandemweb.web.configuration import get_configuration
from tandemweb.web.databases import get_project
from tandemweb.web.differences import DiffLayout, ShownDifference, show_difference
from tandemweb.web.pages import page, respond

blueprint = Blueprint("workflow_edits", __name__)

EDIT, TEXT = "workflows/edit.html", "workflows/text.html"
WORDS = {"agent": 40, "model": 200, "effort": 40, "access": 40, "gate": 40, "repeat_limit": 10}
LONGEST_WORD, LONGEST_LIMIT = 100, 20


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing was saved: mistakes, or what stands there meanwhile (−) against what was to be saved (+)."""

    message: str = ""
    problems: tuple[Problem, ...] = ()
    conflict: ShownDifference | None = None


@dataclass(frozen=True, slots=True)
class StepForm:
    """``is_first``: the words on which a group is left are asked for once, at its first step."""

    name: str
    title: str
    group: str
    has_prompt: bool
    is_model: bool
    is_first: bool
    edit: StepEdit


@dataclass(frozen=True, slots=True)
class EditPage:
    """``shown`` stands for the text that the form was built from; ``targets`` are what steps can lead to."""

    name: str
    title: str
    shown: str
    steps: tuple[StepForm, ...]
    gates: tuple[UserGate, ...]
    targets: tuple[str, ...]
    agents: tuple[str, ...]
    accesses: tuple[str, ...]
    judges: tuple[str, ...]
    limits: tuple[str, ...]
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class TextPage:
    """``text`` is what the form holds; ``marked`` are the lines with mistakes."""

    name: str
    title: str
    shown: str
    text: str
    marked: tuple[int, ...]
    refusal: Refusal
    has_last: bool


@dataclass(frozen=True, slots=True)
class DeletePage:
    name: str
    title: str
    path: str
    shown: str


@blueprint.post("/workflows/<name>/copy")
def copy(name: str) -> Response:
    slug = request.form.get("project", "")
    project = get_project(slug) if slug else None
    new_name, title = request.form.get("name", "").strip(), request.form.get("title", "")
    try:
        entry = copy_workflow(get_configuration().data_folder, name, new_name, title, project=project)
    except UntrustedWorkflowError:
        return lead_to(urls.trust(slug, back=urls.workflow(name, project=slug)))
    return lead_to(urls.workflow(entry.name, "edit"))


@page(blueprint, "/workflows/<name>/edit", EDIT)
def edit(name: str) -> EditPage:
    entry = get_own(name)
    workflow = get_workflow(entry)
    return build_edit_page(entry, workflow, {step.name: describe_step(step) for step in workflow.steps})


@blueprint.post("/workflows/<name>/edit/save")
def save_edit(name: str) -> Response:
    """Change what the form says otherwise than the text; with mistakes the form comes back as it was filled in."""
    entry = get_own(name)
    workflow = get_workflow(entry)
    edits = read_edits(workflow)
    gates = {gate.name: read_map(f"choices-{gate.name}", gate.choices) for gate in workflow.gates}
    try:
        text = edit_workflow(workflow, spread_next(workflow, edits), gates)
        save_workflow(get_configuration().data_folder, name, text, request.form.get("shown", ""))
    except TandemwebError as error:
        # What changed meanwhile is there now, so the next form is built from that.
        value = build_edit_page(entry, workflow, edits, build_refusal(error), gates)
        return respond(value, EDIT, status=error.status)
    return lead_to(urls.workflow(name))


@page(blueprint, "/workflows/<name>/text", TEXT)
def text(name: str) -> TextPage:
    entry = get_own(name)
    return build_text_page(entry, entry.text, Refusal("", entry.problems))


@blueprint.post("/workflows/<name>/text/save")
def save_text(name: str) -> Response:
    wanted = request.form.get("text", "").replace("\r\n", "\n").replace("\r", "\n")
    try:
        save_workflow(get_configuration().data_folder, name, wanted, request.form.get("shown", ""))
    except NotFoundError:
        raise
    except TandemwebError as error:
        return respond(build_text_page(get_own(name), wanted, build_refusal(error)), TEXT, status=error.status)
    return lead_to(urls.workflow(name))


@blueprint.post("/workflows/<name>/undo")
def undo(name: str) -> Response:
    undo_workflow(get_configuration().data_folder, name, request.form.get("shown", ""))
    return lead_to(urls.workflow(name))


@page(blueprint, "/workflows/<name>/delete", "workflows/delete.html")
def ask_to_delete(name: str) -> DeletePage:
    entry = get_own(name)
    return DeletePage(name, entry.workflow.title if entry.workflow else name, entry.path, digest_text(entry.text))


@blueprint.post("/workflows/<name>/delete/confirm")
def delete(name: str) -> Response:
    delete_workflow(get_configuration().data_folder, name, request.form.get("shown", ""))
    return lead_to(urls.workflows())


def get_own(name: str) -> WorkflowEntry:
    """Give a workflow of the user's own. Raises NotFoundError, ConflictError for one that is never changed."""
    entry = get_entry(get_configuration().data_folder, name)
    if entry.source is not WorkflowSource.USER:
        raise NotFoundError(f"{name} is shipped with this program and is never changed; copy it to a name of yours.")
    return entry


def get_workflow(entry: WorkflowEntry) -> Workflow:
    if entry.workflow is None:
        raise ConflictError(f"{entry.name} has mistakes; mend them in its text first.")
    return entry.workflow


def build_refusal(error: TandemwebError) -> Refusal:
    if isinstance(error, BrokenWorkflowError):
        return Refusal("There are mistakes in it, so nothing was saved.", error.problems)
    if isinstance(error, OverwrittenWorkflowError):
        return Refusal(str(error), conflict=show_difference(error.difference, DiffLayout.UNIFIED))
    return Refusal(str(error))


def build_edit_page(
    entry: WorkflowEntry,
    workflow: Workflow,
    edits: Mapping[str, StepEdit],
    refusal: Refusal | None = None,
    gates: Mapping[str, Mapping[str, str]] | None = None,
) -> EditPage:
    nodes = dict.fromkeys(step.node for step in workflow.steps)
    firsts = {node: workflow.list_members(node)[0].name for node in nodes}
    return EditPage(
        name=entry.name,
        title=workflow.title,
        shown=digest_text(entry.text),
        steps=tuple(
            StepForm(
                name=step.name,
                title=step.title,
                group=step.group,
                has_prompt=step.agent in {AgentKind.CLAUDE, AgentKind.CODEX} or bool(step.prompt),
                is_model=step.agent in {AgentKind.CLAUDE, AgentKind.CODEX},
                is_first=firsts[step.node] == step.name,
                edit=edits[step.name],
            )
            for step in workflow.steps
        ),
        gates=tuple(replace(gate, choices=(gates or {}).get(gate.name, gate.choices)) for gate in workflow.gates),
        targets=(*nodes, *(f"{USER}{gate.name}" for gate in workflow.gates), END),
        agents=tuple(AgentKind),
        accesses=tuple(Access),
        judges=tuple(GATES),
        limits=tuple(LIMITS),
        refusal=refusal or Refusal(),
    )


def build_text_page(entry: WorkflowEntry, wanted: str, refusal: Refusal) -> TextPage:
    return TextPage(
        name=entry.name,
        title=entry.workflow.title if entry.workflow else entry.name,
        shown=digest_text(entry.text),
        text=wanted,
        marked=tuple(sorted({problem.line for problem in refusal.problems if problem.line})),
        refusal=refusal,
        has_last=has_last_version(get_configuration().data_folder, entry.name),
    )


def read_edits(workflow: Workflow) -> Mapping[str, StepEdit]:
    """Read the form; what it does not hold stays as it is."""
    return {step.name: read_edit(step.name, describe_step(step)) for step in workflow.steps}


def read_edit(name: str, old: StepEdit) -> StepEdit:
    form = request.form
    words = {word: form.get(f"{word}-{name}", getattr(old, word)).strip()[:most] for word, most in WORDS.items()}
    prompt = form.get(f"prompt-{name}", old.prompt).replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    limits = {key: form.get(f"{key}-{name}", old.limits[key]).strip()[:LONGEST_LIMIT] for key in LIMITS}
    return StepEdit(**words, prompt=prompt, next=read_map(f"next-{name}", old.next), limits=limits)


def read_map(prefix: str, old: Mapping[str, str]) -> Mapping[str, str]:
    """Read where words lead; one that leads nowhere falls away, and one may be added."""
    form = request.form
    found = {word: form.get(f"{prefix}:{word}", target)[:LONGEST_WORD] for word, target in old.items()}
    word, target = form.get(f"{prefix}:", "").strip()[:LONGEST_WORD], form.get(f"{prefix}::", "")[:LONGEST_WORD]
    if word and target:
        found[word] = target
    return {word: target for word, target in found.items() if target}


def lead_to(address: str) -> Response:
    return Response(status=HTTPStatus.SEE_OTHER, headers={"Location": address})
