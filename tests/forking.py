"""Repositories with two or more implementations of one spec, for the tests of comparisons."""

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from conftest import GitRepository

from tandemweb.analysis.point_evidence import NamedFinding
from tandemweb.domain.comparison import Comparison, SideSummary, SpecEvidence
from tandemweb.history.opening import Repository, open_repository
from tandemweb.history.repository import RepositoryLocation, find_repository
from tandemweb.history.status import read_status
from tandemweb.services.comparing import read_matrix, read_side_commits, summarise_sides
from tandemweb.services.comparison_evidence import read_evidence
from tandemweb.services.comparison_pairs import compose_comparison

SIDES = ("impl/claude", "impl/codex", "impl/third")
SPEC = "# Spec\n\n## Acceptance criteria\n\n1. It counts.\n2. `--strict` fails.\n"


@dataclass(frozen=True)
class Link:
    target: str


@dataclass(frozen=True)
class Program:
    content: str | bytes


@dataclass(frozen=True)
class Submodule:
    oid: str


Content = str | bytes | Link | Program | Submodule | None  # None: deleted


def fork(repository: GitRepository, base: Mapping[str, Content], *sides: Mapping[str, Content]) -> None:
    """Commit ``base`` on main, and what each side changes of it on a branch of its own."""
    change(repository, {"SPEC.md": SPEC, **base})
    _commit(repository, "base")
    for name, changes in zip(SIDES, sides, strict=False):
        repository.git("checkout", "-q", "-b", name, "main")
        change(repository, changes)
        _commit(repository, f"work of {name}", author=f"{name.title()} <{name.replace('/', '.')}@example.org>")
    repository.git("checkout", "-q", "main")


def change(repository: GitRepository, changes: Mapping[str, Content]) -> None:
    """Bring the work tree and index to what is said; removals come first, so that a folder may take a file's place."""
    for path in changes:
        target = repository.path / path
        if target.is_symlink() or target.is_file():
            target.unlink()
        elif target.is_dir():
            shutil.rmtree(target)
    for path, content in changes.items():
        target = repository.path / path
        if content is None or isinstance(content, Submodule):
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Link):
            target.symlink_to(content.target)
            continue
        text = content.content if isinstance(content, Program) else content
        target.write_bytes(text.encode() if isinstance(text, str) else text)
        target.chmod(0o755 if isinstance(content, Program) else 0o644)
    repository.git("add", "--all")
    for path, content in changes.items():
        if isinstance(content, Submodule):
            repository.git("update-index", "--add", "--cacheinfo", f"160000,{content.oid},{path}")


def _commit(repository: GitRepository, message: str, author: str = "Ada Author <ada@example.org>") -> None:
    repository.git("commit", "-q", "--allow-empty", "-m", message, f"--author={author}")


@contextmanager
def comparing(
    path: Path, shadows: Path, names: Sequence[str] = SIDES[:2], base: str = ""
) -> Iterator[tuple[Repository, Comparison]]:
    location = get_location(path)
    status = read_status(location, shadows)
    with open_repository(location, shadows) as repository:
        yield repository, compose_comparison(repository, "project", status, names, base=base)


def tell_sides(
    repository: Repository,
    comparison: Comparison,
    costs: Mapping[int, float] | None = None,
    *,
    with_counts: bool = False,
) -> tuple[SideSummary, ...]:
    matrix = read_matrix(repository, comparison, with_counts=with_counts)
    return summarise_sides(comparison, matrix, read_side_commits(repository, comparison), costs)


def look_for_evidence(
    repository: Repository, comparison: Comparison, findings: Iterable[NamedFinding] = ()
) -> SpecEvidence:
    matrix, commits = read_matrix(repository, comparison), read_side_commits(repository, comparison)
    return read_evidence(repository, comparison, matrix, commits, findings)


def get_location(path: Path) -> RepositoryLocation:
    location = find_repository(path)
    assert location is not None
    return location


def say_name_status(repository: GitRepository, left: str, right: str) -> list[str]:
    """Give what ``git diff --name-status -M`` says of two commits, without the likeness of renames."""
    answer = repository.git("diff", "--name-status", "-M", "-z", "--ignore-submodules=none", left, right)
    fields = iter(answer.split("\0")[:-1])
    said = []
    for letters in fields:
        names = [next(fields), next(fields)] if letters[0] in "RC" else [next(fields)]
        said.append(" ".join((letters[0], *names)))
    return sorted(said, key=os.fsencode)
