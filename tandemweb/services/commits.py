"""Bringing the commits of a project into the index: nothing when nothing moved, else one pass from the last one."""

from collections.abc import Callable
from pathlib import Path

from tandemweb.domain.commit import RepositoryStatus
from tandemweb.domain.mission import Project
from tandemweb.domain.problem import Problem
from tandemweb.errors import HistoryError
from tandemweb.history.log import find_rewritten, read_commits
from tandemweb.history.opening import open_repository
from tandemweb.history.repository import RepositoryLocation, find_repository
from tandemweb.history.status import read_status
from tandemweb.history.trees import list_paths
from tandemweb.services.folders import shadow_folder
from tandemweb.store.commits import list_history_tips, save_commits, save_history_tips
from tandemweb.store.connections import IndexWriter
from tandemweb.store.database import Database
from tandemweb.store.problems import ProblemFilter, list_problems, save_project_problems
from tandemweb.store.repositories import get_repository_status, save_repository_status
from tandemweb.store.search_items import save_file_items

AREA = "history"
INCOMPLETE = "history-incomplete"


def refresh_history(index: IndexWriter, project: Project) -> tuple[bool, int]:
    """Read what is new in the project's repository: whether anything moved, and how many commits came.

    What git cannot answer, and what is missing from the commits it gave, becomes a problem of the project.
    """
    location = find_repository(Path(project.path))
    status = read_status(location, shadow_folder(index.data_folder))
    with index.transaction() as transaction:
        known = get_repository_status(transaction, project.slug)
    if status == known:
        return False, 0
    problems = [Problem("", None, "repository-unreadable", status.message)] if status.message else []
    count = 0

    def report(loss: str) -> None:
        problems.append(Problem("", None, INCOMPLETE, loss))

    try:
        if location and not location.problem:
            count = _read_new_commits(index, project, location, status, known, report)
            if status.head_oid and status.head_oid != known.head_oid:
                _read_file_names(index, project, location, status.head_oid)
    except HistoryError as error:
        problems.append(Problem("", None, "history-unreadable", f"The git history could not be read: {error}"))
    with index.transaction() as transaction:
        save_repository_status(transaction, project.slug, status)
        save_project_problems(transaction, project.slug, AREA, problems)
    return True, count


def _read_file_names(index: IndexWriter, project: Project, location: RepositoryLocation, head: str) -> None:
    """Let the files of the current commit be found by their names."""
    with open_repository(location, shadow_folder(index.data_folder)) as repository:
        paths = list_paths(repository, head)
    with index.transaction() as transaction:
        save_file_items(transaction, project.slug, paths)


def _read_new_commits(
    index: IndexWriter,
    project: Project,
    location: RepositoryLocation,
    status: RepositoryStatus,
    known: RepositoryStatus,
    report: Callable[[str], None],
) -> int:
    with open_repository(location, shadow_folder(index.data_folder)) as repository, index.transaction() as transaction:
        tips = list_history_tips(transaction, project.slug)
        is_anew = bool(tips) and (
            known.shallow_oids != status.shallow_oids
            # What was missing may have been fetched since; and what is missing still is to be said again.
            or _is_incomplete(transaction, project)
            or find_rewritten(repository, tips=status.tips, known=tips) != ()
        )
        commits = read_commits(repository, tips=status.tips, known=() if is_anew else tips, report=report)
        count = save_commits(transaction, project.slug, commits, complete=is_anew)
        save_history_tips(transaction, project.slug, status.tips)
    return count


def _is_incomplete(index: Database, project: Project) -> bool:
    return bool(list_problems(index, ProblemFilter(project=project.slug, code=INCOMPLETE, limit=1)).rows)
