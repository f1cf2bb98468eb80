"""Commits with their changed files, in one pass of git log."""

from collections.abc import Collection, Iterator

from tandemweb.domain.commit import Commit
from tandemweb.history.opening import Repository


def read_commits(repository: Repository, *, tips: Collection[str], known: Collection[str] = ()) -> Iterator[Commit]:
    """Yield the commits reachable from ``tips`` but not from ``known``, NEWEST FIRST: children before their parents.

    ``tips`` and ``known`` are commit oids (``RepositoryStatus.tips`` now and at the last read). A later read never
    holds a parent of an earlier one's commits. A merge's changes are those files only that differ from all of its
    parents; the first commits of a shallow clone (``is_boundary``) have none. One process, however many commits.
    """
    raise NotImplementedError


def find_rewritten(repository: Repository, *, tips: Collection[str], known: Collection[str]) -> tuple[str, ...]:
    """Find the ``known`` tips that are no longer reachable from ``tips`` (or gone); empty when history only grew.

    Where there are any, read everything again with ``known=()``: that is exactly what is reachable now.
    """
    raise NotImplementedError
