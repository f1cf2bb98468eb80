import pytest

from tandemweb.analysis.blocks import extract_blocks
from tandemweb.analysis.criteria import find_criteria_verdicts
from tandemweb.analysis.criterion_statements import CriterionStatement
from tandemweb.analysis.outline import outline

HEAD = "## Acceptance Criteria\n\n"


def read(text: str) -> tuple[CriterionStatement, ...]:
    return find_criteria_verdicts(outline(extract_blocks(HEAD + text).blocks))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1. Currency codes — PASS\n2. Costs — **FAIL**\n", {1: "PASS", 2: "FAIL"}),
        ("- AC1 PASS. Ran it.\n- AC2 **FAIL** — finding 2\n", {1: "PASS", 2: "FAIL"}),
        (
            "### 1–3. Output\n**Verdict: PASS** — run\n\n### 4. Costs\n**Verdict: FAIL**\n",
            {1: "PASS", 2: "PASS", 3: "PASS", 4: "FAIL"},
        ),
        ("### 4. Open posting — **BLOCKED**\nno key\n", {4: "BLOCKED"}),
        ("**AC1 — order: PASS.** Income first.\n\n**AC2 — signs: FAIL.** No.\n", {1: "PASS", 2: "FAIL"}),
        ("AC1 PASS, AC2 FAIL (see H1), AC3 PASS.\n", {1: "PASS", 2: "FAIL", 3: "PASS"}),
        (
            "| # | Verdict | Evidence |\n|---|---|---|\n| 1, 2 | PASS | |\n| 3 | FAIL | F1 |\n",
            {1: "PASS", 2: "PASS", 3: "FAIL"},
        ),
        ("- ✅ **AC1** — refreshes\n- ❌ **AC2** — badge\n", {1: "PASS", 2: "FAIL"}),
        ("- [x] AC1 — a: PASS\n- [ ] AC2 — b: FAIL\n", {1: "PASS", 2: "FAIL"}),
        ("### AC-1: Images\n- **Result:** PASS\n", {1: "PASS"}),
        ("1. Upload: not met\n2. Resume: PASS with gaps\n", {1: "FAIL", 2: "PASS_WITH_GAPS"}),
        ("1. Upload is **PARTIAL**\n", {1: "PARTIAL"}),
        ("1. The word `FAIL` is printed — PASS\n", {1: "PASS"}),
        ("1. Not looked at.\n", {}),
        ("1 PASS · 2 PASS · 3 FAIL\n\n9 PASS — over real sockets.\n", {1: "PASS", 2: "PASS", 3: "FAIL", 9: "PASS"}),
        ("64 PASS and nothing else.\n", {}),
        ("- **1, opening without uplink: PASS.** Yes.\n- **2, form: FAIL.** No.\n", {1: "PASS", 2: "FAIL"}),
        ("1. Nights: PASS\n2. Criterion 1 for changes: **FAIL**\n3. AC3: PASS\n", {1: "PASS", 2: "FAIL", 3: "PASS"}),
        ("Criteria 1-3: PASS.\n\nCriterion 4: FAIL, see below.\n", {1: "PASS", 2: "PASS", 3: "PASS", 4: "FAIL"}),
        ("ACs 1 and 2: PASS\n", {1: "PASS", 2: "PASS"}),
        ("## Findings\n\n1. None.\n\nCriteria\n\nAC1 FAIL, finding 3\nAC2 PASS\n", {1: "FAIL", 2: "PASS"}),
    ],
)
def test_verdicts_in_every_form(text: str, wanted: dict[int, str]):
    assert {s.number: s.verdict for s in read(text) if s.column is None} == wanted


def test_a_merged_table_has_a_column_for_each():
    table = "| AC | Claude | Codex | Merged |\n|---|---|---|---|\n| 4 | PASS | FAIL | PASS (with caveat) |\n"
    assert [(s.number, s.column, s.verdict, s.line) for s in read(table)] == [
        (4, None, "PASS", 5),
        (4, "claude", "PASS", 5),
        (4, "codex", "FAIL", 5),
    ]


def test_a_statement_carries_its_evidence():
    (statement,) = read("1. Import — PASS. Ran `a.csv`.\n   Twice.\n")
    assert (statement.line, statement.end_line) == (3, 4)
    assert statement.evidence == "Import — PASS. Ran `a.csv`.\nTwice."


def test_a_sentence_about_a_criterion_is_no_verdict():
    text = "# Report\n\nCriterion 5 fails. I had not tried January.\n"
    assert find_criteria_verdicts(outline(extract_blocks(text).blocks)) == ()


def test_the_number_of_a_section_is_no_criterion():
    text = "## 2. Acceptance criteria\n\n| # | Result |\n|---|---|\n| 1 | PASS |\n| 2 | FAIL |\n"
    statements = find_criteria_verdicts(outline(extract_blocks(text).blocks))
    assert [(s.number, s.verdict) for s in statements] == [(1, "PASS"), (2, "FAIL")]


@pytest.mark.parametrize(
    ("table", "wanted"),
    [
        (
            "| # | Result | Remark |\n|---|---|---|\n| 1–2 | PASS | |\n| 3 | FAIL | margins |\n",
            {1: "PASS", 2: "PASS", 3: "FAIL"},
        ),
        ("| No. | Verdict |\n|---|---|\n| 1 | PASS |\n| 3 | PASS |\n| 4 | PASS |\n", {}),
        ("| # | Test | Result |\n|---|---|---|\n| 1 | a | PASS |\n| 2 | b | PASS |\n| 3 | c | PASS |\n", {}),
        ("| # | Result |\n|---|---|\n| 1 | PASS |\n| 2 | 41 ms |\n| 3 | PASS |\n", {}),
        ("| # | Result |\n|---|---|\n| 1 | PASS |\n| 2 | PASS |\n", {}),
    ],
)
def test_a_table_that_judges_all_numbers_is_about_criteria_wherever_it_stands(table: str, wanted: dict[int, str]):
    found = find_criteria_verdicts(outline(extract_blocks(f"# Report\n\n## Results\n\n{table}").blocks))
    assert {s.number: s.verdict for s in found} == wanted
