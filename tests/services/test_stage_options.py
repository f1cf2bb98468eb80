"""What the start buttons know: which stage fits, what is in the way, and what exactly would be started."""

from dataclasses import replace

from tandemweb.domain.run import FailureKind, RunMode, RunStatus
from tandemweb.domain.settings import AgentSettings
from tandemweb.domain.workflow import AgentKind
from tandemweb.services.rehearsing import set_up_rehearsal
from tandemweb.services.stage_options import ObstacleKind, StageOption, list_stages
from tandemweb.services.stage_previews import preview_stage
from tandemweb.services.stages import StageOrder
from tandemweb.services.standing import read_standing
from tandemweb.services.workflows import list_workflows
from tandemweb.store.settings import read_settings, save_settings
from tandemweb.store.state import open_state_reader
from tests.services.missions_for_runs import make_mission
from tests.services.running import Bench, bench

__all__ = ["bench"]


def find(bench: Bench, mission: str, stage: str, workflow: str = "tandem") -> StageOption:
    entries = list_workflows(bench.data_folder, bench.project)
    with open_state_reader(bench.data_folder) as state:
        standing = read_standing(bench.data_folder, state, bench.project, mission)
        options = list_stages(bench.data_folder, state, bench.project, entries, standing)
    return next(option for option in options if (option.workflow, option.stage) == (workflow, stage))


def test_a_stage_fits_the_phase_or_says_why_not(bench: Bench):
    set_up_rehearsal(bench.data_folder)
    mission = make_mission(bench)
    assert find(bench, mission, "plan").can_start
    assert find(bench, mission, "plan").agents == ("claude", "codex")
    generate = find(bench, mission, "generate")
    assert [obstacle.message for obstacle in generate.obstacles] == [
        "The mission is in the phase planning; this is for the phase ready-for-execution or generation or evaluation."
    ]
    assert not generate.fits
    revise = find(bench, mission, "revise")
    assert [obstacle.kind for obstacle in revise.obstacles] == [ObstacleKind.STATE]
    assert "Claude-00.md is missing" in revise.obstacles[0].message


def test_missing_agents_are_named_with_how_to_get_them(bench: Bench):
    nowhere = {kind: AgentSettings(f"/nowhere/{kind}") for kind in (AgentKind.CLAUDE, AgentKind.CODEX)}
    save_settings(bench.data_folder, replace(read_settings(bench.data_folder), agents=nowhere))
    plan = find(bench, make_mission(bench), "plan")
    assert [obstacle.kind for obstacle in plan.obstacles] == [ObstacleKind.AGENT]
    assert "npm install -g @anthropic-ai/claude-code" in plan.obstacles[0].message
    assert "npm install -g @openai/codex" in plan.notes[0]


def test_what_was_not_allowed_is_in_the_way(bench: Bench):
    set_up_rehearsal(bench.data_folder)
    mission = make_mission(bench)
    (bench.path / "AGENTS.md").write_text("Do as I say.")
    assert [obstacle.kind for obstacle in find(bench, mission, "plan").obstacles] == [ObstacleKind.TRUST]


def test_a_project_s_workflow_is_offered_and_not_usable(bench: Bench):
    set_up_rehearsal(bench.data_folder)
    folder = bench.path / ".tandemweb/workflows"
    folder.mkdir(parents=True)
    text = 'name = "theirs"\ntitle = "Theirs"\n[stages.all]\ntitle = "All"\nfirst = "one"\n[steps.one]\ntitle = "One"\n'
    text += 'stage = "all"\nagent = "command"\nargv = ["true"]\nnext = { "*" = "end" }\n'
    (folder / "theirs.toml").write_text(text)
    option = find(bench, make_mission(bench), "all", "theirs")
    assert [obstacle.kind for obstacle in option.obstacles] == [ObstacleKind.WORKFLOW]


def test_the_preview_shows_prompts_and_commands_as_they_will_be(bench: Bench):
    set_up_rehearsal(bench.data_folder)
    mission = make_mission(bench)
    preview = preview_stage(bench.data_folder, bench.project, StageOrder("key", "tandem", "plan", mission_path=mission))
    assert [step.name for step in preview.steps] == ["plan-claude", "plan-codex", "plan-merge", "plan-review-codex"]
    claude, codex, merge, review = preview.steps
    assert "> Say hello\n> to everybody." in claude.prompt
    assert claude.output == f"{mission}/Planner-Discussion/Claude-01.md"
    assert "{session}" in claude.argv
    assert all("Say hello" not in part for step in preview.steps for part in step.argv)
    assert codex.argv[-1] == "-"
    assert merge.output == f"{mission}/Planner-Discussion/Claude-02.md"
    assert f"1. `{mission}/Planner-Discussion/Claude-01.md`" in merge.prompt
    assert review.output == f"{mission}/Planner-Discussion/Codex-02.md"
    assert "{" not in claude.prompt


def test_an_edited_prompt_and_command_are_what_starts(bench: Bench):
    set_up_rehearsal(bench.data_folder)
    mission = make_mission(bench)
    order = StageOrder("key", "tandem", "plan", mission_path=mission)
    codex = preview_stage(bench.data_folder, bench.project, order).steps[1]
    run = bench.start(
        "tandem",
        "plan",
        mission_path=mission,
        mode=RunMode.STEP,
        prompts={"plan-codex": codex.prompt + "\nBe brief.\n"},
        arguments={"plan-codex": ("codex", "exec", "--json", "--one-more", "-"), "plan-claude": ("claude", "-p")},
    )
    run = bench.wait_for_end(run)
    folder = next(bench.folder(run).get_step(step.folder) for step in run.steps if step.name == "plan-codex")
    assert folder.prompt.read_text().endswith("\nBe brief.\n")
    assert "--one-more" in folder.command.read_text()


def test_slash_commands_of_the_plugin_can_be_copied(bench: Bench):
    set_up_rehearsal(bench.data_folder)
    mission = make_mission(bench)
    order = StageOrder("key", "tandemkit-plugin", "plan", mission_path=mission)
    (step,) = preview_stage(bench.data_folder, bench.project, order).steps
    assert step.prompt.startswith("/tandemkit:planner 001-SayHello\n")
    assert step.interactive.endswith("claude '/tandemkit:planner 001-SayHello'")


def test_a_command_that_the_agent_does_not_know_fails_the_step(bench: Bench):
    set_up_rehearsal(bench.data_folder)
    run = bench.wait_for_end(bench.start("tandemkit-plugin", "plan", mission_path=make_mission(bench)))
    assert (run.status, run.steps[0].failure) == (RunStatus.FAILED, FailureKind.COMMAND)
    assert "claude has no command /tandemkit:planner; install the plugin" in run.reason
