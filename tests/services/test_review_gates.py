"""Gates of workflows outside missions, on documents as agents write them."""

import json

import pytest

from tandemweb.services.gates import GATES, Evidence

PLAN = """# Plan

## Step 1: read the header
- [x] 1.1 parse it
- [{}] 1.2 test it

## Step 2: write rows
* [ ] 2.1 write

```
- [ ] an example of a box is none
```
"""


def judge(gate: str, text: str, before: str = "", path: str = "plans/csv/PLAN.md") -> str:
    return GATES[gate].judge(Evidence(path, text, before=before)).outcome


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        (PLAN.format(" "), "done"),
        ("# Plan\n\nWe will see.\n", ""),
        ("# Plan\n\n## Step 1: a\nDo it.\n\n## Step 2: b\nDo it.\n", ""),
        (PLAN.replace("[ ]", "[x]").format("x"), ""),
    ],
)
def test_a_plan_has_steps_and_open_boxes(text, outcome):
    assert judge("steps", text) == outcome


@pytest.mark.parametrize(
    ("before", "after", "outcome"),
    [
        (PLAN.format(" "), PLAN.format("x"), "more"),
        (PLAN.format("x"), PLAN.format("x").replace("* [ ]", "* [X]"), "done"),
        (PLAN.format(" "), PLAN.format(" "), "blocked"),
        ("", PLAN.format(" "), "more"),
        (PLAN.format(" "), "# Plan\n\nDone with it.\n", ""),
    ],
)
def test_progress_is_counted_in_boxes(before, after, outcome):
    assert judge("progress", after, before) == outcome


REVIEW = "# Red-team review 1\n\nRead: a.py\n\n**Verdict: {}**\n\n## High\n\n{}\n\n## Medium\n\nNone\n\n## Low\n\n{}\n"


@pytest.mark.parametrize(
    ("verdict", "high", "low", "outcome"),
    [
        ("PASS", "None", "1. **A name** could be better (a.py:3).", "clean"),
        ("PASS", "1. **Data is lost** when the disk is full (a.py:3).", "None", "findings"),
        ("FAIL", "None", "None", "findings"),
        ("FAIL", "1. **Data is lost** when the disk is full (a.py:3).", "None", "findings"),
    ],
)
def test_a_review_is_clean_when_it_passes_and_nothing_severe_is_left(verdict, high, low, outcome):
    assert judge("review", REVIEW.format(verdict, high, low), path="reviews/red-team-1.md") == outcome


def test_a_review_without_a_verdict_is_none():
    assert judge("review", "# Red-team review 1\n\n## High\n\nNone\n", path="reviews/red-team-1.md") == ""


@pytest.mark.parametrize(
    ("verdict", "severity", "outcome"),
    [("approve", "low", "clean"), ("approve", "critical", "findings"), ("needs-attention", "low", "findings")],
)
def test_review_results_in_json(verdict, severity, outcome):
    finding = {"severity": severity, "title": "T", "body": "B", "file": "a.py", "line_start": 1, "line_end": 1}
    text = json.dumps({"verdict": verdict, "summary": "S", "findings": [finding], "next_steps": []})
    assert judge("review", text, path="reviews/codex/x.json") == outcome


CONFIDENCE = """# Confidence

| Model | Confidence | Stated in |
| --- | --- | --- |
| Claude | {} | a.md:1 |
| Codex | {} | b.md:2 |
"""


@pytest.mark.parametrize(
    ("claude", "codex", "outcome"),
    [("0.85", "0.80", "ready"), ("0.90", "0.55", "apart"), ("0.50", "0.40", "low"), ("0.59", "0.61", "ready")],
)
def test_confidence_far_apart_or_low_stops(claude, codex, outcome):
    assert judge("confidence", CONFIDENCE.format(claude, codex)) == outcome


PHASES = "# CSV\n\n## Phase 1: read\n\n- [ ] 1.1 read it\n\n## Phase 2: write\n\nWrite it.\n"
INSERTED = "\n## Phase 1.5: Codex Finding - no header\n\nSeverity: High\n\nThe file may be empty.\n"


def test_inserted_phases_are_kept_and_rewritten_ones_are_not():
    inserted = PHASES.replace("\n## Phase 2", f"{INSERTED}\n## Phase 2")
    assert judge("phases", inserted, PHASES) == "kept"
    assert judge("phases", inserted.replace("Write it.", "Write it twice."), PHASES) == "rewritten"
    assert judge("phases", PHASES.partition("## Phase 2")[0], PHASES) == "rewritten"
    assert "rewritten" in GATES["phases"].undoes


@pytest.mark.parametrize(
    ("gate", "text", "outcome"),
    [
        ("scope", "# Scope check\n\n**Beyond the plan: 0**\n", "within"),
        ("scope", "# Scope check\n\n**Beyond the plan: 12**\n", "beyond"),
        ("scope", "# Scope check\n", ""),
        ("decision", "# Review\n\n**Decision: KEEP**\n", "keep"),
        ("decision", "# Review\n\nDecision: PIVOT, since it cannot work\n", "pivot"),
        ("decision", "# Review\n\n```\n**Decision: KEEP**\n```\n", ""),
        ("opinion", "# Opinion 01\n\n**Opinion: SETTLED**\n", "settled"),
        ("opinion", "# Opinion 01\n\n**Opinion: OPEN**\n", "open"),
        ("consensus", "# C\n\n## Confirmed Issues\n\nNone\n\n## Dismissed Findings\n\nNone\n", "done"),
        ("consensus", "# C\n\nAll is well.\n", ""),
    ],
)
def test_words_that_decide(gate, text, outcome):
    assert judge(gate, text, path="reviews/consensus/x.md") == outcome
