"""All workflows, and one of them: its steps as a drawing and as a table, every prompt, and its text."""

from dataclasses import dataclass

from flask import Blueprint

from tandemweb.domain.mission import Project
from tandemweb.domain.problem import Problem
from tandemweb.domain.workflow import AgentKind, Step, Workflow, WorkflowSource
from tandemweb.services.own_workflows import digest_text, get_entry, has_last_version, list_deleted
from tandemweb.services.templates import list_placeholders
from tandemweb.services.workflows import WorkflowEntry, list_workflows
from tandemweb.store.projects import list_projects
from tandemweb.web import urls
from tandemweb.web.configuration import get_configuration
from tandemweb.web.databases import get_project, get_state
from tandemweb.web.pages import page
from tandemweb.web.parameters import find_text
from tandemweb.web.workflow_graph import Graph, draw_workflow

blueprint = Blueprint("workflows", __name__)


@dataclass(frozen=True, slots=True)
class WorkflowRow:
    """``stages`` are titles; ``project`` is the one that offers it, None for others."""

    name: str
    title: str
    description: str
    source: WorkflowSource
    stages: tuple[str, ...]
    agents: tuple[str, ...]
    needs_mission: bool
    step_count: int
    problem: str
    is_trusted: bool
    address: str
    project: Project | None = None


@dataclass(frozen=True, slots=True)
class WorkflowsPage:
    """``deleted`` are the user's that can be brought back."""

    own: tuple[WorkflowRow, ...]
    shipped: tuple[WorkflowRow, ...]
    offered: tuple[WorkflowRow, ...]
    deleted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A step with the paths of what it reads and writes, as templates."""

    step: Step
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    then: tuple[tuple[str, str, str], ...]  # word, what follows in words, its address


@dataclass(frozen=True, slots=True)
class WorkflowPage:
    """``workflow`` is without text, which stands in ``text``; None where the file has mistakes.

    ``shown`` stands for the text as it is, for forms that change it.
    """

    name: str
    source: WorkflowSource
    path: str
    text: str
    workflow: Workflow | None
    problems: tuple[Problem, ...]
    is_trusted: bool
    project: Project | None
    graph: Graph | None
    steps: tuple[ShownStep, ...]
    has_last: bool
    shown: str
    try_address: str
    trust_address: str


@page(blueprint, "/workflows", "workflows/list.html")
def index() -> WorkflowsPage:
    data_folder = get_configuration().data_folder
    rows = [make_row(entry) for entry in list_workflows(data_folder)]
    offered = [
        make_row(entry, project)
        for project in list_projects(get_state())
        for entry in list_workflows(data_folder, project)
        if entry.source is WorkflowSource.PROJECT
    ]
    return WorkflowsPage(
        own=tuple(row for row in rows if row.source is WorkflowSource.USER),
        shipped=tuple(row for row in rows if row.source is WorkflowSource.SHIPPED),
        offered=tuple(offered),
        deleted=list_deleted(data_folder),
    )


def make_row(entry: WorkflowEntry, project: Project | None = None) -> WorkflowRow:
    workflow = entry.workflow
    agents = (step.agent for step in workflow.steps) if workflow else ()
    return WorkflowRow(
        name=entry.name,
        title=workflow.title if workflow else entry.name,
        description=workflow.description if workflow else "",
        source=entry.source,
        stages=tuple(stage.title for stage in workflow.stages) if workflow else (),
        agents=tuple(dict.fromkeys(agent.value for agent in agents if agent is not AgentKind.TANDEMWEB)),
        needs_mission=workflow.needs_mission if workflow else False,
        step_count=len(workflow.steps) if workflow else 0,
        problem=entry.problems[0].message if entry.problems else "",
        is_trusted=entry.is_trusted,
        address=urls.workflow(entry.name, project=project.slug if project else None),
        project=project,
    )


@page(blueprint, "/workflows/<name>", "workflows/show.html")
def show(name: str) -> WorkflowPage:
    slug = find_text("project")
    project = get_project(slug) if slug else None
    data_folder = get_configuration().data_folder
    entry = get_entry(data_folder, name, project)
    workflow = entry.workflow
    is_own = entry.source is WorkflowSource.USER
    here = urls.workflow(name, project=slug)
    return WorkflowPage(
        name=entry.name,
        source=entry.source,
        path=entry.path,
        text=entry.text,
        workflow=strip(workflow) if workflow else None,
        problems=entry.problems,
        is_trusted=entry.is_trusted,
        project=project if entry.source is WorkflowSource.PROJECT else None,
        graph=draw_workflow(workflow) if workflow else None,
        steps=tuple(describe_step(workflow, step) for step in workflow.steps) if workflow else (),
        has_last=is_own and has_last_version(data_folder, name),
        shown=digest_text(entry.text),
        try_address=urls.workflow_try(name, project=slug),
        trust_address=f"{urls.trust(slug, back=here)}#workflows" if slug else "",
    )


def strip(workflow: Workflow) -> Workflow:
    """Leave out what the page shows once already."""
    return Workflow(
        name=workflow.name,
        title=workflow.title,
        description=workflow.description,
        stages=workflow.stages,
        steps=(),
        gates=workflow.gates,
        needs_mission=workflow.needs_mission,
        documents=workflow.documents,
        texts=workflow.texts,
        parameters=workflow.parameters,
        source=workflow.source,
        digest=workflow.digest,
    )


def describe_step(workflow: Workflow, step: Step) -> ShownStep:
    written = (step.output, *step.companions)
    return ShownStep(
        step=step,
        reads=tuple(expand(workflow, text) for text in step.inputs),
        writes=tuple(expand(workflow, text) for text in written if text),
        then=tuple((word, *describe_target(workflow, target)) for word, target in step.next.items()),
    )


def expand(workflow: Workflow, template: str) -> str:
    """Put the paths of documents in place of their names; counters and parameters stay."""
    for name in list_placeholders(template):
        if name in workflow.documents:
            template = template.replace(f"{{{name}}}", workflow.documents[name])
    return template


def describe_target(workflow: Workflow, target: str) -> tuple[str, str]:
    members = workflow.list_members(target)
    if members:
        return " and ".join(step.title for step in members), f"#step-{members[0].name}"
    gate = workflow.find_gate(target.partition(":")[2])
    return (f"you: {gate.title}", f"#gate-{gate.name}") if gate else ("the end", "")
