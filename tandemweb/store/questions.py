"""Questions that documents of a mission leave open."""

from collections.abc import Iterable
from dataclasses import dataclass

from tandemweb.store.database import Database, Transaction


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    path: str
    line: int
    end_line: int
    text: str


def save_questions(
    index: Transaction, project: str, root: str, mission: str, questions: Iterable[OpenQuestion]
) -> None:
    """Replace the questions of a mission that is saved already."""
    raise NotImplementedError


def list_questions(index: Database, project: str, root: str, mission: str) -> tuple[OpenQuestion, ...]:
    """Questions of a mission in the order they were saved."""
    raise NotImplementedError
