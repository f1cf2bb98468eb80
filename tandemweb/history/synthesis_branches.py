"""A branch in a worktree of its own, made and unmade without touching anything else of the repository."""

import os
import re
import shutil
from contextlib import suppress
from pathlib import Path

from tandemweb.domain.commit import RepositoryStatus
from tandemweb.errors import ConflictError, HistoryError, InvalidRequestError
from tandemweb.history.invocation import GitFailedError, Invocation
from tandemweb.history.opening import Repository, check_oid
from tandemweb.history.own_configuration import open_own
from tandemweb.history.repository import RepositoryLocation, read_small_file
from tandemweb.history.shadow import get_home

HEADS = "refs/heads/"
INDEX, _UNFINISHED = "index", "index.unfinished"
_NAME = re.compile(r"[a-z0-9][a-z0-9._/-]{0,80}")
_PATIENCE = 600.0  # a work tree of many files takes a while
# git makes the folder of all worktrees, then one in it; who removes the last worktree meanwhile removes that folder.
_OVERTAKEN, _CHANCES = "could not create directory of", 20


def check_branch_name(repository: Repository, status: RepositoryStatus, name: str) -> str:
    """Give back the name of a branch that can be made. Raises InvalidRequestError; ConflictError for one in use."""
    if not _NAME.fullmatch(name):
        raise InvalidRequestError(
            f"{name!r} is no name for the branch: use small letters, digits and . _ / -, at most 81, beginning with a "
            "letter or digit."
        )
    try:
        repository.run(["check-ref-format", "--branch", name])
    except GitFailedError as error:
        raise InvalidRequestError(f"git allows no branch to be called {name!r}; choose another name.") from error
    for ref in status.refs:
        if not ref.name.startswith(HEADS):
            continue
        if name == ref.short_name:
            raise ConflictError(f"There is a branch {name} already; choose another name, or delete that one first.")
        if name.startswith(f"{ref.short_name}/") or ref.short_name.startswith(f"{name}/"):
            raise ConflictError(f"There cannot be a branch {name} beside the branch {ref.short_name}; choose another.")
    return name


def make_worktree(repository: Repository, branch: str, commit: str, folder: Path) -> None:
    """Make a branch at a commit, checked out in ``folder``, which must not exist. Raises HistoryError."""
    _add_worktree(repository, branch, commit, folder)


def make_detached_worktree(repository: Repository, commit: str, folder: Path) -> None:
    """Check a commit out in ``folder``, which must not exist, on no branch. Raises HistoryError."""
    _add_worktree(repository, None, commit, folder)


def _add_worktree(repository: Repository, branch: str | None, commit: str, folder: Path) -> None:
    git = open_own(repository.location, get_home(repository.shadow))
    new = ["-b", branch, str(folder), check_oid(commit)] if branch else ["--detach", str(folder), check_oid(commit)]
    again = [str(folder), branch] if branch else new  # the branch has been made by then
    for chance in range(_CHANCES):
        try:
            git.run(["worktree", "add", "--quiet", "--no-checkout", *(again if chance else new)], patience=_PATIENCE)
            break
        except GitFailedError as error:
            if _OVERTAKEN not in error.complaint or chance + 1 == _CHANCES:
                raise HistoryError(f"git could not make a worktree of {commit[:12]} in {folder}") from error
    fill_worktree(repository, commit, folder)


def fill_worktree(repository: Repository, commit: str, folder: Path) -> None:
    """Write the files of a commit into its worktree, without any filter of the repository.

    Until all of them are there it has no index: see ``finish_worktree``.
    """
    admin = find_admin(repository.location, folder)
    if admin is None:
        raise HistoryError(f"{folder} is no worktree of this repository any more")
    git = _open_files(repository, folder, admin / _UNFINISHED)
    git.run(["read-tree", check_oid(commit)], patience=_PATIENCE)
    git.run(["checkout-index", "--all", "--force", "-u", "--quiet"], patience=_PATIENCE)
    (admin / _UNFINISHED).replace(admin / INDEX)


def finish_worktree(repository: Repository, commit: str, folder: Path) -> None:
    """Write the files of a worktree whose making was cut off; leaves every other alone."""
    admin = find_admin(repository.location, folder)
    if admin and not (admin / INDEX).exists():
        fill_worktree(repository, commit, folder)


def remove_worktree(location: RepositoryLocation, folder: Path) -> None:
    """Remove a worktree, however much of it is there, with what the repository knows of it."""
    shutil.rmtree(folder, ignore_errors=True)
    admin = find_admin(location, folder)
    if admin:
        shutil.rmtree(admin)
    with suppress(OSError):  # others are left in it, or it was never there
        (location.common_dir / "worktrees").rmdir()


def find_branch(repository: Repository, branch: str) -> str | None:
    """Find the commit that a branch stands on, None where there is no such branch."""
    git = Invocation(repository.location.common_dir, get_home(repository.shadow))
    answer = git.run(["for-each-ref", "--format=%(objectname) %(refname)", HEADS + branch]).decode("utf-8", "replace")
    lines = (line.split(" ", 1) for line in answer.split("\n") if line)
    return next((oid for oid, name in lines if name == HEADS + branch), None)


def delete_branch(repository: Repository, branch: str, oid: str) -> None:
    """Delete a branch that stands on ``oid``; one that is gone is no error. Raises ConflictError when it moved."""
    if find_branch(repository, branch) is None:
        return
    git = open_own(repository.location, get_home(repository.shadow))
    try:
        git.run(["update-ref", "-d", HEADS + branch, check_oid(oid)])
    except GitFailedError as error:
        raise ConflictError(f"The branch {branch} moved meanwhile, so it was not deleted.") from error
    _remove_empty(repository.location.common_dir / "logs" / HEADS, branch)


def _remove_empty(top: Path, branch: str) -> None:
    for above in (top / branch).parents:
        if not above.is_relative_to(top) or above == top:
            return
        with suppress(OSError):
            above.rmdir()


def open_worktree(repository: Repository, folder: Path) -> Invocation | None:
    """Give git on the shadow, with the files and the index of a worktree."""
    admin = find_admin(repository.location, folder)
    if admin is None:
        return None
    return _open_files(repository, folder, admin / INDEX)


def _open_files(repository: Repository, folder: Path, index: Path) -> Invocation:
    home, environment = get_home(repository.shadow), {"GIT_INDEX_FILE": str(index)}
    return Invocation(repository.shadow, home, work_tree=folder.resolve(), environment=environment)


def find_admin(location: RepositoryLocation, folder: Path) -> Path | None:
    """Find what the repository keeps of the worktree in ``folder``, the name of which no other has."""
    place = folder.resolve() / ".git"
    try:
        known = sorted((location.common_dir / "worktrees").iterdir())
    except (FileNotFoundError, NotADirectoryError):  # there is no worktree, or it has just gone
        known = []
    for admin in known:
        named = _read_place(admin)
        # git was cut off before it wrote down where the worktree is.
        if named == place or (named is None and admin.name == folder.name):
            return admin
    return None


def _read_place(admin: Path) -> Path | None:
    try:
        named = os.fsdecode(read_small_file(admin / "gitdir") or b"").rstrip("\n")
    except OSError:
        return None
    return Path(os.path.normpath(admin / named)) if named else None
