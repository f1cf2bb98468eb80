"""Failures of one criterion that two documents explain in other words."""

from analysis.exchanges import HIGH, LOW, say, write
from tandemweb.analysis.matching import match_exchange

CODEX = "E1. The call takes any token once the job is in a final state."
CLAUDE = "H1. Final state: a job takes an old token. The agent is answered with 200."
OTHER = "H2. The heartbeat of agents counts in the wrong unit."


def explain(author, *items, role="independent", step=1):
    marks = ", ".join(text.split(". ")[0] for text in items)
    row = say(f"3 | FAIL | {marks}", criteria=(3,), references=tuple((None, mark) for mark in marks.split(", ")))
    explained = [say(text, HIGH, label=text.split(". ")[0], criteria=(3,)) for text in items]
    return write(author, role, *explained, row, step=step)


def test_the_only_explanations_of_one_failure_are_one():
    findings = match_exchange([explain("codex", CODEX), explain("claude", CLAUDE, role="merged", step=2)])
    assert [len(finding.mentions) for finding in findings] == [4]


def test_one_of_several_explanations_is_not_told_apart_so():
    findings = match_exchange([explain("codex", CODEX), explain("claude", CLAUDE, OTHER, role="merged", step=2)])
    assert any(finding.title.startswith("H2") and len(finding.mentions) < 4 for finding in findings)


COUNTED = "AC6: the wheel counts backwards. A visitor who leaves is counted again, at the gate in the north."
READ = "Criterion 6: gates. It says nothing of visitors who come back, and no lawyer would read that into it."


def match_rated(*items):
    return match_exchange(
        [
            write("codex", "independent", say(COUNTED, HIGH, criteria=(6,))),
            write("claude", "merged", *(say(text, LOW, criteria=(6,)) for text in items), step=2),
        ]
    )


def test_all_that_two_documents_say_of_a_criterion_is_one_point():
    assert [len(finding.mentions) for finding in match_rated(READ)] == [2]


def test_of_two_items_about_a_criterion_neither_is_taken_for_it():
    assert len(match_rated(READ, "Criterion 6: paint. It is flaking off at two of the visitors' benches.")) == 3
