"""Grades that a project declares, and mentions that bear them."""

import pytest

from tandemweb.analysis.documents import extract_document
from tandemweb.analysis.own_grades import apply_grades, read_grades
from tandemweb.domain.finding import Severity
from tandemweb.domain.mission import Author, Role, Stage

HIGH, MEDIUM, LOW = Severity.HIGH, Severity.MEDIUM, Severity.LOW
GRADES = {"s1": HIGH, "s2": MEDIUM, "annoying": LOW}


@pytest.mark.parametrize(
    ("text", "grades"),
    [
        ("We rate by S1 = High, S2 = Medium, S3 = Low.", {"s1": HIGH, "s2": MEDIUM, "s3": LOW}),
        (
            "| Grade | Counts as |\n|---|---|\n| Painful | High |\n| Annoying | Medium |",
            {"painful": HIGH, "annoying": MEDIUM},
        ),
        ("- **Ship stopper**: High\n- **Annoying** — Medium", {"ship stopper": HIGH, "annoying": MEDIUM}),
        ("Sorted into Painful (High) and Annoying (Low).", {"painful": HIGH, "annoying": LOW}),
        ("A1 and A2 are High, B1 is Medium.", {"a1": HIGH, "a2": HIGH, "b1": MEDIUM}),
        ("P0 and P1 are High, P2 is Medium.", {}),  # known anyway
        ("Test coverage: High.", {}),  # one level is no scale
        ("Severity: High when data is lost. Priority: Low otherwise.", {}),
        ("Run `npm test`.", {}),
    ],
)
def test_a_project_declares_its_grades(text, grades):
    assert read_grades(text) == grades


@pytest.mark.parametrize(
    ("item", "severity"),
    [
        ("- S1: Totals are wrong for two currencies.", HIGH),
        ("- **[S2]** Totals are wrong for two currencies.", MEDIUM),
        ("- Totals are wrong for two currencies (Annoying).", LOW),
        ("- **Totals are wrong.** For two currencies.\n  Severity: Annoying", LOW),
        ("- Totals are wrong, and this is annoying for everybody.", None),
        ("- High: Totals are wrong, as with (S2) before.", HIGH),
    ],
)
def test_a_mention_has_the_severity_of_the_grade_that_it_bears(item, severity):
    text = f"# Evaluation\n\n**Verdict: FAIL**\n\n## Issues Found\n\n{item}\n"
    reading = extract_document(
        text, path="Claude-01.md", author=Author.CLAUDE, role=Role.INDEPENDENT, stage=Stage.EVALUATION
    )
    graded = apply_grades(reading, GRADES)
    assert [mention.severity for mention in graded.mentions] == [severity]
    assert not any(problem.code == "severity-unknown" for problem in graded.problems)
    assert apply_grades(reading, {}) is reading
