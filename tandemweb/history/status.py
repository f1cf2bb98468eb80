"""Refs, HEAD and worktrees of a repository at one moment."""

from pathlib import Path

from tandemweb.domain.commit import RepositoryStatus
from tandemweb.history.repository import RepositoryLocation


def read_status(location: RepositoryLocation | None, shadows: Path) -> RepositoryStatus:
    """Read refs and condition with at most two git processes; never raises for what is wrong with the repository.

    Compare ``fingerprint`` with the one known: when equal, no log needs to be read. When ``shallow_oids`` differ,
    read the whole log again (``known=()``).
    """
    raise NotImplementedError
