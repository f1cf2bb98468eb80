"""Documents that speak of each other's items in their words."""

import pytest

from analysis.exchanges import HIGH, LOW, MEDIUM, lines_of, say, write
from tandemweb.analysis.matching import match_exchange

MERGING = "Lots are merged. A can too many is better than a list that nobody ever reads, so I keep the earliest date."
TRASH = "Emptying the trash. Nothing ever removes old files from it."


def count_mentions(remark, *plan):
    """How many mentions the plan's items have each, and then the remark if it is a finding of its own."""
    documents = [write("claude", "merged", *plan, step=2), write("codex", "review", say(remark, HIGH), step=2)]
    return [len(finding.mentions) for finding in match_exchange(documents)]


@pytest.mark.parametrize(
    "remark",
    [
        '"A can too many is better than a list" is not what was asked for.',
        "Wrong way round. With three of them “better than a list that nobody ever reads” is not true for long.",
        "“Lots are merged” contradicts the request.",
        '"A can too many … so I keep the earliest" does not follow.',
    ],
)
def test_words_in_quotation_marks_lead_to_the_item_they_stand_in(remark):
    assert count_mentions(remark, say(MERGING, MEDIUM), say(TRASH, LOW)) == [2, 1]


@pytest.mark.parametrize(
    "remark",
    [
        '"Nothing ever" is no sentence.',  # too few words
        '"A can too many is what they want" was said by nobody.',
        "A can too many is better than a list: that is no quotation.",
    ],
)
def test_what_is_no_quotation_of_an_item_leads_nowhere(remark):
    other = say("Something else altogether. Umlauts in names of shops.", LOW)
    assert count_mentions(remark, other, say(TRASH, LOW)) == [1, 1, 1]


def test_words_of_two_items_say_of_neither_that_it_is_meant():
    both = ("Alpha: nobody ever reads the whole list.", "Beta: nobody ever reads the whole list, gamma delta epsilon.")
    remark = '"nobody ever reads the whole list" is an opinion about zeta and eta and theta and iota.'
    assert count_mentions(remark, *(say(text, LOW) for text in both)) == [1, 1, 1]


def test_a_command_that_both_ran_ties_what_they_say_of_it():
    command = "`node -e 'console.log(process.argv.slice(1))' tag:\"to read\"`"
    findings = match_exchange(
        [
            write(
                "codex",
                "review",
                say(f"Shell quoting: criterion 6 cannot hold. {command} prints one word.", HIGH),
                step=2,
            ),
            write("claude", "merged", say(f"I had left shell quoting to the user. Ran {command} again."), step=3),
        ]
    )
    assert len(lines_of(findings)) == 1
    assert {reason.reason for reason in findings[0].reasons} <= {"quotation", "text"}


def test_an_answer_is_about_the_passage_that_it_quotes_and_not_about_what_it_compares_it_with():
    answer = f"“{TRASH}”\n\nFair. It is the same argument as in your point 1."
    plan = (say(f"1. {MERGING}", MEDIUM, label="1"), say(f"2. {TRASH}", LOW, label="2"))
    assert count_mentions(answer, *plan) == [1, 2]
    assert count_mentions(answer.partition("\n\n")[2], *plan) == [2, 1]
