"""Missions as people corrected them, and the saving and undoing of corrections."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tandemweb.domain.finding import Finding
from tandemweb.domain.mission import Exchange, Mission, Stage
from tandemweb.errors import InvalidRequestError, NotFoundError
from tandemweb.services.anchors import build_anchor, find_anchored, quote_mention
from tandemweb.services.correcting import FIELDS, CorrectedMission, correct_mission, read_field
from tandemweb.store.corrections import (
    Correction,
    CorrectionKind,
    get_correction,
    list_corrections,
    save_correction,
    undo_correction,
)
from tandemweb.store.database import Database, Transaction
from tandemweb.store.documents import read_texts
from tandemweb.store.mission_reading import get_mission
from tandemweb.store.state import open_state

NOTE_LIMIT = 2000  # characters


@dataclass(frozen=True, slots=True)
class CorrectionRequest:
    """What a person wants of one finding of an exchange; None leaves a field as it is.

    ``severity``, ``agreement`` and ``outcome`` are words of the domain, ``same_as`` is the key of another finding of
    the same exchange. A word that the documents say anyway takes an earlier correction back.
    """

    stage: Stage
    round: int
    key: str
    severity: str | None = None
    agreement: str | None = None
    outcome: str | None = None
    same_as: str | None = None
    is_no_finding: bool = False
    note: str = ""


def get_corrected_mission(index: Database, state: Database, project: str, root: str, name: str) -> CorrectedMission:
    """Give a mission as it was read, with what people corrected. Raises NotFoundError."""
    mission = get_mission(index, project, root, name)
    corrections = list_corrections(state, project, mission.path)
    joins = any(correction.kind is CorrectionKind.SAME_AS for correction in corrections)
    paths = [document.path for exchange in mission.exchanges for document in exchange.documents] if joins else []
    return correct_mission(mission, corrections, read_texts(index, project, paths) if joins else None)


def save_request(
    data_folder: Path, project: str, mission: Mission, wanted: CorrectionRequest, *, at: datetime
) -> tuple[int, ...]:
    """Keep what a person wants and give the ids of new corrections; ``mission`` is as it was read, uncorrected.

    Raises NotFoundError when the finding is not there (any more), InvalidRequestError when nothing would change.
    """
    exchange = _get_exchange(mission, wanted)
    finding = _get_finding(exchange, wanted.key)
    with open_state(data_folder) as state, state.transaction() as transaction:
        known = list_corrections(transaction, project, mission.path)
        writer = _Writer(transaction, project, mission, known, at)
        undone = sum(writer.undo_earlier(exchange, finding, kind) for kind, _ in _list_wanted(finding, wanted))
        ids = tuple(
            writer.save(exchange, finding, kind, value, wanted.note)
            for kind, value in _list_wanted(finding, wanted)
            if value and value != read_field(finding, kind)
        )
    if not ids and not undone:
        raise InvalidRequestError("Nothing was corrected: choose a value that differs from what stands there.")
    return ids


def undo_request(data_folder: Path, project: str, mission_path: str, correction_id: int, *, at: datetime) -> None:
    """Take a correction of this mission back. Raises NotFoundError for any other."""
    with open_state(data_folder) as state, state.transaction() as transaction:
        anchor = get_correction(transaction, correction_id).anchor
        if (anchor.project, anchor.mission_path) != (project, mission_path):
            raise NotFoundError(f"There is no correction {correction_id} in this mission.")
        undo_correction(transaction, correction_id, undone_at=at)


def _get_exchange(mission: Mission, wanted: CorrectionRequest) -> Exchange:
    for exchange in mission.exchanges:
        if (exchange.stage, exchange.round) == (wanted.stage, wanted.round):
            return exchange
    raise NotFoundError(f"The mission {mission.name} has no such exchange any more.")


def _get_finding(exchange: Exchange, key: str) -> Finding:
    for finding in exchange.findings:
        if finding.key == key:
            return finding
    raise NotFoundError("This finding is not in the exchange any more: its documents have changed. Look again.")


def _list_wanted(finding: Finding, wanted: CorrectionRequest) -> Iterator[tuple[CorrectionKind, str]]:
    """Give what is wanted with its value; a value as read only takes earlier corrections back."""
    for kind, value in zip(FIELDS, (wanted.severity, wanted.agreement, wanted.outcome), strict=True):
        if value is not None:
            yield kind, value
    if wanted.same_as is not None:
        if wanted.same_as == finding.key:
            raise InvalidRequestError("A finding is always the same as itself: choose another one.")
        yield CorrectionKind.SAME_AS, wanted.same_as
    if wanted.is_no_finding:
        yield CorrectionKind.NO_FINDING, "not a finding"


@dataclass(frozen=True, slots=True)
class _Writer:
    """Corrections of one mission within one transaction; ``known`` are those in force before it."""

    transaction: Transaction
    project: str
    mission: Mission
    known: Sequence[Correction]
    at: datetime

    def undo_earlier(self, exchange: Exchange, finding: Finding, kind: CorrectionKind) -> int:
        """Undo corrections of this kind that mean the finding by now, and say how many."""
        place = (exchange.stage, exchange.round, finding.key)
        count = 0
        for correction in self.known:
            found = find_anchored(self.mission.exchanges, correction.anchor) if correction.kind is kind else None
            if found and (found.stage, found.round, found.key) == place:
                undo_correction(self.transaction, correction.id, undone_at=self.at)
                count += 1
        return count

    def save(self, exchange: Exchange, finding: Finding, kind: CorrectionKind, value: str, note: str) -> int:
        other = _get_finding(exchange, value).mentions[0] if kind is CorrectionKind.SAME_AS else None
        return save_correction(
            self.transaction,
            kind,
            build_anchor(self.project, self.mission, exchange, finding),
            value,
            created_at=self.at,
            note=note.strip()[:NOTE_LIMIT],
            was=read_field(finding, kind),
            target=(other.path, quote_mention(other)) if other else ("", ""),
        )
