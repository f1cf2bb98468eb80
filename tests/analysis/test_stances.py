import pytest

from tandemweb.analysis.sections import Topic
from tandemweb.analysis.stances import find_said_stance, find_stated_agreement, judge_stance
from tandemweb.analysis.wording import is_empty, is_still_open, words_of
from tandemweb.domain.finding import Agreement, Stance


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("You are right. Withdrawn.", Stance.WITHDRAWS),
        ("Confirmed by running it.", Stance.ACCEPTS),
        ("I could not reproduce it; no bug.", Stance.REJECTS),
        ("Left to the Generator.", Stance.DEFERS),
        ("This is not accepted.", Stance.REJECTS),
        ("The value is doubled.", None),
        ("C5: I let it go.", Stance.WITHDRAWS),
        ("The counter: scope creep.", Stance.REJECTS),
        ("Your figure closes the gap.", Stance.ACCEPTS),
        ("Your reason is good enough.", Stance.ACCEPTS),
        ("A fair answer, I do not pursue it.", Stance.WITHDRAWS),
        ("I do not think that this is a defect.", Stance.REJECTS),
        ("I think that this is a defect.", None),
        ("The list of accepted names then has one rule.", None),
        ("On holds: I do not follow. It informs nobody.", Stance.REJECTS),
        ("Throttling. Here I differ from Codex. Not planned.", Stance.REJECTS),
        ("Hash chain: no. It would be decoration.", Stance.REJECTS),
        ("The reader follows the plan: no file is planned for it.", None),
        ("Escalation is out of scope. Agreed.", Stance.ACCEPTS),
        ("Notifications table: criterion 8. Medium, resolved.", Stance.ACCEPTS),
        ("Resolved names are not accepted.", Stance.REJECTS),
        ("My PASS for criterion 2 is withdrawn.", None),
        ("A deposit is no price. I see no gap and no criterion.", Stance.REJECTS),
        ("My point on criterion 2 is withdrawn.", Stance.WITHDRAWS),
        ("Drop item 10, nobody wants it.", Stance.REJECTS),
        ("I would drop item 10 where it is and say so in the spec.", None),
    ],
)
def test_the_position_that_words_take(text: str, stance: Stance | None):
    assert find_said_stance(text, words_of(text)) is stance


def test_the_section_decides_before_the_words():
    assert judge_stance(Stance.ACCEPTS, Topic.REJECTED, is_review=False) is Stance.REJECTS
    assert judge_stance(Stance.ACCEPTS, Topic.REJECTED, is_review=True) is Stance.ACCEPTS  # what the plan rejects
    assert judge_stance(None, Topic.REJECTED, is_review=True) is Stance.REJECTS
    assert judge_stance(None, Topic.DISAGREEMENTS, is_review=True) is Stance.OBJECTS
    assert judge_stance(None, Topic.ADOPTED, is_review=False) is Stance.ACCEPTS
    assert judge_stance(None, Topic.FINDINGS, is_review=False) is Stance.RAISES


@pytest.mark.parametrize(
    ("text", "section", "agreement"),
    [
        ("Title\nAgreement: partially agreed", "Findings", Agreement.PARTIALLY_AGREED),
        ("**F4** [DISPUTED] it is", "Findings", Agreement.DISPUTED),
        ("| Agreed (Codex H2) |", "Findings", None),
        ("| Agreed |", "Findings", Agreement.AGREED),
        ("Anything", "Disputed findings", Agreement.DISPUTED),
        ("We agreed on nothing", "Findings", None),
        ("Short names. Partially accept: yes to the problem.", "Findings", Agreement.PARTIALLY_AGREED),
        ("It was partially accepted by the first reviewer", "Findings", None),
    ],
)
def test_stated_agreement(text: str, section: str, agreement: Agreement | None):
    assert find_stated_agreement(text, words_of(text), section) is agreement


def test_states_of_earlier_findings():
    assert is_still_open("**still open**: the default is unlimited")
    assert is_still_open("only partially fixed")
    assert not is_still_open("fixed in `9f8e7d6`, verified")
    assert not is_still_open("all three stay fixed, still green")
    assert not is_still_open("**Open rings** are gone, and QGIS opens the output")


def test_empty_is_what_says_nothing():
    assert all(map(is_empty, ["None.", "(none) H1 is resolved", "No open issues", "nothing to add", "—", "N/A"]))
    assert all(map(is_empty, ["[ ] (nothing)", "[x] all else", "the rest.", "High: none. Medium: 1. Low: 2."]))
    assert not any(map(is_empty, ["[x] all else fails", "High: 1. Low: 2 of them crash", "[ ] no index on the column"]))
    assert all(map(is_empty, ["Otherwise no remarks. Well told.", "Apart from that, nothing to add."]))
    assert not any(map(is_empty, ["Otherwise no index is used", "Apart from that, no test fails"]))
    assert not any(map(is_empty, ["None of the tests fail", "No index on the column", "None, except that x breaks"]))
