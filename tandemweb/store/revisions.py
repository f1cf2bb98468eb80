"""Change numbers: every save stamps what it touched with the next number of one ever-growing row.

Numbers of a rebuilt index are greater than those of the one before it (they start from the clock).
"""

from dataclasses import dataclass

from tandemweb.errors import NotFoundError
from tandemweb.store.database import Database, Transaction


@dataclass(frozen=True, slots=True)
class MissionChange:
    project: str
    root: str
    mission: str
    revision: int


@dataclass(frozen=True, slots=True)
class Changes:
    """What was saved after a revision. A removed mission shows in its project only."""

    revision: int
    projects: tuple[str, ...]
    missions: tuple[MissionChange, ...]


def get_revision(
    index: Database, project: str | None = None, root: str | None = None, mission: str | None = None
) -> int:
    """Give the revision of everything, of one project, or of one mission; 0 when it is not in the index."""
    if project is None:
        found = index.value("SELECT revision FROM change_counter")
    elif mission is None:
        found = index.value("SELECT revision FROM projects WHERE slug = ?", (project,))
    else:
        found = index.value(
            """
            SELECT revision FROM missions WHERE name = ?3 AND root_id = (
                SELECT archive_roots.id FROM archive_roots JOIN projects ON projects.id = project_id
                WHERE projects.slug = ?1 AND archive_roots.slug = ?2
            )
            """,
            (project, root, mission),
        )
    return found or 0


def list_changes(index: Database, since: int) -> Changes:
    """List what changed after revision ``since``, missions in the order of their changes."""
    projects = index.rows("SELECT slug FROM projects WHERE revision > ? ORDER BY slug", (since,))
    missions = index.rows(
        """
        SELECT projects.slug, archive_roots.slug, missions.name, missions.revision FROM missions
        JOIN archive_roots ON archive_roots.id = missions.root_id
        JOIN projects ON projects.id = missions.project_id
        WHERE missions.revision > ? ORDER BY missions.revision
        """,
        (since,),
    )
    return Changes(
        get_revision(index), tuple(row[0] for row in projects), tuple(MissionChange(*row) for row in missions)
    )


def next_revision(index: Transaction, project: str) -> tuple[int, int]:
    """Take the next number, stamp the project with it, and give (the project's row id, the number)."""
    index.execute("UPDATE change_counter SET revision = revision + 1")
    revision = get_revision(index)
    index.execute("UPDATE projects SET revision = ? WHERE slug = ?", (revision, project))
    return get_project_id(index, project), revision


def get_project_id(index: Database, project: str) -> int:
    """Give the row id of a project. Raises NotFoundError when the index does not know its slug."""
    found: int | None = index.value("SELECT id FROM projects WHERE slug = ?", (project,))
    if found is None:
        raise NotFoundError(f"There is no project {project!r} in the index.")
    return found
