"""The workflow ``tandem`` from a new mission to its end, played by the bundled stand-in."""

from dataclasses import replace

import pytest

from tandemweb.domain.mission import Naming
from tandemweb.domain.run import Run, RunMode, RunStatus
from tandemweb.domain.settings import AgentSettings
from tandemweb.domain.workflow import AgentKind
from tandemweb.services.exporting import export_project
from tandemweb.services.rehearsing import is_rehearsing, set_up_rehearsal
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
