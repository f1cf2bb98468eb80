"""The whole history of a project at once, for what is made from nothing: in a shadow that is thrown away."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tandemweb.domain.commit import Commit, RepositoryStatus
from tandemweb.domain.mission import Project
from tandemweb.errors import HistoryError
from tandemweb.history.log import read_commits
from tandemweb.history.opening import Repository, open_repository
from tandemweb.history.repository import find_repository
from tandemweb.history.status import read_status


@dataclass(frozen=True, slots=True)
class WholeHistory:
    """``commits`` of all refs, newest first: children before parents. ``repository`` is open for further questions."""

    repository: Repository
    status: RepositoryStatus
    commits: tuple[Commit, ...]

    def of_head(self) -> tuple[Commit, ...]:
        """Give the commits that the checked-out one builds on, itself first."""
        return list_ancestors(self.commits, self.status.head_oid)


@contextmanager
def open_whole_history(project: Project) -> Iterator[WholeHistory | None]:
    """Read the history by one pass of git log; None where there is no repository or git cannot read it."""
    location = find_repository(Path(project.path))
    if location is None or location.problem:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="tandemweb-") as folder:
        shadows = Path(folder)
        status = read_status(location, shadows)
        try:
            repository = open_repository(location, shadows)
            commits = tuple(read_commits(repository, tips=status.tips))
        except HistoryError:
            yield None
            return
        with repository:
            yield WholeHistory(repository, status, commits)


def list_ancestors(commits: Sequence[Commit], oid: str | None) -> tuple[Commit, ...]:
    """Pick ``oid`` and all it builds on; ``commits`` hold children before parents."""
    wanted = {oid}
    found = []
    for commit in commits:
        if commit.oid in wanted:
            found.append(commit)
            wanted.update(commit.parents)
    return tuple(found)
