"""The sides of a comparison as pages show them: letter, name, and the colour of a voice where it is known."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tandemweb.domain.commit import Commit
from tandemweb.domain.comparison import Comparison, Side
from tandemweb.domain.mission import Author

_VOICES = (Author.CLAUDE, Author.CODEX)
_WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class ShownSide:
    """``voice`` is claude or codex where branch or author tell, else None: then the side is just its letter.

    ``key`` is what names it in forms and on the keyboard: its letter, small.
    """

    number: int
    letter: str
    name: str
    oid: str
    voice: Author | None
    subject: str = ""

    @property
    def key(self) -> str:
        return self.letter.lower()

    @property
    def short(self) -> str:
        """What stands on a button."""
        return self.voice.capitalize() if self.voice else self.letter

    @property
    def tone(self) -> str:
        return self.voice or f"plain-{self.number % 2}"


def show_sides(comparison: Comparison, commits: Mapping[str, Commit]) -> tuple[ShownSide, ...]:
    """Give the sides; ``commits`` are those that the index knows, by their id."""
    voices = [find_voice_of(side, commits.get(side.oid)) for side in comparison.sides]
    return tuple(
        ShownSide(
            side.number,
            side.letter,
            side.name,
            side.oid,
            None if voice is None or voices.count(voice) > 1 else voice,
            commits[side.oid].subject if side.oid in commits else "",
        )
        for side, voice in zip(comparison.sides, voices, strict=True)
    )


def find_voice_of(side: Side, commit: Commit | None) -> Author | None:
    """Tell by the name of the branch, else by who wrote its last commit."""
    return _find_voice(side.name if side.ref else "") or (_find_voice(commit.author_name) if commit else None)


def _find_voice(text: str) -> Author | None:
    words = _WORD.findall(text.lower())
    named = [voice for voice in _VOICES if voice in words]
    return named[0] if len(named) == 1 else None
