"""Functions and comments by tree-sitter; the grammars are an optional extra of the program."""

import os

import pytest

from tandemweb.analysis import grammars
from tandemweb.analysis.alignment import split_lines
from tandemweb.analysis.grammars import find_grammar
from tandemweb.analysis.syntax import read_syntax
from tandemweb.domain.chunk import Span

pytestmark = pytest.mark.compare
has_grammars = pytest.mark.skipif(
    not find_grammar("python") and os.environ.get("CI") != "true", reason="the extra 'functions' is not installed"
)
PYTHON = """\
import os


class Budget:
    def add(self, line):
        # a comment
        return line  # and one more

    @property
    def left(self):
        def inner():
            return 1
        return inner()


def main():
    pass
"""
SAMPLES = {
    "a.js": (
        "class A {\n  run() {\n    return 1;\n  }\n}\nconst go = () => {\n  return 2; // why\n};\n",
        ["A.run", "go"],
    ),
    "a.ts": ("interface I {\n  x: number;\n}\nfunction f(): void {\n  return;\n}\n", ["I", "f"]),
    "a.tsx": ("function F() {\n  return <p/>;\n}\n", ["F"]),
    "a.go": ("package a\n\nfunc (b *B) Run() int {\n\treturn 1\n}\n", ["Run"]),
    "a.rs": ("impl Budget {\n    fn add(&self) -> i32 {\n        1\n    }\n}\n", ["Budget.add"]),
    "a.java": ("class A {\n  int run() {\n    return 1;\n  }\n}\n", ["A.run"]),
    "a.c": ("int add(int a, int b) {\n  return a + b;\n}\n", ["add"]),
    "a.rb": ("module M\n  def run\n    1\n  end\nend\n", ["M.run"]),
}


def read(path: str, text: str):
    return read_syntax(path, split_lines(text.encode()))


@has_grammars
@pytest.mark.parametrize(
    ("span", "name"),
    [
        ((0, 1), ""),
        ((5, 6), "Budget.add"),
        ((6, 6), "Budget.add"),
        ((7, 7), "Budget"),
        ((3, 14), "Budget"),
        ((4, 7), "Budget.add"),
        ((11, 12), "Budget.left.inner"),
        ((15, 18), "main"),
        ((18, 18), ""),
        ((99, 99), ""),
    ],
)
def test_the_function_around_lines(span, name):
    assert read("a.py", PYTHON).find_function(Span(*span)) == name


@has_grammars
def test_comments_are_no_code():
    code = read("a.py", PYTHON).code

    assert code[5] == b""
    assert code[6] == b"return line"


@has_grammars
@pytest.mark.parametrize("path", SAMPLES)
def test_every_language_tells_its_functions(path):
    text, names = SAMPLES[path]
    lines = [
        number
        for number, line in enumerate(text.split("\n"))
        if any(word in line for word in ("1", "2", "return", "x:"))
    ]

    found = [read(path, text).find_function(Span(line, line + 1)) for line in lines]

    assert list(dict.fromkeys(found)) == names


@has_grammars
def test_broken_source_breaks_nothing():
    assert read("a.py", "def (((\n\xff\0\nclass\n" * 50).language == "python"


def test_without_grammars_full_comment_lines_are_known(monkeypatch):
    monkeypatch.setattr(grammars, "_is_installed", False)
    find_grammar.cache_clear()
    try:
        syntax = read("a.py", PYTHON)
    finally:
        find_grammar.cache_clear()

    assert syntax.find_function(Span(5, 6)) == ""
    assert syntax.code[5:7] == (b"", b"return line  # and one more")
