"""Code as safe HTML, line by line, with Pygments classes and never a style attribute.

Runs in the rendering worker: lexers are regular expressions over text that strangers wrote.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from html import escape

from pygments.lexer import Lexer
from pygments.lexers import find_lexer_class_for_filename, get_lexer_by_name
from pygments.token import STANDARD_TYPES, _TokenType
from pygments.util import ClassNotFound

LINE_END = re.compile(r"\r\n?|\n")
LINE_LIMIT = 5000  # characters; a longer line is minified code, for which colours are of no use


def split_lines(text: str) -> list[str]:
    """Lines as Markdown's line numbers count them; a line end at the end of the text starts no further line."""
    lines = LINE_END.split(text)
    if lines[-1] == "":
        lines.pop()
    return lines


def escape_lines(text: str) -> list[str]:
    return [escape(line) for line in split_lines(text)]


def highlight_named(code: str, language: str) -> list[str]:
    """Lines of a fenced block in the language it names; plain when no lexer has that name."""
    return _highlight(code, _find_lexer_by_name(language.lower()))


def highlight_file(text: str, path: str) -> list[str]:
    """Lines of a file, in the language that its name tells; plain when it tells none."""
    return _highlight(text, _find_lexer_for(path.rpartition("/")[2]))


@lru_cache(maxsize=64)
def _find_lexer_by_name(language: str) -> Lexer | None:
    try:
        return get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        return None


@lru_cache(maxsize=64)
def _find_lexer_for(name: str) -> Lexer | None:
    lexer = find_lexer_class_for_filename(name)
    return None if lexer is None else lexer(stripnl=False)


def _highlight(text: str, lexer: Lexer | None) -> list[str]:
    lines = split_lines(text)
    if lexer is None or any(len(line) > LINE_LIMIT for line in lines):
        return [escape(line) for line in lines]
    marked = list(_mark_lines(lexer.get_tokens("\n".join(lines) + "\n")))
    # A lexer that loses or invents a line would shift every number after it.
    return marked if len(marked) == len(lines) else [escape(line) for line in lines]


def _mark_lines(tokens: Iterator[tuple[_TokenType, str]]) -> Iterator[str]:
    """One HTML string per line; a token over several lines is closed and opened again at each line end."""
    current: list[str] = []
    for kind, value in tokens:
        name = _class_of(kind)
        first, *rest = value.split("\n")
        current.append(_mark(first, name))
        for piece in rest:
            yield "".join(current)
            current = [_mark(piece, name)]
    if any(current):
        yield "".join(current)


def _mark(text: str, name: str) -> str:
    if not text or not name:
        return escape(text)
    return f'<span class="{name}">{escape(text)}</span>'


def _class_of(kind: _TokenType) -> str:
    """Pygments' short class of a token type, or of the nearest type above it that has one."""
    nearest: _TokenType | None = kind
    while nearest is not None:
        if nearest in STANDARD_TYPES:
            return STANDARD_TYPES[nearest]
        nearest = nearest.parent
    return ""
