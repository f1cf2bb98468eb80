"""Isolated work trees of steps: each on a branch of its own, from one commit that holds what they are to read.

They live in the data folder, never in the project, and are kept when the run ends: what stands in them is work.
"""

import os
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tandemweb.archive.reading import read_bytes
from tandemweb.domain.run import RunRequest
from tandemweb.errors import ConflictError, NotFoundError
from tandemweb.history.building import Builder, TreeEdit, open_builder
from tandemweb.history.committers import find_user
from tandemweb.history.opening import Repository, open_repository
from tandemweb.history.repository import find_repository
from tandemweb.history.status import read_status
from tandemweb.history.synthesis_branches import check_branch_name, find_branch, finish_worktree, make_worktree
from tandemweb.history.work_changes import commit_work_tree
from tandemweb.services.folders import shadow_folder, step_trees_folder
from tandemweb.services.own_trees import place_own_tree
from tandemweb.services.run_context import RunContext
from tandemweb.services.step_planning import StepPlan

BRANCHES = "impl"
FEATURE = "feature"
FILE_MODE = "100644"
UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


def prepare_trees(context: RunContext, plans: Sequence[StepPlan]) -> tuple[StepPlan, ...]:
    """Make the work trees that steps ask for, or find them again, and give the steps with their places filled in.

    Raises NotFoundError where there is no repository, ConflictError where a branch is in the way, HistoryError.
    """
    if not any(plan.step.work_tree for plan in plans):
        return tuple(plans)
    with open_project_repository(context.data_folder, context.work_tree) as repository:
        base = ""
        placed = []
        for plan in plans:
            if plan.tree_at:
                placed.append(place_own_tree(context, repository, plan))
                continue
            if not plan.step.work_tree:
                placed.append(plan)
                continue
            folder, branch = find_step_tree(context, plan.step.work_tree), name_branch(context, plan.step.work_tree)
            if not folder.is_dir():
                base = base or _make_base(repository, context, plans)
                _make_tree(repository, branch, base, folder)
            elif tip := find_branch(repository, branch):
                finish_worktree(repository, tip, folder)
            placed.append(replace(plan, tree=str(folder)))
    return tuple(placed)


def commit_tree(context: RunContext, plan: StepPlan, message: str) -> str:
    """Commit what a step's work tree holds to its branch; gives the tip. Raises as ``prepare_trees`` does."""
    with open_project_repository(context.data_folder, context.work_tree) as repository, open_builder(repository) as own:
        branch = name_branch(context, plan.step.work_tree)
        author = find_user(repository)
        return commit_work_tree(repository, own, Path(plan.tree), branch, message=message, author=author)


def name_branch(context: RunContext, name: str) -> str:
    """Name the branch of an isolated work tree: ``impl/claude``, or ``csv/impl/claude`` for a feature."""
    return _name_branch(context.request, name)


def find_step_tree(context: RunContext, name: str) -> Path:
    """Name the folder of an isolated work tree; one branch of a project has one."""
    return find_tree_folder(context.data_folder, context.request, name)


def find_tree_folder(data_folder: Path, request: RunRequest, name: str) -> Path:
    """Name the folder of an isolated work tree of a run that was asked for so."""
    return step_trees_folder(data_folder) / request.project / UNSAFE.sub("-", _name_branch(request, name))


def open_project_repository(data_folder: Path, work_tree: str) -> Repository:
    location = find_repository(Path(work_tree))
    if location is None:
        raise NotFoundError(f"{work_tree} is no git repository, so no branch can be made in it; run git init there.")
    return open_repository(location, shadow_folder(data_folder))


def _name_branch(request: RunRequest, name: str) -> str:
    return "/".join(filter(None, (request.parameters.get(FEATURE, ""), BRANCHES, name)))


def _make_tree(repository: Repository, branch: str, base: str, folder: Path) -> None:
    status = read_status(repository.location, repository.shadow.parent)
    check_branch_name(repository, status, branch)
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    make_worktree(repository, branch, base, folder)


def _make_base(repository: Repository, context: RunContext, plans: Sequence[StepPlan]) -> str:
    """Give the commit to start from: HEAD, with the documents that the steps read where HEAD lacks them."""
    head = read_status(repository.location, repository.shadow.parent).head_oid
    if head is None:
        raise ConflictError("The repository has no commit yet, so no branch can start from it; make a first commit.")
    read = dict.fromkeys(found.path for plan in plans for found in plan.inputs)
    paths = [path for path in read if os.path.lexists(Path(context.work_tree, path))]
    with open_builder(repository) as builder:
        edits = _write_documents(builder, context.work_tree, paths)
        tree = builder.write_tree(head, (), edits)
        if repository.run(["cat-file", "commit", head]).startswith(f"tree {tree}\n".encode()):
            return head
        person = find_user(repository)
        message = f"Add {', '.join(path.rpartition('/')[2] for path in paths)}\n"
        return builder.write_commit(tree, head, message, author=person, committer=person)


def _write_documents(builder: Builder, work_tree: str, paths: Sequence[str]) -> list[TreeEdit]:
    oids = builder.write_blobs([read_bytes(work_tree, path) for path in paths])
    return [TreeEdit(path, FILE_MODE, oid) for path, oid in zip(paths, oids, strict=True)]
