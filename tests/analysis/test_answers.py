"""Paragraphs of a review that answer a point each."""

import pytest

from tandemweb.analysis.documents import extract_document
from tandemweb.analysis.marks import list_references
from tandemweb.domain.finding import Mention, Severity
from tandemweb.domain.mission import Author, Role, Stage

REVIEW = """# Review

## Agreement Status: NOT APPROVED

I printed the whole tray again.

On the jam (item 3): agreed, wet paper does it.

I do not accept the downgrade of the colours (2). High, still.

On items 4 and 5: nothing to add.

**From Claude only.** Points 6 and 7: fine.

On the margins: I withdraw it.

One remark. **Nobody empties the tray.** Severity: Low. A week is enough.

**New.**

1. **The lid is open** — Severity: Medium. Nobody closes it.
"""


def read(text: str) -> tuple[Mention, ...]:
    return extract_document(
        text, path="Codex-02.md", author=Author.CODEX, role=Role.REVIEW, stage=Stage.PLANNING
    ).mentions


def test_paragraphs_that_answer_a_point_or_raise_one_with_its_severity_are_mentions():
    assert [(mention.line, mention.severity) for mention in read(REVIEW)] == [
        (7, None),
        (9, Severity.HIGH),
        (15, None),
        (17, Severity.LOW),
        (21, Severity.MEDIUM),
    ]


def test_an_answer_names_its_point_by_a_number_in_brackets():
    jam, colours, *_ = read(REVIEW)
    assert [reference.mark for reference in list_references(jam, "codex")] == ["3"]
    assert [reference.mark for reference in list_references(colours, "codex")] == ["2"]


@pytest.mark.parametrize(
    "text",
    [
        "On Monday I printed the tray again.",
        "On the whole, the plan is complete and can be built.",
        "The verdict stands: two of five fail.",
        "I do not know the printer.",
    ],
)
def test_other_paragraphs_answer_nothing(text: str):
    assert read(f"# Review\n\n## Agreement Status: APPROVED\n\n{text}\n") == ()
