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
from tests.conftest import GitRepository
from tests.services.exported import build_agent_environment, copy_project, list_files, run_script
from tests.services.missions_for_runs import approve, make_mission
from tests.services.running import Bench, make_bench
from tests.services.test_tandem_agents import end
from tests.services.test_workflow_agents import FAULT, PASS_TESTS, REQUIREMENTS, STEPS, append, review, tick

pytestmark = pytest.mark.agents
Play = Callable[[Mapping[str, Any]], PlayedModels]


@pytest.fixture
def place(agents_home: Path) -> Bench:
    path = agents_home / "shop"
    path.mkdir()
    repository = GitRepository(path)
    repository.git("init", "--quiet", "--initial-branch=main")
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


def lane(match: str, agent: str, *turns: Mapping[str, Any]) -> dict[str, Any]:
    return {"match": match, {"claude": "anthropic", "codex": "openai"}[agent]: list(turns)}


def play_red_team() -> dict[str, Any]:
    plan = "plans/greeting/PLAN.md"

    def attacks(number: int, verdict: str, high: str = "None") -> Mapping[str, Any]:
        content = review(f"Red-team review {number:02d}", verdict, high)
        return {"write": {"path": f"plans/greeting/reviews/red-team-{number:02d}.md", "content": content}}

    written = {"text": "Written."}
    return {
        "requirements": lane("^Write it down as requirements", "claude", {"text": REQUIREMENTS}),
        "plan": lane("^You plan; you change nothing", "claude", {"text": STEPS}, {"text": STEPS}),
        "review": lane(
            "^You review a plan",
            "codex",
            {"text": review("Plan review 01", "FAIL", FAULT)},
            {"text": review("Plan review 02", "PASS")},
        ),
        "execute": lane(
            "^Do the first step of the plan",
            "codex",
            *(tick("1.1", plan, append("print('greet')")), {"text": "Done."}),
            *(tick("2.1", plan, append("print('name')")), {"text": "Done."}),
            *({"shell": append("print('a default')")}, {"text": "Mended."}),
        ),
        "attack": lane(
            "^You did not write this change", "claude", attacks(1, "FAIL", FAULT), written, attacks(2, "PASS"), written
        ),
    }


def test_plan_execute_red_team(place: Bench, play: Callable[..., dict[str, str]], agents_home: Path):
    wishes = {"goal": "Greet people by name.", "parameters": {"feature": "greeting", "tests": PASS_TESTS}}
    script = export(place, agents_home, StageOrder("", "plan-execute-red-team", "plan", **wishes))
    copy = copy_project(place, agents_home / "copy")
    play(play_red_team())
    end(place, place.start("plan-execute-red-team", "plan", **wishes))
    end(place, place.start("plan-execute-red-team", "execute", mode=RunMode.AUTOPILOT, **wishes))
    environment = play(play_red_team()) | {"TANDEM_GATE_approve_plan": "approve"}
    run_script(script, copy, environment, "--answer", "approve-plan=approve", "--answer", "finished=finish")
    assert list_files(copy) == list_files(place.path)
