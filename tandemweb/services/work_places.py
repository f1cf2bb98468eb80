"""Where a mission's work is done: in the checkout as it is, on a new branch of it, or in a work tree of its own."""

import re
from pathlib import Path

from tandemweb.domain.intent import WorkPlace
from tandemweb.domain.mission import Project
from tandemweb.errors import ConflictError, InvalidRequestError
from tandemweb.history.branching import start_branch
from tandemweb.history.opening import Repository
from tandemweb.history.status import read_status
from tandemweb.history.synthesis_branches import HEADS, check_branch_name, finish_worktree, make_worktree
from tandemweb.services.folders import step_trees_folder
from tandemweb.services.registering import register_project
from tandemweb.services.step_trees import open_project_repository
from tandemweb.services.trusting import require_trust

PREFIX = "mission"
_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_UNSAFE = re.compile(r"[^a-z0-9]+")


def prepare_work_place(data_folder: Path, project: Project, work_place: WorkPlace, mission: str, root: str) -> Project:
    """Make the branch or the work tree for the mission folder ``mission``, and give the project to create it in.

    A work tree is a project of its own. Raises InvalidRequestError, ConflictError, NotTrustedError, HistoryError; then
    nothing was made.
    """
    if work_place is WorkPlace.CHECKOUT:
        return project
    with open_project_repository(data_folder, project.path) as repository:
        status = read_status(repository.location, repository.shadow.parent)
        if status.head_oid is None:
            raise ConflictError("The repository has no commit yet, so no branch can start; make a first commit.")
        branch = name_branch(mission)
        # A place that is there already was made for this mission by a press that ended before its files were written.
        if work_place is WorkPlace.BRANCH:
            if status.head != HEADS + branch:
                start_branch(repository, check_branch_name(repository, status, branch), status.head_oid)
            return project
        require_trust(data_folder, project)
        folder = step_trees_folder(data_folder) / project.slug / branch.replace("/", "-")
        made = (str(folder.resolve()), HEADS + branch, status.head_oid)
        if made not in {(tree.path, tree.branch, tree.oid) for tree in status.worktrees}:
            _make_tree(repository, check_branch_name(repository, status, branch), status.head_oid, folder, root)
        finish_worktree(repository, status.head_oid, folder)
        return register_project(data_folder, folder)


def name_branch(mission: str) -> str:
    """Name the branch of a mission: ``mission/003-add-dark-mode``."""
    return f"{PREFIX}/{_UNSAFE.sub('-', _CAPITAL.sub('-', mission).lower()).strip('-')}"


def _make_tree(repository: Repository, branch: str, commit: str, folder: Path, root: str) -> None:
    committed = repository.run(["ls-tree", "-z", "--full-tree", commit, "--", root]) if root else b"."
    if not committed:
        raise InvalidRequestError(
            f"{root} is not committed, so a work tree of its own would not have it; commit it, or work in the checkout."
        )
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    make_worktree(repository, branch, commit, folder)
