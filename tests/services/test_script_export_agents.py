"""An exported script leaves the same files as the driver: both are run, by the real agents on the same played words."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from agents.harness import PlayedModels
from tandem_lanes import MISSION, play_planning, play_round

from tandemweb.domain.run import RunMode
from tandemweb.domain.settings import Settings
from tandemweb.services.script_export import export_script
from tandemweb.services.stages import StageOrder
from tandemweb.store.settings import save_settings
from tests.conftest import init_repository
from tests.services.exported import build_agent_environment, copy_project, list_files, run_script
from tests.services.missions_for_runs import approve, make_mission
from tests.services.running import Bench, make_bench
from tests.services.test_tandem_agents import end

pytestmark = pytest.mark.agents
Play = Callable[[Mapping[str, Any]], PlayedModels]


@pytest.fixture
def place(agents_home: Path) -> Bench:
    path = agents_home / "shop"
    repository = init_repository(path)
    repository.commit("First", {"app.py": "print('hello')\n", ".gitignore": "__pycache__/\n"})
    return make_bench(path)


@pytest.fixture
def play(
    place: Bench, play_models: Play, make_settings: Callable[[PlayedModels], Settings], agents_home: Path
) -> Callable[[Mapping[str, Any]], dict[str, str]]:
    """Play lanes from their beginning; gives the environment in which a script asks them."""

    def start(lanes: Mapping[str, Any]) -> dict[str, str]:
        settings = make_settings(play_models({"lanes": lanes}))
        save_settings(place.data_folder, settings)
        return build_agent_environment(settings, agents_home)

    return start


def export(place: Bench, folder: Path, order: StageOrder) -> Path:
    script = folder / f"{order.workflow}.sh"
    script.write_text(export_script(place.data_folder, place.project, order))
    return script


def test_tandem(place: Bench, play: Callable[..., dict[str, str]], agents_home: Path):
    lanes = play_planning() | play_round(1) | play_round(2)
    make_mission(place)
    script = export(place, agents_home, StageOrder("", "tandem", "plan", MISSION))
    copy = copy_project(place, agents_home / "copy")
    play(lanes)
    end(place, place.start("tandem", "plan", mission_path=MISSION))
    approve(place, MISSION)
    built = end(place, place.start("tandem", "generate", mission_path=MISSION, mode=RunMode.AUTOPILOT))
    assert [step.outcome for step in built.steps if step.name == "evaluation-result"] == ["FAIL", "PASS"]

    environment = play(lanes)
    waiting = run_script(script, copy, environment, status=3)
    assert "--answer approve-spec=CHOICE" in waiting.stderr
    ended = run_script(script, copy, environment, "--answer", "approve-spec=approve", status=3)
    assert "user-review" in ended.stderr
    assert list_files(copy) == list_files(place.path)
