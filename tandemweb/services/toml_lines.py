"""Lines of the keys in a TOML text, which tomllib does not tell. The text must be valid TOML."""

import re
from collections.abc import Iterator, Mapping

KeyPath = tuple[str, ...]

_HEADER = re.compile(r"\[\[?(.*?)\]\]?[ \t]*(?:#.*)?$")
_KEY = re.compile(r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')""")
_DELIMITERS = ('"""', "'''", '"', "'")


def find_key_lines(text: str) -> Mapping[KeyPath, int]:
    """Give the 1-based line of each key and table. Keys within inline tables stand on the line of the outer key."""
    lines: dict[KeyPath, int] = {}
    table: KeyPath = ()
    for number, line, rest in _statements(text):
        header = _HEADER.fullmatch(line)
        if header and not rest:
            table = _split_key(header[1])
            path = table
        else:
            path = table + _split_key(line)
        for length in range(1, len(path) + 1):
            lines.setdefault(path[:length], number)
    return lines


def find_line(lines: Mapping[KeyPath, int], path: KeyPath) -> int | None:
    """Find the line of a key, else of the innermost table around it."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return None


def _statements(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield each table header (with an empty rest) and each key with its value: line number, key, the rest."""
    position, number = 0, 1
    while position < len(text):
        end = text.find("\n", position)
        end = len(text) if end < 0 else end
        line = text[position:end].strip()
        start, start_number = position, number
        if not line or line.startswith("#"):
            position, number = end + 1, number + 1
        elif line.startswith("["):
            yield start_number, line, ""
            position, number = end + 1, number + 1
        else:
            equals = _find_equals(text, start)
            position = _find_end(text, equals + 1) + 1
            number += text.count("\n", start, position)
            yield start_number, text[start:equals].strip(), text[equals + 1 : position]


def _find_equals(text: str, position: int) -> int:
    while text[position] != "=":
        position = _skip_string(text, position) if text[position] in "\"'" else position + 1
    return position


def _find_end(text: str, position: int) -> int:
    """Find the line end after a value, which may go over several lines within brackets and long strings."""
    depth = 0
    while position < len(text):
        letter = text[position]
        if letter in "\"'":
            position = _skip_string(text, position)
            continue
        if letter == "#":
            position = text.find("\n", position)
            if position < 0:
                return len(text)
            continue
        if letter == "\n" and not depth:
            return position
        depth += (letter in "[{") - (letter in "]}")
        position += 1
    return position


def _skip_string(text: str, position: int) -> int:
    delimiter = next(quotes for quotes in _DELIMITERS if text.startswith(quotes, position))
    position += len(delimiter)
    while not text.startswith(delimiter, position):
        position += 2 if text[position] == "\\" and '"' in delimiter else 1
    position += len(delimiter)
    # A long string may end with one or two more quotes than its delimiter has.
    while len(delimiter) > 1 and text.startswith(delimiter[0], position):
        position += 1
    return position


def _split_key(text: str) -> KeyPath:
    return tuple(part.strip("\"'") for part in _KEY.findall(text))
