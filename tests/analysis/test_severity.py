import pytest

from tandemweb.analysis.leads import read_lead
from tandemweb.analysis.severity import (
    find_cell_severity,
    find_closing_severity,
    find_field_severity,
    find_opening_grade,
    find_sourced_grade,
    get_severity,
)
from tandemweb.domain.finding import Severity


@pytest.mark.parametrize(
    ("words", "severity"),
    [
        ("critical Major SERIOUS P0 p1 High", Severity.HIGH),
        ("moderate P2 MEDIUM", Severity.MEDIUM),
        ("minor info trivial P3 low", Severity.LOW),
        ("catastrophic fine", None),
    ],
)
def test_words_count_as_one_of_three(words: str, severity: Severity | None):
    assert {get_severity(word) for word in words.split()} == {severity}


@pytest.mark.parametrize(
    ("text", "label", "word", "title"),
    [
        ("[HIGH] F1. A zero disappears", "F1", "HIGH", "A zero disappears"),
        ("**H1 — a zero disappears** (Codex F1).", "H1", None, "a zero disappears"),
        ("Severity: Low — regression of a kind. A line", None, "Low", "regression of a kind"),
        ("G1 · Medium · Zero rate", "G1", "Medium", "Zero rate"),
        ("**Issue #3 (High): it crashes**", "3", "High", "it crashes"),
        ("**[P2]** Do not swallow", None, "P2", "Do not swallow"),
        ("🟡 **Spinner flickers** when", None, "🟡", "Spinner flickers"),
        ("Low test coverage in the importer", None, None, "Low test coverage in the importer"),
        ("UTF-8 BOM of exports: not read", None, None, "UTF-8 BOM of exports"),
        ("AC4 — rejected on the wrong half", None, None, "AC4 — rejected on the wrong half"),
        ("[ ] fix", None, None, "fix"),
        ("**#777 on #fff** is too pale", None, None, "#777 on #fff"),
        ("#12 — crash on start", "12", None, "crash on start"),
        ("**High 1, number of processes** — accepted", None, "High", "number of processes"),
        ("High 5 to everybody", None, None, "High 5 to everybody"),
        ("An override with `rate: 0` answers 500: a division", None, None, "An override with `rate: 0` answers 500"),
    ],
)
def test_the_beginning_of_an_item(text: str, label: str | None, word: str | None, title: str):
    lead = read_lead(text)
    assert (lead.label, lead.severity.word if lead.severity else None) == (label, word)
    assert lead.title == title


def test_a_severity_that_closes_what_explains_a_verdict():
    closing = {"Paused: 500. High.": "HIGH", "a 429 (1.4 s) **Low**": "LOW", "The load is high.": None, "High.": None}
    assert {text: (s.severity.value if (s := find_closing_severity(text)) else None) for text in closing} == closing


def test_a_field_and_a_cell():
    field = find_field_severity("Title\n\n- **Severity:** Major\n- File: a.py")
    assert field is not None
    assert (field.severity, field.word) == (Severity.HIGH, "Major")
    cells = {"Medium / High": "MEDIUM", "High → Low": "LOW", "🔴": "HIGH", "—": None}
    assert {cell: (s.severity.value if (s := find_cell_severity(cell)) else None) for cell in cells} == cells


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("**Two writers.** High. Codex has Medium.", Severity.HIGH),
        ("**Two writers** — Low, from both.", None),  # a trailing word as any other
        ("**Two writers.** Higher than before.", None),
        ("**Two writers.** The risk is high. Medium.", None),
    ],
)
def test_a_severity_behind_an_emphasised_beginning(text: str, severity: Severity | None):
    found = find_opening_grade(text)
    assert (found.severity if found else None) == severity


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("D4. Port names as text\n\nCodex, Medium. Agreed in substance.", Severity.MEDIUM),
        ("From Codex: High. Nobody checked it.", Severity.HIGH),
        ("Mine, Low.", Severity.LOW),
        ("Port names as text\n\nWhat Codex calls Medium, I call nothing.", None),
        ("Codex, mediums are many.", None),
    ],
)
def test_a_severity_behind_whose_point_it_is(text: str, severity: Severity | None):
    found = find_sourced_grade(text)
    assert (found.severity if found else None) == severity
