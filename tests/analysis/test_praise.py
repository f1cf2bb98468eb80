"""What raises nothing, as it finds something well."""

import pytest

from tandemweb.analysis.documents import extract_document
from tandemweb.analysis.praise import ends_well, is_praising_title
from tandemweb.analysis.wording import is_praise, is_well_as_it_is
from tandemweb.domain.finding import Stance
from tandemweb.domain.mission import Author, Role, Stage


@pytest.mark.parametrize(
    ("text", "is_well"),
    [
        ("The printer waits for paper. Good.", True),
        ("`print.go` — the driver is pure. No change needed.", True),
        ("It is slow on purpose. Leave it as it is.", True),
        ("I looked for a leak in the driver and found none.", True),
        ("A label is public by design, and we keep it.", True),
        ("Two trays may be open at once. I looked for a lock and found none.", False),
        ("I hunted for a way to jam it and found nothing.", True),
        ("The paper is good.", False),
        ("I tried every tray and found no paper in the third.", False),
        ("Leave it as it is and labels are lost.", False),
    ],
)
def test_a_text_that_ends_well(text: str, is_well: bool):
    assert ends_well(text) == is_well


@pytest.mark.parametrize(
    ("title", "is_praise"),
    [
        ("The tray sensor is right", True),
        ("Both drivers are a model of their kind", True),
        ("The tray sensor is right only when warm", False),
        ("Nothing that the tray sensor says is right", False),
        ("Who says that the missing tray is fine", False),
    ],
)
def test_a_title_that_only_praises(title: str, is_praise: bool):
    assert is_praising_title(title) == is_praise


OBSERVED = """## Observations

### 1. The driver is sound

I pulled the plug three times.

### 2. The tray sensor is right

But it answers late. **Low**

### 3. `rejected` labels pile up

The tray is never emptied.

### 4. Paper jams

Tried with wet paper. No trouble, the roller stops. Fine.
"""


def test_praise_is_no_finding_unless_it_has_a_severity():
    reading = extract_document(
        OBSERVED, path="c.md", author=Author.CLAUDE, role=Role.INDEPENDENT, stage=Stage.EVALUATION
    )
    assert [mention.line for mention in reading.mentions] == [7, 11]


def test_what_is_refused_because_nothing_need_be_done_is_still_a_point():
    refused = "- `to_atom` (Codex 4): read once at the start. No change needed."
    text = f"# E\n\n**Verdict: FAIL**\n\n## Not taken over\n\n{refused}\n"
    reading = extract_document(text, path="c.md", author=Author.CLAUDE, role=Role.MERGED, stage=Stage.EVALUATION)
    assert [(mention.line, mention.stance) for mention in reading.mentions] == [(7, Stance.REJECTS)]


@pytest.mark.parametrize(
    ("text", "is_well"),
    [("Confirmed, no action: the driver is pure.", True), ("Confirmed: the driver leaks, no action yet.", False)],
)
def test_what_is_confirmed_and_asks_for_nothing_is_no_point(text: str, is_well: bool):
    assert (is_praise(text), is_well_as_it_is(text)) == (is_well, is_well)


def test_a_heading_that_praises_is_neither_a_finding_nor_a_section_that_was_not_understood():
    text = "# Verdict: PASS\n\n## Observations\n\n### 1. {}\n\nIt prints forty labels on one charge.\n"
    fields = {"author": Author.CLAUDE, "role": Role.INDEPENDENT, "stage": Stage.EVALUATION}
    well = extract_document(text.format("The tray sensor is right"), path="claude-01.md", **fields)
    odd = extract_document(text.format("The tray sensor"), path="claude-01.md", **fields)
    assert (well.mentions, well.problems) == ((), ())
    assert [mention.line for mention in odd.mentions] == [5]
