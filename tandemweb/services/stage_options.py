"""Which stages can be started on a mission now, what stands in the way of the others, and what each step would do."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tandemweb.agents.spawning import MissingAgentError, find_executable
from tandemweb.archive.mission_files import MissionFiles
from tandemweb.domain.mission import Project
from tandemweb.domain.run import RunMode
from tandemweb.domain.settings import Settings
from tandemweb.domain.workflow import AgentKind, StageEntry, Step, Workflow, WorkflowSource
from tandemweb.errors import TandemwebError
from tandemweb.services.document_paths import DocumentPaths
from tandemweb.services.rehearsing import is_rehearsing, read_run_settings
from tandemweb.services.stage_previews import list_nodes
from tandemweb.services.standing import Standing
from tandemweb.services.step_planning import Wishes, advance_counters, find_counters, plan_step
from tandemweb.services.transitions import Point, find_refusal
from tandemweb.services.trusting import explain_distrust
from tandemweb.services.workflows import UntrustedWorkflowError, WorkflowEntry
from tandemweb.store.database import Database

MODELS = (AgentKind.CLAUDE, AgentKind.CODEX)
REHEARSAL_NOTE = "Rehearsal: a stand-in plays the agents; no model is asked, and its documents say so."
GOES_ON_NOTE = "Without it the stage goes on with the other one alone."


class ObstacleKind(StrEnum):
    PHASE = "phase"  # the mission is somewhere else
    STATE = "state"  # what State.json says does not fit
    AGENT = "agent"  # a command line is missing
    TRUST = "trust"  # nobody has allowed agents here
    WORKFLOW = "workflow"  # nobody has allowed this workflow of the project, or it has mistakes
    RUN = "run"  # another run is at work


@dataclass(frozen=True, slots=True)
class Obstacle:
    """``message`` is one sentence: what is in the way, and what to do. ``run_id`` is the run that is."""

    kind: ObstacleKind
    message: str
    run_id: str = ""


@dataclass(frozen=True, slots=True)
class StageOption:
    """A stage of a workflow on one mission. It can be started where there are no ``obstacles``.

    ``notes`` are sentences about what will be different from usual (Codex is missing: Claude-only).
    """

    workflow: str
    workflow_title: str
    source: WorkflowSource
    stage: str
    title: str
    description: str
    agents: tuple[str, ...]
    obstacles: tuple[Obstacle, ...]
    notes: tuple[str, ...] = ()

    @property
    def can_start(self) -> bool:
        return not self.obstacles

    @property
    def fits(self) -> bool:
        """Whether the stage is one for where the mission stands, whatever else is missing."""
        return all(obstacle.kind not in {ObstacleKind.PHASE, ObstacleKind.STATE} for obstacle in self.obstacles)


def list_stages(
    data_folder: Path,
    state: Database,
    project: Project,
    entries: Iterable[WorkflowEntry],
    standing: Standing | None = None,
) -> tuple[StageOption, ...]:
    """List the stages of those workflows that are for a mission (that need none, without one), and what is in the way.

    ``entries`` are the project's ``list_workflows``.
    """
    common = tuple(_list_common(data_folder, state, project, standing))
    files, absent = standing.files if standing else None, _list_absent(read_run_settings(data_folder))
    place = _Place(project.path, files, absent, is_rehearsing(data_folder))
    found: list[StageOption] = []
    for entry in entries:
        workflow = entry.workflow
        if workflow is not None and workflow.needs_mission == (standing is not None):
            found += (_describe(place, entry, workflow, stage, common) for stage in workflow.stages)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Place:
    """``files`` is the mission, or the sentence that says why it cannot be read; None for no mission.

    ``absent`` are the agents that are missing, each with a sentence about it.
    """

    work_tree: str
    files: MissionFiles | str | None
    absent: Mapping[AgentKind, str]
    is_rehearsal: bool


def _list_common(data_folder: Path, state: Database, project: Project, standing: Standing | None) -> Iterator[Obstacle]:
    """List what is in the way of every stage."""
    distrust = explain_distrust(data_folder, state, project)
    if distrust:
        yield Obstacle(ObstacleKind.TRUST, distrust)
    if standing is not None and standing.run is not None:
        message = "A run is at work on this mission; wait for its end, or stop it."
        yield Obstacle(ObstacleKind.RUN, message, standing.run.id)


def _describe(
    place: _Place, entry: WorkflowEntry, workflow: Workflow, stage: StageEntry, common: tuple[Obstacle, ...]
) -> StageOption:
    steps = [step for node in list_nodes(workflow, stage.first, RunMode.STAGE) for step in workflow.list_members(node)]
    absences = dict(_list_absences(place.absent, steps))
    own = (
        *([] if entry.is_trusted else [Obstacle(ObstacleKind.WORKFLOW, _describe_distrust(entry))]),
        *_list_state_obstacles(place, workflow, stage),
        *(Obstacle(ObstacleKind.AGENT, message) for message, is_needed in absences.items() if is_needed),
    )
    return StageOption(
        workflow=workflow.name,
        workflow_title=workflow.title,
        source=entry.source,
        stage=stage.name,
        title=stage.title,
        description=stage.description,
        agents=tuple(dict.fromkeys(step.agent.value for step in steps if step.agent is not AgentKind.TANDEMWEB)),
        obstacles=(*own, *common),
        notes=(
            *([REHEARSAL_NOTE] if place.is_rehearsal else []),
            *(f"{message} {GOES_ON_NOTE}" for message, is_needed in absences.items() if not is_needed),
        ),
    )


def _describe_distrust(entry: WorkflowEntry) -> str:
    return str(
        UntrustedWorkflowError(f"The workflow {entry.name} of this project was not allowed as it is now; look at it.")
    )


def _list_absent(settings: Settings) -> Mapping[AgentKind, str]:
    absent = {}
    for kind in MODELS:
        try:
            find_executable(kind, settings.of(kind))
        except MissingAgentError as error:
            absent[kind] = str(error)
    return absent


def _list_absences(absent: Mapping[AgentKind, str], steps: list[Step]) -> Iterator[tuple[str, bool]]:
    """List which agents are missing, in sentences, and whether the stage cannot do without."""
    for kind, message in absent.items():
        mine = [step for step in steps if step.agent is kind]
        if mine:
            yield message, any(not step.placeholder for step in mine)


def _list_state_obstacles(place: _Place, workflow: Workflow, stage: StageEntry) -> Iterator[Obstacle]:
    files = place.files
    if not isinstance(files, MissionFiles):
        if files:
            yield Obstacle(ObstacleKind.STATE, files)
        return
    try:
        if stage.phases and files.state.phase not in stage.phases:
            wanted = " or ".join(stage.phases)
            message = f"The mission is in the phase {files.state.phase}; this is for the phase {wanted}."
            yield Obstacle(ObstacleKind.PHASE, message)
            return
        paths = DocumentPaths(workflow, place.work_tree, files, {})
        counters = advance_counters(paths, stage.first, find_counters(paths, stage.first))
        for step in workflow.list_members(stage.first):
            refusal = find_refusal(step.begins, files, Point(counters.get("round", 0))) if step.begins else ""
            if refusal:
                yield Obstacle(ObstacleKind.STATE, refusal)
                return
        yield from _list_missing(paths, workflow, stage, counters)
    except TandemwebError as error:
        yield Obstacle(ObstacleKind.STATE, str(error))


def _list_missing(
    paths: DocumentPaths, workflow: Workflow, stage: StageEntry, counters: Mapping[str, int]
) -> Iterator[Obstacle]:
    for step in workflow.list_members(stage.first):
        plan = plan_step(paths, step, counters, Wishes())
        missing = next((found.path for found in plan.inputs if found.is_required and not paths.exists(found.path)), "")
        if missing:
            yield Obstacle(ObstacleKind.STATE, f"{missing} is missing, which {step.title} has to read.")
            return
