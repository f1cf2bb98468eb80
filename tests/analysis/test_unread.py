"""What is rated in so many words and was not read."""

import pytest

from tandemweb.analysis.documents import extract_document
from tandemweb.domain.mission import Author, Role, Stage


def list_problems(body, role=Role.MERGED, stage=Stage.EVALUATION):
    text = f"# Report\n\n**Verdict: FAIL**\n\n{body}"
    reading = extract_document(text, path="r.md", author=Author.CLAUDE, role=role, stage=stage)
    return [problem.line for problem in reading.problems if problem.code == "findings-not-understood"]


@pytest.mark.parametrize(
    "line", ["The lock is never freed. Severity: High.", "The lock is never freed. (medium)", "**Severity: Low**"]
)
def test_a_line_that_rates_what_nobody_read_is_a_problem(line):
    assert list_problems(f"## A word before\n\nAll is told here.\n\n{line}\n") == [9]


@pytest.mark.parametrize(
    "body",
    [
        "## Findings\n\n- The lock is never freed. Severity: High.\n",
        "## Findings\n\n### 1. The lock is never freed\n\nIt waits.\n\n**Severity: High**\n",
        "## What works well\n\nThe lock is freed. Severity: none. (low)\n",
        "## A word before\n\nHow severe it is, everybody says by himself.\n",
    ],
)
def test_what_was_read_or_is_praise_is_none(body):
    assert list_problems(body) == []


def test_a_plan_is_held_to_it_as_well():
    body = "## Summary\n\nThe lock is never freed. Severity: High.\n\n## Findings\n\n- Keys stay. (High)\n"
    assert list_problems(body, Role.INDEPENDENT, Stage.PLANNING) == [7]


def test_so_is_a_review():
    assert list_problems("## Mandatory Checks\n\n- The build is slow (high)\n", Role.REVIEW) == [7]
    assert list_problems("## Low Disagreements\n\n- The build is slow (high)\n", Role.REVIEW) == []
