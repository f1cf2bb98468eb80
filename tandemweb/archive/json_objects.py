"""JSON files of an archive to values, with the line of each top-level key and everything odd said as a problem."""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tandemweb.archive.reading import FileText, read_text
from tandemweb.domain.mission import Readability
from tandemweb.domain.problem import Problem

JSON_LIMIT = 1024 * 1024  # bytes

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|[{}\[\]:\n]', re.DOTALL)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class JsonObject:
    """``lines`` gives the 1-based line of each top-level key, the last one where a key is repeated."""

    path: str
    is_readable: bool
    values: Mapping[str, Any] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def read_json_object(project_path: str, path: str) -> JsonObject:
    """Read a file that should hold one JSON object; never raises for what is on disk."""
    return extract_file_object(read_text(project_path, path, text_limit=JSON_LIMIT))


def extract_file_object(file: FileText) -> JsonObject:
    """Take the object from a file that was read, with the problems of reading it."""
    if file.readability in {Readability.BINARY, Readability.UNREADABLE, Readability.TRUNCATED}:
        name = file.path.rpartition("/")[2]
        reason = file.problem.message if file.problem else ""
        return JsonObject(file.path, is_readable=False, problems=(_unreadable(file.path, None, name, reason),))
    found = extract_json_object(file.text, file.path)
    reading_problems = (file.problem,) if file.problem else ()
    return JsonObject(found.path, found.is_readable, found.values, found.lines, reading_problems + found.problems)


def extract_json_object(text: str, path: str) -> JsonObject:
    """Take the object from a text.

    The last of duplicate keys counts; NaN and infinities become None, lone surrogates U+FFFD, each with a problem.
    """
    name = path.rpartition("/")[2]
    oddities = _Oddities()
    try:
        values = oddities.clean(
            json.loads(text, object_pairs_hook=oddities.take_object, parse_constant=oddities.take_constant)
        )
    except json.JSONDecodeError as error:
        if text.strip():
            reason = f"It is not valid JSON: {error.msg} in line {error.lineno}."
            problem = _unreadable(path, error.lineno, name, reason)
        else:
            problem = _unreadable(path, None, name, "It is empty.")
        return JsonObject(path, is_readable=False, problems=(problem,))
    except RecursionError:
        return _refuse(path, name, "It is nested too deeply.")
    except ValueError:  # a number of thousands of digits
        return _refuse(path, name, "It holds a number that is too long.")
    if not isinstance(values, dict):
        return _refuse(path, name, "It holds no JSON object.")
    places = _find_keys(text)
    lines = {key: found[-1] for key, found in places.items()}
    return JsonObject(
        path, is_readable=True, values=values, lines=lines, problems=oddities.list_problems(path, text, places)
    )


class _Oddities:
    """What a parse met that JSON allows or Python lets pass, but that nothing after it should have to expect."""

    def __init__(self) -> None:
        self.duplicates: dict[str, None] = {}
        self.replaced: dict[str, str] = {}  # what it is -> how it is written

    def take_object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            seen: set[str] = set()
            for key, _ in pairs:
                if key in seen:
                    self.duplicates[self._clean_text(key)] = None
                seen.add(key)
        return found

    def take_constant(self, name: str) -> None:
        self.replaced[f"{name}, which is not JSON; it is read as null"] = name

    def clean(self, value: Any) -> Any:
        """Rid a value of lone surrogates and infinities. No deeper than the parser itself could go."""
        if isinstance(value, str):
            return self._clean_text(value)
        if isinstance(value, float) and not math.isfinite(value):
            self.replaced["a number that is too large; it is read as null"] = ""
            return None
        if isinstance(value, list):
            return [self.clean(item) for item in value]
        if isinstance(value, dict):
            return {self._clean_text(key): self.clean(item) for key, item in value.items()}
        return value

    def list_problems(self, path: str, text: str, places: Mapping[str, list[int]]) -> tuple[Problem, ...]:
        """One problem for each oddity; ``places`` gives the lines of the outermost object's keys."""
        name = path.rpartition("/")[2]
        duplicates = (
            Problem(
                path,
                places[key][-1] if len(places.get(key, ())) > 1 else None,
                "json-duplicate-key",
                f"{key!r} stands more than once in {name}; the last one counts.",
            )
            for key in self.duplicates
        )
        replaced = (
            Problem(path, _find_word(text, word), "json-odd-value", f"{name} holds {what}.")
            for what, word in self.replaced.items()
        )
        return (*duplicates, *replaced)

    def _clean_text(self, text: str) -> str:
        cleaned = _LONE_SURROGATE.sub("\ufffd", text)
        if cleaned != text:
            self.replaced["half of a surrogate pair, which is no character; it is shown as \ufffd"] = ""
        return cleaned


def _find_keys(text: str) -> dict[str, list[int]]:
    """Lines of each key of the outermost object of a valid JSON text."""
    lines: dict[str, list[int]] = {}
    line, depth, last_string = 1, 0, ""
    for match in _TOKEN.finditer(text):
        mark = match[0]
        if mark == "\n":
            line += 1
        elif mark in "{[":
            depth += 1
        elif mark in "}]":
            depth -= 1
        elif mark == ":":
            if depth == 1:
                lines.setdefault(_LONE_SURROGATE.sub("\ufffd", json.loads(last_string)), []).append(line)
        else:
            last_string = mark
    return lines


def _find_word(text: str, word: str) -> int | None:
    """Line of the first place where a word stands outside of strings."""
    if not word:
        return None
    places = re.finditer(rf'"(?:[^"\\]|\\.)*+"|({re.escape(word)})', text)
    return next((text.count("\n", 0, match.start()) + 1 for match in places if match[1]), None)


def _refuse(path: str, name: str, reason: str) -> JsonObject:
    return JsonObject(path, is_readable=False, problems=(_unreadable(path, None, name, reason),))


def _unreadable(path: str, line: int | None, name: str, reason: str) -> Problem:
    return Problem(path, line, "json-unreadable", f"{name} cannot be read. {reason} Its values are unknown.")
