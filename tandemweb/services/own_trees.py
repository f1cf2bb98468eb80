"""Work trees that belong to one run and end with it: a commit checked out on no branch, or an empty folder.

They stand in the run's own folder. A work tree is removed when the run ends; an empty folder with what was put in it
stays there, as what the step was shown.
"""

import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from tandemweb.agents.run_files import make_folder
from tandemweb.agents.run_folder import RunFolder, get_run_folder, list_run_folders
from tandemweb.agents.run_reading import find_request, is_driven
from tandemweb.domain.workflow import NOTHING
from tandemweb.errors import TandemwebError
from tandemweb.history.opening import Repository
from tandemweb.history.repository import find_repository
from tandemweb.history.synthesis_branches import finish_worktree, make_detached_worktree, remove_worktree
from tandemweb.services.run_context import RunContext
from tandemweb.services.step_planning import StepPlan

TREES, FOLDERS = "trees", "folders"  # within a run's folder
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


def place_own_tree(context: RunContext, repository: Repository, plan: StepPlan) -> StepPlan:
    """Make the place that a step asks for, or find it again, and give the step with it filled in. Raises HistoryError.

    A run that goes on from another one goes on with what was put into an empty folder there.
    """
    if plan.tree_at == NOTHING:
        folder = find_own_folder(context.folder, plan.step.work_tree)
        earlier = context.request.resumes
        if earlier and not folder.exists():
            _inherit(get_run_folder(context.data_folder, earlier), context.folder, plan.step.work_tree)
        make_folder(folder)
    else:
        name = f"{_UNSAFE.sub('-', plan.step.work_tree)}-{context.folder.id.rpartition('-')[2]}"
        folder = make_folder(context.folder.path / TREES) / name  # git knows a work tree by this name
        if folder.exists():
            finish_worktree(repository, plan.tree_at, folder)
        else:
            make_detached_worktree(repository, plan.tree_at, folder)
    return replace(plan, tree=str(folder))


def find_own_folder(folder: RunFolder, work_tree: str) -> Path:
    """Name the folder outside any repository that steps of a run work in."""
    return folder.path / FOLDERS / _UNSAFE.sub("-", work_tree)


def remove_own_trees(folder: RunFolder, project_path: str) -> None:
    """Remove the work trees of a run with what the repository knows of them; nothing where there are none."""
    location = find_repository(Path(project_path)) if (folder.path / TREES).is_dir() else None
    for tree in _list_trees(folder):
        if location is not None:
            with suppress(OSError):
                remove_worktree(location, tree)
    shutil.rmtree(folder.path / TREES, ignore_errors=True)


def clear_own_trees(data_folder: Path) -> None:
    """Remove the work trees of runs whose driver is gone. To be called when the program starts."""
    for folder in list_run_folders(data_folder):
        if (folder.path / TREES).is_dir() and not is_driven(folder):
            with suppress(TandemwebError):
                remove_own_trees(folder, find_request(folder).project_path)


def _list_trees(folder: RunFolder) -> Iterator[Path]:
    with suppress(FileNotFoundError):
        yield from sorted((folder.path / TREES).iterdir())


def _inherit(earlier: RunFolder, folder: RunFolder, work_tree: str) -> None:
    source = find_own_folder(earlier, work_tree)
    if source.is_dir():
        make_folder(folder.path / FOLDERS)
        shutil.copytree(source, find_own_folder(folder, work_tree), symlinks=True)
