"""What people correct about findings, in the state database: kept apart from the index, undone but never dropped."""

from dataclasses import astuple, dataclass
from datetime import datetime
from enum import StrEnum

from tandemweb.domain.mission import Stage
from tandemweb.errors import NotFoundError
from tandemweb.store.database import Database, Row, Transaction
from tandemweb.store.values import read_time, write_time


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
    """``was`` is the word that stood there before; a target is where the finding is written that it is the same as."""

    id: int
    kind: CorrectionKind
    anchor: Anchor
    value: str
    created_at: datetime
    undone_at: datetime | None = None
    note: str = ""
    was: str = ""
    target_path: str = ""
    target_quote: str = ""


def save_correction(  # noqa: PLR0913 what is kept of a correction, most of it optional
    state: Transaction,
    kind: CorrectionKind,
    anchor: Anchor,
    value: str,
    *,
    created_at: datetime,
    note: str = "",
    was: str = "",
    target: tuple[str, str] = ("", ""),
) -> int:
    """Keep a correction and give its id; an older one of the same kind and finding is undone by it.

    ``target`` is path and quote of the finding that this one is the same as.
    """
    state.execute(
        """
        UPDATE corrections SET undone_at = ?
        WHERE undone_at IS NULL AND kind = ? AND project = ? AND mission_path = ?
            AND stage = ? AND round = ? AND finding_key = ?
        """,
        (
            write_time(created_at),
            kind,
            anchor.project,
            anchor.mission_path,
            anchor.stage,
            anchor.round,
            anchor.finding_key,
        ),
    )
    return state.execute(
        """
        INSERT INTO corrections (kind, project, mission_path, stage, round, path, line, quote, finding_key,
            value, note, created_at, was, target_path, target_quote)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (kind, *astuple(anchor), value, note, write_time(created_at), was, *target),
    )


def undo_correction(state: Transaction, correction_id: int, *, undone_at: datetime) -> None:
    """Take a correction back; raises NotFoundError when there is none of that id in force."""
    if not state.value("SELECT 1 FROM corrections WHERE id = ? AND undone_at IS NULL", (correction_id,)):
        raise NotFoundError(f"There is no correction {correction_id} in force.")
    state.execute("UPDATE corrections SET undone_at = ? WHERE id = ?", (write_time(undone_at), correction_id))


def list_corrections(
    state: Database, project: str, mission_path: str | None = None, *, with_undone: bool = False
) -> tuple[Correction, ...]:
    """Corrections of a project, or of one of its missions, oldest first."""
    rows = state.rows(
        """
        SELECT * FROM corrections
        WHERE project = ? AND (mission_path = ? OR ? IS NULL) AND (undone_at IS NULL OR ?) ORDER BY id
        """,
        (project, mission_path, mission_path, with_undone),
    )
    return tuple(map(_correction, rows))


def get_correction(state: Database, correction_id: int) -> Correction:
    """Give one correction, undone or not. Raises NotFoundError."""
    row = state.row("SELECT * FROM corrections WHERE id = ?", (correction_id,))
    if row is None:
        raise NotFoundError(f"There is no correction {correction_id}.")
    return _correction(row)


def count_corrections(state: Database) -> dict[tuple[str, str], int]:
    """Count the corrections in force of each mission that has some, by (project slug, mission path)."""
    rows = state.rows(
        "SELECT project, mission_path, count(*) FROM corrections WHERE undone_at IS NULL GROUP BY project, mission_path"
    )
    return {(row[0], row[1]): row[2] for row in rows}


def _correction(row: Row) -> Correction:
    anchor = Anchor(
        project=row["project"],
        mission_path=row["mission_path"],
        stage=Stage(row["stage"]),
        round=row["round"],
        path=row["path"],
        line=row["line"],
        quote=row["quote"],
        finding_key=row["finding_key"],
    )
    return Correction(
        id=row["id"],
        kind=CorrectionKind(row["kind"]),
        anchor=anchor,
        value=row["value"],
        created_at=datetime.fromisoformat(row["created_at"]),
        undone_at=read_time(row["undone_at"]),
        note=row["note"],
        was=row["was"],
        target_path=row["target_path"],
        target_quote=row["target_quote"],
    )
