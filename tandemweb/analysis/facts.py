"""What the text of an item says by itself, wherever it stands.

Merged documents carry their items from version to version and a final document copies the last one, so the same text
is met again and again: what it says is kept.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from tandemweb.analysis.blocks import plain
from tandemweb.analysis.references import find_criteria, find_files, find_references
from tandemweb.analysis.severity import SEVERITY_WORDS
from tandemweb.analysis.stances import find_said_stance
from tandemweb.analysis.wording import sounds_defective, words_of
from tandemweb.domain.finding import FileReference, Stance

_CONFIDENCE = re.compile(r"\bconfidence[\s*_]*[:=—–(-]?[\s*_]*(?:(\d{1,3})\s?%|([01](?:\.\d{1,3})?)\b)", re.IGNORECASE)
_LONGEST_KEPT = 2000  # characters; what is kept stays below 20 MB
_MOST_KEPT = 4096


@dataclass(frozen=True, slots=True)
class Facts:
    """``said`` is the position that the words take; ``names_severity`` whether any word is a severity."""

    text: str  # without marks of emphasis
    words: frozenset[str]
    said: Stance | None
    names_severity: bool
    criteria: tuple[int, ...]
    references: tuple[tuple[str | None, str], ...]
    files: tuple[FileReference, ...]
    confidence: float | None


def read_facts(text: str) -> Facts:
    return _read_kept(text) if len(text) <= _LONGEST_KEPT else _read(text)


def tells_defect(text: str) -> bool:
    """Say whether a text tells a problem."""
    return sounds_defective(text, read_facts(text).words)


def _read(text: str) -> Facts:
    words = words_of(text)
    return Facts(
        text=plain(text),
        words=words,
        said=find_said_stance(text, words),
        names_severity=not words.isdisjoint(SEVERITY_WORDS),
        criteria=find_criteria(text, words),
        references=find_references(text, words),
        files=find_files(text),
        confidence=_find_confidence(text),
    )


_read_kept = lru_cache(maxsize=_MOST_KEPT)(_read)


def _find_confidence(text: str) -> float | None:
    """Read ``confidence: 0.8`` or ``confidence 80 %`` as 0..1."""
    match = _CONFIDENCE.search(text) if "onfidence" in text else None
    if match is None:
        return None
    value = int(match[1]) / 100 if match[1] else float(match[2])
    return value if 0 <= value <= 1 else None
