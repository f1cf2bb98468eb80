"""Removing worktrees that this program made, so that nothing in them is lost but what git ignores."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from tandemweb.agents.run_files import make_folder, write_file
from tandemweb.domain.made_tree import MadeFor, MadeTree, Parting
from tandemweb.errors import ConflictError, HistoryError, NotFoundError
from tandemweb.history.building import open_builder
from tandemweb.history.committers import find_user
from tandemweb.history.opening import Repository, open_repository
from tandemweb.history.patches import read_patch
from tandemweb.history.repository import find_repository
from tandemweb.history.status import read_status
from tandemweb.history.synthesis_branches import delete_branch, remove_worktree
from tandemweb.history.tree_states import find_common_base, move_branch
from tandemweb.history.work_changes import commit_work_tree
from tandemweb.services.folders import shadow_folder
from tandemweb.services.made_trees import get_made_tree
from tandemweb.services.step_trees import UNSAFE
from tandemweb.services.synthesis_journal import get_folder, working_on
from tandemweb.store.database import Database
from tandemweb.store.projects import delete_project, get_project
from tandemweb.store.state import open_state

PATCHES = "patches"


def remove_made_tree(data_folder: Path, state: Database, tree_id: str, seen: str, parting: Parting) -> str:
    """Remove a worktree and keep what ``parting`` says; give one sentence on what was done.

    Raises NotFoundError, ConflictError where something else would be lost than was ``seen``, and while a run works
    there, HistoryError; the worktree is there then.
    """
    tree = get_made_tree(data_folder, state, tree_id)
    _check(tree, seen)
    project = get_project(state, tree.project)
    location = find_repository(Path(project.path))
    if location is None:
        raise NotFoundError(f"There is no repository at {project.path} any more.")
    with open_repository(location, shadow_folder(data_folder)) as repository, _held(data_folder, tree):
        said = _keep(data_folder, repository, tree, parting)
        remove_worktree(location, Path(tree.path))
        if parting is Parting.PATCH:
            delete_branch(repository, tree.branch, tree.tip)
    if tree.own_project:
        with open_state(data_folder) as writer, writer.transaction() as transaction:
            delete_project(transaction, tree.own_project)
    return said


def _check(tree: MadeTree, seen: str) -> None:
    if tree.problem:
        raise ConflictError(tree.problem)
    if tree.is_run_active:
        raise ConflictError("A run is at work that uses this worktree; wait for its end, or stop it.")
    if tree.seen != seen:
        raise ConflictError("Something else would be lost now than was shown, so nothing was removed. Look again.")


def _keep(data_folder: Path, repository: Repository, tree: MadeTree, parting: Parting) -> str:
    """Put what is only in the worktree somewhere else."""
    base = _find_base(repository, tree.tip) if parting is Parting.PATCH else tree.tip
    tip = _commit(repository, tree) if tree.changed else tree.tip
    if parting is Parting.ARCHIVE:
        return f"The worktree was archived: all of it is in the branch {tree.branch}."
    if parting is Parting.BRANCH and tip == tree.tip:
        return f"The worktree was removed; the branch {tree.branch} stays."
    try:
        place = _write_patch(data_folder, repository, tree, base, tip)
    finally:
        if tip != tree.tip:
            move_branch(repository, tree.branch, tree.tip, tip)
    if parting is Parting.BRANCH:
        return f"The worktree was removed; the branch {tree.branch} stays, what was uncommitted is in {place}."
    return f"The worktree and the branch {tree.branch} were removed; what was in them is in {place}."


def _commit(repository: Repository, tree: MadeTree) -> str:
    message = f"Keep what stood in the worktree of {tree.branch}\n"
    with open_builder(repository) as builder:
        return commit_work_tree(
            repository, builder, Path(tree.path), tree.branch, message=message, author=find_user(repository)
        )


def _find_base(repository: Repository, tip: str) -> str:
    head = read_status(repository.location, repository.shadow.parent).head_oid
    base = find_common_base(repository, tip, head) if head else None
    if base is None:
        raise HistoryError("The branch has no commit in common with HEAD, so no patch can say what it adds; keep it")
    return base


def _write_patch(data_folder: Path, repository: Repository, tree: MadeTree, base: str, tip: str) -> Path:
    """Write what leads from one commit to another into the data folder; ``git apply`` takes it."""
    folder = make_folder(make_folder(data_folder / PATCHES) / UNSAFE.sub("-", tree.project))
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    path = folder / f"{UNSAFE.sub('-', tree.branch)}-{stamp}-{tip[:7]}.patch"
    told = f"Branch: {tree.branch}\nBase: {base}\nTip: {tip}\n\n"
    write_file(path, told.encode("utf-8", "replace") + read_patch(repository, base, tip))
    return path


@contextmanager
def _held(data_folder: Path, tree: MadeTree) -> Iterator[None]:
    """Let nobody else work on a synthesis meanwhile; what is written down of it goes with its worktree."""
    if tree.made_for is not MadeFor.SYNTHESIS:
        yield
        return
    folder = get_folder(data_folder, tree.synthesis)
    with working_on(folder):
        yield
        shutil.rmtree(folder)
