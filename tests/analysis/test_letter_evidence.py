"""Points that are counted by letters."""

import pytest

from analysis.exchanges import HIGH, LOW, MEDIUM, lines_of, say, write
from tandemweb.analysis.matching import match_exchange

SIGN = say("A. Wrong sign at the lower limit", HIGH)
BATCH = say("B. The whole upload is refused", HIGH)
LOAD = say("C. Server errors at night", MEDIUM)


def match(*remarks, points=(SIGN, BATCH, LOAD)):
    merged = write("claude", "merged", *points, step=2)
    review = write("codex", "review", *remarks, step=2)
    return lines_of(match_exchange([merged, review]))


@pytest.mark.parametrize(
    "remark", ["C: Medium accepted, the remedy is not.", "C is fine as it stands.", "Point C, no objection."]
)
def test_a_review_names_a_point_by_its_letter(remark):
    assert match(say(remark, LOW))[2] == {"claude-02-merged.md:7", "codex-02-review.md:5"}


def test_a_failing_criterion_points_to_the_letter_of_its_document():
    row = say("5 | FAIL | readings of yesterday, see B below", criteria=(5,))
    found = lines_of(match_exchange([write("claude", "merged", row, SIGN, BATCH, step=2)]))
    assert {"claude-02-merged.md:3", "claude-02-merged.md:7"} in found


def test_a_letter_of_the_others_report_is_named_with_its_author():
    report = write(
        "codex", "independent", *(say(f"{letter}. {what}", LOW) for letter, what in (("A", "x"), ("B", "y")))
    )
    merged = write("claude", "merged", say("The upload (Codex B): reproduced.", LOW), step=2)
    assert {"codex-01-independent.md:5", "claude-02-merged.md:3"} in lines_of(match_exchange([report, merged]))


@pytest.mark.parametrize(
    ("remark", "points"),
    [
        ("A lock that nobody frees.", (SIGN, BATCH)),  # an article
        ("D: fine.", (SIGN, BATCH)),  # nobody bears it
        ("B: fine.", (BATCH, LOAD)),  # no count from A on
    ],
)
def test_a_word_of_one_letter_leads_nowhere_otherwise(remark, points):
    assert len(match(say(remark, LOW), points=points)) == len(points) + 1
