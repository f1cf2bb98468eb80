"""Findings of a mission followed across its rounds: fixed, still there, back again."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tandemweb.domain.finding import Finding


class RoundStatus(StrEnum):
    """What a round says of a finding that this or an earlier round raised."""

    NEW = "new"
    STILL_THERE = "still-there"
    FIXED = "fixed"
    BACK_AGAIN = "back-again"


@dataclass(frozen=True, slots=True)
class RoundSighting:
    """A finding in one round. ``key`` is that round's finding's key; None where the round no longer mentions it."""

    round: int
    status: RoundStatus
    key: str | None


@dataclass(frozen=True, slots=True)
class FindingCourse:
    """One problem through the rounds of a mission, from the round that first raised it to the last."""

    title: str
    sightings: tuple[RoundSighting, ...]


def follow_findings(rounds: Sequence[tuple[int, Sequence[Finding]]]) -> tuple[FindingCourse, ...]:
    """Courses of all findings of a mission's evaluation rounds, given as ``(round, findings)`` in order."""
    raise NotImplementedError
