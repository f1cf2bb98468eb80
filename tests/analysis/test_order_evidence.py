"""Answers to a review that stand in the order of its points."""

import pytest

from analysis.exchanges import HIGH, LOW, MEDIUM, say, write
from tandemweb.analysis.matching import match_exchange
from tandemweb.domain.finding import Stance

DRIFT, CURVES, CODES = "Clock drift of sensors.", "C4 once more. It will be noticed.", "Exit codes of the import."
ANSWERS = ("Clock drift of sensors: corrected.", "`list`: measured, a criterion exists now.", "Exit codes: zero.")


def match(points, answers, section="What the review changed"):
    plan = say("Two firings on one day.", LOW, section="Points")
    return match_exchange(
        [
            write("claude", "merged", plan, step=2),
            write("codex", "review", *(say(text, MEDIUM, section="Disagreements") for text in points), step=2),
            write("claude", "merged", plan, *(say(text, section=section) for text in answers), step=3),
        ]
    )


def find_answered(findings, title):
    finding = next(one for one in findings if one.mentions[0].title == title)
    return [mention.title for mention in finding.mentions[1:]]


def test_between_two_known_answers_stands_the_third():
    findings = match((DRIFT, CURVES, CODES), ANSWERS)
    assert find_answered(findings, "C4 once more") == [ANSWERS[1]]


@pytest.mark.parametrize(
    ("points", "answers", "section"),
    [
        ((DRIFT, CURVES, CODES), (ANSWERS[2], ANSWERS[1], ANSWERS[0]), "What the review changed"),  # in another order
        ((DRIFT, CURVES, "Colours of the plot.", CODES), ANSWERS, "What the review changed"),  # one of two
        ((CURVES, CODES), ANSWERS[1:], "What changed"),  # only one is known, and who is answered is not said
        ((CURVES, "Colours of the plot."), ANSWERS[:2], "What the review changed"),  # none is known
    ],
)
def test_order_tells_nothing_otherwise(points, answers, section):
    findings = match(points, answers, section)
    assert all(reason.reason != "order" for finding in findings for reason in finding.reasons)


@pytest.mark.parametrize("section", ["What the review changed", "Changed after Codex-02"])
def test_as_many_answers_as_points_below_a_heading_that_names_the_review(section):
    findings = match((CURVES, CODES), ANSWERS[1:], section)
    assert find_answered(findings, "C4 once more") == [ANSWERS[1]]


def test_what_the_plan_speaks_of_elsewhere_is_no_open_point():
    plan = say("Two firings on one day.", LOW, section="Points")
    review = [say(text, MEDIUM, section="Disagreements") for text in (CURVES, "Decimal commas are lost.", CODES)]
    answers = [say(text, section="Changed after Codex-02") for text in ANSWERS[1:]]
    elsewhere = say("Decimal commas are lost: noted under edge cases.", section="Points")
    findings = match_exchange(
        [
            write("claude", "merged", plan, step=2),
            write("codex", "review", *review, step=2),
            write("claude", "merged", plan, elsewhere, *answers, step=3),
        ]
    )
    assert find_answered(findings, "C4 once more") == [ANSWERS[1]]


def test_what_a_review_lets_go_needs_no_answer():
    points = (DRIFT, CURVES, "Decimal commas: I let it go.", CODES)
    plan = say("Two firings on one day.", LOW, section="Points")
    review = [say(text, HIGH, section="Disagreements") for text in points]
    review[2] = say(points[2], LOW, Stance.WITHDRAWS, section="Disagreements")
    findings = match_exchange(
        [
            write("claude", "merged", plan, step=2),
            write("codex", "review", *review, step=2),
            write("claude", "merged", plan, *(say(text, section="Answers") for text in ANSWERS), step=3),
        ]
    )
    assert find_answered(findings, "C4 once more") == [ANSWERS[1]]


def test_a_list_with_an_answer_to_each_point_answers_them_in_turn():
    points = (DRIFT, "The repeated hour has a hole.", "Three letters are too few.", CODES)
    answers = (
        "Clock drift of sensors: corrected.",
        "Second pass: conceded.",
        "Short zones: refused.",
        "Exit codes: zero.",
    )
    findings = match(points, answers, "Answers to Codex-02")
    assert find_answered(findings, "The repeated hour has a hole.") == [answers[1]]
    assert find_answered(findings, "Three letters are too few.") == [answers[2]]


def test_answers_to_a_report_stand_in_the_order_of_its_points():
    report = write("codex", "independent", *(say(text, MEDIUM) for text in (DRIFT, CURVES, CODES)))
    answers = [say(text, section="Answers to Codex-01") for text in ANSWERS]
    findings = match_exchange([report, write("claude", "merged", *answers, step=2)])
    assert find_answered(findings, "C4 once more") == [ANSWERS[1]]
    elsewhere = [say(text, section="Context") for text in ANSWERS]
    findings = match_exchange([report, write("claude", "merged", *elsewhere, step=2)])
    assert find_answered(findings, "C4 once more") == []
