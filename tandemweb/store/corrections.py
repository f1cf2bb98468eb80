"""What people correct about findings, in the state database: kept apart from the index, undone but never dropped."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tandemweb.domain.mission import Stage
from tandemweb.store.database import Database, Transaction


class CorrectionKind(StrEnum):
    SEVERITY = "severity"
    AGREEMENT = "agreement"
    OUTCOME = "outcome"
    SAME_AS = "same-as"  # value: the key of the other finding
    NO_FINDING = "no-finding"


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a correction belongs, so that it is found again after edits and a rebuilt index.

    ``mission_path`` and ``path`` are relative to the project; ``quote`` is the text of the item, ``line`` where it was.
    """

    project: str  # slug
    mission_path: str
    stage: Stage
    round: int
    path: str
    line: int
    quote: str
    finding_key: str


@dataclass(frozen=True, slots=True)
class Correction:
    id: int
    kind: CorrectionKind
    anchor: Anchor
    value: str
    created_at: datetime
    undone_at: datetime | None = None
    note: str = ""


def save_correction(
    state: Transaction, kind: CorrectionKind, anchor: Anchor, value: str, *, created_at: datetime, note: str = ""
) -> int:
    """Keep a correction and give its id; an older one of the same kind and finding is undone by it."""
    raise NotImplementedError


def undo_correction(state: Transaction, correction_id: int, *, undone_at: datetime) -> None:
    """Take a correction back; raises NotFoundError when there is none of that id in force."""
    raise NotImplementedError


def list_corrections(
    state: Database, project: str, mission_path: str | None = None, *, with_undone: bool = False
) -> tuple[Correction, ...]:
    """Corrections of a project, or of one of its missions, oldest first."""
    raise NotImplementedError
