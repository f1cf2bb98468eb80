"""A mission's time as git saw it: each commit that touched its folder, with the documents and states it brought."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tandemweb.archive.state import StateReading, extract_state
from tandemweb.domain.commit import Commit, FileChange
from tandemweb.domain.mission import Document, DocumentKind, Mission, MissionState, Project
from tandemweb.errors import HistoryError
from tandemweb.history.contents import read_blobs
from tandemweb.history.opening import open_repository
from tandemweb.history.repository import find_repository
from tandemweb.store.commit_list import CommitRow

STATE_LIMIT = 64 * 1024
WATCHED = (
    "phase",
    "round",
    "verdict",
    "generator_status",
    "evaluator_status",
    "user_feedback_round_count",
    "completed_by",
)


@dataclass(frozen=True, slots=True)
class StateChange:
    """One key of State.json that a commit changed; None where the key had, or got, no value."""

    key: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One commit with what it did in the mission's folder, documents in the order of the protocol.

    ``is_reachable``: some branch or tag still leads to it.
    """

    commit: Commit
    is_reachable: bool
    state_changes: tuple[StateChange, ...]

    @property
    def documents(self) -> tuple[FileChange, ...]:
        """Give the changes of all files but State.json, which ``state_changes`` tells."""
        return tuple(change for change in self.commit.changes if not _is_state(change))


@dataclass(frozen=True, slots=True)
class Timeline:
    """``entries`` are oldest first. ``uncommitted`` are documents that no commit holds yet.

    ``last_readable`` is the newest commit of the branch, or of what leads to it, whose State.json could be read.
    """

    entries: tuple[TimelineEntry, ...] = ()
    uncommitted: tuple[Document, ...] = ()
    last_readable: Commit | None = None


def build_timeline(project: Project, mission: Mission, commits: Sequence[CommitRow], shadows: Path) -> Timeline:
    """Put a mission's commits in their true order (that of the history, not of clocks), by one git process.

    ``commits`` are those of ``list_mission_commits``, newest first.
    Commits that were rewritten stand where their time was; what they did to the state, the others did not build on.
    """
    rows = _insert_rewritten(commits[::-1])
    states = _read_states(project, _state_blobs(rows), shadows)
    ranks = _rank_documents(mission)
    entries = []
    before, last_readable = MissionState(), None
    for row in rows:
        read = next((states[blob] for blob in _state_blobs([row]) if blob in states), None)
        after = read.state if read else before
        if read and read.is_readable and row.is_reachable:
            last_readable = row.commit
        changes = sorted(row.commit.changes, key=lambda change: ranks.get(change.path, len(ranks)))
        commit = replace(row.commit, changes=tuple(changes))
        entries.append(TimelineEntry(commit, row.is_reachable, compare_states(before, after)))
        before = after if row.is_reachable else before
    return Timeline(tuple(entries), _find_uncommitted(mission, rows), last_readable)


def _insert_rewritten(rows: Iterable[CommitRow]) -> list[CommitRow]:
    given = tuple(rows)
    ordered = [row for row in given if row.is_reachable]
    for row in given:
        if not row.is_reachable:
            places = (place for place, other in enumerate(ordered, 1) if _time(other) <= _time(row))
            ordered.insert(max(places, default=0), row)
    return ordered


def _time(row: CommitRow) -> float:
    return row.commit.committed_at.timestamp() if row.commit.committed_at else 0.0


def _rank_documents(mission: Mission) -> Mapping[str, int]:
    """Give each document its place in the mission; by paths alone, Claude-04 would come before Codex-01."""
    exchanges = (document.path for exchange in mission.exchanges for document in exchange.documents)
    return {path: rank for rank, path in enumerate(dict.fromkeys(exchanges))}


def compare_states(before: MissionState, after: MissionState) -> tuple[StateChange, ...]:
    """List what changed; a count that starts at 0 tells nothing."""
    pairs = ((key, _shown(getattr(before, key)), _shown(getattr(after, key))) for key in WATCHED)
    return tuple(StateChange(key, old, new) for key, old, new in pairs if old != new and (old, new) != (None, "0"))


def _shown(value: object) -> str | None:
    return None if value is None else str(value)


def _state_blobs(rows: Iterable[CommitRow]) -> list[str]:
    return [change.blob for row in rows for change in row.commit.changes if change.blob and _is_state(change)]


def _is_state(change: FileChange) -> bool:
    return change.path.rpartition("/")[2].lower() == "state.json"


def _read_states(project: Project, blobs: list[str], shadows: Path) -> Mapping[str, StateReading]:
    location = find_repository(Path(project.path)) if blobs else None
    if location is None:
        return {}
    try:
        with open_repository(location, shadows) as repository:
            found = read_blobs(repository, blobs, limit=STATE_LIMIT)
            return {blob.oid: extract_state(blob.data.decode("utf-8", "replace"), "State.json") for blob in found}
    except HistoryError:
        return {}  # the repository went away since it was indexed; its commits are still known


def _find_uncommitted(mission: Mission, rows: Iterable[CommitRow]) -> tuple[Document, ...]:
    committed = {change.path for row in rows for change in row.commit.changes}
    if not committed:
        return ()
    return tuple(d for d in mission.documents if d.path not in committed and d.kind is not DocumentKind.STATE)
