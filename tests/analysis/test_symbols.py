"""Definitions in several languages, found by what they look like."""

import pytest

from tandemweb.analysis.symbols import find_symbol

PYTHON = """import x

class Store:
    def save(self):
        return 1

    def load(self):
        pass

LIMIT = 3
"""
SCRIPT = "export function tagTerm(tag) {\n  if (tag) {\n    return 1;\n  }\n}\nconst twice = (n) => n * 2;\n"
GO = "package a\n\nfunc Run(args []string) int {\n\treturn 0\n}\n"


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        (PYTHON, "Store", (3, 8)),
        (PYTHON, "save", (4, 5)),
        (PYTHON, "LIMIT", (10, 10)),
        (SCRIPT, "tagTerm", (1, 5)),
        (SCRIPT, "twice", (6, 6)),
        (GO, "Run", (3, 5)),
        (PYTHON, "nothing", None),
        (PYTHON, "sav", None),
        ("", "x", None),
        ("x(" * 5000, "y.*", None),
    ],
)
def test_definitions(text: str, name: str, expected: tuple[int, int] | None):
    assert find_symbol(text.split("\n"), name) == expected
