"""Approving a spec: not while a run is still at work on the plan, which would change it, or the phase, afterwards."""

from datetime import datetime

from tandemweb.archive.approval import approve_spec
from tandemweb.archive.changes import Change, ChangeRecord
from tandemweb.archive.mission_files import MissionFiles
from tandemweb.errors import ConflictError
from tandemweb.services.mission_changes import Event, MissionOnDisk, apply_event
from tandemweb.services.shown_files import Shown
from tandemweb.services.stages import find_active_run, lock_starts
from tandemweb.store.state import open_state_reader


def prepare_approval(place: MissionOnDisk, project: str, text: str | None = None) -> Event:
    """Give the event that approves the last plan, or ``text``; it raises ConflictError while a run is at work."""

    def approve(files: MissionFiles, at: datetime) -> Change:
        change = approve_spec(files, at, text=text)
        with open_state_reader(place.data_folder) as state:
            run = find_active_run(place.data_folder, state, project, place.mission_path)
        if run is not None:
            raise ConflictError("A run is still at work on the plan; wait for its end, or stop it, then approve it.")
        return change

    return approve


def apply_alone(place: MissionOnDisk, project: str, event: Event, *, at: datetime, shown: Shown) -> ChangeRecord:
    """Write an event while no run of the mission can begin; see ``apply_event``."""
    with lock_starts(place.data_folder, project, place.mission_path):
        return apply_event(place, event, at=at, shown=shown)
