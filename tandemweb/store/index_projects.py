"""Projects as the index knows them, with their archive roots."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tandemweb.domain.mission import ArchiveRoot, Naming, Project
from tandemweb.store.database import Database, Row, Transaction, clean_text
from tandemweb.store.mission_flags import MissionFlag, flag_bit
from tandemweb.store.revisions import next_revision
from tandemweb.store.values import read_json, read_time, write_json, write_time


@dataclass(frozen=True, slots=True)
class ProjectSummary:
    """One row of the projects page."""

    slug: str
    name: str
    path: str
    root_count: int
    mission_count: int
    active_count: int
    document_count: int
    commit_count: int
    problem_count: int
    refreshed_at: datetime | None  # None before the first refresh has ended
    revision: int


def save_indexed_project(index: Transaction, project: Project) -> None:
    """Make the project known to the index; to be called before anything else is saved for its slug."""
    known = index.row("SELECT name, path FROM projects WHERE slug = ?", (project.slug,))
    if known and tuple(known) == (clean_text(project.name), clean_text(project.path)):
        return
    index.execute(
        """
        INSERT INTO projects (slug, name, path, revision) VALUES (?, ?, ?, 0)
        ON CONFLICT (slug) DO UPDATE SET name = excluded.name, path = excluded.path
        """,
        (project.slug, project.name, project.path),
    )
    next_revision(index, project.slug)


def forget_project(index: Transaction, slug: str) -> None:
    """Remove a project with everything the index holds of it."""
    index.execute("UPDATE change_counter SET revision = revision + 1")
    index.execute("DELETE FROM projects WHERE slug = ?", (slug,))


def mark_refreshed(index: Transaction, slug: str, refreshed_at: datetime) -> None:
    """Note when a refresh of the project has ended. Changes no revision: nothing to see changed."""
    index.execute("UPDATE projects SET refreshed_at = ? WHERE slug = ?", (write_time(refreshed_at), slug))


def list_read_projects(index: Database) -> frozenset[str]:
    """Slugs of the projects whose first refresh has ended."""
    return frozenset(row["slug"] for row in index.rows("SELECT slug FROM projects WHERE refreshed_at IS NOT NULL"))


def list_project_summaries(index: Database) -> tuple[ProjectSummary, ...]:
    """All projects of the index by name, in one query."""
    rows = index.rows(
        """
        SELECT slug, name, path,
            (SELECT count(*) FROM archive_roots WHERE project_id = projects.id) AS root_count,
            (SELECT count(*) FROM missions WHERE project_id = projects.id) AS mission_count,
            (SELECT count(*) FROM missions WHERE project_id = projects.id AND flags & ?) AS active_count,
            document_count, commit_count,
            (SELECT count(*) FROM problems WHERE project_id = projects.id) AS problem_count,
            refreshed_at, revision
        FROM projects ORDER BY name COLLATE NOCASE, slug
        """,
        (flag_bit(MissionFlag.ACTIVE),),
    )
    return tuple(ProjectSummary(**{**dict(row), "refreshed_at": read_time(row["refreshed_at"])}) for row in rows)


def save_roots(index: Transaction, project: str, roots: Iterable[ArchiveRoot]) -> None:
    """Replace the archive roots of a project; missions of roots that are gone go with them."""
    wanted = tuple(roots)
    if wanted == list_roots(index, project):
        return
    project_id, _ = next_revision(index, project)
    index.execute(
        "DELETE FROM archive_roots WHERE project_id = ? AND slug NOT IN (SELECT value FROM json_each(?))",
        (project_id, write_json(root.slug for root in wanted)),
    )
    note_new_decisions(index, project_id)
    for root in wanted:
        save_root(index, project_id, root)


def save_root(index: Transaction, project_id: int, root: ArchiveRoot) -> int:
    """Add or replace one root and give its row id, which stays."""
    index.execute(
        """
        INSERT INTO archive_roots (project_id, slug, path, naming, project_name, current_mission,
            next_mission_number, config)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (project_id, slug) DO UPDATE SET path = excluded.path, naming = excluded.naming,
            project_name = excluded.project_name, current_mission = excluded.current_mission,
            next_mission_number = excluded.next_mission_number, config = excluded.config
        """,
        (
            project_id,
            root.slug,
            root.path,
            root.naming,
            root.project_name,
            root.current_mission,
            root.next_mission_number,
            write_json(root.config),
        ),
    )
    found: int = index.value("SELECT id FROM archive_roots WHERE project_id = ? AND slug = ?", (project_id, root.slug))
    return found


def note_new_decisions(index: Transaction, project_id: int) -> None:
    """Note that decisions came or went, so that which of them took others' place has to be asked again."""
    index.execute("UPDATE projects SET has_new_decisions = 1 WHERE id = ?", (project_id,))


def list_roots(index: Database, project: str) -> tuple[ArchiveRoot, ...]:
    """Archive roots of a project by path."""
    rows = index.rows(
        """
        SELECT archive_roots.* FROM archive_roots JOIN projects ON projects.id = archive_roots.project_id
        WHERE projects.slug = ? ORDER BY archive_roots.path
        """,
        (project,),
    )
    return tuple(map(read_root, rows))


def read_root(row: Row) -> ArchiveRoot:
    """Make the value of a row of ``archive_roots``."""
    return ArchiveRoot(
        path=row["path"],
        slug=row["slug"],
        naming=Naming(row["naming"]),
        project_name=row["project_name"],
        current_mission=row["current_mission"],
        next_mission_number=row["next_mission_number"],
        config=read_json(row["config"]),
    )
