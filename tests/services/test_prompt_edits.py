"""Prompts edited for one run: what may stand in them, where they count, and what judges a step all the same."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tandemweb.agents.run_reading import find_request
from tandemweb.domain.run import FailureKind, Run, RunStatus
from tandemweb.domain.settings import Settings
from tandemweb.errors import InvalidRequestError
from tandemweb.services.document_paths import open_document_paths
from tandemweb.services.prompt_edits import list_edit_problems, open_prompt
from tandemweb.services.resuming import resume_run
from tandemweb.services.run_context import RunContext
from tandemweb.services.stage_previews import StepPreview, preview_stage
from tandemweb.services.stages import StageOrder
from tandemweb.services.step_planning import Wishes, plan_step
from tandemweb.services.workflows import get_workflow
from tests.services.missions_for_runs import make_mission
from tests.services.running import Bench, bench

__all__ = ["bench"]

HEAD = """
name = "rounds"
title = "Rounds"
mission = false
[documents]
brief = "brief.md"
verdict = "verdict.md"
[texts]
rules = "Be {word}.\\nBe brief.\\n"
[parameters.word]
title = "Word"
default = "kind"
[stages.all]
title = "All"
first = "write"
"""
STEP = """
[steps.{name}]
title = "Step {name}"
stage = "all"
agent = "command"
argv = {argv}
access = "write"
{more}
"""
# Writes what it was told where it was told to, if at all.
OBEY = """
import sys
told = sys.stdin.read()
for line in told.splitlines():
    if line.startswith("Write `"):
        open(line.split("`")[1], "w").write(told)
"""
WRITE = """counters = { round = "next" }
inputs = ["{brief}"]
output = "round-{round}.md"
prompt = "{rules}\\nRead {brief}.\\nWrite {output}"
next = { "*" = "judge" }"""
ONCE = 'output = "round-01.md"\nprompt = "Write {output}"\nnext = { "*" = "end" }'
JUDGE = 'gate = "exit"\nnext = { passed = "end", failed = "write" }'
# Two rounds: the second judgement finds two files.
TWO_ROUNDS = "import glob; raise SystemExit(len(glob.glob('round-*')) < 2)"


def save(bench: Bench) -> None:
    obey, judge = ([sys.executable, "-c", script] for script in (OBEY, TWO_ROUNDS))
    steps = STEP.format(name="write", argv=json.dumps(obey), more=WRITE)
    steps += STEP.format(name="judge", argv=json.dumps(judge), more=JUDGE)
    bench.save_workflow("rounds", HEAD + steps)
    (bench.path / "brief.md").write_text("Do it.\n")


def run(bench: Bench, **prompts: str) -> Run:
    return bench.wait_for_end(bench.start("rounds", "all", prompts=prompts))


def read_prompts(bench: Bench, ended: Run, name: str = "write") -> list[str]:
    folder = bench.folder(ended)
    return [folder.get_step(step.folder).prompt.read_text() for step in ended.steps if step.name == name]


def preview(bench: Bench, prompt: str | None) -> StepPreview:
    prompts = {} if prompt is None else {"write": prompt}
    order = StageOrder("key", "rounds", "all", parameters={"word": "kind"}, prompts=prompts)
    return preview_stage(bench.data_folder, bench.project, order).steps[0]


def test_it_is_opened_with_the_shared_texts_written_out(bench: Bench):
    save(bench)
    workflow = get_workflow(bench.data_folder, "rounds", bench.project)
    assert open_prompt(workflow, workflow.steps[0]) == "Be {word}.\nBe brief.\nRead {brief}.\nWrite {output}"


def test_it_counts_in_every_round_and_is_filled_in_anew(bench: Bench):
    save(bench)
    ended = run(bench, write="My own: {rules}\nRead {brief}.\nWrite {output}")
    assert ended.status is RunStatus.DONE
    assert read_prompts(bench, ended) == [
        f"My own: Be kind.\nBe brief.\nRead `brief.md`.\nWrite `round-0{number}.md`\n" for number in (1, 2)
    ]


@pytest.mark.parametrize(
    ("prompt", "told"),
    [
        ("Write {outputs}", "there is no placeholder {outputs}; did you mean 'output'?"),
        ("{rules} and {nobody}", "there is no placeholder {nobody}; known are brief, "),
        ("Read {verdict}. Write {output}", "{verdict} is a document that this step is not given"),
    ],
)
def test_one_that_cannot_be_used_starts_nothing(bench: Bench, prompt: str, told: str):
    save(bench)
    with pytest.raises(InvalidRequestError) as caught:
        run(bench, write=prompt)
    assert str(caught.value).startswith("The prompt of 'Step write': ")
    assert told in str(caught.value)
    assert list(Path(bench.data_folder).glob("runs/*/request.json")) == []
    shown = preview(bench, prompt)
    assert told in shown.problems[0]
    assert (shown.template, shown.prompt) == (prompt, preview(bench, None).prompt)


def test_a_prompt_of_a_step_that_is_not_there_starts_nothing(bench: Bench):
    save(bench)
    with pytest.raises(InvalidRequestError, match="has no step 'nothing'"):
        run(bench, nothing="x")


def test_braces_that_are_no_placeholder_stay(bench: Bench):
    save(bench)
    assert preview(bench, '{"a": {}} { output } {A}').prompt == '{"a": {}} { output } {A}\n'


def test_a_preview_says_what_it_comes_to_and_what_it_leaves_out(bench: Bench):
    save(bench)
    assert (preview(bench, None).is_edited, preview(bench, None).omissions) == (False, ())
    shown = preview(bench, "Be {word} to each other.")
    assert (shown.is_edited, shown.prompt) == (True, "Be kind to each other.\n")
    assert shown.omissions == (
        "It does not name round-01.md any more, which this step has to write, or it fails.",
        "It does not name brief.md any more, which this step is to read.",
    )


def test_the_step_is_judged_as_ever(bench: Bench):
    """What it reads, writes and may do is the workflow's, whatever it is told."""
    save(bench)
    ended = run(bench, write="Write `elsewhere.md`")
    assert (ended.status, ended.steps[0].failure) == (RunStatus.FAILED, FailureKind.OUTPUT)
    assert "round-01.md was not written" in ended.reason
    (bench.path / "brief.md").unlink()
    ended = run(bench, write="Write {output}")
    assert ended.status is RunStatus.FAILED
    assert "brief.md is missing, which this step has to read" in ended.reason


def test_what_was_written_before_does_not_stand_for_a_step_with_a_prompt_of_its_own(bench: Bench):
    save(bench)
    run(bench)
    text = HEAD + STEP.format(name="write", argv=json.dumps([sys.executable, "-c", OBEY]), more=ONCE)
    bench.save_workflow("rounds", text)
    assert bench.wait_for_end(bench.start("rounds", "all")).steps == ()
    (step,) = run(bench, write="Anew.\nWrite {output}").steps
    assert (step.outcome, (bench.path / "round-01.md").read_text()) == ("done", "Anew.\nWrite `round-01.md`\n")


def test_going_on_after_a_failure_keeps_it(bench: Bench):
    save(bench)
    broken = run(bench, write="Mine.\nWrit {output}")
    again = bench.wait_for_end(resume_run(bench.data_folder, broken.id, request_key="again"))
    assert read_prompts(bench, broken) == read_prompts(bench, again) == ["Mine.\nWrit `round-01.md`\n"]


def test_a_message_is_said_word_for_word_and_once(bench: Bench):
    save(bench)
    workflow = get_workflow(bench.data_folder, "rounds", bench.project)
    paths = open_document_paths(workflow, bench.project.path, "", {})
    said = Wishes(prompts={"write": "Mine"}, messages={"write": "{output} as it is"})
    assert plan_step(paths, workflow.steps[0], {"round": 1}, said).prompt == "{output} as it is"
    folder = bench.folder(run(bench))
    request = replace(find_request(folder), prompts=said.prompts, messages=said.messages)
    context = RunContext(folder, request, workflow, Settings(), bench.data_folder, started_at=request.created_at)
    assert (context.wishes.prompts, context.wishes.messages) == (said.prompts, said.messages)
    context.begun.add("write")
    assert (context.wishes.prompts, context.wishes.messages) == (said.prompts, {})


def test_who_judges_is_not_told_of_the_other_s_judgement(bench: Bench):
    """The evaluators of a mission start apart, and no edit brings one the other's document by its name."""
    mission = make_mission(bench)
    workflow = get_workflow(bench.data_folder, "tandem", bench.project)
    codex = next(step for step in workflow.steps if step.name == "evaluation-codex")
    own = open_prompt(workflow, codex)
    assert list_edit_problems(workflow, codex, f"{own} {{report}}") == ()
    (problem,) = list_edit_problems(workflow, codex, f"{own} {{evaluation}}")
    assert problem.startswith("{evaluation} is a document that this step is not given")

    def show(**prompts: str) -> StepPreview:
        order = StageOrder("key", "tandem", "evaluate", mission, prompts=prompts)
        steps = preview_stage(bench.data_folder, bench.project, order).steps
        return next(step for step in steps if step.name == codex.name)

    edited = show(**{codex.name: f"{own}\n\nBe brief."})
    assert edited.prompt.splitlines()[-1] == "Be brief."
    assert edited.prompt.startswith(show().prompt.rstrip("\n"))
    assert edited.omissions == ()
    assert len(show(**{codex.name: "Judge."}).omissions) == 2
