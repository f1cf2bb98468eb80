"""Commits with their changed files, in one pass of git log."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from tandemweb.domain.commit import Commit
from tandemweb.history.opening import Repository


@dataclass(frozen=True, slots=True)
class Rewriting:
    """What became of known commits when history was rewritten.

    ``lost`` are commits no longer reachable whose objects are still there; ``missing`` are known tips whose objects
    are gone: then compare all stored commits with ``list_reachable``.
    """

    lost: frozenset[str]
    missing: frozenset[str]


def read_commits(repository: Repository, *, tips: Collection[str], known: Collection[str] = ()) -> Iterator[Commit]:
    """Yield the commits reachable from ``tips`` but not from ``known``, OLDEST FIRST: parents before children.

    So a batch is appended to what is stored and a listing is descending by insertion; a later batch never holds a
    parent of an earlier one. ``tips`` and ``known`` are commit oids (``status.tips`` now and at the last read).
    A merge's changes are only those files that differ from all of its parents. One process, however many commits.
    """
    raise NotImplementedError


def find_rewritten(repository: Repository, *, tips: Collection[str], known: Collection[str]) -> Rewriting | None:
    """Say what of ``known`` tips is no longer reachable from ``tips``; None when history only grew."""
    raise NotImplementedError


def list_reachable(repository: Repository, *, tips: Collection[str]) -> frozenset[str]:
    """Every commit oid reachable from ``tips``."""
    raise NotImplementedError
