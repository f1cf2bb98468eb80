"""Which items of a plan are points, and which are facts."""

import pytest

from tandemweb.analysis.documents import DocumentReading, extract_document
from tandemweb.domain.finding import Severity
from tandemweb.domain.mission import Author, Role, Stage


def read(text: str) -> DocumentReading:
    return extract_document(text, path="c.md", author=Author.CLAUDE, role=Role.MERGED, stage=Stage.PLANNING)


def list_lines(text: str) -> list[int]:
    return [mention.line for mention in read(text).mentions]


BY_SUBJECT = """## Context & Investigation Findings

### Storage

**Two writers.** Codex is right that the lock is taken late. One writer per folder.

**Names.** Lower case, as everywhere else.

### Sending

**Order of the parcels.** Settled. By weight.
"""


def test_emphasised_paragraphs_below_a_subject_are_points_where_most_are_spoken_of():
    assert [(mention.line, mention.section) for mention in read(BY_SUBJECT).mentions] == [
        (5, "Storage"),
        (7, "Storage"),
        (11, "Sending"),
    ]


def test_emphasised_paragraphs_below_a_subject_are_facts_where_nothing_is_said_of_them():
    reading = read(
        "## What exists\n\n### Storage\n\n**Folders.** One per year.\n\n**Names.** Lower case.\n\n"
        "**Locks.** Two processes lose parcels silently.\n"
    )
    assert [mention.line for mention in reading.mentions] == [9]
    assert [fact.line for fact in reading.candidates] == [5, 7]


@pytest.mark.parametrize(("end", "count"), [("(High)", 1), ("[medium].", 1), ("(see above)", 0), ("(high up)", 0)])
def test_a_finding_that_ends_with_its_severity_is_a_point(end: str, count: int):
    assert len(list_lines(f"## Findings\n\n- `ship/label.py:20`: the label has one colour {end}\n")) == count


@pytest.mark.parametrize(
    ("title", "text", "count"),
    [
        ("3. Labels have colours", "I would use one.", 1),
        ("3. Old labels can go", "Nobody reads them after a year.", 1),
        ("3. Labels have colours", "Red and green.", 0),
        ("3. Labels have colours", "I would use one, but colour is a choice, and we keep it.", 0),
    ],
)
def test_a_heading_among_what_somebody_found_is_a_point_where_it_proposes(title: str, text: str, count: int):
    reading = read(f"## What I found\n\n### {title}\n\n{text}\n")
    assert (len(reading.mentions), len(reading.candidates)) == (count, 1 - count)


def test_points_of_common_ground_are_those_that_tell_a_severity():
    body = (
        "## Common ground\n\n1. **The batch decides.** Both of us wrote it. High, and it is criterion 1.\n"
        "2. **Small steps,** so that others get their turn (Medium).\n3. **Names.** Lower case.\n\n"
        "## From me only\n\n4. **One selection.** Low.\n\n## Key Decisions\n\n- **Rollups.** Never low.\n"
    )
    assert list_lines(body) == [3, 4, 9]


def test_a_heading_above_a_word_and_a_list_of_points_is_none_itself():
    listed = "1. **Two writers.** Both of us.\n\n2. **Late frames.** Codex found this.\n"
    for stage in (Stage.PLANNING, Stage.EVALUATION):
        text = f"# E\n\n**Verdict: FAIL**\n\n## Findings\n\n### What was settled\n\nNumbers are new.\n\n{listed}"
        reading = extract_document(text, path="c.md", author=Author.CLAUDE, role=Role.MERGED, stage=stage)
        told = {mention.line for mention in (*reading.mentions, *reading.candidates)}
        assert told & {7, 11, 13} == {11, 13}
    fields = "### The lock is late\n\nIt is.\n\n- **Evidence:** two runs.\n- **Fix:** earlier.\n"
    text = f"# E\n\n**Verdict: FAIL**\n\n## Findings\n\n{fields}"
    reading = extract_document(text, path="c.md", author=Author.CLAUDE, role=Role.MERGED, stage=Stage.EVALUATION)
    assert [mention.line for mention in reading.mentions] == [7]


def test_a_heading_whose_text_begins_with_its_severity_is_a_point():
    body = "## Context & Investigation Findings\n\n### 5. Language\n\n{} Forty have another code. All is German.\n"
    assert list_lines(body.format("Low.")) == [3]
    assert list_lines(body.format("So far.")) == []


@pytest.mark.parametrize(
    ("heading", "text", "count"),
    [
        ("Answers to Codex", "On STOP: agreed. The office deletes it.", 1),
        ("Answers to Codex", "On Codex's 7: agreed now.", 1),
        ("Answers to Codex", "Codex read the tree as well.", 0),
        ("What exists", "On holds: the tick runs once a minute.", 0),
        ("What exists", "My 4, flapping: Codex arrives at the same.", 1),
    ],
)
def test_paragraphs_that_answer_a_point_restate_it(heading: str, text: str, count: int):
    assert len(list_lines(f"## {heading}\n\nIn their order.\n\n{text}\n")) == count


RATED = "## Findings\n\n### 1. An open valve stays open\n\nNothing closes it.\n\n**Severity: High**\n\n"


def test_an_emphasised_severity_below_a_finding_is_its_own():
    text = RATED + "### 2. The log is long\n\nIt is.\n\n**Severity: Low**\n\n## Confirmed, nothing to do\n\n- All.\n"
    for role, stage in ((Role.INDEPENDENT, Stage.PLANNING), (Role.INDEPENDENT, Stage.EVALUATION)):
        reading = extract_document(text, path="c.md", author=Author.CODEX, role=role, stage=stage)
        assert [(m.line, m.severity_word) for m in reading.mentions] == [(3, "High"), (9, "Low")]


def test_an_emphasised_severity_above_a_list_is_its_heading():
    text = "## Findings\n\n**High**\n\n- An open valve stays open.\n\n**Low**\n\n- The log is long.\n"
    reading = extract_document(text, path="c.md", author=Author.CODEX, role=Role.INDEPENDENT, stage=Stage.EVALUATION)
    assert [(m.line, m.severity_word) for m in reading.mentions] == [(5, "High"), (9, "Low")]


@pytest.mark.parametrize(
    "title", ["The check and the insert are two transactions", "Tests of the lock do not fail when it is removed"]
)
def test_a_sentence_among_points_is_a_point_whatever_word_it_begins_with(title: str):
    for stage in (Stage.PLANNING, Stage.EVALUATION):
        text = f"# C\n\n**Verdict: FAIL**\n\n## Weak spots\n\n### {title}\n\nTwo calls, two bookings.\n"
        reading = extract_document(text, path="c.md", author=Author.CLAUDE, role=Role.INDEPENDENT, stage=stage)
        assert [(m.line, m.title) for m in reading.mentions] == [(7, title)]


def test_a_number_that_goes_on_makes_what_is_open_the_next_point():
    found = "## Findings\n\n### 1. Keys leak (High)\n\nUnchanged.\n\n"
    text = found + "## For the user to decide\n\n### {}. TLS\n\nWe differ.\n"
    assert list_lines(text.format(2)) == [3, 9]
    assert list_lines(text.format(3)) == [3]
    assert list_lines(text.format(2).replace("### 1. ", "### ")) == [3]


def test_a_line_that_ends_with_a_colon_heads_the_table_below_it():
    table = "| Codex-02 | Now |\n|---|---|\n| H1 | Accepted. The key stays in the chip. |\n"
    assert list_lines(f"## Context & Investigation Findings\n\nChanges after the review:\n\n{table}") == [7]


def test_marks_in_answers_to_a_review_are_no_severity_of_their_author():
    body = "## {}\n\n- **H1, restarts.** Accepted, the limit is stored.\n"
    severities = [
        m.severity for heading in ("Answers to Codex-02", "Issues") for m in read(body.format(heading)).mentions
    ]
    assert severities == [None, Severity.HIGH]


def test_what_both_agree_on_is_told_by_its_defects():
    body = (
        "## Agreed by both investigations\n\n- A gate without power stops the others, which is wrong.\n- Rust it is.\n"
    )
    assert list_lines(body) == [3]


def test_a_fact_whose_emphasised_beginning_ends_with_a_grade_is_a_point():
    text = (
        "# Plan\n\n## Context\n\nWhere the points ended:\n\n- **Atomic import (Medium).** `BEGIN IMMEDIATE`.\n"
        "- **Timestamps [Low].** `seq` orders them.\n- **Folders (three).** Nothing is written there.\n"
    )
    mentions = read(text).mentions
    assert [(mention.line, mention.severity) for mention in mentions] == [(7, Severity.MEDIUM), (8, Severity.LOW)]
