"""Verdicts that repeat a failure without its reasons."""

from dataclasses import replace

from analysis.exchanges import HIGH, lines_of, say, write
from tandemweb.analysis.matching import match_exchange
from tandemweb.analysis.preparation import prepare_entries

POINTS = (
    say("Rust under the paint of the frame", HIGH, label="B1"),
    say("Brake cable is too long for the handlebar", HIGH, label="B2"),
    say("Bell is missing", HIGH, label="B3"),
)


def report(*marks):
    """Build a report whose criterion 4 fails for the items of these marks, on line 20."""
    document = write("codex", "independent", *POINTS)
    row = say(f"4 | FAIL | {', '.join(marks)}", criteria=(4,))
    rows = [replace(row, path=document.path, line=20, end_line=20, references=((None, mark),)) for mark in marks]
    return replace(document, mentions=(*document.mentions, *rows))


def repeat(*marks, text="4 | FAIL", criteria=(4,)):
    """Match the report with a merged document that says no more; the report's lines in findings with it."""
    merged = write("claude", "merged", say(text, criteria=criteria), step=2)
    found = [lines for lines in lines_of(match_exchange([report(*marks), merged])) if f"{merged.path}:3" in lines]
    return sorted(sorted(int(place.rpartition(":")[2]) for place in lines if "codex" in place) for lines in found)


def test_a_repeated_failure_is_a_mention_of_each_of_its_reasons():
    assert repeat("B1", "B3") == [[3, 20], [7, 20]]


def test_a_failure_for_one_reason_stays_one():
    assert repeat("B1") == [[3, 20]]


def test_another_criterion_has_other_reasons():
    assert repeat("B1", "B3", text="5 | FAIL", criteria=(5,)) == [[]]


def test_a_verdict_that_names_its_own_reason_keeps_to_it():
    assert repeat("B1", "B3", text="4 | FAIL | Codex B2") == [[5]]


def test_two_criteria_on_one_line_are_no_two_reasons():
    document = write("codex", "independent", *POINTS)
    row = say("C4 FAIL, C5 FAIL.", criteria=(4,))
    rows = [
        replace(row, path=document.path, line=20, end_line=20, criteria=(number,), references=((None, f"C{number}"),))
        for number in (4, 5)
    ]
    told = replace(document, mentions=(*document.mentions, *rows))
    merged = write("claude", "merged", say("4 | FAIL", criteria=(4,)), step=2)
    entries = prepare_entries([told, merged]).entries
    assert [entry.references for entry in entries if entry.document == 1] == [()]
