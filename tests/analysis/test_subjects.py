"""Emphasised paragraphs below the subjects of an evaluation: points where most are graded or spoken of."""

import pytest

from tandemweb.analysis.documents import extract_document
from tandemweb.domain.mission import Author, Role, Stage

EVALUATION = """# Evaluation

**Verdict: PASS**

## Checks

**Build.** Silent.

## Printing

**Labels lose their colour.** Medium. Only I had it.

**Paper size.** I do not think that Codex's point is one.

{last}

## Strengths

**Preview.** Fast.
"""


def list_lines(text: str, role: Role = Role.MERGED) -> list[int]:
    reading = extract_document(text, path="c.md", author=Author.CLAUDE, role=role, stage=Stage.EVALUATION)
    return [mention.line for mention in reading.mentions]


def test_all_below_a_subject_are_points_where_most_are_graded_or_spoken_of():
    assert list_lines(EVALUATION.format(last="**Margins.** Measured with a ruler.")) == [11, 13, 15]


def test_only_what_is_graded_is_a_point_among_facts():
    facts = "\n\n".join(f"**Printer {number}.** Prints." for number in range(4))
    assert list_lines(EVALUATION.format(last=facts)) == [11]


@pytest.mark.parametrize("body", ["**A.** Prints.\n\n**B.** Prints.", "Codex prints.", "1. **Codex.** Prints."])
def test_nothing_is_raised_below_a_subject_by_itself(body: str):
    assert list_lines(f"# Evaluation\n\n## Printing\n\n{body}\n") == []
