"""Words that every match of a regular expression holds or begins with, read from the expression.

All words are in small letters, whatever the expression says of capitals: they are looked for in a lowered text.
"""

import re
import re._constants as sre  # type: ignore[import-not-found]  # the parser alone says what an expression is made of
import re._parser as sre_parser  # type: ignore[import-not-found]
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import Any

Clause = frozenset[str]  # one of these is part of every match
Part = tuple[Any, Any]  # kind and value, as the parser gives them

SHORTEST = 2  # letters: one alone is part of most texts
MOST_WORDS = 80  # more take longer to look for than the expression itself
ENOUGH_LETTERS = 4  # where there would be more words, they are cut
MOST_CLAUSES = 3
MOST_SIGNS = 4  # of a set such as "[.;,]" that is spelled out
_REPEATS = (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT)
_WIDTHLESS = (sre.AT, sre.ASSERT_NOT)


def find_clauses(pattern: re.Pattern[str]) -> list[Clause]:
    """Find what every match holds, the most telling first. Empty where the expression says nothing of it."""
    clauses = dict.fromkeys(clause for clause in _list_clauses(_parse(pattern)) if _is_telling(clause))
    return sorted(clauses, key=_rank)[:MOST_CLAUSES]


def find_starts(pattern: re.Pattern[str]) -> Clause:
    """Find the words of which every match begins with one. Empty where the expression says nothing of it."""
    starts = _list_starts(list(_parse(pattern))) or frozenset()
    if len(starts) > MOST_WORDS:
        starts = frozenset(word[:ENOUGH_LETTERS] for word in starts)
    if not _is_telling(starts):
        return frozenset()
    return frozenset(word for word in starts if not any(word.startswith(other) for other in starts - {word}))


def _parse(pattern: re.Pattern[str]) -> Iterable[Part]:
    parsed: Iterable[Part] = sre_parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE)
    return parsed


def _list_clauses(parts: Iterable[Part]) -> Iterator[Clause]:
    """Go through a sequence of parts, all of which are in every match; letters in a row are one word."""
    words = [""]
    for kind, value in parts:
        signs = _spell_out(kind, value)
        if signs and len(words) * len(signs) <= MOST_WORDS:
            words = ["".join(pair) for pair in product(words, signs)]
        elif kind not in _WIDTHLESS:
            yield frozenset(words)
            words = [""]
            yield from _list_inner(kind, value)
    yield frozenset(words)


def _list_inner(kind: Any, value: Any) -> Iterator[Clause]:
    if kind is sre.BRANCH:
        chosen = [min(filter(_is_telling, _list_clauses(branch)), key=_rank, default=None) for branch in value[1]]
        if all(chosen):
            yield _shorten(frozenset().union(*filter(None, chosen)))
    elif kind is sre.ASSERT:
        yield from _list_clauses(value[1])
    elif (inner := _get_inner(kind, value)) is not None and not _is_optional(kind, value):
        yield from _list_clauses(inner)


def _list_starts(parts: Sequence[Part]) -> Clause | None:
    """Give the words with which what these parts match begins; None where they may be any."""
    for number, (kind, value) in enumerate(parts):
        if kind in _WIDTHLESS or kind is sre.ASSERT:
            continue
        if _spell_out(kind, value):
            return _spell_row(parts[number:])
        if kind is sre.BRANCH:
            branches = [_list_starts([*branch, *parts[number + 1 :]]) for branch in value[1]]
            return frozenset().union(*filter(None, branches)) if all(branches) else None
        inner = _get_inner(kind, value)
        if inner is None:
            return None
        begun = _list_starts([*inner, *parts[number + 1 :]])
        after = _list_starts(parts[number + 1 :]) if _is_optional(kind, value) else begun
        return begun | after if begun and after else None
    return None


def _spell_row(parts: Sequence[Part]) -> Clause:
    """Spell out letters in a row, and with what a group behind them begins."""
    words = [""]
    for number, (kind, value) in enumerate(parts):
        signs = _spell_out(kind, value)
        if kind in _WIDTHLESS:
            continue
        following = signs or _list_starts(parts[number:]) or ()
        if not following or len(words) * len(following) > MOST_WORDS:
            break
        words = ["".join(pair) for pair in product(words, following)]
        if not signs:
            break
    return frozenset(words)


def _get_inner(kind: Any, value: Any) -> Sequence[Part] | None:
    """Give the parts of a group or of something that repeats."""
    if kind is sre.SUBPATTERN:
        return list(value[3])
    if kind is sre.ATOMIC_GROUP:
        return list(value)
    return list(value[2]) if kind in _REPEATS else None


def _is_optional(kind: Any, value: Any) -> bool:
    return kind in _REPEATS and value[0] == 0


def _spell_out(kind: Any, value: Any) -> tuple[str, ...]:
    """Give the letter, or the few, that a part can be; none for any other part."""
    if kind is sre.LITERAL:
        return (chr(value).lower(),)
    if kind is sre.IN and all(member is sre.LITERAL for member, _ in value):
        letters = dict.fromkeys(chr(code).lower() for _, code in value)
        return tuple(letters) if len(letters) <= MOST_SIGNS else ()
    return ()


def _shorten(words: Clause) -> Clause:
    """Leave out words that hold another one."""
    return frozenset(word for word in words if not any(other in word for other in words - {word}))


def _is_telling(clause: Clause) -> bool:
    """Say whether its words are long enough and few enough; signs may stand alone."""
    long = all(len(word) >= SHORTEST or (word != "" and not word.isalnum() and word != " ") for word in clause)
    return long and 0 < len(clause) <= MOST_WORDS


def _rank(clause: Clause) -> tuple[bool, int, int]:
    """Rank words before signs, then long ones, then few."""
    return any(len(word) == 1 for word in clause), -min(map(len, clause)), len(clause)
