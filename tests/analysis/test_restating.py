"""Reviews that come back to points in a few words: what each is called, and where the reviewer stands."""

import pytest

from tandemweb.analysis.documents import extract_document
from tandemweb.domain.finding import Stance
from tandemweb.domain.mission import Author, Role, Stage


def review(body):
    text = "## Agreement Status: APPROVED\n\n" + body
    fields = {"author": Author.CODEX, "role": Role.REVIEW, "stage": Stage.EVALUATION}
    return extract_document(text, path="codex-02.md", **fields).mentions


def test_a_name_with_a_position_comes_back_to_a_point():
    mentions = review("1. Wobbly shelf — agree, seen it.\n2. Cold lamp — withdrawn.\n3. Missing screws — still open.\n")
    assert [(mention.line, mention.stance) for mention in mentions] == [
        (3, Stance.ACCEPTS),
        (4, Stance.WITHDRAWS),
        (5, Stance.RAISES),
    ]


@pytest.mark.parametrize("body", ["- Assembled it — 40 minutes.", "- The drawing — agreeable.", "All — agreed."])
def test_other_lines_do_not(body):
    assert review(body + "\n") == ()


@pytest.mark.parametrize(
    "body",
    [
        "## High / Medium / Low Disagreements\n\nNone.\n",
        "## Critical, High and Medium Findings\n\n(empty)\n",
        "## High / Medium Disagreements\n",
    ],
)
def test_several_lists_in_one_that_have_nothing_hold_no_finding(body):
    assert review(body) == ()


def test_several_lists_in_one_give_no_severity_but_what_stands_in_them_does():
    mentions = review("## High / Medium / Low Disagreements\n\n- Loose wheel: Medium.\n- Faded label.\n")
    assert [(mention.line, mention.severity_word) for mention in mentions] == [(5, "Medium"), (6, None)]


def test_names_and_positions_behind_a_colon_come_back_to_points_where_most_lines_are_such():
    body = "1. Calibration: agreed.\n2. Backup lock: fine. It works.\n3. Retry: the address is free, I hold P2.\n"
    assert [mention.line for mention in review(body)] == [3, 4, 5]
    assert [mention.line for mention in review("- Build: fine.\n- Tests: 61 passed.\n- Lint: clean.\n")] == []


def test_several_numbers_on_one_line_are_no_item_of_any():
    listed = review("## Agreed\n\n- 1, 2 and 4 as written.\n- F3: fine.\n")
    assert [mention.line for mention in listed] == [6]


@pytest.mark.parametrize(("grade", "count"), [("[Low]", 1), ("Low", 1), ("[slow]", 0)])
def test_a_grade_behind_a_place_makes_a_point(grade, count):
    assert len(review(f"## Not covered\n\n- `board.ts:90` — {grade} the button has no undo.\n")) == count


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("AC1 — the schedule is in local time. One more hour in October is Medium, because nobody looks.", "Medium"),
        ("Context, third bullet — times over midnight are not handled. Low, because the fact is wrong.", "Low"),
        ("Nothing else above Low.", None),
        ("Run — forty minutes, all green.", None),
    ],
)
def test_a_rated_paragraph_under_a_name_of_its_own_is_a_point(text, word):
    assert [mention.severity_word for mention in review(f"{text}\n")] == ([word] if word else [])


def test_points_that_end_with_where_the_reviewer_stands_come_back_to_points():
    body = "1. Notifications table: criterion 8. Resolved.\n2. Clock change is gone. Agreed.\n3. Nothing else.\n"
    assert [(mention.line, mention.stance) for mention in review(body)] == [(3, Stance.ACCEPTS), (4, Stance.ACCEPTS)]
    assert review("1. The build is green.\n2. Clock change is gone. Agreed.\n3. Tests pass.\n") == ()


@pytest.mark.parametrize(
    "text",
    [
        "Criterion 1 cannot be tested as written. Count from the start. (medium)",
        "I withdraw my point on the filter. I read the wrong line.",
        "The clock is late. Severity: Low.",
    ],
)
def test_a_paragraph_beside_a_list_is_a_point_where_it_is_rated_or_answers(text):
    listed = "## Medium Disagreements\n\n1. The resume is a guess.\n\n"
    assert [mention.line for mention in review(f"{listed}{text}\n")] == [5, 7]
    assert [mention.line for mention in review(f"{listed}That is all.\n")] == [5]
