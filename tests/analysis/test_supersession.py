import pytest

from tandemweb.analysis.supersession import REVERSAL, SAME_MATTER, DatedDecision, find_supersessions
from tandemweb.domain.decision import DecisionSource, KeyDecision

FILLER = [f"{word} rule of number {number}" for number, word in enumerate(("alpha", "beta", "gamma", "zeta", "eta"))]


def make(mission: str, title: str, source: str = "spec", text: str = "") -> DatedDecision:
    return DatedDecision(mission, KeyDecision(title, DecisionSource(source), title, text, "", (), "Spec.md", 1, 1))


def link(earlier: str, later: str, source: str = "spec", *, mission: str = "002"):
    decisions = [make("001", earlier), *(make("001", title) for title in FILLER), make(mission, later, source)]
    return [found for found in find_supersessions(decisions) if found.earlier == earlier]


@pytest.mark.parametrize(
    ("earlier", "later", "source", "reason", "lowest"),
    [
        ("Report day from the journal, not clock", "Report day from the clock", "spec", "same matter", SAME_MATTER),
        ("Store bookmarks in JSON", "Store bookmarks in SQLite instead of JSON", "spec", "changes what", REVERSAL),
        ("`--date` chooses prices", "`--date` cuts; the spec had it choose", "summary", "changes what", REVERSAL),
        ("Tags are case-sensitive", "Tags are matched without regard to case", "feedback", "user's feedback", REVERSAL),
        ("No retries on a failed upload", "Failed uploads are retried three times", "spec", "same matter", SAME_MATTER),
    ],
)  # fmt: skip
def test_a_later_decision_on_the_same_matter(earlier: str, later: str, source: str, reason: str, lowest: float):
    [found] = link(earlier, later, source)
    assert (found.later, found.earlier) == (later, earlier)
    assert reason in found.reason
    assert lowest <= found.score <= 1


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("Value on the report day, not cost", "Prices from the journal only"),
        ("All or nothing", "Missing price: print unconverted and warn instead of stopping"),
        ("Errors go to stderr", "Warnings go to stderr after the balance"),
        ("How a tag with a double quote is written is left open", "Recognizing containers is left open"),
        ("Report day from the journal", "Report day from the Journal."),
        ("", ""),
    ],
)
def test_what_only_shares_words_or_says_the_same_supersedes_nothing(earlier: str, later: str):
    assert link(earlier, later) == []


def test_within_a_mission_only_feedback_and_summary_come_later():
    earlier, later = "Store bookmarks in JSON", "Store bookmarks in SQLite instead of JSON"
    assert link(earlier, later, mission="001") == []
    assert len(link(earlier, later, "summary", mission="001")) == 1
    assert len(link(earlier, later, "feedback", mission="001")) == 1


def test_a_summary_decides_what_the_spec_left_open():
    earlier, later = "How a tag with a double quote is written is left open", "Double quotes in tags need a backslash"
    decisions = [make("001", earlier), *(make("001", title) for title in FILLER)]
    [found] = find_supersessions([*decisions, make("001", later, "summary", "the spec left the notation open")])
    assert (found.later, found.earlier, found.reason) == (later, earlier, "it decides what was left open")


def test_only_the_last_one_took_the_place():
    titles = [
        "Store bookmarks in JSON",
        "Store bookmarks in SQLite instead of JSON",
        "Store bookmarks in plain JSON files again",
    ]
    decisions = [make(f"00{number}", title) for number, title in enumerate([*titles, *FILLER])]
    found = {(link.earlier, link.later) for link in find_supersessions(decisions)}
    assert (titles[0], titles[2]) in found
    assert (titles[0], titles[1]) not in found


def test_words_that_everybody_uses_lead_nowhere():
    decisions = [make(f"{number:03d}", f"The parser keeps row {number} of the cache") for number in range(200)]
    assert find_supersessions(decisions) == ()
    assert find_supersessions([]) == ()
