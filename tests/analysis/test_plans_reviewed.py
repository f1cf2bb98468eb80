"""What a plan and a review of it say of each other: numbers given anew, remarks, credits in brackets, new answers."""

import pytest

from analysis.exchanges import HIGH, LOW, MEDIUM, say, write
from tandemweb.analysis.documents import extract_document
from tandemweb.analysis.locators import find_places
from tandemweb.analysis.marks import get_opening
from tandemweb.analysis.matching import ExchangeDocument, match_exchange
from tandemweb.analysis.sections import Topic
from tandemweb.domain.mission import Author, Role, Stage

GAPS = (
    "Gap 1. Nothing says when a failed job may run again.",
    "Gap 2. Jobs that failed together come back together.",
    "Gap 3. A panic in a handler takes the whole process with it.",
)


def label(texts, section="Gaps"):
    return [
        say(text, HIGH, title=text.split(". ", 1)[1], label=str(number), section=section)
        for number, text in enumerate(texts, 1)
    ]


def match_numbered(*merged):
    findings = match_exchange(
        [
            write("claude", "independent", *label(GAPS)),
            write("claude", "merged", *label(merged, "What we agree on"), step=2),
        ]
    )
    return [[mention.text[4] for mention in finding.mentions] for finding in findings]


def test_numbers_that_are_carried_on_mean_the_same():
    assert match_numbered("Gap 1. A not-before time.", "Gap 2. The herd.", "Gap 3. Panics in a handler.") == [
        ["1", "1"],
        ["2", "2"],
        ["3", "3"],
    ]


def test_numbers_that_are_given_anew_mean_nothing():
    numbered = match_numbered("Gap 1. When a failed job may run again.", "Gap 2. A panic in a handler.")
    assert numbered == [["1", "1"], ["2"], ["3", "2"]]


REVIEW = """## Agreement Status: NOT APPROVED

## Still disagree

- [Medium] Jitter from zero contradicts the user.

## Confirmed

- State in the table: fine, nothing to add.
- The tests of the parser were run again, all green.
- None.
"""


def read(text, role, author, step):
    reading = extract_document(text, path=f"{author}-{step}.md", author=author, role=role, stage=Stage.PLANNING)
    return ExchangeDocument(
        reading.path, author, role, step, reading.mentions, reading.candidates, reading.approved, text
    )


def test_what_a_review_confirms_is_a_mention_of_the_point_that_it_names():
    plan = "# Plan\n\n## Risks\n\n- **State of the dead in the table.** Two schemas are worse.\n"
    findings = match_exchange([read(plan, Role.MERGED, Author.CLAUDE, 2), read(REVIEW, Role.REVIEW, Author.CODEX, 2)])
    assert [[mention.line for mention in finding.mentions] for finding in findings] == [[5, 9], [5]]


def test_a_review_comes_back_to_its_own_last_points_by_their_titles():
    findings = match_exchange(
        [
            write("claude", "merged", say("A table of the dead.", LOW), step=2),
            write("codex", "review", say("Shutdown costs an attempt. Handlers are cancelled.", HIGH), step=2),
            write("claude", "merged", say("A table of the dead.", LOW), step=3),
            write("codex", "review", say("shutdown, now exact"), say("handlers, fine"), step=3),
        ]
    )
    assert [len(finding.mentions) for finding in findings] == [2, 2, 1]


def test_parts_that_are_each_credited_are_mentions_of_their_own():
    row = "Documentation: wrong constant (both) and a worked example computed with it (Codex)."
    first, second = match_exchange([write("claude", "merged", say(row), step=2)])
    assert [first.title, second.title] == [
        "Documentation: wrong constant (both)",
        "a worked example computed with it (Codex)",
    ]


@pytest.mark.parametrize(
    "row",
    [
        "Wrong constant (both) in the documentation and elsewhere (see Codex) too.",
        "Wrong constant (both).",
        "(both) (Codex) said so.",
    ],
)
def test_other_brackets_part_nothing(row):
    assert len(match_exchange([write("claude", "merged", say(row), step=2)])) == 1


def test_what_a_plan_says_anew_answers_the_review_and_not_an_investigation():
    findings = match_exchange(
        [
            write("codex", "independent", say("Deploys are rare here, a note on the calendar.")),
            write("claude", "merged", say("A table of the dead.", LOW, section="Points"), step=2),
            write("codex", "review", say("Shutdown. Every deploy costs a job one attempt.", HIGH), step=2),
            write(
                "claude",
                "merged",
                say("A table of the dead.", LOW, section="Points"),
                say("Deploys burn attempts (Codex).", MEDIUM, section="Points"),
                step=3,
            ),
        ]
    )
    answered = next(finding for finding in findings if finding.mentions[0].title.startswith("Shutdown"))
    assert [mention.title for mention in answered.mentions[1:]] == ["Deploys burn attempts (Codex)."]


IDEAS = "# Plan\n\n## Possible Directions & Ideas\n\n- `orrery next --count N` prints the coming times.\n- A cache.\n"


def test_an_idea_counts_where_a_review_takes_it_up():
    review = (
        "## Agreement Status: NOT APPROVED\n\n## Low Disagreements\n\n- `orrery next`: nobody asked for a preview.\n"
    )
    findings = match_exchange(
        [
            read(IDEAS.replace("Plan", "Claude-01"), Role.INDEPENDENT, Author.CLAUDE, 1),
            read(IDEAS, Role.MERGED, Author.CLAUDE, 2),
            read(review, Role.REVIEW, Author.CODEX, 2),
        ]
    )
    assert [[mention.line for mention in finding.mentions] for finding in findings] == [[5, 5, 5]]
    assert match_exchange([read(IDEAS, Role.MERGED, Author.CLAUDE, 2)]) == ()


def test_what_a_plan_leaves_out_counts_where_it_points_to_a_point():
    refused = "## Where I do not follow Codex-01\n\n1. **Stopping the child when the lease is gone.** Not here.\n"
    left_out = "## Out of Scope\n\n- Stopping the child when the lease is lost (see above).\n- Windows.\n"
    (finding,) = match_exchange([read(f"# Plan\n\n{refused}\n{left_out}", Role.MERGED, Author.CLAUDE, 2)])
    assert [mention.line for mention in finding.mentions] == [5, 9]


@pytest.mark.parametrize(
    "text",
    ["I had missed that; deadlines are compared on the server.", "The gap is new to me, the rest is as it was."],
)
def test_what_an_author_had_missed_is_a_point(text):
    plan = f"# Plan\n\n## Context\n\n**Whose clock.** {text}\n\n**The store.** It keeps rows.\n"
    assert [mention.line for mention in read(plan, Role.MERGED, Author.CLAUDE, 2).mentions] == [5]


def find_in(text):
    return find_places(get_opening(say(text)), "claude")


@pytest.mark.parametrize(
    ("text", "count"),
    [("Taken from Codex, criterion 5.", 0), ("Codex's criterion 5, refused.", 1), ("Codex-01 AC 2, 3 and 4.", 3)],
)
def test_a_criterion_after_a_comma_is_one_of_the_plan(text, count):
    assert len(find_in(text)) == count


def test_an_item_is_named_by_its_kind_and_a_counting_word():
    places = find_in("Who may print? (My second uncertainty, Codex's first assumption.)")
    assert [(place.author, place.kind, place.number) for place in places] == [
        ("claude", Topic.QUESTIONS, "2"),
        ("codex", Topic.QUESTIONS, "1"),
    ]
    assert find_in("My first question would be who may print it at all.")[0].number == "1"
    assert find_in("The first assumption was that nobody prints.") == ()


PLAIN = """# Codex-01

1. Mission Type: code

2. Goal: nothing is ever lost, never shown as running.

## The code today

There is a `send(text)` and nothing else.

## Facts

Gallons are ambiguous. Two recipes quote an English source.

Recipes are plain text files, one per beer, and there is a reader for them. It never fails.
"""


def test_rows_with_marks_are_findings_beside_a_section_for_risks():
    table = "| Id | Where | Finding |\n|---|---|---|\n| X2 | `worker.go:52` | The time comes from the request. |\n"
    facts = "| Part | What it does |\n|---|---|\n| Store | It keeps rows. |\n"
    text = f"# C\n\n## Findings\n\n{table}\n## Context\n\n{facts}\n## Risks\n\n- Old agents lose jobs.\n"
    reading = extract_document(text, path="c.md", author=Author.CODEX, role=Role.INDEPENDENT, stage=Stage.PLANNING)
    assert [mention.line for mention in reading.mentions] == [7, 17]


def test_a_paragraph_counts_where_its_first_sentence_is_the_problem():
    reading = extract_document(PLAIN, path="c.md", author=Author.CODEX, role=Role.INDEPENDENT, stage=Stage.PLANNING)
    assert [mention.line for mention in reading.mentions] == [13]
    assert all(candidate.line > 5 for candidate in reading.candidates)
