"""One mission out of the index, whole, in a fixed number of queries."""

from tandemweb.domain.mission import Mission, MissionState
from tandemweb.store.database import Database, Row
from tandemweb.store.details import unpack_decisions, unpack_exchanges
from tandemweb.store.documents import list_mission_documents
from tandemweb.store.index_projects import read_root
from tandemweb.store.mission_parts import list_assets, list_changed_files, list_criteria
from tandemweb.store.missions import get_mission_id
from tandemweb.store.problems import list_mission_problems
from tandemweb.store.values import read_json, read_time


def get_mission(index: Database, project: str, root: str, mission: str) -> Mission:
    """Give a mission by the words of its URL: project slug, root slug, folder name. Raises NotFoundError."""
    mission_id = get_mission_id(index, project, root, mission)
    [row] = index.rows("SELECT * FROM missions WHERE id = ?", (mission_id,))
    [root_row] = index.rows("SELECT * FROM archive_roots WHERE id = ?", (row["root_id"],))
    documents = tuple(list_mission_documents(index, mission_id).values())
    details = index.row("SELECT exchanges, decisions FROM mission_details WHERE mission_id = ?", (mission_id,))
    exchanges, decisions = details or (None, None)
    return Mission(
        root=read_root(root_row),
        path=row["path"],
        name=row["name"],
        number=row["number"],
        title=row["title"],
        state=read_state(row),
        documents=documents,
        exchanges=unpack_exchanges(exchanges, documents, index.path),
        assets=list_assets(index, mission_id),
        criteria=list_criteria(index, mission_id),
        decisions=unpack_decisions(decisions, index.path),
        changed_files=list_changed_files(index, mission_id),
        problems=list_mission_problems(index, mission_id),
    )


def read_state(row: Row) -> MissionState:
    """Make the value of a row of ``missions``."""
    return MissionState(
        phase=row["phase"],
        round=row["round"],
        verdict=row["verdict"],
        generator_status=row["generator_status"],
        evaluator_status=row["evaluator_status"],
        user_feedback_round_count=row["user_feedback_round_count"],
        started_at=read_time(row["started_at"]),
        updated_at=read_time(row["updated_at"]),
        completed_by=row["completed_by"],
        unknown=read_json(row["unknown"]),
    )
