"""Change numbers: every save stamps what it touched with the next number of one ever-growing row.

Numbers of a rebuilt index are greater than those of the one before it (they start from the clock).
"""

from dataclasses import dataclass

from tandemweb.store.database import Database


@dataclass(frozen=True, slots=True)
class MissionChange:
    project: str
    root: str
    mission: str
    revision: int


@dataclass(frozen=True, slots=True)
class Changes:
    """What was saved after a revision. A removed mission shows in its project only."""

    revision: int
    projects: tuple[str, ...]
    missions: tuple[MissionChange, ...]


def get_revision(
    index: Database, project: str | None = None, root: str | None = None, mission: str | None = None
) -> int:
    """Give the revision of everything, of one project, or of one mission; 0 when it is not in the index."""
    raise NotImplementedError


def list_changes(index: Database, since: int) -> Changes:
    """What changed after revision ``since``."""
    raise NotImplementedError
