"""Points of a report of which a merged document makes two."""

import pytest

from analysis.exchanges import LOW, MEDIUM, lines_of, say, write
from tandemweb.analysis.matching import match_exchange

MAIL = say("The mail says too little. It names neither the gauge nor the time zone", LOW, label="F4")
FAN = say("Fan hums in standby", LOW, label="F5")
GAUGE, ZONE = "The mail does not say which gauge took over", "Times in the mail bear no zone"


def match(first, second, *others):
    merged = write("claude", "merged", say(f"{GAUGE} {first}.", MEDIUM), say(f"{ZONE} {second}.", LOW), step=2)
    return lines_of(match_exchange([write("codex", "independent", MAIL, FAN), merged, *others]))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("(Codex F4, first half)", "(Codex F4, second half)"),
        ("(first half of F4)", "(the other half of Codex F4)"),
    ],
)
def test_a_point_parted_by_halves_is_a_mention_of_each(first, second):
    found = match(first, second)
    assert found[:2] == [
        {"codex-01-independent.md:3", "claude-02-merged.md:3"},
        {"codex-01-independent.md:3", "claude-02-merged.md:5"},
    ]
    assert len(found) == 3


def test_whoever_speaks_of_the_point_afterwards_goes_by_his_words():
    review = write("codex", "review", say("F4: the zone of the times in the mail may stay UTC.", LOW), step=2)
    found = match("(Codex F4, first half)", "(Codex F4, second half)", review)
    zone = {"codex-01-independent.md:3", "claude-02-merged.md:5", "codex-02-review.md:5"}
    assert zone in found


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("(Codex F4, first half)", "(Codex F5)"),  # one half only
        ("(the first half of the list)", "(the second half of it)"),  # of no mark
        ("(Codex F9, first half)", "(Codex F9, second half)"),  # of a mark that nobody bears
    ],
)
def test_other_halves_part_nothing(first, second):
    places = [place for lines in match(first, second) for place in lines]
    assert places.count("codex-01-independent.md:3") == 1
