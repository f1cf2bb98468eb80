"""Taking typed values out of the tables of a TOML file; what is wrong is said with file, line and key, all at once."""

import difflib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from tandemweb.domain.problem import Problem
from tandemweb.services.toml_lines import KeyPath, find_line

Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class TomlSource:
    """One TOML text, being read. ``problems`` grows while it is."""

    name: str  # of the file, as a person knows it
    lines: Mapping[KeyPath, int]
    problems: list[Problem] = field(default_factory=list)

    def complain(self, path: KeyPath, message: str) -> None:
        """Note a problem: one sentence with file, line and key."""
        line = find_line(self.lines, path)
        where = f"{self.name}, line {line}" if line else self.name
        key = f", {'.'.join(path)}" if path else ""
        self.problems.append(Problem(self.name, line, "workflow", f"{where}{key}: {message}"))


@dataclass(frozen=True, slots=True)
class TomlTable:
    """A table whose keys are taken one by one; ``check_rest`` then complains about those that nobody took."""

    source: TomlSource
    path: KeyPath
    values: Mapping[str, Any]
    taken: set[str] = field(default_factory=set)

    def complain(self, key: str, message: str) -> None:
        self.source.complain((*self.path, key) if key else self.path, message)

    def take_text(self, key: str, *, is_required: bool = False) -> str:
        value = self._take(key, str, "a text")
        if is_required and not value and key not in self.values:
            self.complain("", f'{key} is missing; write {key} = "…".')
        return value or ""

    def take_word(self, key: str, kind: type[Word], default: Word | None = None) -> Word:
        """Take one of the words of an enumeration; the first of them stands in for what is missing or wrong."""
        words = [word.value for word in kind]
        value = self.take_text(key, is_required=default is None)
        if value in words:
            return kind(value)
        if value:
            self.complain(key, f"{value!r} is not known; {suggest(value, words)}")
        return default or next(iter(kind))

    def take_texts(self, key: str) -> tuple[str, ...]:
        value = self._take(key, list, "a list of texts")
        if value is not None and not all(isinstance(entry, str) for entry in value):
            self.complain(key, "each entry must be a text in quotes.")
            return ()
        return tuple(value or ())

    def take_flag(self, key: str, *, default: bool = False) -> bool:
        value = self._take(key, bool, "true or false")
        return default if value is None else bool(value)

    def take_number(self, key: str, default: float | None = None) -> float | None:
        """Take a number above 0; ``false`` says that there is none."""
        if key in self.values and self.values[key] is False:
            self.taken.add(key)
            return None
        value = self._take(key, (int, float), "a number")
        if value is None:
            return default
        if isinstance(value, bool) or not 0 < value < float("inf"):
            self.complain(key, "must be a number above 0, or false for none.")
            return default
        return float(value)

    def take_count(self, key: str) -> int | None:
        value = self.take_number(key)
        if value is not None and value != int(value):
            self.complain(key, "must be a whole number.")
        return None if value is None else int(value)

    def take_map(self, key: str) -> Mapping[str, str]:
        value = self._take(key, dict, "a table of texts")
        entries = dict(value or {})
        for name, entry in entries.items():
            if not isinstance(entry, str):
                self.source.complain((*self.path, key, name), "must be a text in quotes.")
        return {name: entry for name, entry in entries.items() if isinstance(entry, str)}

    def take_table(self, key: str) -> "TomlTable":
        value = self._take(key, dict, f"a table [{'.'.join((*self.path, key))}]")
        return TomlTable(self.source, (*self.path, key), value or {})

    def take_tables(self, key: str) -> tuple[tuple[str, "TomlTable"], ...]:
        """Take a table of tables, in the order of the file."""
        outer = self.take_table(key)
        return tuple((name, outer.take_table(name)) for name in outer.values)

    def check_rest(self) -> None:
        for key in self.values:
            if key not in self.taken:
                self.complain(key, f"this key is not known; {suggest(key, self.taken)}")

    def _take(self, key: str, kind: type | tuple[type, ...], what: str) -> Any:
        self.taken.add(key)
        value = self.values.get(key)
        if value is None or isinstance(value, kind):
            return value
        self.complain(key, f"must be {what}.")
        return None


def suggest(word: str, known: Collection[str]) -> str:
    """Say what a person may have meant: the nearest known word, else all of them. Ends the sentence."""
    near = difflib.get_close_matches(word, known, n=1)
    if near:
        return f"did you mean {near[0]!r}?"
    return f"known are {', '.join(sorted(known))}." if known else "there are none."
