"""Keeping the links of a project's commits to its missions as new as its commits and documents.

Only what may have changed is weighed again: the missions that were saved or touched, and whatever other missions share
their part of the history, since one commit serves one mission.
"""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from tandemweb.domain.link import CommitLink
from tandemweb.domain.mission import Project
from tandemweb.errors import HistoryError
from tandemweb.history.opening import open_repository
from tandemweb.history.repository import RepositoryLocation, find_repository
from tandemweb.services.folders import shadow_folder
from tandemweb.services.linking import link_missions
from tandemweb.services.mission_traces import CLOSED, TRACED, list_naming_documents
from tandemweb.services.workers import run_apart
from tandemweb.store.commit_list import list_history
from tandemweb.store.connections import IndexWriter, open_index_reader
from tandemweb.store.database import Database
from tandemweb.store.documents import read_texts
from tandemweb.store.link_windows import (
    LinkMark,
    MissionMark,
    find_first_row,
    find_time,
    get_link_mark,
    list_mission_marks,
    list_touched_missions,
    save_link_mark,
    take_link_mark,
)
from tandemweb.store.links import save_links
from tandemweb.store.mission_outlines import list_mission_outlines
from tandemweb.store.repositories import get_repository_status

MOST_STEPS = 8  # of widening the window, before everything is weighed again
# Missions from which a window is weighed in a process of its own: they take 100 MB, which a server would keep.
MANY = 400

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Window:
    """A part of the history, from a row on, with all missions that have to do with it."""

    first_row: int
    missions: frozenset[str]


def refresh_links(index: IndexWriter, project: Project) -> bool:
    """Link the commits that the index knows to the missions that it knows; whether any link changed.

    Does nothing when neither is newer than the links. Commits that no branch leads to any more are weighed too, so
    that what is known of them stays.
    """
    location = find_repository(Path(project.path))
    if location is None or location.problem:
        return False
    with open_index_reader(index.data_folder) as known:
        mark = take_link_mark(known, project.slug)
        window = find_window(known, project.slug, get_link_mark(known, project.slug), mark)
    if not window.missions:
        return False
    try:
        if len(window.missions) < MANY:
            links = weigh_window(index.data_folder, project.slug, location, window)
        else:
            links = run_apart(weigh_window, index.data_folder, project.slug, location, window)
    except HistoryError as error:
        log.warning("Commits of %s could not be linked to missions: %s", project.slug, error)
        return False
    with index.transaction() as transaction:
        has_changed = save_links(transaction, project.slug, links, missions=window.missions)
        save_link_mark(transaction, project.slug, mark)
    return has_changed


def weigh_window(
    data_folder: Path, project: str, location: RepositoryLocation, window: Window
) -> tuple[CommitLink, ...]:
    """Link the commits and missions of a window. Raises HistoryError."""
    with open_index_reader(data_folder) as known:
        missions = list_mission_outlines(known, project, window.missions, TRACED)
        commits = list_history(known, project, first_row=window.first_row)
        paths = [path for mission in missions for path in list_naming_documents(mission)]
        texts = read_texts(known, project, paths)
        status = get_repository_status(known, project)
    with open_repository(location, shadow_folder(data_folder)) as repository:
        return link_missions(repository, commits, missions, texts, status)


def find_window(index: Database, project: str, before: LinkMark, now: LinkMark) -> Window:
    """Find what has to be weighed again, widened until no mission outside has to do with it."""
    if before.revision == now.revision and before.last_row == now.last_row:
        return Window(0, frozenset())
    marks = list_mission_marks(index, project)
    everything = Window(0, frozenset(mark.path for mark in marks))
    if before == LinkMark():
        return everything
    chosen = frozenset(mark.path for mark in marks if mark.revision > before.revision)
    if now.last_row > before.last_row:
        chosen |= frozenset(mark.path for mark in marks if mark.phase not in CLOSED)
        chosen |= list_touched_missions(index, project, before.last_row + 1, everything.missions)
    for _ in range(MOST_STEPS):
        first_row = _find_first(index, project, [mark for mark in marks if mark.path in chosen])
        if not chosen or first_row is None:
            return Window(0, chosen)
        wider = chosen | _list_neighbours(index, project, first_row, marks, everything.missions)
        if wider == chosen:
            return Window(first_row, chosen)
        chosen = wider
    return everything


def _find_first(index: Database, project: str, marks: Sequence[MissionMark]) -> int | None:
    firsts = (find_first_row(index, project, mark) for mark in marks)
    return min((first for first in firsts if first is not None), default=None)


def _list_neighbours(
    index: Database, project: str, first_row: int, marks: Sequence[MissionMark], known: Collection[str]
) -> frozenset[str]:
    """Give the missions whose files, or whose time, lie in the window."""
    begin = find_time(index, project, first_row)
    during = (mark.path for mark in marks if begin and mark.updated_at and mark.updated_at >= begin)
    return list_touched_missions(index, project, first_row, known) | frozenset(during)
