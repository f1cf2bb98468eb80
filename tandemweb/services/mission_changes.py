"""Events of missions: shown as differences before they are written, written, listed, and undone.

Pages and the driver of runs use the same verbs. An event is one of the functions of ``archive.transitions``,
``archive.approval``, ``archive.notes`` and ``archive.completion`` with its own arguments bound::

    apply_event(place, partial(start_generation, round_number=2), at=now, made_by="run 20261128-181500-3f9a1c")
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from tandemweb.archive.backups import DONE, get_record, list_cut_off, list_records, read_versions
from tandemweb.archive.changes import Change, ChangeRecord, check_shown, compare_change
from tandemweb.archive.changing import apply_planned, finish_cut_off, plan_undo
from tandemweb.archive.conflicts import compare_versions
from tandemweb.archive.mission_files import MissionFiles, open_mission
from tandemweb.domain.difference import FileDifference
from tandemweb.errors import NotFoundError, TandemwebError
from tandemweb.services.changes import document_topic, mission_topic, project_topic
from tandemweb.services.shown_files import Shown

Event = Callable[[MissionFiles, datetime], Change]
USER = "user"
SHOWN_CHANGES = 20

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class MissionOnDisk:
    """Where a mission is: the data folder, the project's absolute path, the mission's path within the project."""

    data_folder: Path
    project_path: str
    mission_path: str

    @property
    def root_path(self) -> str:
        return self.mission_path.rpartition("/")[0]


@dataclass(frozen=True, slots=True)
class Preview:
    """What an event would do to each file."""

    title: str
    files: tuple[FileDifference, ...]
    new_folders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RecentChange:
    """A change that was made here. ``is_undone``: another one took it back."""

    record: ChangeRecord
    is_undone: bool

    @property
    def can_undo(self) -> bool:
        return self.record.ended == DONE and not self.is_undone


def preview_event(place: MissionOnDisk, event: Event, *, at: datetime, shown: Shown | None = None) -> Preview:
    """Say what an event would write. Raises what ``apply_event`` would raise."""
    return describe_change(_plan(place, event, at, shown))


def apply_event(
    place: MissionOnDisk, event: Event, *, at: datetime, shown: Shown | None = None, made_by: str = USER
) -> ChangeRecord:
    """Write an event.

    Without ``shown`` the event is planned from the files as they are. With it, a file that is not as it was shown any
    more raises ChangedMeanwhileError. Raises ConflictError where the event does not fit, InvalidRequestError,
    NotFoundError, ArchiveError; nothing is changed then.
    """

    def plan() -> Change:
        return _plan(place, event, at, shown)

    return apply_planned(place.data_folder, place.project_path, place.root_path, plan, at=at, made_by=made_by)


def finish_all_cut_off(data_folder: Path) -> None:
    """Bring to their end all changes that a killed process left half written, in every project that is there."""
    for record in list_cut_off(data_folder):
        if not Path(record.project_path).is_dir():
            continue
        try:
            for ended in finish_cut_off(data_folder, record.project_path, record.root_path):
                log.warning("“%s” of %s was cut off; it is %s now.", ended.title, ended.mission_path, ended.ended)
        except TandemwebError as error:
            log.warning("“%s” of %s was cut off: %s", record.title, record.mission_path, error)


def describe_change(change: Change) -> Preview:
    return Preview(change.title, compare_change(change), change.new_folders)


def get_change(place: MissionOnDisk, change_id: str) -> RecentChange:
    """Raise NotFoundError for a change of another mission."""
    record = get_record(place.data_folder, place.project_path, place.root_path, change_id)
    if record.mission_path != place.mission_path:
        raise NotFoundError(f"There is no change {change_id} of this mission.")
    return next(change for change in list_changes(place, limit=None) if change.record.id == record.id)


def list_changes(place: MissionOnDisk, *, limit: int | None = SHOWN_CHANGES) -> tuple[RecentChange, ...]:
    """List the changes of a mission that were made here, latest first."""
    found: list[RecentChange] = []
    undone: set[str] = set()
    records = list_records(place.data_folder, place.project_path, place.root_path, place.mission_path)
    for record in islice(records, limit):
        found.append(RecentChange(record, record.id in undone))
        if record.undoes and record.ended == DONE:
            undone.add(record.undoes)
    return tuple(found)


def compare_record(place: MissionOnDisk, record: ChangeRecord) -> tuple[FileDifference, ...]:
    """Say what a change wrote, from the versions that were kept. Raises ArchiveError where these are lost."""
    return tuple(
        compare_versions(file.path, *read_versions(place.data_folder, record, number))
        for number, file in enumerate(record.files, start=1)
    )


def preview_undo(place: MissionOnDisk, change_id: str) -> Preview:
    """Say what undoing a change would write. Raises ConflictError where it is undone, or a file was changed since."""
    get_change(place, change_id)
    return describe_change(plan_undo(place.data_folder, place.project_path, place.root_path, change_id))


def undo_change(place: MissionOnDisk, change_id: str, *, at: datetime, made_by: str = USER) -> ChangeRecord:
    """Take a change back. Raises ConflictError where it is undone already, or a file was changed since."""
    get_change(place, change_id)

    def plan() -> Change:
        return plan_undo(place.data_folder, place.project_path, place.root_path, change_id)

    return apply_planned(place.data_folder, place.project_path, place.root_path, plan, at=at, made_by=made_by)


def list_topics(project: str, root: str, mission: str, record: ChangeRecord) -> frozenset[str]:
    """Name what open pages have to hear of after a change; the arguments are the slugs and name of the mission."""
    documents = (document_topic(project, file.path) for file in record.files)
    return frozenset((project_topic(project), mission_topic(project, root, mission), *documents))


def _plan(place: MissionOnDisk, event: Event, at: datetime, shown: Shown | None) -> Change:
    change = event(open_mission(place.project_path, place.mission_path), at)
    if shown is not None:
        check_shown(change, shown.hashes, shown.contents)
    return change
