"""What documents say, against golden documents in many styles and against the rules that hold for any text."""

import json
from pathlib import Path

import pytest

from tandemweb.analysis.documents import DocumentReading, extract_approval, extract_document
from tandemweb.domain.finding import Severity, Stance
from tandemweb.domain.mission import Author, Role, Stage

GOLDEN = Path(__file__).parent / "golden"


def read(text: str, role: Role = Role.INDEPENDENT, stage: Stage = Stage.EVALUATION) -> DocumentReading:
    author = Author.CODEX if role in {Role.REVIEW, Role.INDEPENDENT} else Author.CLAUDE
    return extract_document(text, path="Codex-01.md", author=author, role=role, stage=stage)


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.md")), ids=lambda path: path.stem)
def test_golden_document(path: Path):
    wanted = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    role = Role(wanted["role"]) if wanted["role"] else Role.INDEPENDENT
    reading = extract_document(
        path.read_text(encoding="utf-8"),
        path=path.name,
        author=Author(wanted["author"]),
        role=role,
        stage=Stage(wanted["stage"]),
    )
    own = {s.number: s.verdict for s in reversed(reading.criteria) if s.column is None}
    assert reading.is_placeholder == wanted.get("placeholder", False)
    assert reading.verdict == wanted.get("verdict")
    assert reading.approved == wanted.get("approved")
    assert own == {int(number): verdict for number, verdict in wanted.get("criteria", {}).items()}
    assert [(m.line, m.severity) for m in reading.mentions] == [(m["line"], m["severity"]) for m in wanted["mentions"]]


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.md")), ids=lambda path: path.stem)
def test_approval_alone_is_read_as_with_everything_else(path: Path):
    text = path.read_text(encoding="utf-8")
    assert extract_approval(text) == read(text, Role.REVIEW, Stage.PLANNING).approved


def test_a_mention_tells_everything_that_its_item_says():
    text = """## Findings

### [HIGH] F1. A zero makes the credit disappear (criterion 4; Claude M2)

`ledger/csv.py:110-116` asks `debit is not None`. Confidence: 80%

- and `cli.py` hides it

## Criteria
"""
    (mention,) = read(text).mentions
    assert mention.path == "Codex-01.md"
    assert (mention.line, mention.end_line) == (3, 7)
    assert mention.title == "A zero makes the credit disappear (criterion 4; Claude M2)"
    assert (mention.severity, mention.severity_word) == (Severity.HIGH, "HIGH")
    assert mention.label == "F1"
    assert mention.section == "Findings"
    assert mention.criteria == (4,)
    assert mention.references == (("claude", "M2"),)
    assert [(f.path, f.line_start, f.line_end) for f in mention.file_references] == [
        ("ledger/csv.py", 110, 116),
        ("cli.py", None, None),
    ]
    assert mention.confidence == 0.8
    assert mention.stance is Stance.RAISES


def test_a_failing_criterion_that_names_several_items_is_one_mention_for_each():
    text = (
        "## Criteria\n\nAC1 PASS\nAC7 **FAIL**: see H1 and H3.\n\n## High\n\n**H1 — a**\n\n**H2 — b**\n\n**H3 — c**\n"
    )
    failing = [mention for mention in read(text).mentions if mention.line == 4]
    assert [(m.criteria, m.references) for m in failing] == [((7,), ((None, "H1"),)), ((7,), ((None, "H3"),))]


def test_criteria_of_one_line_with_one_cause_are_one_mention():
    text = "## Criteria\n\nAC4 **FAIL**, AC5 **FAIL**: see H2.\n\n## High\n\n**H2 — torn apart**\n"
    assert [m.criteria for m in read(text).mentions if m.line == 3] == [(4, 5)]


def test_a_review_objects_accepts_and_withdraws():
    text = """## Agreement Status: NOT APPROVED

## High Disagreements

**H1 must stay High.** The run shows it.

## Low Disagreements

- F5: you are right. Withdrawn.
- L4: pre-existing, agree.
"""
    reading = read(text, Role.REVIEW)
    assert (reading.approved, reading.approved_line) == (False, 1)
    assert [m.stance for m in reading.mentions] == [Stance.OBJECTS, Stance.WITHDRAWS, Stance.ACCEPTS]
    assert [m.label for m in reading.mentions] == [None, "F5", "L4"]


def test_a_review_states_no_verdict_of_its_own():
    reading = read("## Agreement Status: APPROVED\n\nVerdict: FAIL is right.\n", Role.REVIEW)
    assert (reading.verdict, reading.approved) == (None, True)


def test_a_plan_tells_problems_apart_from_neutral_facts():
    text = """## Context

- `a.py` reads the file.
- `b.py:3` writes in place; a crash loses everything.

## Key Decisions

- SQLite, one file
"""
    reading = read(text, stage=Stage.PLANNING)
    assert [m.line for m in reading.mentions] == [4]
    assert [m.line for m in reading.candidates] == [3, 8]
    assert reading.verdict is None


def test_feedback_points_are_those_of_the_interpretation():
    quoted = "# Feedback\n\n> It works, but the list is slow.\n"
    listed = quoted + "\n## What this means\n\n1. The list loads in one second.\n2. Nothing else changes.\n"
    assert [p.text for p in read(quoted, Role.FEEDBACK).feedback_points] == ["It works, but the list is slow."]
    assert [(p.line, p.text) for p in read(listed, Role.FEEDBACK).feedback_points] == [
        (7, "The list loads in one second."),
        (8, "Nothing else changes."),
    ]


def test_a_report_keeps_its_checks_and_questions():
    checks = "## Mandatory Checks\n\n- Build: PASS — clean\n- Tests: FAIL — 2 failed\n- UI: not run\n"
    text = checks + "\n## Open Questions\n\n- Which?\n"
    reading = read(text, Role.REPORT)
    assert [(c.name, c.passed, c.line) for c in reading.checks] == [
        ("Build", True, 3),
        ("Tests", False, 4),
        ("UI", None, 5),
    ]
    assert [q.text for q in reading.questions] == ["Which?"]
    assert reading.mentions == ()


@pytest.mark.parametrize(
    ("text", "role", "problem"),
    [
        ("**Verdict: PASS_WITH_FINDINGS**\n", Role.FINAL, ("verdict-unknown", 1)),
        ("# Evaluation\n\nAll well.\n", Role.FINAL, ("verdict-not-found", 1)),
        ("# Review\n\nSome words.\n", Role.REVIEW, ("approval-not-found", 1)),
        ("Verdict: PASS\n\n## Issues Found\n\nSee the other file.\n", Role.FINAL, ("findings-not-understood", 3)),
        ("Verdict: PASS\n\n" + "\n".join("  " * n + "- a" for n in range(30)), Role.FINAL, ("nesting-too-deep", 12)),
    ],
)
def test_what_is_not_understood_is_a_problem_with_its_line(text: str, role: Role, problem: tuple[str, int]):
    assert [(p.code, p.line) for p in read(text, role).problems] == [problem]


def test_a_text_that_is_too_long_says_where_reading_stopped():
    reading = read("Verdict: PASS\n\n" + "a\n\n" * 10_000)
    assert [(p.code, p.line) for p in reading.problems] == [("document-too-long", 16_001)]


def test_empty_sections_raise_nothing():
    empty = [
        "None.",
        "(empty)",
        "_none_",
        "[empty if none]",
        "- none",
        "No high disagreements remain.",
        "— none —",
        "None besides.",
        "n/a",
    ]
    for words in empty:
        reading = read(f"## Agreement Status: APPROVED\n\n## High Disagreements\n\n{words}\n", Role.REVIEW)
        assert (words, reading.mentions, reading.problems) == (words, (), ())


@pytest.mark.parametrize("title", ["High / Medium / Low Disagreements", "2. Medium and Low Findings"])
def test_a_heading_for_several_severities_is_no_finding(title: str):
    assert read(f"## Agreement Status: APPROVED\n\n## {title}\n\nNone.\n", Role.REVIEW).mentions == ()
    (mention,) = read(f"## Agreement Status: APPROVED\n\n## {title}\n\n- The lid is open.\n", Role.REVIEW).mentions
    assert (mention.line, mention.severity) == (5, None)


def test_a_finding_that_begins_with_no_is_one():
    text = "## Findings\n\n- No test starts the program.\n- None of the callers checks the result.\n"
    assert [m.line for m in read("Verdict: PASS\n\n" + text).mentions] == [5, 6]


def test_criteria_without_a_recognised_verdict_are_a_problem():
    (problem,) = read("**Verdict: PASS**\n\n## Acceptance Criteria\n\nEverything holds.\n").problems
    assert (problem.code, problem.line) == ("criteria-not-understood", 5)


def test_a_severity_that_is_not_known_is_a_problem_and_no_guess():
    reading = read("**Verdict: FAIL**\n\n## Issues\n\n### The cache is never emptied\n\nSeverity: Catastrophic\n")
    assert [(m.line, m.severity) for m in reading.mentions] == [(5, None)]
    assert [(p.code, p.line) for p in reading.problems] == [("severity-unknown", 5)]


def test_a_severity_held_under_a_condition_is_not_held():
    text = "## Issues\n\n- **Slow start**: low. If it were on every start I would rate it as high.\n"
    assert [m.severity for m in read(text).mentions] == [Severity.LOW]


@pytest.mark.parametrize(
    ("text", "count"), [("Not run: Safari (no device).", 1), ("Not run: Windows, not asked for.", 0)]
)
def test_what_was_not_run_counts_unless_it_is_said_to_be_no_gap(text: str, count: int):
    assert len(read(f"Verdict: FAIL\n\nP3 - No test covers two tabs\n\n{text}\n").mentions) == 1 + count


def test_what_both_agree_on_is_raised_but_for_praise():
    text = (
        "## Agreed findings\n\n- **Lock leaks** (Codex): reproduced, high.\n- the index is lost\n- both ran all tests\n"
    )
    assert [(m.line, m.severity) for m in read(text, Role.MERGED).mentions] == [(3, Severity.HIGH), (4, None)]


def test_headings_among_what_both_agree_on_are_points():
    text = "## Agreed\n\n### 1. Lock leaks\n\nSeverity is high.\n\n### 2. Typo\n\nSeen by both. Low.\n"
    assert [(m.line, m.severity) for m in read(text, Role.MERGED).mentions] == [(3, Severity.HIGH), (7, Severity.LOW)]


def test_ticked_and_unticked_boxes_are_verdicts_where_some_are_ticked():
    ticked = read("## Criteria\n\n- [x] AC1 works\n- [ ] AC2 no file\n").criteria
    assert [(c.number, c.verdict) for c in ticked] == [(1, "PASS"), (2, "FAIL")]
    assert read("## Criteria\n\n- [ ] AC1 works\n- [ ] AC2 no file\n").criteria == ()


@pytest.mark.parametrize("lead", ["", "**"], ids=["plain", "bold"])
def test_a_long_title_ends_with_a_whole_word(lead: str):
    sentence = " ".join(f"word{number}" for number in range(60))
    [mention] = read(f"## High\n\n1. {lead}{sentence}{lead}\n").mentions
    assert sentence.startswith(f"{mention.title} ")
    assert 80 < len(mention.title) <= 160


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("None. The lock of F3 was lowered; I would still call it High.", "The lock of F3 was lowered"),
        ("None, though I would still call F3 High.", "I would still call F3 High"),
        ("None.\n\nF3 I would still call High.", "F3 I would still call High"),
    ],
)
def test_what_follows_nothing_counts_where_a_point_would_be_rated_otherwise(body: str, title: str):
    reading = read(f"## Agreement Status: APPROVED\n\n## High Disagreements\n\n{body}\n", Role.REVIEW)
    assert [(mention.title, mention.severity) for mention in reading.mentions] == [(title, Severity.HIGH)]


@pytest.mark.parametrize("body", ["None. All is settled, and the spec would still hold.", "None.\n\nAll is well."])
def test_what_follows_nothing_is_no_finding_by_itself(body: str):
    reading = read(f"## Agreement Status: APPROVED\n\n## High Disagreements\n\n{body}\n", Role.REVIEW)
    assert reading.mentions == ()


def test_paragraphs_of_a_review_that_begin_with_a_criterion_are_points_of_their_own():
    text = (
        "## Agreement Status: APPROVED\n\n## Low Disagreements\n\nStill unhappy about the tables.\n\nI say no more.\n\n"
        "Criterion 8 leaves open what is due at six.\n\nAsk the user.\n"
    )
    reading = read(text, Role.REVIEW, Stage.PLANNING)
    assert [(mention.line, mention.end_line) for mention in reading.mentions] == [(5, 7), (9, 11)]


@pytest.mark.parametrize(
    ("item", "count"),
    [
        ("Power loss during the migration. Neither of us pulled the plug.", 1),
        ("A real cable being pulled out of a real disk. I only have loop devices here.", 1),
        ("Nobody asked for it, and neither do I: on a real board. Low.", 1),
        ("Safari", 0),
        ("Safari on old telephones, which nobody asked for at all.", 0),
    ],
)
def test_what_a_list_names_as_not_checked_is_a_gap_where_it_says_so_in_a_sentence(item: str, count: int):
    for heading in ("Not checked", "What I could not check"):
        text = f"# Evaluation\n\n**Verdict: PASS**\n\n## {heading}\n\n- {item}\n"
        reading = read(text, Role.MERGED)
        assert len(reading.mentions) == count


@pytest.mark.parametrize(
    ("item", "count"),
    [
        ("Restart during a hold: the hold survives, the rest does not, see 1.", 1),
        ("Refund: PASS, see 1.", 0),
        ("First and last day — see AC3", 0),
    ],
)
def test_an_edge_case_that_sends_to_a_point_is_a_mention_of_it(item: str, count: int):
    text = f"# Evaluation\n\n**Verdict: FAIL**\n\n## Edge Cases & Boundaries\n\n- {item}\n"
    reading = read(text, Role.MERGED)
    assert len(reading.mentions) == count


def test_emphasised_paragraphs_that_tell_a_severity_are_points_wherever_they_stand():
    body = "**22 moves in an hour.** I counted. High, because criterion 9 says 20.\n\n**The log.** It is long.\n"
    text = f"# Evaluation\n\n**Verdict: FAIL**\n\n{body}"
    reading = read(text)
    assert [(m.line, m.severity_word) for m in reading.mentions] == [(5, "High")]


@pytest.mark.parametrize(
    ("row", "count"),
    [
        ("| Printed on paper | NOT RUN | no printer here |", 1),
        ("| Lint | passes | not run on the samples before |", 0),
    ],
)
def test_a_check_that_is_listed_as_not_run_is_a_gap(row: str, count: int):
    text = f"# Evaluation\n\n**Verdict: PASS**\n\n## Checks\n\n| Check | Result | How |\n|---|---|---|\n{row}\n"
    reading = read(text, Role.MERGED)
    assert len(reading.mentions) == count


def test_positions_of_the_two_belong_to_the_point_above_them():
    text = (
        "# Evaluation\n\n**Verdict: FAIL**\n\n## Findings\n\n**1. The lock leaks.** Severity: High.\n\n"
        "- Claude: seen under load.\n- Codex (F2): reproduced twice.\n"
    )
    reading = read(text, Role.MERGED)
    assert [(mention.line, mention.end_line) for mention in reading.mentions] == [(7, 10)]


def test_what_is_unchanged_from_an_earlier_merge_is_taken_not_refused():
    text = "# Plan, second merge\n\n## Unchanged from the first merge\n\n- The lock is held for the whole write.\n"
    for said, stance in ((text, Stance.ACCEPTS), (text.replace(" from the first merge", ""), Stance.REJECTS)):
        reading = read(said, Role.MERGED, Stage.PLANNING)
        assert [mention.stance for mention in (*reading.mentions, *reading.candidates)] == [stance]


def test_a_row_that_begins_with_the_name_of_the_others_list_tells_no_severity_of_its_own():
    text = "# Plan\n\n## Answers to Codex-02\n\n| Point | Answer |\n|---|---|\n| Low, the journal | Taken. |\n"
    reading = read(text, Role.MERGED, Stage.PLANNING)
    assert [mention.severity for mention in (*reading.mentions, *reading.candidates)] == [None]


@pytest.mark.parametrize(
    ("numbers", "lines"), [(("1", "2", "3"), [7, 9, 11]), (("1", "2", "4"), [7, 11]), (("6", "7", "8"), [7, 11])]
)
def test_a_counted_series_of_which_most_are_points_holds_nothing_else(numbers, lines):
    said = ("Thousands.** High, agreed.", "The sign is inverted: not so.** Line 122 negates it.", "Blanks.** Low.")
    body = "\n\n".join(f"**{number}. {text}" for number, text in zip(numbers, said, strict=True))
    text = f"# Evaluation\n\n**Verdict: FAIL**\n\n## Where we stand\n\n{body}\n"
    reading = read(text, Role.MERGED)
    assert [mention.line for mention in reading.mentions] == lines


@pytest.mark.parametrize(
    "body",
    [
        "**2. Criterion 7 forgets half of the answer.** The next trip may be off.\n\n**3. Ends.** Nobody says which.",
        "### Criterion 5, third time\n\nA sentence is not a yes.\n\n### The sheet\n\nIt still has the names.",
    ],
)
def test_a_point_of_a_review_about_a_criterion_is_no_heading_for_criteria(body: str):
    text = f"## Agreement Status: NOT APPROVED\n\n## Medium Disagreements\n\n{body}\n"
    reading = read(text, Role.REVIEW, Stage.PLANNING)
    assert [mention.severity for mention in reading.mentions] == [Severity.MEDIUM] * 2


def test_a_heading_that_is_nothing_but_a_mark_is_the_point_that_is_spoken_of():
    text = "## Agreement Status: NOT APPROVED\n\n## High Disagreements\n\n### Finding 5\n\nI would have it as High.\n"
    (mention,) = read(text, Role.REVIEW).mentions
    assert (mention.line, mention.end_line, mention.label, mention.severity) == (5, 7, "5", Severity.HIGH)


@pytest.mark.parametrize(("said", "count"), [("I regard that as a gap.", 1), ("Nobody asked for it.", 0)])
def test_a_paragraph_on_what_was_not_checked_is_a_gap_where_it_calls_it_one(said: str, count: int):
    text = (
        f"# Evaluation\n\n**Verdict: PASS**\n\n## Not checked\n\nColours could not be seen without a display; {said}\n"
    )
    reading = read(text)
    assert len(reading.mentions) == count
