"""Keeping the links of a project's commits to its missions as new as its commits and documents."""

import logging
from pathlib import Path

from tandemweb.domain.mission import Project
from tandemweb.errors import HistoryError
from tandemweb.history.opening import open_repository
from tandemweb.history.repository import find_repository
from tandemweb.services.folders import shadow_folder
from tandemweb.services.linking import link_missions
from tandemweb.services.mission_traces import list_naming_documents
from tandemweb.store.commit_list import list_history
from tandemweb.store.connections import IndexWriter, open_index_reader
from tandemweb.store.documents import read_texts
from tandemweb.store.links import save_links
from tandemweb.store.mission_outlines import list_mission_outlines
from tandemweb.store.repositories import get_repository_status

log = logging.getLogger(__name__)


def refresh_links(index: IndexWriter, project: Project) -> bool:
    """Link the commits that the index knows to the missions that it knows; whether any link changed.

    Commits that no branch leads to any more are weighed too, so that what is known of them stays.
    """
    location = find_repository(Path(project.path))
    if location is None or location.problem:
        return False
    with open_index_reader(index.data_folder) as known:
        missions = list_mission_outlines(known, project.slug)
        commits = list_history(known, project.slug)
        paths = [path for mission in missions for path in list_naming_documents(mission)]
        texts = read_texts(known, project.slug, paths)
        status = get_repository_status(known, project.slug)
    try:
        with open_repository(location, shadow_folder(index.data_folder)) as repository:
            links = link_missions(repository, commits, missions, texts, status)
    except HistoryError as error:
        log.warning("Commits of %s could not be linked to missions: %s", project.slug, error)
        return False
    with index.transaction() as transaction:
        return save_links(transaction, project.slug, links, missions=[mission.path for mission in missions])
