import pytest

from tandemweb.domain.workflow import Access, AgentKind, Delivery, Workflow
from tandemweb.services.workflow_reading import extract_workflow

GOOD = """
name = "small"
title = "Small"
description = '''
Two lines
of text.'''

[documents]
plan = "{mission}/Planner-Discussion/Claude-{exchange}.md"

[texts]
rules = "Read [this] = carefully, # always."

[stages.plan]
title = "Plan"
first = "plan"
phases = ["planning"]

[steps.plan]
title = "Claude plans"
stage = "plan"
agent = "claude"
delivery = "message"
output = "{plan}"
prompt = '''
Plan this: {goal}
x = 1
[steps.none]
{rules} {"json": "stays"}
'''
next = { "*" = "review" }
counters = { exchange = "next" }

[steps.plan.limits]
seconds = 60
stall-seconds = false

[steps.review]
title = "Codex reviews"
stage = "plan"
agent = "codex"
delivery = "message"
inputs = [
    "{plan}", # this one
]
output = "review-{exchange}.md"
gate = "approval"
prompt = "Review {inputs}"
next = { approved = "user:approve", disputed = "plan", stuck = "user:approve" }

[gates.approve]
title = "Approve"
choices = { yes = "end", no = "plan" }
"""


def read(text: str) -> Workflow:
    reading = extract_workflow(text, "small.toml")
    assert [problem.message for problem in reading.problems] == []
    assert reading.workflow
    return reading.workflow


def complaints(text: str) -> list[str]:
    reading = extract_workflow(text, "small.toml")
    assert reading.workflow is None
    return [problem.message for problem in reading.problems]


def test_everything_is_read():
    workflow = read(GOOD)
    plan, review = workflow.steps
    assert workflow.description == "Two lines of text."
    assert (plan.agent, plan.access, plan.delivery) == (AgentKind.CLAUDE, Access.READ_ONLY, Delivery.MESSAGE)
    assert (plan.limits.seconds, plan.limits.stall_seconds, review.limits.stall_seconds) == (60, None, 600)
    assert review.next["disputed"] == "plan"
    assert workflow.find_gate("approve") is not None
    assert len(workflow.digest) == 64


def where(text: str, written: str, key: str) -> str:
    """Say file, line and key as a problem does; ``written`` is the beginning of the line."""
    line = next(number for number, line in enumerate(text.split("\n"), start=1) if line.startswith(written))
    return f"small.toml, line {line}, {key}: "


def test_all_problems_come_at_once_with_file_line_and_key():
    text = (
        GOOD.replace('agent = "codex"', 'agent = "codx"')
        .replace('phases = ["planning"]', 'phase = ["planning"]')
        .replace("seconds = 60", "seconds = -1")
    )
    assert complaints(text) == [
        where(text, "phase =", "stages.plan.phase") + "this key is not known; did you mean 'phases'?",
        where(text, "seconds", "steps.plan.limits.seconds") + "must be a number above 0, or false for none.",
        where(text, 'agent = "codx"', "steps.review.agent") + "'codx' is not known; did you mean 'codex'?",
    ]


def test_a_mistake_of_syntax_has_its_line():
    text = GOOD.replace('stage = "plan"\nagent = "claude"', 'stage = plan\nagent = "claude"')
    assert complaints(text) == [
        where(text, "stage = plan", "x").replace(", x", "") + "this is no valid TOML: Invalid value."
    ]


def test_missing_keys_are_named_with_the_line_of_their_table():
    text = GOOD.replace('title = "Codex reviews"\n', "")
    assert complaints(text) == [where(text, "[steps.review]", "steps.review") + 'title is missing; write title = "…".']


def test_the_graph_is_checked():
    text = GOOD.replace('disputed = "plan"', 'disputed = "plna"').replace('first = "plan"', 'first = "start"')
    assert complaints(text) == [
        where(text, "next = { approved", "steps.review.next.disputed") + "'plna' is not known; did you mean 'plan'?",
        where(text, 'first = "start"', "stages.plan.first") + "'start' is not known; known are plan, review.",
    ]


def test_an_outcome_that_leads_nowhere_is_told():
    text = GOOD.replace(', stuck = "user:approve"', "")
    assert complaints(text) == [
        where(text, "next = { approved", "steps.review.next") + "says nothing about the outcome 'stuck'."
    ]


@pytest.mark.parametrize("word", ["send back", "no) touch it ;; yes", "no'", "Nein"])
def test_a_choice_is_called_by_a_name(word: str):
    """It becomes a word of a script, and a job of an Actions workflow."""
    text = GOOD.replace('no = "plan"', f'"{word}" = "plan"')
    told = "a name has lower-case letters, digits and hyphens only."
    assert complaints(text) == [where(text, "choices", f"gates.approve.choices.{word}") + told]


def test_so_are_groups_and_counters():
    told = "a name has lower-case letters, digits and hyphens only."
    text = GOOD.replace('agent = "codex"', 'agent = "codex"\ngroup = "x\\n  run: touch PWNED"')
    (said,) = complaints(text)
    assert said.startswith(where(text, "group", "steps.review.group"))
    assert said.endswith(told)
    text = GOOD.replace('{ exchange = "next" }', '{ "$(touch PWNED)" = "next" }')
    assert complaints(text) == [where(text, "counters", "steps.plan.counters.$(touch PWNED)") + told]


def test_unknown_placeholders_are_told():
    text = GOOD.replace("Plan this: {goal}", "Plan this: {gaol}").replace("review-{exchange}", "review-{rund}")
    assert complaints(text) == [
        where(text, "prompt =", "steps.plan.prompt") + "there is no placeholder {gaol}; did you mean 'goal'?",
        where(text, 'output = "review', "steps.review.output")
        + "there is no placeholder {rund}; did you mean 'round'?",
    ]


STEP = """
[steps.{name}]
title = "One of several"
stage = "plan"
agent = "command"
argv = ["true"]
access = "{access}"
group = "{group}"
next = {next}
"""


def test_what_nothing_leads_to_is_told():
    text = GOOD + STEP.format(name="lonely", access="read-only", group="", next='{ "*" = "end" }')
    assert complaints(text) == [where(text, "[steps.lonely]", "steps.lonely") + "no stage and no step leads here."]


def test_a_circle_without_an_end_is_told():
    text = GOOD[: GOOD.index("[gates.")].replace(
        'approved = "user:approve", disputed = "plan", stuck = "user:approve"', '"*" = "plan"'
    )
    message = "from here no way leads to end or to a person; it would go round for ever."
    assert complaints(text) == [
        where(text, 'next = { "*" = "review"', "steps.plan.next") + message,
        where(text, 'next = { "*" = "plan"', "steps.review.next") + message,
    ]


def with_group(access: str, next_of_second: str) -> str:
    members = STEP.format(name="one", access=access, group="both", next='{ "*" = "review" }')
    members += STEP.format(name="two", access=access, group="both", next=next_of_second)
    return GOOD.replace('"*" = "review"', '"*" = "both"') + members


def test_two_writers_at_once_are_refused():
    text = with_group("write", '{ "*" = "review" }')
    assert complaints(text) == [
        where(text, "[steps.two]", "steps.two")
        + "writes to the same work tree as one, at the same time; give one its own work-tree."
    ]
    assert read(text.replace('access = "write"', 'access = "write"\nwork-tree = "own"', 1))


def test_members_of_a_group_must_lead_to_the_same():
    text = with_group("read-only", '{ "*" = "end" }')
    assert complaints(text) == [
        where(text, "[steps.two]", "steps.two") + "must have the same stage and next as one: a group is left as one."
    ]
