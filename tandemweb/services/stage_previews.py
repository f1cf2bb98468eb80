"""What each step of a stage would be started with: exact prompts and commands, before anything starts."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from tandemweb.agents.presets import Session
from tandemweb.domain.mission import Project
from tandemweb.domain.run import RunMode
from tandemweb.domain.settings import Settings
from tandemweb.domain.workflow import AgentKind, StageEntry, Workflow
from tandemweb.services.agent_starting import SESSION_PLACE, build_plan_command
from tandemweb.services.document_paths import DocumentPaths, open_document_paths
from tandemweb.services.prompt_edits import list_edit_problems, list_omissions, open_prompt
from tandemweb.services.rehearsing import read_run_settings
from tandemweb.services.stages import StageOrder, find_goal
from tandemweb.services.step_planning import StepPlan, Wishes, advance_counters, find_counters, plan_step
from tandemweb.services.workflows import get_workflow

MODELS = (AgentKind.CLAUDE, AgentKind.CODEX)


@dataclass(frozen=True, slots=True)
class StepPreview:
    """What a step would be started with. ``argv`` can be edited; ``{session}`` in it is put in at the start.

    ``template`` is the prompt as it can be edited, ``prompt`` what it comes to now. An edited one may have ``problems``
    (``prompt`` is the workflow's own then), and ``omissions``: documents that it does not name any more.

    ``command`` is a line for a shell, which reads the prompt from its standard input; ``interactive`` one that begins a
    session of the user's own with a slash command, "" for other steps. ``argv`` is empty for what tandemweb does
    itself.
    """

    name: str
    title: str
    agent: AgentKind
    prompt: str
    argv: tuple[str, ...]
    command: str
    inputs: tuple[str, ...]
    output: str
    group: str
    interactive: str = ""
    template: str = ""
    is_edited: bool = False
    problems: tuple[str, ...] = ()
    omissions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StagePreview:
    """The steps of a stage in the order of the workflow, as they would be if each came next."""

    workflow: Workflow
    stage: StageEntry
    mission_path: str
    goal: str
    steps: tuple[StepPreview, ...]


def preview_stage(data_folder: Path, project: Project, order: StageOrder) -> StagePreview:
    """Show each step's exact prompt and command. Nothing is started, nothing written.

    Raises NotFoundError, InvalidRequestError, UntrustedWorkflowError, ArchiveError.
    """
    workflow = get_workflow(data_folder, order.workflow, project)
    stage = workflow.find_stage(order.stage) or workflow.stages[0]
    goal = order.goal or find_goal(data_folder, project, order.mission_path)
    work_tree = order.work_tree or project.path
    paths = open_document_paths(workflow, work_tree, order.mission_path, order.parameters)
    wishes = Wishes(goal, order.note, order.parameters)
    settings = read_run_settings(data_folder)
    first = order.first_step or stage.first
    counters = advance_counters(paths, first, find_counters(paths, first))
    steps: list[StepPreview] = []
    for node in list_nodes(workflow, first, order.mode):
        if node != first:
            counters = advance_counters(paths, node, counters)
        plans = [plan_step(paths, step, counters, wishes) for step in workflow.list_members(node)]
        shown = (_preview(plan, settings, work_tree) for plan in plans)
        steps += (_show_edit(paths, one, order.prompts.get(one.name), counters, wishes) for one in shown)
        written = (path for plan in plans for path in plan.documents)
        paths = replace(paths, expected=paths.expected.union(written))
    return StagePreview(workflow, stage, order.mission_path, goal, tuple(steps))


@dataclass(frozen=True, slots=True)
class GateChoice:
    """One way on from a place where a person decides. ``first_step`` is "" where it leads to the end."""

    word: str
    title: str
    stage: str
    first_step: str


def list_choices(workflow: Workflow, gate: str) -> tuple[GateChoice, ...]:
    """List the ways on from a user gate, for a ``StageOrder``; nothing for a gate that the workflow does not have."""
    found = workflow.find_gate(gate)
    return tuple(_describe_choice(workflow, word, target) for word, target in found.choices.items()) if found else ()


def _describe_choice(workflow: Workflow, word: str, target: str) -> GateChoice:
    members = workflow.list_members(target)
    if not members:
        return GateChoice(word, word.replace("-", " ").capitalize(), "", "")
    stages = [stage for stage in workflow.stages if stage.first == target]
    stage = stages[0].name if stages else members[0].stage
    return GateChoice(word, " and ".join(step.title for step in members), stage, target)


def list_nodes(workflow: Workflow, first: str, mode: RunMode) -> list[str]:
    """List the steps and groups that a run may come to, in the order of the workflow, the first one first."""
    if mode is RunMode.STEP:
        return [first]
    stage = workflow.list_members(first)[0].stage if workflow.list_members(first) else ""
    nodes = dict.fromkeys(step.node for step in workflow.steps if mode is RunMode.AUTOPILOT or step.stage == stage)
    names = list(nodes)
    return names[names.index(first) :] if first in names else names


def _show_edit(
    paths: DocumentPaths, shown: StepPreview, edited: str | None, counters: Mapping[str, int], wishes: Wishes
) -> StepPreview:
    """Put in what can be edited of a prompt, and what an edit makes of it."""
    step = paths.workflow.find_step(shown.name)
    if step is None or not shown.argv:
        return shown
    if edited is None:
        return replace(shown, template=open_prompt(paths.workflow, step))
    problems = list_edit_problems(paths.workflow, step, edited)
    if problems:
        return replace(shown, template=edited, is_edited=True, problems=problems)
    own = plan_step(paths, step, counters, wishes)
    plan = plan_step(paths, step, counters, replace(wishes, prompts={step.name: edited}))
    return replace(shown, prompt=plan.prompt, template=edited, is_edited=True, omissions=list_omissions(own, plan))


def _preview(plan: StepPlan, settings: Settings, work_tree: str) -> StepPreview:
    step = plan.step
    argv: tuple[str, ...] = plan.argv
    if step.agent in MODELS:
        session = Session(SESSION_PLACE) if step.agent is AgentKind.CLAUDE else Session()
        argv = build_plan_command(plan, settings, session, work_tree).argv
    return StepPreview(
        name=step.name,
        title=step.title,
        agent=step.agent,
        prompt=plan.prompt if step.agent is not AgentKind.TANDEMWEB else "",
        argv=argv,
        command=f"cd {shlex.quote(work_tree)} && {shlex.join(argv)}" if argv else "",
        inputs=tuple(found.path for found in plan.inputs),
        output=plan.output,
        group=step.group,
        interactive=_write_interactive(plan, argv, work_tree),
    )


def _write_interactive(plan: StepPlan, argv: tuple[str, ...], work_tree: str) -> str:
    """Write the command that begins a session of the user's own with the step's slash command."""
    if not plan.slash_command:
        return ""
    prompt = plan.prompt.partition("\n")[0]  # the command itself; the rest is for the background
    return f"cd {shlex.quote(work_tree)} && {shlex.join((argv[0], prompt))}"
