"""Whose point a plan says that its item was, and which point it was."""

import pytest

from analysis.exchanges import HIGH, lines_of, say, write
from tandemweb.analysis.marks import get_opening
from tandemweb.analysis.matching import match_exchange
from tandemweb.analysis.sources import find_headed_sources, find_own_sources

SENT = "Nothing remembers what was sent. A restart sends every message of the day once more."
STEPS = "Ten-minute steps are too coarse. The crossing comes out three minutes late."
MEMORY = "Memory. There is no record of messages, so they are sent again by a reboot."
TOKEN = "Token. It is read from a file in git, and somebody should rotate it."


@pytest.mark.parametrize(
    ("text", "sources"),
    [
        ("The missing memory was noted by both.", {"claude", "codex"}),
        ("We both tripped over the clock.", {"claude", "codex"}),
        ("Both list it; the rule is below.", {"claude", "codex"}),
        ("Codex's first finding and mine are the same.", {"claude", "codex"}),
        ("My missing commands and Codex's pair of states are one.", {"claude", "codex"}),
        ("Forged key. Accepted. We found the same function independently.", {"claude", "codex"}),
        ("Time limit. Accepted, and merged with my own latency point.", {"claude", "codex"}),
        ("Failing open. I leaned the other way in Claude-01.", {"claude", "codex"}),
        ("Rate zero. Agreed. Mine as well.", {"claude", "codex"}),
        ("Swallowed errors: taken from Codex.", {"codex"}),
        ("Codex's polling gap is new to me.", {"codex"}),
        ("Zones: only Codex had it.", {"codex"}),
        ("The coarse step is mine alone.", {"claude"}),
        ("**One set of keys.** Both, same line.", {"claude", "codex"}),
        ("**Too much is swallowed.** Both. Codex says High; I stay at Medium.", {"claude", "codex"}),
        ("**A whole entry.** From Codex; I had tried one file only.", {"codex"}),
        ("**Time limit.** Codex. The report calls it a decision.", {"codex"}),
        ("**Time limit.** Low. From me; unchanged.", {"claude"}),
        ("**Time limit.** Both files have it.", set()),
        ("**The gap.** Mine; Codex had tested the restart.", {"claude"}),
        ("Old agents. From Codex's risks, and more than a risk.", {"codex"}),
        ("An end. Codex's report has it as a finding, mine as an edge case.", {"claude", "codex"}),
        ("The herd. Codex did not write about it.", {"claude"}),
        ("Clock. My criterion compared two times, and Codex's example breaks it.", set()),
        ("Codex's objection is right.", set()),
        ("Hoarding (Claude R1 Low, Codex Medium). A cap of two.", {"claude", "codex"}),
        ("`close()` waits (Codex F3, there Medium; mine Low).", {"claude", "codex"}),
        ("Actions (Codex M1; my Low on the message is part of it).", {"claude", "codex"}),
        ("Labels (Codex H2, mine as Medium).", {"claude", "codex"}),
        ("Labels (mine; Codex had it as PASS).", {"claude"}),
        ("Global expiry — both, Low. The same fix.", {"claude", "codex"}),
        ("F4, an error value. Out of Scope names it, and both of us agreed to that list.", set()),
        ("Journal mode\n\nCodex only. One line, accepted.", {"codex"}),
        ("Lock-out\n\nMine only. A code on the console.", {"claude"}),
    ],
)
def test_a_sentence_says_whose_point_it_was(text, sources):
    assert find_own_sources(get_opening(say(text)), "claude") == sources


def match(*merged):
    return match_exchange(
        [
            write("claude", "independent", say(SENT), say(STEPS)),
            write("codex", "independent", say(MEMORY), say(TOKEN)),
            write("claude", "merged", *(say(text) for text in merged), step=2),
        ]
    )


def test_what_both_had_leads_to_the_likest_point_of_each():
    first = match("The missing record of what was sent was noted by both.")[0]
    assert [mention.path[:6] for mention in first.mentions] == ["claude", "codex-", "claude"]
    assert first.raised_by == ("claude", "codex")


def test_without_a_source_or_a_word_in_common_it_leads_nowhere():
    assert len(match("Exports in another language, noted by both.", "Umlauts in names.")) > len(lines_of(match()))


def test_facts_are_not_meant_where_points_are_told_apart_from_them():
    fact = say("`store.py` has a record of what was sent, which is a list.", section="Context")
    point = say("Messages repeat: no record of them.", HIGH, section="Findings")
    findings = match_exchange(
        [
            write("codex", "independent", fact, point),
            write("claude", "merged", say("The missing record of messages: taken from Codex."), step=2),
        ]
    )
    merged = next(finding for finding in findings if finding.mentions[-1].path.startswith("claude"))
    assert merged.mentions[0].title.startswith("Messages repeat")


@pytest.mark.parametrize(
    "answer",
    [
        "Reboots. Codex is right that messages are then sent again.",
        "Reboots. I agree with Codex: messages are sent again.",
    ],
)
def test_an_answer_leads_to_the_point_of_the_report_that_it_answers(answer):
    merged = next(finding for finding in match(answer) if finding.mentions[-1].path.startswith("claude-02"))
    assert "codex-01-independent.md:3" in lines_of([merged])[0]


def test_after_a_review_an_answer_may_be_to_that():
    answered = say("Reboots. Codex is right that messages are then sent again.")
    findings = match_exchange(
        [
            write("codex", "independent", say(MEMORY), say(TOKEN)),
            write("claude", "merged", say("Zones are wrong in the winter."), step=2),
            write("codex", "review", say("Reboots in summer are missing", HIGH), step=2),
            write("claude", "merged", answered, step=3),
        ]
    )
    assert {"codex-02-review.md:5", "claude-03-merged.md:3"} in lines_of(findings)


@pytest.mark.parametrize(
    ("heading", "sources"),
    [
        ("From me only", {"claude"}),
        ("Mine", {"claude"}),
        ("My own points", {"claude"}),
        ("From Codex only", {"codex"}),
        ("Only Codex, not me", {"codex"}),
        ("Where we differ", set()),
        ("Gold mines", set()),
    ],
)
def test_a_heading_says_whose_points_stand_below(heading, sources):
    assert find_headed_sources(heading, "claude") == sources
