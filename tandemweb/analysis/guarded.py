"""Regular expressions that are searched only where a text can hold a match.

Searching an expression in a text costs ten to a hundred times as much as looking for a word. So the words of which
every match holds one, and those with which every match begins, are taken from the expression itself: a text without
the former is not searched, and a match is tried only where one of the latter stands. The answers are the same.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from tandemweb.analysis.needles import find_clauses, find_starts

_ODD = "ſıİ"  # letters that an expression takes for "s" and "i", which lower() does not, or not for one letter
_END = 2**31
_COMPILED = ("_clauses", "_pattern", "_starts")


class Guarded:
    """An expression with the methods that search; positions are those of ``re.Pattern``.

    It is compiled when it is first searched: all of them together take longer than the rest of the start of a server,
    and most processes search none.
    """

    __slots__ = (*_COMPILED, "_flags", "pattern")

    _clauses: list[list[str]]
    _pattern: re.Pattern[str]
    _starts: re.Pattern[str] | None

    def __init__(self, expression: str, flags: int = 0) -> None:
        self.pattern = expression
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        """Compile. Python asks for what is not set yet only; threads that come here at once set the same."""
        if name not in _COMPILED:
            raise AttributeError(name)
        pattern = re.compile(self.pattern, self._flags)
        starts = find_starts(pattern)
        self._starts = re.compile("|".join(map(re.escape, sorted(starts)))) if starts else None
        self._clauses = [sorted(clause) for clause in find_clauses(pattern)]
        self._pattern = pattern
        return getattr(self, name)

    def search(self, text: str, pos: int = 0, endpos: int = _END) -> re.Match[str] | None:
        lowered = _lower(text)
        if lowered is None or (self._starts is None and self._may_match(lowered)):
            return self._pattern.search(text, pos, endpos)
        return self._try(text, lowered, pos, endpos) if self._starts and self._may_match(lowered) else None

    def finditer(self, text: str, pos: int = 0, endpos: int = _END) -> Iterator[re.Match[str]]:
        lowered = _lower(text)
        if lowered is None or (self._starts is None and self._may_match(lowered)):
            yield from self._pattern.finditer(text, pos, endpos)
        elif self._starts and self._may_match(lowered):
            while match := self._try(text, lowered, pos, endpos):
                yield match
                pos = match.end()

    def findall(self, text: str) -> list[Any]:
        """Give what each match holds in its group; of an expression with several groups all of them."""
        groups = range(1, self._pattern.groups + 1)
        if len(groups) > 1:
            return [match.groups("") for match in self.finditer(text)]
        return [match[len(groups)] or "" for match in self.finditer(text)]

    def sub(self, replacement: str | Callable[[re.Match[str]], str], text: str) -> str:
        lowered = _lower(text)
        return self._pattern.sub(replacement, text) if lowered is None or self._may_match(lowered) else text

    def _may_match(self, lowered: str) -> bool:
        for clause in self._clauses:
            for word in clause:
                if word in lowered:
                    break
            else:
                return False
        return True

    def _try(self, text: str, lowered: str, pos: int, endpos: int) -> re.Match[str] | None:
        """Try to match wherever a word stands with which a match can begin."""
        assert self._starts is not None  # noqa: S101 - callers look
        while start := self._starts.search(lowered, pos, endpos):
            match = self._pattern.match(text, start.start(), endpos)
            if match:
                return match
            pos = start.start() + 1
        return None


def guard(expression: str, flags: int = 0) -> Guarded:
    """Guard an expression that is searched for in running text; it matches no empty text."""
    return Guarded(expression, flags)


@lru_cache(maxsize=16)  # many expressions are searched in one text, one after the other
def _lower(text: str) -> str | None:
    """Give the text in small letters, each in its place; None where that says too little."""
    if not text.isascii() and any(letter in text for letter in _ODD):
        return None
    return text.lower()
