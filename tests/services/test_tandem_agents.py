"""The workflow ``tandem`` by the real claude and codex, whose services play a script."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from agents.harness import PlayedModels
from tandem_lanes import MISSION, document, lane, play_planning, play_round

from tandemweb.agents.event_log import read_window
from tandemweb.domain.run import EventKind, FailureKind, Run, RunMode, RunStatus
from tandemweb.domain.settings import Settings
from tandemweb.domain.workflow import AgentKind
from tandemweb.rehearsal.task import Kind
from tandemweb.services.exporting import export_project
from tandemweb.services.resuming import resume_run
from tandemweb.services.stages import answer_question
from tandemweb.store.settings import save_settings
from tests.conftest import init_repository
from tests.services.missions_for_runs import approve, feed_back, finish, make_mission, read_mission_state
from tests.services.pages import check_rounds_shown
from tests.services.running import Bench, make_bench, wait_for

pytestmark = pytest.mark.agents
Play = Callable[[Mapping[str, Any]], PlayedModels]


@pytest.fixture
def place(agents_home: Path) -> Bench:
    """Give a trusted project outside /tmp, where codex keeps its sandbox closed."""
    path = agents_home / "shop"
    repository = init_repository(path)
    repository.commit("First", {"app.py": "print('hello')\n"})
    return make_bench(path)


def use(place: Bench, settings: Settings) -> None:
    save_settings(place.data_folder, settings)


def end(place: Bench, run: Run) -> Run:
    ended = place.wait_for_end(run)
    assert ended.status is RunStatus.DONE, (ended.reason, [step.reason for step in ended.steps])
    return ended


def test_a_mission_with_a_failed_round_and_feedback(
    place: Bench, play_models: Play, make_settings: Callable[[PlayedModels], Settings]
):
    summary = {"summary": lane("^The mission has passed", {"text": document(Kind.SUMMARY)})}
    lanes = play_planning() | play_round(1) | play_round(2) | play_round(3) | summary
    models = play_models({"lanes": lanes})
    use(place, make_settings(models))
    assert make_mission(place) == MISSION
    planned = end(place, place.start("tandem", "plan", mission_path=MISSION))
    assert planned.waits_for == "approve-spec"
    approve(place, MISSION)
    built = end(place, place.start("tandem", "generate", mission_path=MISSION, mode=RunMode.AUTOPILOT))
    assert built.waits_for == "user-review"
    assert [step.outcome for step in built.steps if step.name == "evaluation-result"] == ["FAIL", "PASS"]
    feed_back(place, MISSION, "Say it louder.")
    end(place, place.start("tandem", "generate", mission_path=MISSION, mode=RunMode.AUTOPILOT))
    end(place, place.start("tandem", "summarise", mission_path=MISSION))
    finish(place, MISSION)

    (shown,) = export_project(place.path)["missions"]
    assert (shown["phase"], shown["round"], shown["verdict"]) == ("complete", 3, "PASS")
    assert shown["problems"] == []
    assert check_rounds_shown(place, shown, "tandemkit") > 0
    assert shown["changed_files"] == {str(number): [f"hello_{number}.py"] for number in (1, 2, 3)}
    state = read_mission_state(place, MISSION)
    assert (state.completed_by, state.user_feedback_round_count) == ("user", 1)


def test_a_codex_that_is_not_let_in_leaves_claude_alone(
    place: Bench, play_models: Play, make_settings: Callable[[PlayedModels], Settings]
):
    lanes = play_planning()
    lanes["plan-claude"]["anthropic"][3:] = []
    del lanes["plan-codex"], lanes["plan-review"]
    refused = {"status": 401, "repeat": 0}
    use(place, make_settings(play_models({"lanes": lanes, "openai": [refused]})))
    make_mission(place)
    planned = end(place, place.start("tandem", "plan", mission_path=MISSION))
    assert planned.waits_for == "approve-spec"
    failures = {step.name: (step.failure, step.outcome) for step in planned.steps if step.agent == "codex"}
    expected = (FailureKind.AUTHENTICATION, "unavailable")
    assert failures == {"plan-codex": expected, "plan-review-codex": expected}
    text = (place.path / MISSION / "Planner-Discussion/Codex-02.md").read_text()
    assert "**Round mode:** Claude-only" in text
    assert "codex login" in text


def test_a_question_waits_for_its_answer_and_is_not_lost_with_the_server(
    place: Bench, play_models: Play, make_settings: Callable[[PlayedModels], Settings]
):
    lanes = play_planning()
    question = {"question": "Which hello?", "header": "Hello", "multiSelect": False}
    question["options"] = [{"label": word, "description": word} for word in ("Loud", "Soft")]
    asks = {"tool": "AskUserQuestion", "input": {"questions": [question]}}
    lanes["plan-claude"]["anthropic"][0] = asks
    use(place, make_settings(play_models({"lanes": lanes})))
    make_mission(place)
    run = place.start("tandem", "plan", mission_path=MISSION, mode=RunMode.STEP)
    (asked,) = wait_for(lambda: place.read(run).questions)
    assert asked.input["questions"][0]["question"] == "Which hello?"
    answer_question(place.data_folder, run.id, asked.id, is_allowed=True, answers={"Which hello?": "Loud"})
    ended = end(place, run)
    claude = next(step for step in ended.steps if step.name == "plan-claude")
    window = read_window(place.folder(run).get_step(claude.folder).path, AgentKind.CLAUDE, 1, 100, is_complete=True)
    assert any("Loud" in event.detail for event in window.events if event.kind is EventKind.RESULT)
    assert place.read(run).questions == ()


def test_a_conversation_goes_on_with_a_message(
    place: Bench, play_models: Play, make_settings: Callable[[PlayedModels], Settings]
):
    """Claude forgets its documents; told so, it writes them in the same conversation."""
    lanes = play_round(1)
    generate = lanes["generate-1"]["anthropic"]
    lanes["generate-1"]["anthropic"] = [generate[0], {"text": "I think I am done."}, *generate[1:]]
    lanes |= play_planning()
    use(place, make_settings(play_models({"lanes": lanes})))
    make_mission(place)
    end(place, place.start("tandem", "plan", mission_path=MISSION))
    approve(place, MISSION)
    run = place.wait_for_end(place.start("tandem", "generate", mission_path=MISSION))
    assert (run.status, run.steps[0].failure) == (RunStatus.FAILED, FailureKind.OUTPUT)
    assert "Round-01.md was not written" in run.reason
    again = resume_run(place.data_folder, run.id, 1, "Write the report and the list of files.", request_key="again")
    ended = end(place, again)
    assert ended.steps[0].session_id == run.steps[0].session_id
    assert read_mission_state(place, MISSION).phase == "evaluation"
