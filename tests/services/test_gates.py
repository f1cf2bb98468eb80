import pytest

from tandemweb.services.gates import GATES, Evidence

PLAN = "# Plan\n\n## Acceptance Criteria\n\n1. It says hello.\n2. It says it loudly.\n"


@pytest.mark.parametrize(
    ("gate", "text", "outcome"),
    [
        ("written", "", "done"),
        ("plan", PLAN, "done"),
        ("plan", "# Plan\n\nWe will see.\n", ""),
        ("approval", "# Review\n\n## Agreement Status: APPROVED\n", "approved"),
        ("approval", "# Review\n\n## Agreement Status: NOT APPROVED\n", "disputed"),
        ("approval", "# Review\n\nLooks good to me.\n", ""),
        ("verdict", "# Evaluation\n\n**Verdict: PASS_WITH_GAPS**\n", "PASS_WITH_GAPS"),
        ("verdict", "# Evaluation\n\n**Verdict: FAIL**\n", "FAIL"),
        ("verdict", "# Evaluation\n\n**Verdict: GREAT**\n", ""),
        ("verdict", "# Evaluation\n\nAll is fine.\n", ""),
        ("evaluation", "# Evaluation\n\n**Verdict: BLOCKED**\n", "done"),
        ("evaluation", "# Evaluation\n", ""),
    ],
)
def test_a_gate_gives_a_word_or_a_reason(gate: str, text: str, outcome: str):
    judgement = GATES[gate].judge(Evidence("Document.md", text))
    assert judgement.outcome == outcome
    assert outcome or "Document.md" in judgement.reason


def test_a_dispute_that_goes_on_is_stuck_and_named():
    judgement = GATES["approval"].judge(Evidence("C.md", "## Agreement Status: NOT APPROVED", stuck_on=("Rounding",)))
    assert judgement.outcome == "stuck"
    assert "Rounding" in judgement.reason


@pytest.mark.parametrize(("status", "outcome"), [(0, "passed"), (1, "failed")])
def test_a_command_goes_by_its_exit_status(status: int, outcome: str):
    assert GATES["exit"].judge(Evidence(exit_status=status)).outcome == outcome
