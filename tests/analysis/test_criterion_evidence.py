"""Failures of one criterion that two documents explain in other words."""

from analysis.exchanges import HIGH, say, write
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
