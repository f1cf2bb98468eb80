import time

import pytest

from tandemweb.domain.search import HIT_END, HIT_START
from tandemweb.services.search_query import extract_query
from tandemweb.store.excerpts import EXCERPT, make_marker


def mark(query: str, text: str) -> str:
    return make_marker(extract_query(query).terms).mark(text).replace(HIT_START, "[").replace(HIT_END, "]")


def cut(query: str, text: str) -> str:
    return make_marker(extract_query(query).terms).cut(text).replace(HIT_START, "[").replace(HIT_END, "]")


@pytest.mark.parametrize(
    ("query", "text", "marked"),
    [
        ("cell ", "a cell, Cells and CELL", "a [cell], Cells and [CELL]"),
        ("cell", "a cell, Cells and excellent", "a [cell], [Cells] and excellent"),
        ("cel* ", "Cells", "[Cells]"),
        ("cell ", "readCell cellValue excell", "read[Cell] [cell]Value excell"),
        ("readCell ", "read_cell readCell read cell", "[read_cell] [readCell] [read cell]"),
        ("read_cell ", "readCell read-cell", "[readCell] [read-cell]"),
        ('"two words" ', "two  words, two other words", "[two  words], two other words"),
        ("cafe ", "Café CAFÉ", "[Café] [CAFÉ]"),
        ("src/mod.py:12 ", "in src/mod.py:12.", "in [src/mod.py:12]."),
        ("a+b ", "a+b", "[a+b]"),
        ("one two ", "two one", "[two] [one]"),
        ("", "nothing", "nothing"),
        ("İ ", "aİb İ", "aİb [İ]"),
    ],
)
def test_mark(query: str, text: str, marked: str):
    assert mark(query, text) == marked


def test_an_excerpt_holds_most_hits_on_one_line():
    text = "start " + "x " * 500 + "rate once " + "y " * 500 + "rate and\nrate again " + "z " * 500
    excerpt = cut("rate ", text)
    assert excerpt.startswith("… y y")
    assert "[rate] and [rate] again z" in excerpt
    assert excerpt.endswith("z …")
    assert len(excerpt) < EXCERPT * 2


def test_an_excerpt_without_hits_is_the_beginning():
    assert cut("absent ", "short text") == "short text"
    assert cut("absent ", "word " * 100).startswith("word word")
    assert cut("rate ", "rate") == "[rate]"
    assert cut("rate ", "") == ""


def test_no_text_takes_long():
    start = time.monotonic()
    for text in ("a" * 1_000_000, "a_b" * 300_000, "rate " * 200_000, "é" * 1_000_000):
        cut("rate aB a_b", text)
    assert time.monotonic() - start < 5
