"""What holds for every text: nothing invented, nothing from quotations, never an error, never slow."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tandemweb.analysis.documents import DocumentReading, extract_document
from tandemweb.analysis.spec import extract_spec
from tandemweb.domain.mission import Author, Role, Stage

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.md"))
ROLES = [(Role.INDEPENDENT, Stage.EVALUATION), (Role.REVIEW, Stage.EVALUATION), (Role.MERGED, Stage.PLANNING)]
PIECES = [
    *("# ", "## Findings\n", "## High Disagreements\n", "- ", "1. ", "> ", "```\n", "    ", "| a | b |\n|---|---|\n"),
    *("| ", "**", "*", "`", "[HIGH] ", "F1", "AC4 ", "FAIL", "PASS", "Verdict: ", "criteria 1-3", "a.py:3-4", "\n"),
    *("\n\n", "\t", "---\n", "===\n", "None.", "(Low)", "Codex H1", "✅", "\ud800", "\0", "\r\n", "<details>"),
    *("1" * 30, "é", ": ", "agreed"),
]
PRAISE = """

## What Works Well

- **Fast.** No crash, nothing wrong, no HIGH finding.
- The tests fail on the old code.
"""

markdown = st.lists(st.sampled_from(PIECES) | st.text(max_size=12), max_size=60).map("".join)


def read(text: str, role: Role, stage: Stage) -> DocumentReading:
    return extract_document(text, path="x.md", author=Author.CODEX, role=role, stage=stage)


def squeeze(text: str) -> str:
    """Leave out what extraction takes off: marks of emphasis, separators of cells, blanks."""
    return "".join(character for character in text if not character.isspace() and character not in "*_|\\>")


@settings(max_examples=300, deadline=None)
@given(markdown, st.sampled_from(ROLES))
def test_random_markdown_never_crashes_and_nothing_is_invented(text: str, kind: tuple[Role, Stage]):
    reading = read(text, *kind)
    line_count = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    source = squeeze(text.replace("\0", "\ufffd"))
    for mention in (*reading.mentions, *reading.candidates):
        assert 1 <= mention.line <= mention.end_line <= line_count + 1
        assert squeeze(mention.title) in source
    extract_spec(text, "Spec.md")


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
@pytest.mark.parametrize(("role", "stage"), ROLES)
def test_a_document_in_a_fence_says_nothing(path: Path, role: Role, stage: Stage):
    reading = read(f"# Log\n\n~~~~~\n{path.read_text(encoding='utf-8')}\n~~~~~\n", role, stage)
    assert (reading.mentions, reading.candidates, reading.criteria) == ((), (), ())
    assert (reading.verdict, reading.approved, reading.is_placeholder) == (None, None, False)


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
@pytest.mark.parametrize(("role", "stage"), ROLES)
def test_appended_praise_changes_nothing(path: Path, role: Role, stage: Stage):
    text = path.read_text(encoding="utf-8").rstrip("\n")
    before, after = read(text, role, stage), read(text + PRAISE, role, stage)
    assert [(m.line, m.title, m.severity) for m in after.mentions] == [
        (m.line, m.title, m.severity) for m in before.mentions
    ]
    assert (after.verdict, after.approved, after.criteria) == (before.verdict, before.approved, before.criteria)


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_titles_and_severities_of_golden_mentions_stand_in_their_lines(path: Path):
    text = path.read_text(encoding="utf-8")
    for role, stage in ROLES:
        for mention in read(text, role, stage).mentions:
            assert mention.line <= mention.end_line <= text.count("\n") + 1
            cited = "\n".join(text.split("\n")[mention.line - 1 : mention.end_line])
            assert squeeze(mention.title) in squeeze(cited)
            # A severity stands in the item, or in what announces it above.
            assert (mention.severity_word or "").lower() in text[: text.index(cited) + len(cited)].lower()


HOSTILE = {
    "quotations": ">" * 1_000_000,
    "brackets": "[" * 1_000_000,
    "stars": "**a " * 250_000,
    "nested lists": "\n".join("  " * depth + "- a" for depth in range(1_000)),
    "items": "## Findings\n" + "- [HIGH] F1. a\n" * 60_000,
    "rows": "## Findings\n\n|#|Severity|Finding|\n|-|-|-|\n" + "|1|High|crash in a.py:1-2|\n" * 37_000,
    "criteria": "## Criteria\n\n" + "AC1 FAIL, " * 100_000,
    "one word": "crash" * 200_000,
    "files": ".py" * 330_000,
    "labels": "Codex " + "F1, " * 250_000,
    "front matter": "---\n" + "a: b\n" * 200_000,
    "paragraphs": "High: x\n\n" * 110_000,
    "ticks": "`" * 1_000_000,
    "blank lines": "|\n" + (" " * 60 + "\n") * 15_000,
    "a blank line": "|\n" + " " * 1_000_000,
    "points": "## High\n\n1. " + "- " * 500_000,
    "paragraphs of stars": f"{'*' * 399}x\n\n" * 1_000,
    "a cell of stars": "| a | b |\n|---|---|\n| " + "*" * 300_000 + "x | b |\n",
    "dashes": "## High\n\n1. " + "-" * 300_000 + "x",
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize(("role", "stage"), ROLES)
def test_a_megabyte_takes_less_than_two_seconds(name: str, role: Role, stage: Stage):
    start = time.process_time()
    read(HOSTILE[name], role, stage)
    assert time.process_time() - start < 2
