"""Items that leave the matter to another place of their document."""

import pytest

from analysis.exchanges import HIGH, LOW, lines_of, say, write
from tandemweb.analysis.matching import match_exchange

LONG = "Refuse or start from the backup. Codex wants a damaged file to stop the program. I prefer the backup."
OTHER = "Power loss as a criterion. Nobody can pull the plug in a test."


def match(*items):
    return lines_of(match_exchange([write("claude", "merged", *items, step=2)]))


@pytest.mark.parametrize(
    "pointer", ["see above", "see Disagreements", 'see "Disagreements"', "see Goal and Disagreements"]
)
def test_a_pointer_leads_to_the_likest_item_of_that_place(pointer):
    short = say(f"Start from the backup — {pointer}, Codex disagrees.", section="Key Decisions")
    findings = match(say(LONG, section="Disagreements"), say(OTHER, section="Disagreements"), short)
    assert sorted(map(len, findings)) == [1, 2]


@pytest.mark.parametrize("pointer", ["see below", "see Risks", "as above"])
def test_a_pointer_to_another_place_leads_not_there(pointer):
    short = say(f"Start from the backup — {pointer}, Codex disagrees.", section="Key Decisions")
    assert len(match(say(LONG, section="Disagreements"), say(OTHER, section="Disagreements"), short)) == 3


def test_two_items_with_severities_of_their_own_stay_two():
    rated = say("The backup is not first. Start from the backup was low before, see below.", HIGH, section="Issues")
    assert len(match(rated, say(LONG, LOW, section="Issues"))) == 2


def test_a_pointer_leads_to_no_item_that_is_unlike():
    assert len(match(say(OTHER, section="Disagreements"), say("Colours of the page, see above.", section="Ideas"))) == 2


def test_rows_that_point_below_mean_the_items_of_the_next_section_one_by_one():
    rows = [
        say("Emptying the trash | Codex 2 | see below", section="Points"),
        say("Umlauts in Excel | Codex 3 | kept, see below", section="Points"),
    ]
    told = [say(text, section="Still argued about") for text in ("How long files stay. A week.", OTHER)]
    further = say("No second window. Nobody asked for one.", section="Out of scope")
    assert [len(finding) for finding in match(*rows, *told, further)] == [2, 2, 1]
    assert [len(finding) for finding in match(rows[0], *told)] == [1, 1, 1], "one row and two items"


def test_a_row_that_points_below_means_no_row_beside_it():
    rows = (
        say("M2 | Not accepted, see below.", section="Answers"),
        say("M3 | Accepted, not below.", section="Answers"),
    )
    assert len(match(*rows, say(OTHER, section="Left to the user"), say(LONG, section="Left to the user"))) == 4
