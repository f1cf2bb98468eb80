"""Keys changed in the TOML of a workflow; everything else stays as somebody wrote it."""

import difflib
from dataclasses import replace

import pytest

from tandemweb.domain.workflow import Workflow
from tandemweb.services.workflow_edits import describe_step, edit_workflow, spread_next
from tandemweb.services.workflow_reading import extract_workflow
from tandemweb.services.workflows import list_workflows


@pytest.fixture
def shipped(tmp_path) -> list[Workflow]:
    return [entry.workflow for entry in list_workflows(tmp_path) if entry.workflow]


def read(text: str) -> Workflow:
    reading = extract_workflow(text, "edited.toml")
    assert reading.workflow, reading.problems
    return reading.workflow


def test_a_form_that_was_not_touched_changes_no_byte(shipped):
    for workflow in shipped:
        steps = {step.name: describe_step(step) for step in workflow.steps}
        gates = {gate.name: dict(gate.choices) for gate in workflow.gates}
        assert edit_workflow(workflow, spread_next(workflow, steps), gates) == workflow.text


def test_each_step_of_each_workflow_can_be_changed_alone(shipped):
    for workflow in shipped:
        for step in workflow.steps:
            limits = {"seconds": "77", "turns": "5", "budget-usd": "1.5", "stall-seconds": "none"}
            edit = replace(describe_step(step), model="a \"model\" \\ 'x'", effort="high", limits=limits)
            text = edit_workflow(workflow, {step.name: edit})
            edited = read(text)
            assert describe_step(edited.find_step(step.name)) == edit
            others = [other for other in workflow.steps if other.name != step.name]
            assert [edited.find_step(other.name) for other in others] == others
            lines = difflib.ndiff(workflow.text.splitlines(), text.splitlines())
            gone = [line[2:] for line in lines if line.startswith("- ")]
            assert all(line.startswith(("limits", "model", "effort")) for line in gone), gone


@pytest.mark.parametrize(
    "prompt",
    [
        "It's {inputs}.",
        "'''",
        "\"\"\"\\'''",
        "back\\slash",
        "tab\there",
        "  indented\n\n\nand far below",
        "ends with '",
    ],
)
def test_any_prompt_comes_back_as_it_was_typed(shipped, prompt):
    workflow = next(workflow for workflow in shipped if workflow.name == "quick-actions")
    step = workflow.find_step("review")
    edit = replace(describe_step(step), prompt=prompt)
    assert describe_step(read(edit_workflow(workflow, {"review": edit})).find_step("review")) == edit


def test_what_leads_out_of_a_group_is_that_of_its_first_step(shipped):
    workflow = next(workflow for workflow in shipped if workflow.name == "tandem")
    steps = {step.name: describe_step(step) for step in workflow.steps}
    changed = {"unavailable": "evaluation-merge", "*": "evaluation-merge"}
    steps["evaluation-claude"] = replace(steps["evaluation-claude"], next=changed)
    edited = read(edit_workflow(workflow, spread_next(workflow, steps)))
    assert [dict(step.next) for step in edited.list_members("evaluate")] == [changed, changed]


def test_tables_within_a_line_are_changed_too():
    text = 'name = "odd"\ntitle = "Odd"\nstages.all = { title = "All", first = "one" }\nmission = false\n'
    text += 'steps.one = { title = "One", stage = "all", agent = "command", argv = ["true"], next = { "*" = "end" } }\n'
    workflow = read(text)
    edit = replace(describe_step(workflow.find_step("one")), model="x")
    assert read(edit_workflow(workflow, {"one": edit})).find_step("one").model == "x"
