"""Names in four conventions, matched without regard to case, hyphens, underscores and leading zeros."""

import re
from dataclasses import dataclass
from functools import lru_cache

from tandemweb.domain.mission import Naming

ROOT_NAMES = frozenset(("tandemkit", "harnesskit"))  # folded

_SEPARATORS = re.compile(r"[-_ ]+")
_LEADING_ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])")
# Digits that a person reads as a number of a mission; more would not be one.
_MISSION = re.compile(r"([0-9]{3,9})[-_ ](.+)", re.DOTALL)
# An acronym ends before the last capital of a run: APIEndpoint is API, Endpoint. Digits belong to the word before them.
_PLAIN = re.compile(r"[\w \-.]+")
_WORD = re.compile(r"[A-Z]+(?![a-z])[0-9]*|[A-Z]?[^A-Z\W\d_]+[0-9]*|[0-9]+|[A-Z]", re.UNICODE)

_CONVENTIONS = (
    (Naming.KEBAB, re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")),
    (Naming.SNAKE, re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)+")),
    (Naming.PASCAL, re.compile(r"[A-Z][A-Za-z0-9]*")),
    (Naming.CAMEL, re.compile(r"[a-z][a-z0-9]*[A-Z][A-Za-z0-9]*")),
)


@dataclass(frozen=True, slots=True)
class MissionName:
    """``003-AddDarkMode``: its number and the words of its name."""

    number: int
    words: tuple[str, ...]

    @property
    def title(self) -> str:
        """The words as a person writes them: ``Add Dark Mode``."""
        return " ".join(word[0].upper() + word[1:] for word in self.words)


@lru_cache(maxsize=65536)
def fold_name(name: str) -> str:
    """Make names comparable: ``Round-01-Discussion`` and ``round_1_discussion`` give ``round1discussion``."""
    return _SEPARATORS.sub("", _LEADING_ZEROS.sub("", name)).casefold()


def split_words(name: str) -> tuple[str, ...]:
    """Words of a name in any convention; an acronym is one word (``FixAPIEndpoint``: Fix, API, Endpoint).

    A name with other characters than letters, digits, hyphens and underscores is one word: it follows no convention.
    """
    if _PLAIN.fullmatch(name) is None:
        return (name,) if name else ()
    return tuple(_WORD.findall(name)) or (name,)


def find_mission_name(folder: str) -> MissionName | None:
    """Find number and words of a mission's folder name, None where it is not ``NNN-Name``."""
    match = _MISSION.fullmatch(folder)
    if match is None:
        return None
    return MissionName(int(match[1]), split_words(match[2]))


def find_naming(name: str) -> Naming | None:
    """Find the convention that a name (without its number) shows; None where it shows none."""
    return next((naming for naming, pattern in _CONVENTIONS if pattern.fullmatch(name)), None)
