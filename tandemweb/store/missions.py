"""Saving and removing missions; reading one whole is in ``mission_reading``, the list page in ``mission_list``."""

from collections.abc import Mapping

from tandemweb.domain.mission import Mission
from tandemweb.store.database import Database, Transaction


def save_mission(index: Transaction, project: str, mission: Mission, texts: Mapping[str, str]) -> int:
    """Replace everything the index holds of this mission and of no other; gives the new revision.

    ``texts`` holds the text of documents by path. A document whose content hash is the one already saved may be left
    out: it keeps its text. The mission's root is saved with it where it is not known yet.
    """
    raise NotImplementedError


def delete_mission(index: Transaction, project: str, root: str, mission: str) -> None:
    """Remove a mission that is gone from disk; nothing happens when the index has none of that name."""
    raise NotImplementedError


def list_mission_paths(index: Database, project: str) -> dict[str, tuple[str, str]]:
    """Folder of every mission of a project -> (root slug, mission name): what refresh compares with the disk."""
    raise NotImplementedError
