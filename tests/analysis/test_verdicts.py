import pytest

from tandemweb.analysis.blocks import extract_blocks
from tandemweb.analysis.outline import outline
from tandemweb.analysis.verdicts import find_approval, find_own_verdict, is_placeholder


def verdict(text: str) -> tuple[str, int, bool] | None:
    structure = extract_blocks(text)
    return find_own_verdict(structure, outline(structure.blocks))


@pytest.mark.parametrize(
    ("text", "word", "line"),
    [
        ("**Verdict: PASS**\n", "PASS", 1),
        ("# R\n\nOverall verdict: **FAIL**\n", "FAIL", 3),
        ("## Verdict\n\n**PASS WITH GAPS**\n", "PASS_WITH_GAPS", 3),
        ("Verdict: Pass with gaps.\n", "PASS_WITH_GAPS", 1),
        ("## ❌ Verdict: FAIL\n", "FAIL", 1),
        ("| Field | Value |\n|---|---|\n| Verdict | **BLOCKED** |\n", "BLOCKED", 3),
        ("a\n**Final verdict** — `PASS_WITH_GAPS`\n", "PASS_WITH_GAPS", 2),
        ("---\nverdict: FAIL\n---\n# Title\n", "FAIL", 2),
        ("Result: ✅ PASS\n", "PASS", 1),
        ("**Overall:** PASS_WITH_GAPS\n", "PASS_WITH_GAPS", 1),
    ],
)
def test_an_own_verdict(text: str, word: str, line: int):
    assert verdict(text) == (word, line, True)


def test_an_unknown_verdict_stays_as_written():
    assert verdict("**Verdict: PASS_WITH_FINDINGS**\n") == ("PASS_WITH_FINDINGS", 1, False)


@pytest.mark.parametrize(
    "text",
    [
        "```\nVerdict: PASS\n```\n",
        "> **Verdict: PASS**\n",
        "    Verdict: PASS\n",
        "<!-- Verdict: PASS -->\n",
        "## Acceptance Criteria\n\n### 1. Import\n\n**Verdict: PASS**\n",
        "## Mandatory Checks\n\n- Result: PASS\n",
        "The verdict is in the other file.\n",
    ],
)
def test_what_is_no_verdict_of_the_document(text: str):
    assert verdict(text) is None


@pytest.mark.parametrize(
    ("text", "approved"),
    [
        ("## Agreement Status: APPROVED\n", True),
        ("## Agreement Status: NOT APPROVED\n", False),
        ("## Agreement Status\n\n**Not approved.**\n", False),
        ("**Agreement status:** ❌ Not approved\n", False),
        ("Status: Approved with remarks\n", True),
        ("# Review\n\n✅ APPROVED\n", True),
        ("Agreement: changes requested\n", False),
        ("---\napproved: false\n---\nText\n", False),
        ("| Status | NOT_APPROVED |\n|---|---|\n| Agreement status | NOT_APPROVED |\n", False),
        ("```\nAgreement Status: APPROVED\n```\n", None),
        ("The plan was approved by the user.\n", None),
    ],
)
def test_an_approval(text: str, approved: bool | None):
    found = find_approval(extract_blocks(text))
    assert (found[0] if found else None) is approved


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# Codex-01 — Skipped (Codex Unavailable)\n\n**Status:** Codex was unavailable.\n", True),
        ("Codex timed out after 900 s.\n", True),
        ("# Codex-01\n\nVerdict: FAIL\n\n## Findings\n\n- The timeout is unavailable to the reviewer.\n", False),
        ("# Codex-01\n\nVerdict: PASS\n\nAll criteria hold.\n", False),
        ("# Codex-01\n\nPASS, `timeout` not available on 3.1.\n\n## Criteria\n\n- AC1 PASS\n", False),
        ("# Codex-01\n\nNot available on 3.1.\n\n## Findings\n\n### Low: it waits\n\nFor ever.\n", False),
        ("# The skipped tests, by Codex\n\n## Findings\n\n- High: three are skipped for ever.\n- Low: slow.\n", False),
        ("# Codex-01: skipped\n\n## Findings\n\nNone, Codex was not available.\n", True),
    ],
)
def test_a_placeholder(text: str, expected: bool):
    structure = extract_blocks(text)
    assert is_placeholder(structure, outline(structure.blocks)) is expected
