"""An exported Actions workflow leaves the same files as the driver: jobs are run here, by the real agents."""

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from agents.harness import PlayedModels
from tandem_lanes import MISSION, play_planning, play_round

from tandemweb.domain.run import RunMode
from tandemweb.domain.settings import Settings
from tandemweb.services.actions_export import export_actions, name_actions, name_script
from tandemweb.services.script_export import export_script
from tandemweb.services.stages import StageOrder
from tandemweb.services.workflows import get_workflow
from tandemweb.store.settings import save_settings
from tests.conftest import GitRepository, init_repository
from tests.services.actions_runner import ActionsRunner
from tests.services.exported import build_agent_environment, copy_project, list_files
from tests.services.missions_for_runs import approve, make_mission
from tests.services.running import Bench, make_bench
from tests.services.test_tandem_agents import end

pytestmark = [pytest.mark.agents, pytest.mark.timeout(900)]


@pytest.fixture
def place(agents_home: Path) -> Bench:
    path = agents_home / "shop"
    repository = init_repository(path)
    repository.commit("First", {"app.py": "print('hello')\n", ".gitignore": "__pycache__/\n"})
    return make_bench(path)


def part_conversations(lanes: Mapping[str, Any]) -> dict[str, Any]:
    """Let an evaluation be merged in a conversation of its own: none is known on another machine."""
    parted = dict(lanes)
    for number in (1, 2):
        turns = parted[f"evaluate-claude-{number}"]["anthropic"]
        parted[f"evaluate-claude-{number}"] = parted[f"evaluate-claude-{number}"] | {"anthropic": turns[:2]}
        match = f"^You are the evaluator of round {number:02d}. Read"
        parted[f"merge-{number}"] = {"match": match, "anthropic": turns[2:]}
    return parted


def test_tandem(
    place: Bench,
    play_models: Callable[[Mapping[str, Any]], PlayedModels],
    make_settings: Callable[[PlayedModels], Settings],
    agents_home: Path,
):
    lanes = play_planning() | play_round(1) | play_round(2)
    make_mission(place)
    workflow, order = get_workflow(place.data_folder, "tandem"), StageOrder("", "tandem", "plan", MISSION)
    text = export_actions(place.data_folder, place.project, order)
    (agents_home / "copy").mkdir()
    copy = copy_project(place, agents_home / "copy" / "shop")
    script = export_script(place.data_folder, place.project, order)
    GitRepository(copy).commit("Workflow", {name_script(workflow): script, name_actions(workflow): text})

    save_settings(place.data_folder, make_settings(play_models({"lanes": lanes})))
    end(place, place.start("tandem", "plan", mission_path=MISSION))
    approve(place, MISSION)
    end(place, place.start("tandem", "generate", mission_path=MISSION, mode=RunMode.AUTOPILOT))

    environment = build_agent_environment(make_settings(play_models({"lanes": part_conversations(lanes)})), agents_home)
    runner = ActionsRunner(copy, agents_home / "actions", environment, frozenset({"tandem-approve-spec"}))
    runner.run(text)
    assert [key for key in runner.order if key.startswith(("generate", "evaluation-result", "briefing"))] == [
        *("generate_1", "evaluation-result_1", "generate_2", "evaluation-result_2", "briefing")
    ], "\n".join(runner.told)[-6000:]
    command = ["sh", name_script(workflow), "unpack", str(runner.last_artifact)]
    subprocess.run(command, cwd=copy, env={**os.environ, **environment}, check=True)
    left = {name: text for name, text in list_files(copy).items() if not name.startswith(".github/")}
    assert left == list_files(place.path)
