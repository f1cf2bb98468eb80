"""The workflow ``tandem`` from a new mission to its end, played by the bundled stand-in."""

import json
import shlex
import sys
from dataclasses import replace

import pytest

from tandemweb.agents.run_folder import RunFolder
from tandemweb.agents.run_reading import read_run
from tandemweb.domain.mission import Naming
from tandemweb.domain.run import FailureKind, Run, RunMode, RunStatus
from tandemweb.domain.settings import AgentSettings
from tandemweb.domain.workflow import AgentKind
from tandemweb.services.exporting import export_project
from tandemweb.services.rehearsing import is_rehearsing, set_up_rehearsal
from tandemweb.services.resuming import resume_run
from tandemweb.services.stages import answer_question
from tandemweb.store.settings import read_settings, save_settings
from tests.services.missions_for_runs import approve, feed_back, finish, make_mission, read_mission_state
from tests.services.running import Bench, bench, wait_for

__all__ = ["bench"]


@pytest.fixture
def rehearsing(bench: Bench) -> Bench:
    """Let the stand-in play both agents, without its pauses."""
    set_up_rehearsal(bench.data_folder)
    settings = read_settings(bench.data_folder)
    quick = {
        kind: replace(settings.of(kind), environment={"REHEARSAL_PACE": "0"})
        for kind in (AgentKind.CLAUDE, AgentKind.CODEX)
    }
    save_settings(bench.data_folder, replace(settings, agents=quick))
    return bench


def answer_when_asked(bench: Bench, run: Run) -> None:
    question = wait_for(lambda: bench.read(run).questions)[0]
    bench.wait_for_status(run, RunStatus.WAITING)
    text = question.input["questions"][0]["question"]
    answer_question(bench.data_folder, run.id, question.id, is_allowed=True, answers={text: "As it is"})


def plan(bench: Bench, mission: str) -> None:
    run = bench.start("tandem", "plan", mission_path=mission)
    answer_when_asked(bench, run)
    run = bench.wait_for_end(run)
    assert (run.status, run.waits_for) == (RunStatus.DONE, "approve-spec"), run.reason


@pytest.mark.parametrize(
    ("naming", "name", "root"),
    [(Naming.PASCAL, "001-SayHello", "TandemKit"), (Naming.KEBAB, "001-say-hello", "tandem-kit")],
)
def test_a_mission_goes_from_its_creation_to_its_end(rehearsing: Bench, naming: Naming, name: str, root: str):
    bench = rehearsing
    mission = make_mission(bench, name, naming=naming, root=root)
    plan(bench, mission)
    approve(bench, mission)

    run = bench.wait_for_end(bench.start("tandem", "generate", mission_path=mission, mode=RunMode.AUTOPILOT))
    assert (run.status, run.waits_for) == (RunStatus.DONE, "user-review"), run.reason
    assert [step.outcome for step in run.steps if step.name == "evaluation-result"] == ["FAIL", "PASS"]
    state = read_mission_state(bench, mission)
    assert (state.phase, state.round, state.verdict) == ("user-review", 2, "PASS")
    assert (state.generator_status, state.evaluator_status) == ("awaiting-user", "done")

    feed_back(bench, mission, "Say it louder.")
    run = bench.wait_for_end(bench.start("tandem", "generate", mission_path=mission, mode=RunMode.AUTOPILOT))
    assert (run.status, run.waits_for) == (RunStatus.DONE, "user-review"), run.reason
    run = bench.wait_for_end(bench.start("tandem", "summarise", mission_path=mission))
    assert run.waits_for == "user-review"
    finish(bench, mission)

    found = sorted(str(path.relative_to(bench.path / mission)) for path in (bench.path / mission).rglob("*.*"))
    assert [path for path in found if "/" in path] == list_expected(naming)
    exported = export_project(bench.path)
    (shown,) = exported["missions"]
    assert shown["phase"] == "complete"
    assert exported.get("project_problems", []) == []
    assert shown["problems"] == []
    assert [(e["stage"], e["round"], e["final_verdict"]) for e in shown["exchanges"]] == [
        ("planning", 1, None),
        ("evaluation", 1, "FAIL"),
        ("evaluation", 2, "PASS"),
        ("evaluation", 3, "PASS"),
    ]


def list_expected(naming: Naming) -> list[str]:
    rounds = ("01", "02", "03")
    paths = [f"Planner-Discussion/{author}-{step}.md" for author in ("Claude", "Codex") for step in rounds]
    paths += [f"Generator/ChangedFiles-{number}.txt" for number in rounds]
    paths += [f"Generator/Round-{number}.md" for number in rounds]
    paths += [f"Evaluator/Round-{number}.md" for number in rounds]
    paths += [
        f"Evaluator/Round-{number}-Discussion/{author}-{step}.md"
        for number in rounds
        for author in ("Claude", "Codex")
        for step in ("01", "02")
    ]
    paths.append("UserFeedback/Feedback-01.md")
    if naming is Naming.KEBAB:
        renamed = (
            path.replace("ChangedFiles", "changed-files").replace("UserFeedback", "user-feedback") for path in paths
        )
        paths = [path.lower() for path in renamed]
    return sorted(paths)


def test_the_final_evaluation_is_the_merged_one_byte_for_byte(rehearsing: Bench):
    mission = make_mission(rehearsing)
    plan(rehearsing, mission)
    approve(rehearsing, mission)
    run = rehearsing.wait_for_end(rehearsing.start("tandem", "generate", mission_path=mission))
    assert run.reason == "The stage is done; what follows: Claude evaluates and Codex evaluates."
    rehearsing.wait_for_end(rehearsing.start("tandem", "evaluate", mission_path=mission))
    evaluator = rehearsing.path / mission / "Evaluator"
    assert (evaluator / "Round-01.md").read_bytes() == (evaluator / "Round-01-Discussion/Claude-02.md").read_bytes()


def test_a_reviewer_is_given_documents_and_a_conversation_of_its_own(rehearsing: Bench):
    mission = make_mission(rehearsing)
    run = rehearsing.start("tandem", "plan", mission_path=mission)
    answer_when_asked(rehearsing, run)
    run = rehearsing.wait_for_end(run)
    sessions = {step.name: {s.session_id for s in run.steps if s.name == step.name} for step in run.steps}
    assert sessions["plan-claude"] == sessions["plan-merge"]
    assert len(sessions["plan-review-codex"]) == 2
    assert sessions["plan-review-codex"].isdisjoint(sessions["plan-codex"])


def test_without_codex_the_rounds_are_claudes_alone(rehearsing: Bench):
    settings = read_settings(rehearsing.data_folder)
    agents = {**settings.agents, AgentKind.CODEX: AgentSettings("/nowhere/codex")}
    save_settings(rehearsing.data_folder, replace(settings, agents=agents))
    assert is_rehearsing(rehearsing.data_folder)
    mission = make_mission(rehearsing)
    plan(rehearsing, mission)
    placeholder = (rehearsing.path / mission / "Planner-Discussion/Codex-01.md").read_text()
    assert placeholder.startswith("# Skipped (Codex Unavailable)\n")
    approve(rehearsing, mission)
    run = rehearsing.wait_for_end(rehearsing.start("tandem", "generate", mission_path=mission, mode=RunMode.AUTOPILOT))
    assert (run.status, run.waits_for) == (RunStatus.DONE, "user-review"), run.reason
    (shown,) = export_project(rehearsing.path)["missions"]
    assert shown["problems"] == []
    roles = {
        document["path"]: document["role"] for exchange in shown["exchanges"] for document in exchange["documents"]
    }
    assert roles["Evaluator/Round-01-Discussion/Codex-01.md"] == "placeholder"


def use_script(bench: Bench, script: str, kind: AgentKind = AgentKind.CLAUDE) -> None:
    """Let a shell script play an agent; ``$REHEARSE`` in it goes on to the stand-in."""
    path = bench.data_folder / kind.value
    rehearse = f'{sys.executable} -P -m tandemweb.rehearsal {kind.value} "$@"'
    path.write_text(f"#!/bin/sh\n{script.replace('$REHEARSE', rehearse)}\n")
    path.chmod(0o700)
    settings = read_settings(bench.data_folder)
    agent = replace(settings.of(kind), executable=str(path))
    save_settings(bench.data_folder, replace(settings, agents={**settings.agents, kind: agent}))


def test_a_conversation_that_is_gone_is_begun_anew(rehearsing: Bench):
    refuses = 'case "$*" in *--resume*) echo "No conversation found with session ID: x" >&2; exit 1;; esac\n$REHEARSE'
    use_script(rehearsing, refuses)
    mission = make_mission(rehearsing)
    plan(rehearsing, mission)
    runs = sorted((rehearsing.data_folder / "runs").glob("2*"))
    steps = read_run(RunFolder(runs[-1])).steps
    merges = [(step.status, step.failure) for step in steps if step.name == "plan-merge"]
    assert merges[:2] == [(RunStatus.FAILED, FailureKind.SESSION), (RunStatus.DONE, None)]


def test_a_generator_may_not_write_what_it_is_judged_by(rehearsing: Bench):
    mission = make_mission(rehearsing)
    plan(rehearsing, mission)
    approve(rehearsing, mission)
    use_script(rehearsing, f"echo more >> {mission}/Spec.md\n$REHEARSE")
    run = rehearsing.wait_for_end(rehearsing.start("tandem", "generate", mission_path=mission))
    assert (run.status, run.steps[0].failure) == (RunStatus.FAILED, FailureKind.ELSEWHERE)
    assert f"{mission}/Spec.md" in run.reason


def test_a_run_stops_when_an_agent_changes_what_steers_agents(rehearsing: Bench):
    mission = make_mission(rehearsing)
    plan(rehearsing, mission)
    approve(rehearsing, mission)
    use_script(rehearsing, "echo obey > CLAUDE.md\n$REHEARSE")
    run = rehearsing.start("tandem", "generate", mission_path=mission, mode=RunMode.AUTOPILOT)
    run = rehearsing.wait_for_end(run)
    assert (run.status, run.waits_for) == (RunStatus.DONE, "trust")
    assert [step.name for step in run.steps] == ["generate"]
    rehearsing.trust()
    use_script(rehearsing, "$REHEARSE")
    again = resume_run(rehearsing.data_folder, run.id, request_key="again")
    assert rehearsing.wait_for_end(again).waits_for == "user-review"


def test_the_same_disagreement_through_three_exchanges_is_for_the_user(rehearsing: Bench):
    review = "# Review\n\n## Agreement Status: NOT APPROVED\n\n## High Disagreements\n\n"
    review += "1. **Rounding of totals is wrong**: `app.py:1` rounds half up, the books need half even.\n\n"
    review += "## Medium Disagreements\n\nNone\n\n## Low Disagreements\n\nNone\n"
    message = {"type": "item.completed", "item": {"id": "item_0", "type": "agent_message", "text": review}}
    events = ({"type": "thread.started", "thread_id": "t"}, message, {"type": "turn.completed", "usage": {}})
    lines = " ".join(shlex.quote(json.dumps(event)) for event in events)
    script = f"""prompt=$(cat)
case "$prompt" in
*"You review a plan"*) printf '%s\\n' {lines} ;;
*) printf '%s' "$prompt" | $REHEARSE ;;
esac"""
    use_script(rehearsing, script, AgentKind.CODEX)
    mission = make_mission(rehearsing)
    run = rehearsing.start("tandem", "plan", mission_path=mission)
    answer_when_asked(rehearsing, run)
    run = rehearsing.wait_for_end(run)
    assert (run.status, run.waits_for) == (RunStatus.DONE, "planning-dispute"), run.reason
    assert "Rounding of totals is wrong" in run.reason
    assert [step.outcome for step in run.steps if step.name == "plan-review-codex"] == ["disputed"] * 2 + ["stuck"]
