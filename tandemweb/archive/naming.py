"""Names in four conventions, matched without regard to case, hyphens, underscores and leading zeros."""

from dataclasses import dataclass

from tandemweb.domain.mission import Naming


@dataclass(frozen=True, slots=True)
class MissionName:
    """``003-AddDarkMode``: its number and the words of its name."""

    number: int
    words: tuple[str, ...]

    @property
    def title(self) -> str:
        """The words as a person writes them: ``Add Dark Mode``."""
        raise NotImplementedError


def fold_name(name: str) -> str:
    """The form in which names are compared: ``Round-01-Discussion`` and ``round_1_discussion`` give ``round1discussion``."""
    raise NotImplementedError


def split_words(name: str) -> tuple[str, ...]:
    """Words of a name in any convention; an acronym is one word (``FixAPIEndpoint``: Fix, API, Endpoint)."""
    raise NotImplementedError


def find_mission_name(folder: str) -> MissionName | None:
    """Number and words of a mission's folder name, None where it is not ``NNN-Name``."""
    raise NotImplementedError


def find_naming(name: str) -> Naming | None:
    """The convention that a name (without its number) shows; None where one word fits several."""
    raise NotImplementedError
