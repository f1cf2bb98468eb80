"""Where a project's repository is, found by reading files ourselves: git is never asked by its working directory."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class RepositoryLocation:
    """A repository as its files name it; all paths absolute and resolved.

    ``common_dir`` is equal for all worktrees of one repository. ``problem`` is a sentence when the repository is
    there but will not be read (another user's, damaged, bare); ``open_repository`` refuses it.
    """

    work_tree: Path
    git_dir: Path
    common_dir: Path
    problem: str = ""


def find_repository(path: Path) -> RepositoryLocation | None:
    """Find the repository whose work tree is exactly ``path``; parents are not searched."""
    raise NotImplementedError


