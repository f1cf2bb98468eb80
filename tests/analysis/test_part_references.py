"""Items of a merged evaluation that name several items of one report by their marks."""

import pytest

from analysis.exchanges import HIGH, LOW, MEDIUM, lines_of, say, write
from tandemweb.analysis.matching import match_exchange

BELL = say("Bell keeps ringing after the door was opened, `oven/bell.c:12`", HIGH, label="T1")
LAMP = say("Lamp stays dark while baking, `oven/lamp.c:40`", MEDIUM, label="T2")
FAN = say("Fan hums in standby", LOW, label="T3")


def match(text, *own, title=None):
    """Match an exchange in which a merged document names items of Codex, and its final copy."""
    item = say(text, HIGH, title=title) if title else say(text, HIGH)
    return match_exchange(
        [
            write("claude", "independent", *own),
            write("codex", "independent", BELL, LAMP, FAN),
            write("claude", "merged", item, step=2),
            write("claude", "final", item, step=2),
        ]
    )


def lines_with(findings, path):
    return [lines for lines in lines_of(findings) if any(place.startswith(path) for place in lines)]


def test_an_item_that_joins_two_things_is_a_mention_of_each():
    found = lines_with(match("Noise and darkness (Codex T1, Codex T2)", title="Noise and darkness"), "claude")
    assert [len(lines) for lines in found] == [3, 3]
    assert {"codex-01-independent.md:3", "claude-02-merged.md:3", "claude-02-final.md:3"} in found
    assert {"codex-01-independent.md:5", "claude-02-merged.md:3", "claude-02-final.md:3"} in found


def test_each_part_bears_its_own_title():
    found = match("Noise, darkness, and hum (T1, T2, T3)", title="Noise, darkness, and hum")
    titles = [mention.title for finding in found for mention in finding.mentions if "merged" in mention.path]
    assert titles == ["Noise", "darkness", "hum"]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("The kitchen is no place to rest (Codex T1, Codex T2)", "The kitchen is no place to rest"),  # one point
        ("Noise, darkness (Codex T1, Codex T2)", "Noise, darkness"),
        ("Noise and darkness and cold (Codex T1, Codex T2)", "Noise and darkness and cold"),
        ("Noise and darkness (Codex T1)", "Noise and darkness"),
    ],
)
def test_other_items_stay_whole(text, title):
    findings = match(text, title=title)
    assert sum("merged" in mention.path for finding in findings for mention in finding.mentions) == 1


def test_an_own_item_goes_with_the_point_that_it_is_about():
    own = say("The lamp of the oven is dark while baking", MEDIUM, label="O1")
    found = match("Noise and darkness (my O1, Codex T1, Codex T2)", own, title="Noise and darkness")
    (lines,) = lines_with(found, "claude-01")
    assert "codex-01-independent.md:5" in lines
    assert "codex-01-independent.md:3" not in lines


def test_an_own_item_that_joins_the_same_things_is_parted_too():
    own = say("Noise of the bell and darkness in the oven", MEDIUM, label="O1")
    found = match("Noise and darkness (my O1, Codex T1, Codex T2)", own, title="Noise and darkness")
    assert len(lines_with(found, "claude-01")) == 2


def test_a_line_is_in_its_finding_once():
    again = say("Bell rings after the door was opened, `oven/bell.c:12`", HIGH, label="T2")
    item = say("Bell and door (Codex T1, Codex T2)", HIGH, title="Bell and door")
    findings = match_exchange(
        [
            write("codex", "independent", BELL, again),
            write("claude", "merged", item, step=2),
        ]
    )
    for finding in findings:
        places = [(mention.path, mention.line) for mention in finding.mentions]
        assert len(places) == len(set(places))


def test_an_answer_to_two_points_of_a_review_is_a_mention_of_each():
    review = write(
        "codex",
        "review",
        say("Two hours are no evidence", MEDIUM, label="M1", section="Disagreements"),
        say("For a while cannot be tested", MEDIUM, label="M2", section="Disagreements"),
        step=2,
    )
    answer = say(
        "M1 and M2, frozen and return. Both accepted.", title="M1 and M2, frozen and return", section="Answers"
    )
    plans = [write("claude", "merged", BELL, step=2), review, write("claude", "merged", answer, step=3)]
    assert [lines for lines in lines_of(match_exchange(plans)) if "claude-03-merged.md:3" in lines] == [
        {"codex-02-review.md:5", "claude-03-merged.md:3"},
        {"codex-02-review.md:7", "claude-03-merged.md:3"},
    ]
