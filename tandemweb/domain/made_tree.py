"""Worktrees that this program made: of steps that work apart, of missions, and of branches made out of picks."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class MadeFor(StrEnum):
    STEP = "step"
    MISSION = "mission"  # a project of its own
    SYNTHESIS = "synthesis"


class Parting(StrEnum):
    """What a removal keeps of a worktree. Nothing of it is ever lost without one of them."""

    ARCHIVE = "archive"  # what is uncommitted is committed to the branch, which stays
    BRANCH = "branch"  # the branch stays as it is; what is uncommitted becomes a patch
    PATCH = "patch"  # branch and uncommitted files become one patch; the branch goes


@dataclass(frozen=True, slots=True)
class MadeTree:
    """One worktree below the data folder.

    ``id`` names it in addresses, ``seen`` stands for what would be lost with it as it was looked at. ``project`` is a
    slug; ``branch`` is short, "" where none is checked out. ``run_id`` is the newest run that works in it, ``mission``
    the name of that run's, ``comparison`` what a synthesis belongs to, ``own_project`` the slug of one that is a
    project itself. ``size_count`` is in bytes, at least so many
    where ``is_large``. ``changed`` are paths that are in no commit, ``unmerged`` commits that are in no other branch.
    ``problem`` says why it cannot be removed from here.
    """

    id: str
    made_for: MadeFor
    path: str
    project: str
    project_name: str
    branch: str = ""
    tip: str = ""
    run_id: str = ""
    is_run_active: bool = False
    mission: str = ""
    comparison: int | None = None
    synthesis: str = ""
    own_project: str = ""
    made_at: datetime | None = None
    size_count: int = 0
    is_large: bool = False
    changed: tuple[str, ...] = ()
    unmerged: tuple[str, ...] = ()
    seen: str = ""
    problem: str = ""
