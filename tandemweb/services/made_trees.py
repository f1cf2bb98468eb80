"""The worktrees that this program made, each with what would be lost with it."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from tandemweb.agents.run_folder import get_run_folder
from tandemweb.agents.run_reading import find_request, read_run
from tandemweb.domain.made_tree import MadeFor, MadeTree
from tandemweb.domain.mission import Project
from tandemweb.domain.run import RunRequest
from tandemweb.errors import NotFoundError, TandemwebError
from tandemweb.history.opening import open_repository
from tandemweb.history.repository import find_repository
from tandemweb.history.tree_states import read_tree_state
from tandemweb.services.folders import shadow_folder, step_trees_folder
from tandemweb.services.step_trees import find_tree_folder
from tandemweb.services.synthesis_journal import list_journals
from tandemweb.services.workflow_reading import extract_workflow
from tandemweb.store.database import Database
from tandemweb.store.projects import list_projects
from tandemweb.store.runs import list_open_runs, list_run_rows

MOST_FILES = 200_000  # that are counted for the size of one worktree
MOST_RUNS = 500  # that are looked at for who works in a worktree


@dataclass(frozen=True, slots=True)
class _Maker:
    run_id: str
    mission: str
    is_active: bool


NOBODY = _Maker("", "", is_active=False)


def list_made_trees(data_folder: Path, state: Database, *, project: str | None = None) -> tuple[MadeTree, ...]:
    """List all that are there, or those of one project, steps' first. What cannot be looked at says so itself."""
    projects = {own.slug: own for own in list_projects(state)}
    found = (*_list_step_trees(data_folder, state, projects), *_list_synthesis_trees(data_folder, projects))
    busy = _list_busy(data_folder, state)
    return tuple(_look(data_folder, projects, tree, busy) for tree in found if project in {None, tree.project})


def get_made_tree(data_folder: Path, state: Database, tree_id: str) -> MadeTree:
    """Give one as it is now. Raises NotFoundError."""
    projects = {own.slug: own for own in list_projects(state)}
    for tree in (*_list_step_trees(data_folder, state, projects), *_list_synthesis_trees(data_folder, projects)):
        if tree.id == tree_id:
            return _look(data_folder, projects, tree, _list_busy(data_folder, state))
    raise NotFoundError("There is no such worktree any more; the list of worktrees shows all.")


def _list_step_trees(data_folder: Path, state: Database, projects: Mapping[str, Project]) -> Iterator[MadeTree]:
    top = step_trees_folder(data_folder)
    for project in _list_folders(top):
        trees = _list_folders(project)
        makers = _find_makers(data_folder, state, project.name) if trees else {}
        for path in trees:
            own = next((project for project in projects.values() if project.path == str(path)), None)
            maker = makers.get(path) or _find_newest(state, own)
            yield MadeTree(
                id=_name(path),
                made_for=MadeFor.MISSION if own else MadeFor.STEP,
                own_project=own.slug if own else "",
                path=str(path),
                project=project.name,
                project_name=_name_project(projects, project.name),
                run_id=maker.run_id,
                is_run_active=maker.is_active,
                mission=maker.mission,
                made_at=_find_age(path),
            )


def _list_synthesis_trees(data_folder: Path, projects: Mapping[str, Project]) -> Iterator[MadeTree]:
    for own in list_journals(data_folder):
        path = Path(own.worktree)
        if path.is_dir():
            yield MadeTree(
                id=_name(path),
                made_for=MadeFor.SYNTHESIS,
                path=str(path),
                project=own.project,
                project_name=_name_project(projects, own.project),
                branch=own.branch,
                comparison=own.comparison,
                synthesis=own.id,
                made_at=own.created_at,
            )


def _look(data_folder: Path, projects: Mapping[str, Project], tree: MadeTree, busy: frozenset[str]) -> MadeTree:
    size, is_large = _measure(Path(tree.path))
    is_active = tree.is_run_active or tree.path in busy
    measured = replace(tree, size_count=size, is_large=is_large, is_run_active=is_active)
    project = projects.get(tree.project)
    if project is None:
        return replace(measured, problem="Its project is not registered any more; register it again to remove this.")
    location = find_repository(Path(project.path))
    if location is None:
        return replace(measured, problem=f"There is no repository at {project.path} any more; look at it by hand.")
    try:
        with open_repository(location, shadow_folder(data_folder)) as repository:
            found = read_tree_state(repository, Path(tree.path))
    except (TandemwebError, OSError) as error:
        return replace(measured, problem=f"It cannot be looked at: {error}")
    problem = "" if found.is_known else "The repository knows of no worktree here any more; look at it by hand."
    problem = problem or ("" if found.branch else "No branch is checked out in it; look at it by hand.")
    seen = "\0".join((found.branch, found.tip, *found.changed, "", *found.unmerged))
    return replace(
        measured,
        branch=found.branch or tree.branch,
        tip=found.tip,
        changed=found.changed,
        unmerged=found.unmerged,
        seen=hashlib.sha256(seen.encode("utf-8", "surrogateescape")).hexdigest(),
        problem=problem,
    )


def _list_busy(data_folder: Path, state: Database) -> frozenset[str]:
    """List the worktrees that runs at work were started in."""
    return frozenset(row.work_tree for row in list_open_runs(state) if _is_at_work(data_folder, row.id))


def _is_at_work(data_folder: Path, run_id: str) -> bool:
    try:
        return not read_run(get_run_folder(data_folder, run_id)).status.is_end
    except NotFoundError:  # its folder was removed by hand
        return False


def _find_makers(data_folder: Path, state: Database, project: str) -> Mapping[Path, _Maker]:
    """Find the newest run that works in each worktree of a project."""
    makers: dict[Path, _Maker] = {}
    for row in list_run_rows(state, project=project, limit=MOST_RUNS):
        try:
            request = find_request(get_run_folder(data_folder, row.id))
        except TandemwebError:
            continue
        for name in _list_tree_names(request.workflow_text):
            path = find_tree_folder(data_folder, request, name)
            if path not in makers:
                makers[path] = _Maker(row.id, _name_mission(request), _is_at_work(data_folder, row.id))
    return makers


def _find_newest(state: Database, project: Project | None) -> _Maker:
    """Find the newest run of a project that is a worktree itself."""
    rows = list_run_rows(state, project=project.slug, limit=1) if project else ()
    return _Maker(rows[0].id, rows[0].mission_path.rpartition("/")[2], is_active=False) if rows else NOBODY


@lru_cache(maxsize=64)
def _list_tree_names(text: str) -> frozenset[str]:
    workflow = extract_workflow(text, "workflow").workflow if text else None
    return frozenset(step.work_tree for step in workflow.steps if step.work_tree) if workflow else frozenset()


def _name_mission(request: RunRequest) -> str:
    return request.mission_path.rpartition("/")[2]


def _name_project(projects: Mapping[str, Project], slug: str) -> str:
    return projects[slug].name if slug in projects else slug


def _name(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:16]


def _list_folders(top: Path) -> list[Path]:
    try:
        return sorted(path for path in top.iterdir() if path.is_dir() and not path.is_symlink())
    except OSError:
        return []


def _find_age(path: Path) -> datetime | None:
    """Say when a worktree was made: git writes the file ``.git`` then, and never again."""
    try:
        return datetime.fromtimestamp((path / ".git").stat().st_mtime, UTC)
    except OSError:
        return None


def _measure(top: Path) -> tuple[int, bool]:
    """Add up the sizes of all files; say whether there are too many to count them all."""
    size = count = 0
    for folder, _, names in os.walk(top):
        for name in names:
            count += 1
            if count > MOST_FILES:
                return size, True
            try:
                size += os.lstat(os.path.join(folder, name)).st_size  # noqa: PTH118 of many files
            except OSError:
                continue
    return size, False
