"""Saving history and where the last pass over it ended."""

from collections.abc import Iterable

from tandemweb.domain.commit import Commit
from tandemweb.store.database import Database, Transaction


def save_commits(index: Transaction, project: str, commits: Iterable[Commit], *, complete: bool = False) -> int:
    """Keep commits given newest first, as git lists them (children before parents); gives how many came.

    They count as newer than all saved before. ``complete`` says that these are all commits reachable now: others are
    kept and marked unreachable.
    """
    raise NotImplementedError


def save_history_tips(index: Transaction, project: str, oids: Iterable[str]) -> None:
    """Note where the pass just saved began, for the next one's ``since``; in the transaction of ``save_commits``."""
    raise NotImplementedError


def list_history_tips(index: Database, project: str) -> tuple[str, ...]:
    """Object ids that the last pass began at; empty before the first."""
    raise NotImplementedError
