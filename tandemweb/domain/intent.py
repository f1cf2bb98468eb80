"""What a person wanted of a mission when it was created: the protocol's files have no place for it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class WorkPlace(StrEnum):
    """Where the mission's work is to be done."""

    CHECKOUT = "checkout"  # in the work tree as it is
    BRANCH = "branch"  # on a new branch of it
    WORKTREE = "worktree"  # in a work tree of its own


@dataclass(frozen=True, slots=True)
class MissionIntent:
    """``goal`` is in the user's own words. ``plan_step`` is ``path:line`` of the PlanKit step it came from, or ""."""

    goal: str
    workflow: str
    work_place: WorkPlace
    created_at: datetime
    plan_step: str = ""
