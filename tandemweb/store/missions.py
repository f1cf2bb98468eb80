"""Saving and removing missions; reading one whole is in ``mission_reading``, the list page in ``mission_list``."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tandemweb.domain.mission import ArchiveRoot, Mission
from tandemweb.domain.problem import Problem
from tandemweb.errors import NotFoundError
from tandemweb.store.database import Database, Transaction
from tandemweb.store.details import pack_decisions, pack_exchanges
from tandemweb.store.document_saving import DocumentRow, make_document_rows, save_document_rows
from tandemweb.store.index_projects import note_new_decisions, save_root
from tandemweb.store.mission_flags import pack_flags, summarise
from tandemweb.store.mission_parts import PartRows, clear_parts, make_part_rows, save_parts
from tandemweb.store.problems import save_mission_problems
from tandemweb.store.revisions import get_project_id, next_revision
from tandemweb.store.search_items import Item, make_mission_items, save_mission_items
from tandemweb.store.tallies import TallyRows, make_tally_rows, save_tallies
from tandemweb.store.values import write_json, write_time


@dataclass(frozen=True, slots=True)
class MissionRows:
    """A mission as it is saved; made wherever there is time, for the writer has none."""

    root: ArchiveRoot
    path: str
    name: str
    title: str
    columns: tuple[object, ...]  # all but the revision
    documents: tuple[DocumentRow, ...]
    exchanges: bytes
    decisions: bytes
    parts: PartRows
    tallies: TallyRows
    items: tuple[Item, ...]
    problems: tuple[Problem, ...]
    evidence: str  # a digest of what its commits are told by; "" is new each time


@dataclass(frozen=True, slots=True)
class SavedMission:
    """Where a mission was saved: row ids, and the new revision."""

    id: int
    project_id: int
    revision: int


def make_mission_rows(mission: Mission, texts: Mapping[str, str], evidence: str = "") -> MissionRows:
    """Prepare a mission for ``save_mission_rows``; ``texts`` are those of its documents by path."""
    return MissionRows(
        mission.root,
        mission.path,
        mission.name,
        mission.title,
        _columns(mission),
        make_document_rows(mission.documents, texts),
        pack_exchanges(mission.exchanges, mission.documents),
        pack_decisions(mission.decisions),
        make_part_rows(mission),
        make_tally_rows(mission),
        make_mission_items(mission),
        mission.problems,
        evidence,
    )


def save_mission(index: Transaction, project: str, mission: Mission, texts: Mapping[str, str]) -> int:
    """Replace everything the index holds of this mission and of no other; gives the new revision.

    ``texts`` holds the text of documents by path. A document whose content hash is the one already saved may be left
    out: it keeps its text. The mission's root is saved with it where it is not known yet. Raises NotFoundError for a
    project that ``save_indexed_project`` has not made known.
    """
    return save_mission_rows(index, project, make_mission_rows(mission, texts)).revision


def save_mission_rows(index: Transaction, project: str, mission: MissionRows) -> SavedMission:
    """Do the same as ``save_mission`` for a mission that is prepared."""
    project_id, revision = next_revision(index, project)
    mission_id = find_mission_id(index, project, mission.root.slug, mission.name)
    if mission_id is None:
        mission_id = _insert(index, project_id, mission)
    else:
        clear_parts(index, mission_id)
    _update(index, mission_id, revision, mission)
    save_document_rows(index, project_id, mission_id, mission.documents)
    index.execute(
        """
        INSERT INTO mission_details (mission_id, exchanges, decisions, questions) VALUES (?, ?, ?, x'')
        ON CONFLICT (mission_id) DO UPDATE SET exchanges = excluded.exchanges, decisions = excluded.decisions
        """,
        (mission_id, mission.exchanges, mission.decisions),
    )
    save_parts(index, mission_id, mission.parts)
    save_tallies(index, project_id, mission_id, mission.tallies)
    save_mission_problems(index, project_id, mission_id, mission.problems)
    save_mission_items(index, project_id, mission_id, mission.items)
    return SavedMission(mission_id, project_id, revision)


def delete_mission(index: Transaction, project: str, root: str, mission: str) -> None:
    """Remove a mission that is gone from disk; nothing happens when the index has none of that name."""
    mission_id = find_mission_id(index, project, root, mission)
    if mission_id is not None:
        project_id, _ = next_revision(index, project)
        note_new_decisions(index, project_id)
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


def find_mission_places(index: Database, project: str, paths: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Give those of some paths that are folders of missions -> (root slug, mission name)."""
    asked = tuple(paths)
    rows = index.rows(
        """
        SELECT missions.path, archive_roots.slug, missions.name FROM archive_roots JOIN missions
            ON root_id = archive_roots.id AND missions.name IN (SELECT value FROM json_each(?))
        WHERE archive_roots.project_id = ? AND missions.path IN (SELECT value FROM json_each(?))
        """,
        (
            write_json(path.rpartition("/")[2] for path in asked),
            get_project_id(index, project),
            write_json(asked),
        ),
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


def _insert(index: Transaction, project_id: int, mission: MissionRows) -> int:
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


def _update(index: Transaction, mission_id: int, revision: int, mission: MissionRows) -> None:
    index.execute(
        """
        UPDATE missions SET path = ?4, number = ?5, title = ?6, phase = ?7, round = ?8, verdict = ?9,
            generator_status = ?10, evaluator_status = ?11, user_feedback_round_count = ?12, started_at = ?13,
            updated_at = ?14, completed_by = ?15, unknown = ?16, round_marks = ?17, open_high_count = ?18,
            open_medium_count = ?19, open_low_count = ?20, only_claude_count = ?21, only_codex_count = ?22,
            both_count = ?23, flags = ?24, problem_count = ?25, first_verdict = ?26, revision = ?1,
            evidence_revision = CASE WHEN ?2 = '' OR evidence <> ?2 THEN ?1 ELSE evidence_revision END, evidence = ?2
        WHERE id = ?3
        """,
        (revision, mission.evidence, mission_id, *mission.columns),
    )


def _columns(mission: Mission) -> tuple[object, ...]:
    state, summary = mission.state, summarise(mission)
    return (
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
        summary.rounds[0][1] if summary.rounds else None,
    )
