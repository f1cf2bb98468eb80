"""Key decisions of all missions as they are saved, and which later one took an earlier one's place."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tandemweb.domain.decision import KeyDecision, Supersession
from tandemweb.store.database import Database, Transaction
from tandemweb.store.index_projects import note_new_decisions
from tandemweb.store.missions import get_mission_id
from tandemweb.store.revisions import get_project_id, next_revision
from tandemweb.store.search_items import Item, make_decision_items, save_decision_items
from tandemweb.store.values import write_json


@dataclass(frozen=True, slots=True)
class DecisionRows:
    """The decisions of a mission as they are saved."""

    rows: tuple[tuple[object, ...], ...]
    items: tuple[Item, ...]


def make_decision_rows(decisions: Sequence[KeyDecision]) -> DecisionRows:
    """Prepare decisions for ``save_decision_rows``."""
    return DecisionRows(tuple(map(_columns, decisions)), make_decision_items(decisions))


def save_key_decisions(
    index: Transaction, project: str, root: str, mission: str, decisions: Sequence[KeyDecision]
) -> None:
    """Replace the decisions of a mission that is saved already. Raises NotFoundError."""
    mission_id = get_mission_id(index, project, root, mission)
    save_decision_rows(index, get_project_id(index, project), mission_id, make_decision_rows(decisions))


def save_decision_rows(index: Transaction, project_id: int, mission_id: int, decisions: DecisionRows) -> None:
    """Replace the decisions of a mission, by row ids."""
    note_new_decisions(index, project_id)
    index.execute("DELETE FROM key_decisions WHERE mission_id = ?", (mission_id,))
    index.execute_many(
        """
        INSERT INTO key_decisions (mission_id, position, key, source, title, text, rationale, alternatives, path, line,
            end_line, round, won_by, quotes, files)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        ((mission_id, position, *row) for position, row in enumerate(decisions.rows)),
    )
    _date(index, project_id, "mission_id = ?", mission_id)
    save_decision_items(index, project_id, mission_id, decisions.items)


def date_decisions(index: Transaction, project_id: int, paths: Iterable[str]) -> None:
    """Note anew when the decisions of some documents were taken, after commits that changed these were saved."""
    _date(index, project_id, "path IN (SELECT value FROM json_each(?))", write_json(paths))


def _date(index: Transaction, project_id: int, which: str, value: object) -> None:
    index.execute(
        f"""
        UPDATE key_decisions SET decided_at = coalesce(
            (SELECT committed_at FROM commits WHERE commits.id = (
                SELECT max(commit_id) FROM commit_files
                WHERE commit_files.project_id = missions.project_id AND commit_files.path = key_decisions.path
            )), missions.updated_at)
        FROM missions WHERE missions.id = key_decisions.mission_id AND missions.project_id = ?
            AND key_decisions.{which}
        """,  # noqa: S608 a literal of this module
        (project_id, value),
    )


def has_new_decisions(index: Database, project: str) -> bool:
    """Whether decisions came or went since ``save_supersessions``."""
    return bool(index.value("SELECT has_new_decisions FROM projects WHERE slug = ?", (project,)))


def save_supersessions(index: Transaction, project: str, links: Iterable[Supersession]) -> bool:
    """Replace the supersessions of a project; says whether anything is different now."""
    project_id = get_project_id(index, project)
    index.execute("UPDATE projects SET has_new_decisions = 0 WHERE id = ?", (project_id,))
    given = {(link.later, link.earlier, link.reason, link.score) for link in links}
    rows = index.rows("SELECT later, earlier, reason, score FROM supersessions WHERE project_id = ?", (project_id,))
    if given == {tuple(row) for row in rows}:
        return False
    next_revision(index, project)
    index.execute("DELETE FROM supersessions WHERE project_id = ?", (project_id,))
    index.execute_many(
        "INSERT INTO supersessions (project_id, later, earlier, reason, score) VALUES (?, ?, ?, ?, ?)",
        ((project_id, *link) for link in sorted(given)),
    )
    return True


def _columns(decision: KeyDecision) -> tuple[object, ...]:
    return (
        decision.key,
        str(decision.source),
        decision.title,
        decision.text,
        decision.rationale,
        write_json(decision.alternatives),
        decision.path,
        decision.line,
        decision.end_line,
        decision.round,
        decision.won_by,
        write_json((quote.author, quote.path, quote.line, quote.text) for quote in decision.quotes),
        write_json(decision.files),
    )
