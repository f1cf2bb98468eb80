import pytest

from tandemweb.analysis.sections import Topic, read_heading
from tandemweb.domain.finding import Severity


@pytest.mark.parametrize(
    ("heading", "topic", "severity"),
    [
        ("Issues Found (Not in Spec)", Topic.RISKS, None),
        ("4. Context & Investigation Findings", Topic.CONTEXT, None),
        ("## Acceptance Criteria Results", Topic.CRITERIA, None),
        ("Mandatory Checks", Topic.CHECKS, None),
        ("🔴 High", Topic.SEVERITY, Severity.HIGH),
        ("Medium (2)", Topic.SEVERITY, Severity.MEDIUM),
        ("Low Disagreements", Topic.DISAGREEMENTS, Severity.LOW),
        ("Critical Issues", Topic.FINDINGS, Severity.HIGH),
        ("Suggestions (Non-Blocking)", Topic.SUGGESTIONS, None),
        ("Suggestions (Low)", Topic.SUGGESTIONS, Severity.LOW),
        ("What Works Well", Topic.PRAISE, None),
        ("Not adopted", Topic.REJECTED, None),
        ("Not pursued", Topic.REJECTED, None),
        ("Must fix", Topic.RISKS, Severity.HIGH),
        ("Should be settled", Topic.RISKS, Severity.MEDIUM),
        ("Nice to have", Topic.RISKS, Severity.LOW),
        ("Non-blocking", Topic.FINDINGS, None),
        ("Resolved from previous round", Topic.PREVIOUS, None),
        ("Resolved between us", Topic.ADOPTED, None),
        ("Open between us", Topic.DISAGREEMENTS, None),
        ("Out of the spec, noted only", Topic.OUT_OF_SCOPE, None),
        ("From Codex-01, not adopted", Topic.REJECTED, None),
        ("From Codex-01, adopted", Topic.ADOPTED, None),
        ("From both", Topic.ADOPTED, None),
        ("Points both of us have", Topic.ADOPTED, None),
        ("Both sides of the page", Topic.UNKNOWN, None),
        ("What the review changed", Topic.ADOPTED, None),
        ("Re-check of last round", Topic.PREVIOUS, None),
        ("Round 2 findings", Topic.PREVIOUS, None),
        ("The three failures of the last round", Topic.PREVIOUS, None),
        ("Also taken from Codex", Topic.ADOPTED, None),
        ("The code today", Topic.CONTEXT, None),
        ("Where the two plans differ", Topic.DISAGREEMENTS, None),
        ("Still open", Topic.DISAGREEMENTS, None),
        ("Found by Codex only", Topic.ADOPTED, None),
        ("Positions after Codex-02", Topic.ADOPTED, None),
        ("Where I do not follow Codex-01", Topic.REJECTED, None),
        ("Checked and fine", Topic.AGREED, None),
        ("To be asked", Topic.QUESTIONS, None),
        ("Before I approve", Topic.FINDINGS, None),
        ("Restated intent", Topic.INTENT, None),
        ("Problems a plan has to answer", Topic.RISKS, None),
        ("Partially agreed findings", Topic.DISAGREEMENTS, None),
        ("Draft criteria", Topic.CRITERIA, None),
        ("Key Decisions", Topic.DECISIONS, None),
        ("Out of Scope", Topic.OUT_OF_SCOPE, None),
        ("What I do not take over", Topic.REJECTED, None),
        ("Points I did not take", Topic.REJECTED, None),
        ("Reconciling the two investigations", Topic.ADOPTED, None),
        ("How the investigations compare", Topic.ADOPTED, None),
        ("What I took from Codex", Topic.ADOPTED, None),
        ("Responses to Codex-02", Topic.ADOPTED, None),
        ("Codex-02, point by point", Topic.ADOPTED, None),
        ("Codex findings and how they were handled", Topic.ADOPTED, None),
        ("Differences between the investigations", Topic.DISAGREEMENTS, None),
        ("Points to settle", Topic.QUESTIONS, None),
        ("Things that worry me", Topic.RISKS, None),
        ("What stands in the way", Topic.RISKS, None),
        ("What could go wrong", Topic.RISKS, None),
        ("Gotchas", Topic.RISKS, None),
        ("`Findings`", Topic.FINDINGS, None),
        ("Findings in `store.go`", Topic.FINDINGS, None),
        ("What I found", Topic.FINDINGS, None),
        ("What we saw", Topic.FINDINGS, None),
        ("Points", Topic.FINDINGS, None),
        ("Points of agreement", Topic.AGREED, None),
        ("Where we agree", Topic.AGREED, None),
        ("What we both agree on", Topic.AGREED, None),
        ("Confirmations", Topic.AGREED, None),
        ("From my own list", Topic.ADOPTED, None),
        ("Not settled between us", Topic.DISAGREEMENTS, None),
        ("Where we don't, or only one of us looked", Topic.DISAGREEMENTS, None),
        ("Still worried about", Topic.RISKS, None),
        ("Things that are in good shape", Topic.PRAISE, None),
        ("Checked, no problem", Topic.PRAISE, None),
        ("Not a problem", Topic.PRAISE, None),
        ("What Codex found", Topic.ADOPTED, None),
        ("What both found", Topic.ADOPTED, None),
        ("Where I give way", Topic.ADOPTED, None),
        ("Still argued about", Topic.DISAGREEMENTS, None),
        ("What we still argue over", Topic.DISAGREEMENTS, None),
        ("High / Medium / Low Disagreements", Topic.DISAGREEMENTS, None),
        ("Medium and low findings", Topic.FINDINGS, None),
        ("Low findings", Topic.SEVERITY, Severity.LOW),
        ("7 — Small things (Low)", Topic.FINDINGS, Severity.LOW),
        ("Odds and ends", Topic.FINDINGS, None),
    ],
)
def test_headings_announce_what_stands_below(heading: str, topic: Topic, severity: Severity | None):
    found, stated = read_heading(heading.lstrip("# "))
    assert (found, stated.severity if stated else None) == (topic, severity)


@pytest.mark.parametrize(
    "heading",
    [
        "Befunde",
        "Zusammenfassung",
        "Amounts with a currency code",
        "Finding 5: criterion 2 fails",
        "Issue #3: crash on start",
        "Observation: retries are logged at debug level",
        "The number of places that assume one currency is small",
        "[HIGH] F1. A zero in the debit column makes the credit disappear",
        "5. `rejected` starts again",
        "`status` lies",
    ],
)
def test_other_headings_announce_nothing(heading: str):
    assert read_heading(heading) == (Topic.UNKNOWN, None)


def test_what_is_not_known_and_what_would_be_built_raise_nothing_by_themselves():
    headings = {
        "Where I am unsure": Topic.QUESTIONS,
        "Assumptions I could not verify": Topic.QUESTIONS,
        "How I would build it": Topic.IDEAS,
        "How I built it": Topic.UNKNOWN,
    }
    assert {heading: read_heading(heading)[0] for heading in headings} == headings
