"""Parallel implementations of one spec."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ParallelWork:
    """Branches that implement the same spec. ``base`` is the newest commit that all of them build on."""

    spec: str  # path in the project
    base: str  # object id
    branches: tuple[str, ...]  # short names, sorted
