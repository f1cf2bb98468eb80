from dataclasses import replace

import pytest

from analysis.exchanges import HIGH, LOW, say
from tandemweb.analysis.bearers import index_marks
from tandemweb.analysis.marks import Reference, get_opening, list_references, normal_mark
from tandemweb.analysis.sources import find_headed_sources, find_own_sources


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**the credit is lost** (Codex F1).", {("codex", "f1")}),
        ("Finding 5: criterion 2 fails", {(None, "5")}),
        ("Findings 2 and 4 meet", {(None, "2"), (None, "4")}),
        ("Codex 3, there Medium", {("codex", "3")}),
        ("see #7", {(None, "7")}),
        ("open: 5a, not 5b", {(None, "5a"), (None, "5b")}),
        ("4 | FAIL | 1, 7", {(None, "1"), (None, "7")}),
        ("In `F1` and `x.py:12` nothing is named, nor in 0.45 s or UTF-8.", set()),
        ("FAIL, see 2 and 3", {(None, "2"), (None, "3")}),
        ("We see 3 rows, see 0.4", set()),
        ("Sent Codex's 4 MB upload, waited for Claude's 20 seconds", set()),
        ("4: FAIL, Must fix 1", {(None, "mustfix1")}),
        ("Rings (my first point, Codex's third finding)", {("claude", "1"), ("codex", "3")}),
        ("Jumps (your second point)", {("codex", "2")}),
        ("(Codex P2, my issue 2)", {("codex", "p2"), ("claude", "2")}),
    ],
)
def test_marks_are_found_in_an_opening(text, expected):
    found = {
        (reference.author, reference.mark) for reference in list_references(say(text), "claude") if reference.opens
    }
    assert found == expected


def test_a_mark_later_in_the_text_is_named_in_passing():
    text = "Rows are cut. " + "It was measured again with another file. " * 5 + "Not the same as M3."
    assert list_references(say(text)) == (Reference(None, "m3", opens=False),)


def test_beside_a_mark_with_its_author_a_bare_one_is_no_subject():
    (authored, bare) = list_references(say("H3 without a list leaks its name (Codex M4)"))
    assert (authored.mark, authored.opens, bare.mark, bare.opens) == ("h3", False, "m4", True)


def test_items_without_marks_are_counted_as_readers_count_them():
    items = [say("One.", HIGH), say("Two.", LOW), say("Three.", HIGH), say("Praise.")]
    marks = index_marks(items)
    assert marks["h2"] == (2,)
    assert marks["l1"] == (1,)
    assert marks["3"] == (2,)


def test_what_is_said_of_a_split_item_is_said_of_its_first_part():
    marks = index_marks([say("One.", label="5a"), say("Two.", label="5b"), say("Three.", label="6")])
    assert marks["5"] == (0,)
    assert marks["5b"] == (1,)


@pytest.mark.parametrize(
    ("text", "section", "expected"),
    [
        ("Rows are cut (Codex F3)", "", {"codex"}),
        ("Rows are cut (mine)", "", {"claude"}),
        ("NUL in the query (mine, B2).", "", {"claude", "codex"}),
        ("Rows are cut (Codex F3, also mine)", "", {"claude", "codex"}),
        ("Rows are cut (both of us)", "", {"claude", "codex"}),
        ("State is lost | both; Codex's remedy is the better one | criterion 7", "", {"claude", "codex"}),
        ("No water of the future. Both investigations.", "", {"claude", "codex"}),
        ("Rows are cut", "From Codex-01, adopted", {"codex"}),
        ("Rows are cut", "", set()),
    ],
)
def test_a_merged_document_names_its_sources(text, section, expected):
    opening = get_opening(say(text, section=section))
    assert (find_own_sources(opening, "claude") or find_headed_sources(section, "claude")) == expected


def test_marks_are_compared_without_dash_zero_and_case():
    assert normal_mark("f-01") == normal_mark("F1") == "f1"


def test_an_item_goes_by_its_list_and_its_number_there():
    items = [
        replace(say("Words stay.", HIGH), section="Must fix"),
        replace(say("It jumps.", LOW), section="Should fix"),
    ]
    marks = index_marks(items, ["1", "1"])
    assert (marks["mustfix1"], marks["shouldfix1"]) == ((0,), (1,))
