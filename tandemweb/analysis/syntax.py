"""Functions and comments of a source file, by line. Pure."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tandemweb.analysis.grammars import Grammar, find_grammar, find_language, list_comment_marks
from tandemweb.domain.chunk import Span

LONGEST = 256 * 1024  # bytes of a file that is parsed
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Definition:
    """A function or class. ``name`` holds those around it: ``Budget.add``. ``parent`` is its index, -1 for none."""

    name: str
    span: Span
    parent: int


@dataclass(frozen=True, slots=True)
class Syntax:
    """``code`` are the file's lines without comments and without blanks at their ends.

    ``definitions`` stand in order; ``owners`` has for each line the index of the innermost one, -1 for none.
    """

    language: str
    code: tuple[bytes, ...]
    definitions: tuple[Definition, ...] = ()
    owners: Sequence[int] = ()

    def find_function(self, span: Span) -> str:
        """Give the name of what the lines belong to, or of what they begin, "" for neither."""
        if not self.definitions:
            return ""
        inner = self._find_around(span)
        first = bisect_left(self.definitions, span.start, key=lambda own: own.span.start)
        for own in self.definitions[first:]:
            if own.span.start >= span.end:
                break
            if own.parent == inner:
                return own.name
        return self.definitions[inner].name if inner >= 0 else ""

    def _find_around(self, span: Span) -> int:
        """Find the innermost definition that begins before the lines and does not end before them."""
        line = min(span.start - 1, len(self.owners) - 1)
        inner = self.owners[line] if line >= 0 else -1
        while inner >= 0 and self.definitions[inner].span.end < max(span.end, span.start + 1):
            inner = self.definitions[inner].parent
        return inner


def read_syntax(path: str, lines: Sequence[bytes]) -> Syntax:
    """Read what a file's grammar tells; without one, no functions and only comments that fill their lines."""
    language = find_language(path)
    grammar = find_grammar(language) if sum(map(len, lines)) <= LONGEST else None
    if grammar is None:
        marks = list_comment_marks(path)
        bare = (line.strip() for line in lines)
        return Syntax("", tuple(b"" if marks and line.startswith(marks) else line for line in bare))
    return _read(grammar, lines)


def _read(grammar: Grammar, lines: Sequence[bytes]) -> Syntax:
    defined = []
    code = list(lines)
    for found in grammar.list_captures(b"".join(lines)):
        for comment in reversed(found.get("comment", ())):
            _cut(code, *comment[:4])
        for place in found.get("definition", ()):
            name = found["name"][0][4] if found.get("name") else b""
            defined.append((Span(place[0], place[2] + (place[3] > 0)), _shorten(name)))
    definitions = _nest(sorted(defined, key=lambda own: (own[0].start, -own[0].end)))
    owners = array("i", [-1]) * len(lines)
    for number, definition in enumerate(definitions):
        span = definition.span
        owners[span.start : span.end] = array("i", [number]) * (min(span.end, len(lines)) - span.start)
    return Syntax(grammar.language, tuple(line.strip() for line in code), tuple(definitions), owners)


def _cut(code: list[bytes], line: int, column: int, end_line: int, end_column: int) -> None:
    """Take a comment out of its lines; what stands around it stays where it is."""
    for number in range(line, min(end_line + 1, len(code))):
        text = code[number]
        start = column if number == line else 0
        end = end_column if number == end_line else len(text)
        code[number] = text[:start] + b" " * (end - start) + text[end:]


def _nest(defined: Iterable[tuple[Span, str]]) -> list[Definition]:
    nested: list[Definition] = []
    parent = -1
    for span, name in defined:
        while parent >= 0 and nested[parent].span.end < span.end:
            parent = nested[parent].parent
        around = nested[parent].name if parent >= 0 else ""
        nested.append(Definition(".".join(part for part in (around, name) if part), span, parent))
        parent = len(nested) - 1
    return nested


def _shorten(name: bytes) -> str:
    """Give a name as one word; a C declarator carries its parameters."""
    return " ".join(name.decode("utf-8", "replace").partition("(")[0].split())[:_LONGEST_NAME]
