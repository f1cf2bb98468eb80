"""Saving and removing missions; reading one whole is in ``mission_reading``, the list page in ``mission_list``."""

from collections.abc import Mapping

from tandemweb.domain.mission import Mission
from tandemweb.errors import NotFoundError
from tandemweb.store.database import Database, Transaction
from tandemweb.store.document_saving import NO_PARTS, save_documents
from tandemweb.store.exchanges import save_exchanges
from tandemweb.store.index_projects import save_root
from tandemweb.store.mission_flags import pack_flags, summarise
from tandemweb.store.mission_parts import clear_parts, save_parts
from tandemweb.store.problems import save_mission_problems
from tandemweb.store.revisions import get_project_id, next_revision
from tandemweb.store.search_items import save_mission_items
from tandemweb.store.tallies import save_tallies
from tandemweb.store.values import write_json, write_time


def save_mission(
    index: Transaction, project: str, mission: Mission, texts: Mapping[str, str], parts: Mapping[str, str] = NO_PARTS
) -> int:
    """Replace everything the index holds of this mission and of no other; gives the new revision.

    ``texts`` holds the text of documents by path. A document whose content hash is the one already saved may be left
    out: it keeps its text. ``parts`` are the ``identifiers.extract_parts`` of text and title, where they are known. The
    mission's root is saved with it where it is not known yet. Raises NotFoundError for a project that
    ``save_indexed_project`` has not made known.
    """
    project_id, revision = next_revision(index, project)
    mission_id = find_mission_id(index, project, mission.root.slug, mission.name)
    if mission_id is None:
        mission_id = _insert(index, project_id, mission)
    else:
        clear_parts(index, mission_id)
    _update(index, mission_id, revision, mission)
    document_ids = save_documents(index, project_id, mission_id, mission.documents, texts, parts)
    save_exchanges(index, mission_id, mission.exchanges, document_ids)
    save_parts(index, mission_id, mission)
    save_tallies(index, mission_id, mission)
    save_mission_problems(index, project_id, mission_id, mission.problems)
    save_mission_items(index, project_id, mission_id, mission)
    return revision


def delete_mission(index: Transaction, project: str, root: str, mission: str) -> None:
    """Remove a mission that is gone from disk; nothing happens when the index has none of that name."""
    mission_id = find_mission_id(index, project, root, mission)
    if mission_id is not None:
        next_revision(index, project)
        index.execute("DELETE FROM missions WHERE id = ?", (mission_id,))


def list_mission_paths(index: Database, project: str) -> dict[str, tuple[str, str]]:
    """Folder of every mission of a project -> (root slug, mission name): what refresh compares with the disk."""
    rows = index.rows(
        """
        SELECT missions.path, archive_roots.slug, missions.name FROM missions
        JOIN archive_roots ON archive_roots.id = missions.root_id WHERE missions.project_id = ?
        """,
        (get_project_id(index, project),),
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def find_mission_id(index: Database, project: str, root: str, mission: str) -> int | None:
    """Find the row id of a mission by the words of its URL."""
    found: int | None = index.value(
        """
        SELECT id FROM missions WHERE name = ?3 AND root_id = (
            SELECT archive_roots.id FROM archive_roots JOIN projects ON projects.id = project_id
            WHERE projects.slug = ?1 AND archive_roots.slug = ?2
        )
        """,
        (project, root, mission),
    )
    return found


def get_mission_id(index: Database, project: str, root: str, mission: str) -> int:
    """Give the row id of a mission. Raises NotFoundError."""
    found = find_mission_id(index, project, root, mission)
    if found is None:
        raise NotFoundError(f"There is no mission {mission!r} in {project}/{root}.")
    return found


def _insert(index: Transaction, project_id: int, mission: Mission) -> int:
    root_id = index.value(
        "SELECT id FROM archive_roots WHERE project_id = ? AND slug = ?", (project_id, mission.root.slug)
    ) or save_root(index, project_id, mission.root)
    return index.execute(
        """
        INSERT INTO missions (project_id, root_id, path, name, title, unknown, round_marks, open_high_count,
            open_medium_count, open_low_count, only_claude_count, only_codex_count, both_count, flags,
            problem_count, revision)
        VALUES (?, ?, ?, ?, ?, '{}', '[]', 0, 0, 0, 0, 0, 0, 0, 0, 0)
        """,
        (project_id, root_id, mission.path, mission.name, mission.title),
    )


def _update(index: Transaction, mission_id: int, revision: int, mission: Mission) -> None:
    state, summary = mission.state, summarise(mission)
    index.execute(
        """
        UPDATE missions SET path = ?, number = ?, title = ?, phase = ?, round = ?, verdict = ?,
            generator_status = ?, evaluator_status = ?, user_feedback_round_count = ?, started_at = ?,
            updated_at = ?, completed_by = ?, unknown = ?, round_marks = ?, open_high_count = ?,
            open_medium_count = ?, open_low_count = ?, only_claude_count = ?, only_codex_count = ?,
            both_count = ?, flags = ?, problem_count = ?, revision = ?
        WHERE id = ?
        """,
        (
            mission.path,
            mission.number,
            mission.title,
            state.phase,
            state.round,
            state.verdict,
            state.generator_status,
            state.evaluator_status,
            state.user_feedback_round_count,
            write_time(state.started_at),
            write_time(state.updated_at),
            state.completed_by,
            write_json(state.unknown),
            write_json(summary.rounds),
            *summary.open_counts,
            summary.only_claude_count,
            summary.only_codex_count,
            summary.both_count,
            pack_flags(summary.flags),
            len(mission.problems),
            revision,
            mission_id,
        ),
    )
