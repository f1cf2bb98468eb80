"""What stands in a work tree and in no commit: as a patch, and as a commit on a branch of its own.

git looks at the work tree through the shadow and with an index of our own: no filter, hook or driver of the repository
is known to it, and nothing of the user's index changes.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tandemweb.errors import ConflictError, HistoryError
from tandemweb.history.building import Builder, Person
from tandemweb.history.invocation import GitFailedError, Invocation
from tandemweb.history.opening import Repository, check_oid
from tandemweb.history.own_configuration import open_own
from tandemweb.history.scratch import open_scratch
from tandemweb.history.shadow import get_home
from tandemweb.history.synthesis_branches import HEADS

PATCH_LIMIT = 16 * 1024 * 1024  # bytes
_PATIENCE = 300.0
_REPOSITORY = b"160000"  # the mode


@dataclass(frozen=True, slots=True)
class WorkChanges:
    """``paths`` are those that were added, changed or removed, sorted; ``patch`` is git's, in its own encoding."""

    base: str
    paths: tuple[str, ...]
    patch: bytes


def read_work_changes(repository: Repository, work_tree: Path, base: str) -> WorkChanges:
    """Compare the files of a work tree, but for those that it ignores, with a commit. Raises HistoryError."""
    with _staged(repository, work_tree, base) as git:
        return _compare(git, base, ["--cached", check_oid(base)])


def read_range_changes(repository: Repository, base: str, tip: str) -> WorkChanges:
    """Compare two commits. Raises HistoryError."""
    git = Invocation(repository.shadow, get_home(repository.shadow))
    return _compare(git, base, [check_oid(base), check_oid(tip)])


def commit_work_tree(
    repository: Repository, builder: Builder, work_tree: Path, branch: str, *, message: str, author: Person
) -> str:
    """Commit all changes of a work tree to the branch that is checked out there; its tip where nothing changed.

    Raises HistoryError, also where another repository stands among the files, of which git would keep no content, and
    ConflictError when the branch moved meanwhile.
    """
    own = open_own(repository.location, get_home(repository.shadow))
    tip = own.run(["rev-parse", "--verify", "--end-of-options", f"{HEADS}{branch}"]).decode("ascii").strip()
    with _staged(repository, work_tree, tip, shared=True) as git:
        _refuse_repositories(git, work_tree, tip)
        tree = git.run(["write-tree"], patience=_PATIENCE).decode("ascii").strip()
    if repository.run(["cat-file", "commit", check_oid(tip)]).startswith(f"tree {tree}\n".encode()):
        return tip
    made = builder.write_commit(tree, tip, message, author=author, committer=author)
    try:
        own.run(["update-ref", f"{HEADS}{branch}", check_oid(made), check_oid(tip)])
    except GitFailedError as error:
        raise ConflictError(f"The branch {branch} moved meanwhile, so nothing was committed to it.") from error
    return made


def _refuse_repositories(git: Invocation, work_tree: Path, tip: str) -> None:
    arguments = ["diff-index", "--cached", "--raw", "-z", "--no-renames", check_oid(tip), "--"]
    fields = git.run(arguments, patience=_PATIENCE).split(b"\0")
    for modes, path in zip(fields[::2], fields[1::2], strict=False):
        old, new, *_ = modes.lstrip(b":").split(b" ")
        if new == _REPOSITORY != old:
            place = work_tree / os.fsdecode(path)
            raise HistoryError(f"{place} is a repository of its own, which no commit can hold; move it away first.")


def _compare(git: Invocation, base: str, sides: list[str]) -> WorkChanges:
    options = ["--no-ext-diff", "--no-textconv", "--no-color", "--ignore-submodules=all"]
    names = git.run(["diff", *options, "--name-only", "--no-renames", "-z", *sides, "--"], patience=_PATIENCE)
    patch = git.run(["diff", *options, "--find-renames", *sides, "--"], patience=_PATIENCE, limit=PATCH_LIMIT)
    return WorkChanges(base, tuple(sorted(os.fsdecode(name) for name in names.split(b"\0") if name)), patch)


@contextmanager
def _staged(repository: Repository, work_tree: Path, base: str, *, shared: bool = False) -> Iterator[Invocation]:
    """Give git with an index that holds the work tree as it is. ``shared``: its objects go into the repository's."""
    with open_scratch(repository.shadow) as folder:
        environment = {"GIT_INDEX_FILE": str(folder / "index")}
        if shared:
            environment["GIT_OBJECT_DIRECTORY"] = str(repository.location.common_dir / "objects")
        git = Invocation(
            repository.shadow, get_home(repository.shadow), work_tree=work_tree.resolve(), environment=environment
        )
        git.run(["read-tree", check_oid(base)], patience=_PATIENCE)
        try:
            git.run(["-c", "core.bare=false", "add", "--all"], patience=_PATIENCE)
        except GitFailedError as error:
            raise HistoryError(f"git could not read all files of {work_tree}") from error
        yield git
