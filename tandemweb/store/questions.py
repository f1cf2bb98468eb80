"""Questions that documents of a mission leave open."""

from collections.abc import Iterable
from dataclasses import dataclass

from tandemweb.store.database import Database, Transaction
from tandemweb.store.missions import get_mission_id
from tandemweb.store.packing import pack_values, unpack_values


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    path: str
    line: int
    end_line: int
    text: str


def pack_questions(questions: Iterable[OpenQuestion]) -> bytes:
    """Prepare questions for ``save_packed_questions``."""
    return pack_values([(question.path, question.line, question.end_line, question.text) for question in questions])


def save_questions(
    index: Transaction, project: str, root: str, mission: str, questions: Iterable[OpenQuestion]
) -> None:
    """Replace the questions of a mission that is saved already. Raises NotFoundError."""
    save_packed_questions(index, get_mission_id(index, project, root, mission), pack_questions(questions))


def save_packed_questions(index: Transaction, mission_id: int, packed: bytes) -> None:
    """Replace the questions of a mission, by its row id."""
    index.execute("UPDATE mission_details SET questions = ? WHERE mission_id = ?", (packed, mission_id))


def list_questions(index: Database, project: str, root: str, mission: str) -> tuple[OpenQuestion, ...]:
    """Questions of a mission in the order they were saved. Raises NotFoundError."""
    packed = index.value(
        "SELECT questions FROM mission_details WHERE mission_id = ?", (get_mission_id(index, project, root, mission),)
    )
    return tuple(OpenQuestion(*question) for question in unpack_values(packed, index.path))
