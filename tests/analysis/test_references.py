import pytest

from tandemweb.analysis.references import find_criteria, find_files, find_references
from tandemweb.analysis.wording import words_of


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("`a/b.py:110-116`", [("a/b.py", 110, 116)]),
        ("csvimport.py:24-27,52-80", [("csvimport.py", 24, 27), ("csvimport.py", 52, 80)]),
        ("src/x.swift#L3-L9 and Makefile", [("src/x.swift", 3, 9), ("Makefile", None, None)]),
        ("see cli.py, line 8", [("cli.py", 8, 8)]),
        (
            "operations.md is wrong: `:97` and `:99-101`",
            [("operations.md", None, None), ("operations.md", 97, 97), ("operations.md", 99, 101)],
        ),
        ("`:97` of nothing", []),
        ("https://example.org/a.html and e.g. this", []),
        ("Python 3.11 is used", []),
    ],
)
def test_files(text: str, wanted: list[tuple[str, int | None, int | None]]):
    assert [(f.path, f.line_start, f.line_end) for f in find_files(text)] == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("criteria 1–3, 7 and AC9", (1, 2, 3, 7, 9)),
        ("AC4 — finding 2", (4,)),
        ("criterion 4; 12 rows", (4,)),
        ("the account of 5 users", ()),
    ],
)
def test_criteria(text: str, wanted: tuple[int, ...]):
    assert find_criteria(text, words_of(text)) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("(mine; Codex H1)", (("codex", "H1"),)),
        ("Codex's open question 2", (("codex", "2"),)),
        ("see finding 2 and F7", ((None, "2"), (None, "F7"))),
        ("findings 1 and 4", ((None, "1"), (None, "4"))),
        ("`F1` is a key; 72 tests; UTF-8; AC4", ()),
    ],
)
def test_references(text: str, wanted: tuple[tuple[str | None, str], ...]):
    assert find_references(text, words_of(text)) == wanted
