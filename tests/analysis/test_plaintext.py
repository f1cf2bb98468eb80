"""Plain text with indented points is read as lines; Markdown stays what it is."""

from time import perf_counter

import pytest

from tandemweb.analysis.documents import extract_document
from tandemweb.analysis.plaintext import to_markdown
from tandemweb.domain.finding import Severity
from tandemweb.domain.mission import Author, Role, Stage

_REPORT = """Codex, evaluation

Verdict: fail

Criteria
  [x] AC1
  [ ] 2 fail, see B1

Blocking
  B1. (high) the log keeps private words. The second
      statement comes too late.
        $ strings notes.log | grep secret
        - secret found

Non-blocking
  N1. (medium) the first query takes 480 ms.
    * measured twice

Praise
  * a nice status line
"""


def test_points_below_bare_heads_are_items() -> None:
    reading = extract_document(
        _REPORT, path="Codex-01.md", author=Author.CODEX, role=Role.INDEPENDENT, stage=Stage.EVALUATION
    )
    assert reading.verdict == "FAIL"
    assert [(m.line, m.label, m.severity) for m in reading.mentions] == [
        (7, None, None),  # a criterion that fails is raised, too
        (10, "B1", Severity.HIGH),
        (16, "N1", Severity.MEDIUM),
    ]
    assert [(c.number, c.verdict) for c in reading.criteria] == [(1, "PASS"), (2, "FAIL")]


def test_every_line_keeps_its_number() -> None:
    written = to_markdown(_REPORT).split("\n")
    assert len(written) == len(_REPORT.split("\n"))
    assert written[4:7] == ["## Criteria", "- [x] AC1", "- [ ] 2 fail, see B1"]
    assert written[11:13] == ["  > $ strings notes.log | grep secret", "  > - secret found"]


def test_a_margin_before_every_line_is_taken_off() -> None:
    indented = "\n".join(f"    {line}" if line else "" for line in _REPORT.split("\n"))
    assert to_markdown(indented) == to_markdown(_REPORT)


@pytest.mark.parametrize(
    "text",
    [
        "# Report\n\nChecks\n  * one\n\nMore\n  * two\n",
        "Checks\n  * one\n\nMore\n  * two\n\n```\n  - FAIL\n```\n",
        "A first paragraph that hangs\n  over its line.\n\nA second one\n  too.\n",
        "Output:\n\n    $ pytest\n    - FAIL\n",
        "",
    ],
)
def test_markdown_stays_as_it_is(text: str) -> None:
    assert to_markdown(text) == text


def test_a_row_of_marks_is_titled_with_its_words() -> None:
    text = "# Review\n\n## Findings\n\n| | State |\n|---|---|\n| X7, X8 | open, Low |\n| | below in full |\n"
    reading = extract_document(
        text, path="Codex-01.md", author=Author.CODEX, role=Role.INDEPENDENT, stage=Stage.EVALUATION
    )
    assert [(m.label, m.title) for m in reading.mentions][:2] == [
        ("X7", "X7, X8 | open, Low"),
        ("X8", "X7, X8 | open, Low"),
    ]
    assert not any(mention.text.startswith(("|", " ")) for mention in reading.mentions)


def test_blank_lines_without_end_cost_no_more_than_their_number() -> None:
    started = perf_counter()
    to_markdown("\n" * 200_000 + "  - x")
    assert perf_counter() - started < 2
