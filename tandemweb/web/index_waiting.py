"""Having the index take up what was just written, so that the page that follows shows it."""

import time
from contextlib import suppress

from tandemweb.archive.changes import ChangeRecord
from tandemweb.errors import TandemwebError
from tandemweb.store.connections import open_index_reader
from tandemweb.store.documents import get_document
from tandemweb.store.missions import find_mission_places
from tandemweb.web.configuration import get_configuration

PATIENCE = 5.0  # seconds; a page that is a moment behind is better than none
PAUSE = 0.25


def wait_until_indexed(project: str, record: ChangeRecord) -> None:
    """Have the files of a change (of the project with this slug) indexed, and wait for that, but not for long."""
    configuration = get_configuration()
    revision = configuration.broker.revision
    if not configuration.touch(project, tuple(file.path for file in record.files)):
        return
    deadline = time.monotonic() + PATIENCE
    while not _is_indexed(project, record) and (left := deadline - time.monotonic()) > 0:
        change = configuration.broker.find_change(revision, min(left, PAUSE))
        if change is not None:
            revision = change.revision
        elif configuration.broker.is_closed:
            return


def _is_indexed(project: str, record: ChangeRecord) -> bool:
    with suppress(TandemwebError), open_index_reader(get_configuration().data_folder) as index:
        is_there = bool(find_mission_places(index, project, [record.mission_path]))
        states = [file for file in record.files if file.path.lower().endswith("/state.json")]
        if any(file.after_hash is None for file in states):
            return not is_there
        return is_there and all(
            get_document(index, project, file.path).document.content_hash == file.after_hash for file in states
        )
    return False
