"""Reviews that answer a merged document by its numbers, and merged documents that answer a report by its."""

import pytest

from analysis.exchanges import HIGH, LOW, MEDIUM, say, write
from tandemweb.analysis.documents import extract_document
from tandemweb.analysis.matching import match_exchange
from tandemweb.domain.finding import Stance
from tandemweb.domain.mission import Author, Role, Stage

STATUS = "## Agreement Status: NOT APPROVED\n\n"
LAMP = "**The lamp stays on at noon.** It burns through the day."
TRAY = "**The tray jams when it is full.** Nobody empties it."


def review(body, stage=Stage.PLANNING):
    return extract_document(STATUS + body, path="c.md", author=Author.CODEX, role=Role.REVIEW, stage=stage)


def join(*replies):
    """Give how many mentions the two points of a plan have, and what else there is, after a review's replies."""
    plan = write("claude", "merged", say(f"1. {LAMP}", HIGH), say(f"2. {TRAY}", LOW), step=2)
    reading = review("".join(f"{reply}\n" for reply in replies))
    answered = write("codex", "review", *reading.mentions, *reading.candidates, step=2)
    return [len(finding.mentions) for finding in match_exchange([plan, answered])]


def test_replies_name_the_numbers_of_the_document_under_review():
    reading = review("1. Agree.\n2. Disagree on Low. It jams daily. P2.\n3. Withdrawn.\n4. Not a problem, see above.\n")
    told = {m.line: (m.references[0], m.stance, m.severity_word) for m in (*reading.mentions, *reading.candidates)}
    assert told == {
        3: ((None, "#1"), Stance.ACCEPTS, None),
        4: ((None, "#2"), Stance.OBJECTS, "P2"),
        5: ((None, "#3"), Stance.WITHDRAWS, None),
        6: ((None, "#4"), Stance.REJECTS, None),
    }
    assert [m.line for m in reading.mentions] == [4], "what only agrees is a point where the plan makes one"


@pytest.mark.parametrize(
    ("body", "number"),
    [
        ("## Low Disagreements\n\n- 4 is Low for me, as I said.\n", "#4"),
        ("## Agreed\n\n- 5: agreed with Low.\n", "#5"),
        ("8 — I withdraw this. I had taken one for the other.\n", "#8"),
        ("Agree\n\n- 3. Medium is acceptable, it is rare.\n- The rest as well.\n", "#3"),
        ("## High Disagreements\n\n3 should be High. Lax is no protection.\n", "#3"),
        ("## Low Disagreements\n\n- 7, halves: accepted in principle.\n", "#7"),
        ("## Medium Disagreements\n\n12. The run is not resumed. It waters all night.\n", "#12"),
    ],
)
def test_a_single_number_names_an_item(body, number):
    reading = review(body)
    assert next(iter((*reading.mentions, *reading.candidates))).references[:1] == ((None, number),)


@pytest.mark.parametrize(
    "line", ["- 1–3 confirmed.", "- 1, 2 and 4 as written.", "- 3 tests fail at night.", "- 2.4 s."]
)
def test_several_numbers_and_counts_name_none(line):
    reading = review(f"## Agreed\n\n{line}\n")
    assert not any(mark.startswith("#") for m in (*reading.mentions, *reading.candidates) for _, mark in m.references)


def test_a_reply_belongs_to_the_item_of_its_number():
    assert join("1. Agree.", "2. Agree.") == [2, 2]
    assert join("1. Disagree, it is Low.", "2. Fine.") == [2, 2]


def test_points_of_a_reviews_own_list_are_no_replies():
    reading = review(
        "## New\n\n1. **Rust.** Severity: Medium. It comes through.\n2. **Dust.** Severity: Low. All over.\n"
    )
    assert [m.references for m in reading.mentions] == [(), ()]


def test_numbers_count_in_the_list_that_has_most_of_them():
    plan = write(
        "claude",
        "merged",
        say(f"1. {LAMP}", HIGH),
        say(f"2. {TRAY}", LOW),
        say("3. **The bell is silent.** It has no clapper.", LOW),
        say("1. Who empties it? Nobody was asked.", section="Open Questions"),
        step=2,
    )
    replies = review("1. Agree.\n2. Agree.\n3. Agree.\n")
    answered = write("codex", "review", *replies.candidates, step=2)
    assert [len(finding.mentions) for finding in match_exchange([plan, answered])] == [2, 2, 2, 1]


def read_evaluation(body):
    text = f"# Evaluation\n\n**Verdict: FAIL**\n\n{body}"
    return extract_document(text, path="e.md", author=Author.CLAUDE, role=Role.MERGED, stage=Stage.EVALUATION)


def test_paragraphs_that_answer_a_point_by_its_number_restate_it():
    body = (
        "## Answers to Codex, point by point\n\nOn Codex's 1: confirmed. High.\n\nOn Codex's 2: the same as my 3.\n\n"
        "My 4 has no counterpart. It stays.\n\nI ran everything on a laptop.\n"
    )
    assert [(m.line, m.severity_word) for m in read_evaluation(body).mentions] == [(7, "High"), (9, None), (11, None)]


def test_an_answer_is_no_rival_of_the_same_point_in_the_list():
    report = write(
        "codex", "independent", say("The lamp stays on at noon, all of it.", HIGH), say("The tray jams.", LOW)
    )
    answer = say("On Codex's 1: confirmed, I saw it too.", HIGH, section="Answers to Codex")
    listed = say("**F1** the lamp stays on at noon, all of it (Codex).", HIGH, label="F1", section="Final list")
    merged = write("claude", "merged", answer, listed, step=2)
    assert [len(finding.mentions) for finding in match_exchange([report, merged])] == [3, 1]


def test_numbers_of_criteria_do_not_count_the_points_of_a_report():
    report = write(
        "codex",
        "independent",
        say("The lamp stays on at noon.", HIGH),
        say("The tray jams when it is full.", MEDIUM),
        say("2. The lamp is off at noon and the tray is empty.", section="Acceptance Criteria"),
    )
    answer = say("On Codex's 2: agreed. Somebody has to see to it.", section="Answers to Codex")
    findings = match_exchange([report, write("claude", "merged", answer, step=2)])
    assert [[m.line for m in one.mentions] for one in findings if len(one.mentions) > 1] == [[5, 3]]


def test_a_rated_item_that_compares_itself_with_another_of_its_list_names_none_of_a_report():
    report = write("codex", "independent", say("1. Rust on the hinge.", HIGH), say("2. Dust in the tray.", LOW))
    plan = write(
        "claude",
        "merged",
        say("1 — The lamp flickers", HIGH, label="1"),
        say("2 — The bell is silent. It is close to item 1 and may be repaired with it.", LOW, label="2"),
        step=2,
    )
    assert [len(finding.mentions) for finding in match_exchange([report, plan])] == [1, 1, 1, 1]


def test_a_heading_and_a_number_name_an_item_of_that_section():
    plan = write(
        "claude",
        "merged",
        say(f"1. {LAMP}", HIGH, section="Storage"),
        say(f"1. {TRAY}", LOW, section="Operations"),
        step=2,
    )

    def count(text):
        review_of_it = write("codex", "review", say(text, MEDIUM), step=2)
        return [len(finding.mentions) for finding in match_exchange([plan, review_of_it])]

    assert count("**Operations 1.** I hold this.") == [1, 2]
    assert count("Storage 1 and 4 meet in one place, nobody knows.") == [1, 1, 1]


def test_a_review_whose_first_number_is_one_counts_its_own_points():
    reading = review("## High Disagreements\n\n1. The run is resumed.\n\n## Low Disagreements\n\n2. It is slow.\n")
    assert [m.references for m in reading.mentions] == [(), ()]
