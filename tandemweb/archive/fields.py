"""Taking typed values out of a JSON object; a value of another type is a problem, not a failure."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tandemweb.archive.json_objects import JsonObject
from tandemweb.domain.problem import Problem

MAX_NUMBER = 999_999  # of missions and rounds; more is no number that a person gave


@dataclass(slots=True)
class Fields:
    """One JSON object being read, and the problems of the keys taken so far."""

    source: JsonObject
    problems: list[Problem] = field(default_factory=list)

    def take_word(self, key: str, known: frozenset[str] | None = None) -> str | None:
        """Take a word as written; one that is not ``known`` is kept, with a problem."""
        value = self.source.values.get(key)
        if value is None:
            return None
        if not isinstance(value, str):
            self.complain(key, "wrong-type", f"{key!r} should be a word, but is {_show(value)}; it is not used.")
            return None
        if known is not None and value not in known:
            words = ", ".join(sorted(known))
            message = f"{key!r} says {_show(value)}, which no version of the format knows (known: {words})."
            self.complain(key, f"unknown-{_kebab(key)}", f"{message} It is shown as written.")
        return value

    def take_number(self, key: str) -> int | None:
        """Take a whole number from 0; digits in quotes are understood, with a problem."""
        value: object = self.source.values.get(key)
        if value is None:
            return None
        number = value
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= len(str(MAX_NUMBER)):
            number = int(value)
        if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number <= MAX_NUMBER:
            self.complain(key, "wrong-type", f"{key!r} should be a number, but is {_show(value)}; it is not used.")
            return None
        if number is not value:
            self.complain(key, "wrong-type", f"{key!r} should be a number, but is the text {_show(value)}.")
        return number

    def take_time(self, key: str) -> datetime | None:
        """Take a time in UTC; one without a zone is taken for UTC."""
        value = self.source.values.get(key)
        if value is None:
            return None
        try:
            time = datetime.fromisoformat(value)
            return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
        except (TypeError, ValueError, OverflowError):
            message = f"{key!r} should be a time (ISO 8601), but is {_show(value)}; it is not used."
            self.complain(key, "wrong-type", message)
            return None

    def complain(self, key: str, code: str, message: str) -> None:
        self.problems.append(Problem(self.source.path, self.source.lines.get(key), code, message))


def _show(value: Any) -> str:
    text = repr(value) if isinstance(value, str | int | float | bool) else f"a {type(value).__name__}"
    return text if len(text) <= 80 else f"{text[:79]}…"  # fits into a sentence


def _kebab(key: str) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in key)
