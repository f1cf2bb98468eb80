"""A judge's answer, and the names in place of its labels."""

import json

import pytest

from tandemweb.analysis.judgements import UnreadableJudgementError, extract_judgement, render_review, resolve_labels
from tandemweb.analysis.name_hiding import NameHider, leave_out_binaries, list_patched_paths
from tandemweb.analysis.review_results import extract_review_results
from tandemweb.domain.judgement import BlindOrder, Judged

ORDER = BlindOrder((Judged("A", "b", "impl/codex", "1" * 40, 1), Judged("B", "a", "impl/claude", "2" * 40, 0)))


def write(**values: object) -> str:
    return json.dumps({"winner": "A", "verdict": "approve", "summary": "[A] is right.", "findings": [], **values})


def test_labels_become_names_in_every_text():
    finding = {"implementation": "[b]", "title": "[B] fails", "body": "Side A: B.patch, A.py, A test", "line_start": 3}
    found = resolve_labels(extract_judgement(write(findings=[finding], next_steps=["Patch B, not A B"]), ORDER))
    assert found.summary == "impl/codex is right."
    (one,) = found.findings
    assert (one.label, one.title) == ("B", "impl/claude fails")
    assert one.body == "impl/codex: impl/claude, A.py, A test"
    assert found.next_steps == ("impl/claude, not A B",)


def test_a_name_that_was_put_in_is_not_looked_at_again():
    order = BlindOrder((Judged("A", "a", "fix/B.patch", "1" * 40, 0), Judged("B", "b", "main", "2" * 40, 1)))
    found = resolve_labels(extract_judgement(write(summary="[A] beats [B] and [C]."), order))
    assert found.summary == "fix/B.patch beats main and [C]."


@pytest.mark.parametrize(
    "text",
    ["", "[]", "no", "{", write(winner="C"), write(winner=None), write(winner=["A"]), "[" * 100_000],
)
def test_what_is_no_answer(text: str):
    with pytest.raises(UnreadableJudgementError):
        extract_judgement(text, ORDER)


def test_odd_fields_are_left_out():
    odd = {"title": 3, "line_start": -1, "confidence": 7, "file": ["a"], "implementation": "Z", "severity": None}
    (found,) = extract_judgement(write(findings=[odd, "no", None], winner="none", next_steps=[1, " "]), ORDER).findings
    assert (found.title, found.line, found.confidence, found.path, found.label) == ("(no title)", None, None, "", "")


def test_the_review_is_one_that_is_read_back():
    finding = {"implementation": "B", "title": "Wrong", "severity": "critical", "file": "b/x.py", "line_start": 2}
    judgement = resolve_labels(extract_judgement(write(findings=[finding]), ORDER))
    text = render_review(judgement, reviewer="Claude", base="0" * 40, spec="SPEC.md")
    reading = extract_review_results(text, "reviews/judge/x.json")
    (own,) = reading.findings
    assert (reading.verdict, reading.problems, reading.reviewers) == ("approve", (), ("Claude",))
    assert (own.mention.title, own.mention.file_references[0].path) == ("impl/claude: Wrong", "x.py")
    assert json.loads(text)["comparison"]["labels"]["A"]["name"] == "impl/codex"


def test_names_are_hidden_wherever_they_stand():
    hider = NameHider(names=("impl/claude", "Ada Lovelace", "ada@example.org", "Al"))
    text = "impl/claude CLAUDE.md codexbot by Ada Lovelace <ada@example.org>, Adam, also Al: also"
    assert hider.hide(text) == "[name] [name].md [name]bot by [name] <[name]>, Adam, also Al: also"


def test_what_nobody_can_read_is_left_out():
    binary = "diff --git a/x b/x\nGIT binary patch\nliteral 3\nabc\n\nliteral 0\nabc\n\n"
    patch = f"{binary}diff --git a/y b/y\n--- a/y\n+++ b/z\n"
    assert "literal" not in leave_out_binaries(patch)
    assert list_patched_paths(leave_out_binaries(patch)) == ["y", "z"]
