"""What can be started on a mission, what it has run so far, and what that took: the part of its page about runs."""

from collections.abc import Sequence
from dataclasses import dataclass

from tandemweb.domain.mission import Mission, Project
from tandemweb.domain.run import Run, RunStatus
from tandemweb.services.intents import find_intent
from tandemweb.services.run_listing import Total, list_runs, total_by_round, total_runs
from tandemweb.services.stage_options import Obstacle, ObstacleKind, StageOption, list_stages
from tandemweb.services.stages import ROUND_LIMIT
from tandemweb.services.standing import Standing
from tandemweb.services.workflows import list_workflows
from tandemweb.web import urls
from tandemweb.web.configuration import get_configuration
from tandemweb.web.databases import get_state
from tandemweb.web.run_pages import RunPlace, RunRow, make_request_key
from tandemweb.web.run_views import make_run_row

SHOWN_RUNS = 10


@dataclass(frozen=True, slots=True)
class StageButton:
    """A stage with the addresses of its button and of the page that shows its prompts first.

    ``asks_first``: the workflow needs something from the person, so that the button leads to that page.
    """

    option: StageOption
    asks_first: bool
    start_address: str
    preview_address: str
    request_key: str


@dataclass(frozen=True, slots=True)
class StagePanel:
    """``ready`` can be started now; ``blocked`` fit where the mission stands, but something is missing.

    ``others`` belong to other phases, or to other workflows than the mission's. ``trust_address`` is where to allow
    agents, None when they are; ``run_address`` leads to the run that is at work. ``broken`` is the newest run where it
    did not come to its end and nothing has moved since.
    """

    ready: tuple[StageButton, ...]
    blocked: tuple[StageButton, ...]
    others: tuple[StageButton, ...]
    trust_address: str | None
    run_address: str | None
    broken: RunRow | None
    round_limit: int
    runs: tuple[RunRow, ...]
    rounds: tuple[Total, ...]
    total: Total
    all_address: str


def build_stage_panel(project: Project, mission: Mission, standing: Standing) -> StagePanel:
    data_folder, state = get_configuration().data_folder, get_state()
    runs = list_runs(data_folder, state, project=project.slug, mission_path=mission.path)
    entries = list_workflows(data_folder, project)
    options = list_stages(data_folder, state, project, entries, standing)
    intent = find_intent(data_folder, project.path, mission.path)
    preferred = intent.workflow if intent else options[0].workflow if options else ""
    latest = runs[0].id if runs else ""
    asking = {
        entry.workflow.name
        for entry in entries
        if entry.workflow and any(one.is_required and not one.default for one in entry.workflow.parameters)
    }
    buttons = tuple(
        _make_button(project, mission, option, latest, asks_first=option.workflow in asking) for option in options
    )
    near = [button for button in buttons if button.option.workflow == preferred and button.option.fits]
    obstacles = [obstacle for option in options for obstacle in option.obstacles]
    place = RunPlace(project.name, is_known=True, mission=mission.name)
    rows = tuple(make_run_row(run, place) for run in runs[:SHOWN_RUNS])
    return StagePanel(
        ready=tuple(button for button in near if button.option.can_start),
        blocked=tuple(button for button in near if not button.option.can_start),
        others=tuple(button for button in buttons if button not in near),
        trust_address=_find_trust_address(project, mission, obstacles),
        run_address=next((urls.run(one.run_id) for one in obstacles if one.run_id), None),
        round_limit=ROUND_LIMIT,
        broken=next((row for row in rows[:1] if _is_broken(row.run, mission)), None),
        runs=rows,
        rounds=total_by_round(runs),
        total=total_runs("all", runs),
        all_address=urls.runs(project=project.slug, mission=mission.path),
    )


def _is_broken(run: Run, mission: Mission) -> bool:
    if run.status not in {RunStatus.FAILED, RunStatus.INTERRUPTED}:
        return False
    written_at = mission.state.updated_at
    return run.ended_at is None or written_at is None or written_at <= run.ended_at


def _find_trust_address(project: Project, mission: Mission, obstacles: Sequence[Obstacle]) -> str | None:
    kinds = {obstacle.kind for obstacle in obstacles}
    back = f"{urls.mission(project.slug, mission.root.slug, mission.name)}#next"
    return urls.trust(project.slug, back=back) if ObstacleKind.TRUST in kinds else None


def _make_button(
    project: Project, mission: Mission, option: StageOption, latest: str, *, asks_first: bool
) -> StageButton:
    place = (project.slug, mission.root.slug, mission.name, option.stage)
    return StageButton(
        option=option,
        asks_first=asks_first,
        start_address=urls.stage_action(*place, "start"),
        preview_address=urls.stage(*place, workflow=option.workflow),
        request_key=make_stage_key(project, mission.path, option.workflow, option.stage, latest),
    )


def make_stage_key(project: Project, mission_path: str, workflow: str, stage: str, latest: str) -> str:
    """Name the press of a stage's button on a mission whose newest run is ``latest``."""
    return make_request_key("stage", project.slug, mission_path, workflow, stage, latest)
