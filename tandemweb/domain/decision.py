"""Decisions of missions, wherever they were taken, and which later one took an earlier one's place."""

from dataclasses import dataclass
from enum import StrEnum


class DecisionSource(StrEnum):
    SPEC = "spec"
    SUMMARY = "summary"  # what the summary adds to the spec's
    DISPUTE = "dispute"  # the two disagreed and settled it
    FEEDBACK = "feedback"  # the user changed direction


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody's words, verbatim, with the place where they stand."""

    author: str  # claude, codex, generator, user
    path: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class KeyDecision:
    """One decision. ``key`` is stable while mission, source and title are, and unique within a project.

    ``won_by`` is the author whose position a dispute ended with. ``quotes`` are the words that it rests on: the
    user's, or both positions of a dispute. ``files`` are the paths that it names.
    """

    key: str
    source: DecisionSource
    title: str
    text: str
    rationale: str
    alternatives: tuple[str, ...]
    path: str
    line: int
    end_line: int
    round: int | None = None
    won_by: str | None = None
    quotes: tuple[Quote, ...] = ()
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Supersession:
    """The decision ``later`` (a key) takes the place of ``earlier``; ``reason`` says by what that is known."""

    later: str
    earlier: str
    reason: str
    score: float  # 0..1
