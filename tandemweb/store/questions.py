"""Questions that documents of a mission leave open."""

from collections.abc import Iterable
from dataclasses import dataclass

from tandemweb.store.database import Database, Transaction
from tandemweb.store.missions import get_mission_id


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    path: str
    line: int
    end_line: int
    text: str


def save_questions(
    index: Transaction, project: str, root: str, mission: str, questions: Iterable[OpenQuestion]
) -> None:
    """Replace the questions of a mission that is saved already. Raises NotFoundError."""
    mission_id = get_mission_id(index, project, root, mission)
    index.execute("DELETE FROM questions WHERE mission_id = ?", (mission_id,))
    index.execute_many(
        "INSERT INTO questions (mission_id, position, path, line, end_line, text) VALUES (?, ?, ?, ?, ?, ?)",
        (
            (mission_id, position, question.path, question.line, question.end_line, question.text)
            for position, question in enumerate(questions)
        ),
    )


def list_questions(index: Database, project: str, root: str, mission: str) -> tuple[OpenQuestion, ...]:
    """Questions of a mission in the order they were saved. Raises NotFoundError."""
    rows = index.rows(
        "SELECT path, line, end_line, text FROM questions WHERE mission_id = ? ORDER BY position",
        (get_mission_id(index, project, root, mission),),
    )
    return tuple(OpenQuestion(*row) for row in rows)
