"""Items of a merged plan that restate several points of an earlier document."""

import pytest

from analysis.exchanges import HIGH, LOW, MEDIUM, say, write
from tandemweb.analysis.matching import match_exchange

APPEND = "`--append` without `--journal`. Say what the user sees."
STREAM = "All or nothing for stdout. The count has no stream given."
DELIMITER = "Delimiter of several characters. The module raises an error."


def match(*rows):
    return match_exchange(
        [
            write("codex", "review", say(APPEND, HIGH), say(STREAM, MEDIUM), say(DELIMITER, LOW), step=2),
            write("claude", "merged", *(say(row) for row in rows), step=3),
            write("claude", "final", *(say(row) for row in rows), step=3),
        ]
    )


@pytest.mark.parametrize("joined", [", ", " and ", "; ", ", and ", " / "])
def test_a_row_about_two_points_is_a_mention_of_each(joined):
    title = f"`--append` without `--journal`{joined}stream of the count"
    first, second, third = match(say(title, title=title).text)
    assert [len(finding.mentions) for finding in (first, second, third)] == [3, 3, 1]
    assert first.mentions[1].line == second.mentions[1].line


@pytest.mark.parametrize(
    "title",
    [
        "`--append` without `--journal`, colours of the terminal",  # one part names nothing
        "`--append`, `--journal`",  # both name one
        "stream",
    ],
)
def test_other_rows_stay_whole(title):
    lines = [
        mention.line for finding in match(title) for mention in finding.mentions if mention.path.startswith("claude")
    ]
    assert len(lines) == 2


def test_what_bears_a_mark_stays_whole():
    named = say("Codex F2, stream of the count", references=(("codex", "F2"),))
    findings = match_exchange(
        [
            write("codex", "review", say(f"F2. {APPEND}", HIGH, label="F2"), say(STREAM, MEDIUM), step=2),
            write("claude", "merged", named, step=3),
        ]
    )
    assert sum(mention.path.startswith("claude") for finding in findings for mention in finding.mentions) == 1


def review(*lines):
    """Give where the lines of a review stand in the findings, by the lines of the plan with four items."""
    plan = [
        say("Sharp corners. The table is at the height of a child.", LOW),
        say("Loose screws. They fall out within a month.", LOW),
        say("Late delivery. The shop has none in stock before May.", LOW),
        say("Corner shop. It has no cart.", LOW),
    ]
    findings = match_exchange(
        [write("claude", "merged", *plan, step=2), write("codex", "review", *(say(one) for one in lines), step=2)]
    )
    found = {}
    for finding in findings:
        told = [mention.line for mention in finding.mentions if mention.path.startswith("codex")]
        if told:
            (planned,) = [mention.line for mention in finding.mentions if mention.path.startswith("claude")] or [None]
            found[planned] = told
    return found


@pytest.mark.parametrize("joined", [", ", "; ", " and "])
def test_a_position_on_several_points_is_a_mention_of_each(joined):
    assert review(f"Sharp corners{joined}late delivery — agree with both.") == {3: [5], 7: [5]}


def test_a_grade_is_no_point():
    assert review("Screws, Low; delivery — agreed.") == {5: [5], 7: [5]}


@pytest.mark.parametrize(
    "line",
    [
        "Sharp corners, blue paint — agree.",  # one part names nothing
        "Screws, loose ones — agree.",  # both name one
        "Screws, delivery. Nobody knows.",  # no position
    ],
)
def test_other_lines_of_a_review_stay_whole(line):
    assert sum(map(len, review(line).values())) == 1


def test_a_grade_is_that_of_the_point_it_stands_at():
    plan = write("claude", "merged", say("Sharp corners. Round them."), say("Loose screws. Glue them."), step=2)
    for line, grades in (
        ("Corners as High, screws — agree.", [HIGH, None]),
        ("Corners; screws, Low — agree.", [None, LOW]),
        ("Corners, screws — agree, both Medium.", [MEDIUM, MEDIUM]),
    ):
        findings = match_exchange([plan, write("codex", "review", say(line, MEDIUM), step=2)])
        assert [finding.mentions[-1].severity for finding in findings] == grades
