"""Bringing the commits of a project into the index: nothing when nothing moved, else one pass from the last one."""

from pathlib import Path

from tandemweb.domain.commit import RepositoryStatus
from tandemweb.domain.mission import Project
from tandemweb.domain.problem import Problem
from tandemweb.errors import HistoryError
from tandemweb.history.log import find_rewritten, read_commits
from tandemweb.history.opening import open_repository
from tandemweb.history.repository import RepositoryLocation, find_repository
from tandemweb.history.status import read_status
from tandemweb.services.folders import shadow_folder
from tandemweb.store.commits import list_history_tips, save_commits, save_history_tips
from tandemweb.store.connections import IndexWriter
from tandemweb.store.problems import save_project_problems
from tandemweb.store.repositories import get_repository_status, save_repository_status

AREA = "history"


def refresh_history(index: IndexWriter, project: Project) -> tuple[bool, int]:
    """Read what is new in the project's repository: whether anything moved, and how many commits came.

    What git cannot answer becomes a problem of the project.
    """
    location = find_repository(Path(project.path))
    status = read_status(location, shadow_folder(index.data_folder))
    with index.transaction() as transaction:
        known = get_repository_status(transaction, project.slug)
    if status == known:
        return False, 0
    problems = [Problem("", None, "repository-unreadable", status.message)] if status.message else []
    count = 0
    try:
        if location and not location.problem:
            count = _read_new_commits(index, project, location, status, known)
    except HistoryError as error:
        problems.append(Problem("", None, "history-unreadable", f"The git history could not be read: {error}"))
    with index.transaction() as transaction:
        save_repository_status(transaction, project.slug, status)
        save_project_problems(transaction, project.slug, AREA, problems)
    return True, count


def _read_new_commits(
    index: IndexWriter,
    project: Project,
    location: RepositoryLocation,
    status: RepositoryStatus,
    known: RepositoryStatus,
) -> int:
    with open_repository(location, shadow_folder(index.data_folder)) as repository, index.transaction() as transaction:
        tips = list_history_tips(transaction, project.slug)
        is_rewritten = bool(tips) and (
            known.shallow_oids != status.shallow_oids or find_rewritten(repository, tips=status.tips, known=tips) != ()
        )
        commits = read_commits(repository, tips=status.tips, known=() if is_rewritten else tips)
        count = save_commits(transaction, project.slug, commits, complete=is_rewritten)
        save_history_tips(transaction, project.slug, status.tips)
    return count
