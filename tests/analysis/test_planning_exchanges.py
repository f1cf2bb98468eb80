"""What becomes of a plan's points from document to document, from text to findings."""

import pytest

from tandemweb.analysis.documents import extract_document
from tandemweb.analysis.matching import ExchangeDocument, match_exchange
from tandemweb.domain.finding import Agreement
from tandemweb.domain.mission import Author, Role, Stage

CODEX = """# Codex-01

## Context & Investigation Findings

- `store.py:20` the file is truncated before the rows are built. An exception leaves an empty pantry.
- `items.py:4` a named tuple with three fields.

## Acceptance Criteria

1. A date is optional.
2. Exponential backoff with full jitter, cap one hour.

## Key Decisions

- Limits per endpoint: one dead endpoint must not starve the others.

## Open Questions

- Expired things: listed or hidden?
"""
CLAUDE = """# Claude-01

## Risks

- **Thundering herd.** After an outage all pauses end at the same moment.
- **Duplicates.** An event may be sent twice.
"""


def read(name, text, role, *, step, approved=None):
    author = Author.CODEX if name.startswith("Codex") else Author.CLAUDE
    reading = extract_document(text, path=f"{name}.md", author=author, role=role, stage=Stage.PLANNING)
    return ExchangeDocument(
        f"{name}.md", author, role, step, reading.mentions, reading.candidates, approved or reading.approved, text
    )


def match(merged, review="", later=""):
    documents = [
        read("Claude-01", CLAUDE, Role.INDEPENDENT, step=1),
        read("Codex-01", CODEX, Role.INDEPENDENT, step=1),
        read("Claude-02", merged, Role.MERGED, step=2),
    ]
    if review:
        documents.append(read("Codex-02", review, Role.REVIEW, step=2))
    if later:
        documents.append(read("Claude-03", later, Role.MERGED, step=3))
    return match_exchange(documents)


def list_places(findings):
    return [{f"{mention.path[:-3]}:{mention.line}" for mention in finding.mentions} for finding in findings]


def test_points_are_named_by_their_place():
    merged = "# Plan\n\n## Taken over from Codex-01\n\n- Pauses are spread (Claude risk 1, Codex AC 2).\n"
    places = list_places(match(merged))
    assert any({"Claude-01:5", "Claude-02:5"} <= group for group in places)
    assert any("Codex-01:11" in group for group in places)


@pytest.mark.parametrize("row", ["| A date is optional | criterion 1 |", "| A date is optional | taken, criterion 1 |"])
def test_a_criterion_that_only_moves_is_no_point(row):
    merged = f"# Plan\n\n### Codex points and what becomes of them\n\n| Codex-01 | Decision |\n|---|---|\n{row}\n"
    assert not any("Claude-02:7" in group for group in list_places(match(merged)))


def test_what_was_refused_goes_back_to_a_decision_of_the_other():
    merged = "# Plan\n\n### From Codex-01, not adopted\n\n- *Limits per endpoint.* One global limit is enough.\n"
    places = list_places(match(merged))
    assert {"Codex-01:15", "Claude-02:5"} in places


def test_a_decision_that_names_the_others_wish_counts():
    merged = (
        "# Plan\n\n## Key Decisions\n\n- **One limit for all** — Codex wants limits per endpoint.\n- **Files** stay.\n"
    )
    places = list_places(match(merged))
    assert any("Claude-02:5" in group for group in places)
    assert not any("Claude-02:6" in group for group in places)


def test_answers_find_the_points_of_the_review_by_number():
    review = (
        "## Agreement Status: NOT APPROVED\n\n## Medium Disagreements\n\n"
        "1. **Criterion 1** says nothing of old files.\n2. **Criterion 2** cannot be measured.\n"
    )
    later = (
        "# Plan\n\n### Changed after the review\n\n- Named now (Codex-02, medium 2).\n- Added (Codex-02, medium 1).\n"
    )
    findings = match("# Plan\n\n## Acceptance Criteria\n\n1. x\n2. y\n", review, later)
    places = list_places(findings)
    assert any({"Codex-02:5", "Claude-03:6"} <= group for group in places)
    assert any({"Codex-02:6", "Claude-03:5"} <= group for group in places)
    assert all(finding.agreement is Agreement.AGREED for finding in findings)


LISTED = """# Codex-01

## Observations

1. Random choice is seeded with the current second.
2. The week number breaks at the end of December.
3. The job runs at midnight UTC, nothing says whose midnight.

## Questions

1. Who may swap?
"""


@pytest.mark.parametrize("heading", ["Disposition of codex-01", "Codex's points and what becomes of them"])
def test_rows_that_only_bear_a_number_answer_the_item_of_that_number(heading):
    rows = "| Obs. | Decision |\n|---|---|\n| 3 | Not taken: nobody looks at half past midnight |\n| 2, 1 | Taken |"
    findings = match_exchange(
        [
            read("Codex-01", LISTED, Role.INDEPENDENT, step=1),
            read("Claude-02", f"# Plan\n\n## {heading}\n\n{rows}\n", Role.MERGED, step=2),
        ]
    )
    places = list_places(findings)
    assert any({"Codex-01:7", "Claude-02:7"} <= group for group in places)
    assert any("Claude-02:8" in group and {"Codex-01:5", "Codex-01:6"} & group for group in places)


def test_a_fact_of_both_that_the_plan_makes_a_point_of_was_raised_by_both():
    claude = (
        "# Claude-01\n\n## Context\n\n"
        "| What | Where | Follows |\n|---|---|---|\n"
        "| Errors of the timetable become an empty list | `src/api.ts:27` | no ferries shown, request failed |\n"
        "| Tests | `test/` | none for the timetable |\n"
    )
    codex = "# Codex-01\n\n## Risks\n\n- `src/api.ts:27` hides a failed request: the timetable becomes an empty list.\n"
    merged = "# Plan\n\n## Risks\n\n- A failed request looks like an empty list of the timetable (`src/api.ts:27`).\n"

    documents = [
        read("Claude-01", claude, Role.INDEPENDENT, step=1),
        read("Codex-01", codex, Role.INDEPENDENT, step=1),
        read("Claude-02", merged, Role.MERGED, step=2),
    ]
    assert [(finding.raised_by, len(finding.mentions)) for finding in match_exchange(documents)] == [
        (("claude", "codex"), 3)
    ]


def test_a_credited_model_is_looked_for_where_nothing_ties_it():
    codex = "# Codex-01\n\n## Context\n\n- A JSON value without that key is taken for an empty shelf.\n- Tests: 12.\n"
    claude = "# Claude-01\n\n## Risks\n\n- **Damage is taken for absence.** Every error starts with an empty shelf.\n"
    merged = "# Plan\n\n## Risks\n\n- Damage is taken for absence: the shelf starts with nothing. {}\n"

    def raisers(whose):
        documents = [
            read("Claude-01", claude, Role.INDEPENDENT, step=1),
            read("Codex-01", codex, Role.INDEPENDENT, step=1),
            read("Claude-02", merged.format(whose), Role.MERGED, step=2),
        ]
        return [finding.raised_by for finding in match_exchange(documents)]

    assert raisers("Both of us.") == [("claude", "codex")]
    assert raisers("") == [("claude",)]


def test_a_row_with_a_label_of_agreement_is_a_point():
    merged = (
        "# Plan\n\n## Where things stand\n\n| Point | From | Agreement |\n|---|---|---|\n"
        "| Matching of old firings | both asked | answered by the user |\n"
    )
    assert any("Claude-02:7" in group for group in list_places(match(merged)))


def test_a_number_means_an_item_that_was_there_before():
    merged = (
        "# Plan\n\n## Settled\n\n| Point | From |\n|---|---|\n| Pauses end together | gap 1, criterion 3 |\n\n"
        "## What the review changed\n\n1. `list`: measured with 280 curves.\n2. Exit code: zero.\n"
    )
    places = list_places(match(merged))
    assert not any({"Claude-02:7", "Claude-02:11"} <= group for group in places)


def test_lone_facts_and_questions_stay_out():
    places = list_places(match("# Plan\n\n## Goal\n\nNothing is taken up.\n"))
    assert not any({"Codex-01:6", "Codex-01:19"} & group for group in places)


VERSION = (
    "# Plan\n\n## Context\n\n- **Offers need an end.** At night the clock of an offer stands still, none is lost.\n"
)


def exchange(claude, codex, merged, review="", later=""):
    documents = [
        read("Claude-01", claude, Role.INDEPENDENT, step=1),
        read("Codex-01", codex, Role.INDEPENDENT, step=1),
        read("Claude-02", merged, Role.MERGED, step=2),
    ]
    documents += [read("Codex-02", review, Role.REVIEW, step=2)] if review else []
    documents += [read("Claude-03", later, Role.MERGED, step=3)] if later else []
    return match_exchange(documents)


def test_a_later_version_that_says_a_point_again_as_a_fact_speaks_of_it():
    codex = "# Codex-01\n\n## Risks\n\n- Pages may be printed twice.\n"
    later = "# Plan\n\n## Context\n\n- An offer has an end, and at night its clock stands still.\n- 12 tests.\n"
    found = list_places(exchange("# Claude-01\n\n## Goal\n\nNone.\n", codex, VERSION, later=later))
    assert any({"Claude-02:5", "Claude-03:5"} <= group for group in found)
    assert not any("Claude-03:6" in group for group in found)


@pytest.mark.parametrize(("answer", "counts"), [("**Finding 2**: the mean kills.", True), ("The mean kills.", False)])
def test_a_fact_of_a_plan_that_a_review_names_by_its_number_is_a_point(answer, counts):
    merged = "# Plan\n\n## Context\n\n1. Lines are ropes.\n2. Water: that of the same day of the years on file.\n"
    review = f"## Agreement Status: NOT APPROVED\n\n## High Disagreements\n\n- {answer}\n"
    found = list_places(exchange("# Claude-01\n\nNone.\n", "# Codex-01\n\nNone.\n", merged, review))
    assert any("Claude-02:6" in group for group in found) is counts
    assert not any("Claude-02:5" in group for group in found)


def test_a_question_that_the_plan_recalls_is_a_point():
    claude = "# Claude-01\n\n## Open Questions\n\n- What happens at night, without light?\n- Which font?\n"
    codex = "# Codex-01\n\n## Open Questions\n\n- Night: does the camera see anything without light?\n"
    merged = "# Plan\n\n## Context\n\n- Night, without light: we had both asked what happens. It is called dark.\n"
    (together,) = [group for group in list_places(exchange(claude, codex, merged)) if "Claude-02:5" in group]
    assert together == {"Claude-01:5", "Codex-01:5", "Claude-02:5"}


def test_the_marks_beside_ones_own_number_are_the_others():
    claude = "# Claude-01\n\n## Risks\n\n1. Somebody has to answer.\n2. Pages are printed.\n"
    codex = "# Codex-01\n\n## Risks\n\n- W1. Names are shown.\n- W2. One member on holiday blocks the list.\n"
    merged = "# Plan\n\n## Risks\n\n- **Offers need an end**, on that we agree (my point 1, W2).\n"
    found = list_places(exchange(claude, codex, merged))
    assert {"Claude-01:5", "Codex-01:6", "Claude-02:5"} in found
