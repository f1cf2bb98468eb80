"""One mission out of the index, whole, in a fixed number of queries."""

from tandemweb.domain.mission import Mission
from tandemweb.store.database import Database


def get_mission(index: Database, project: str, root: str, mission: str) -> Mission:
    """Give a mission by the words of its URL: project slug, root slug, folder name. Raises NotFoundError."""
    raise NotImplementedError
