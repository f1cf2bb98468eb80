"""Completing a mission: the summary first, then State.json, then Config.json; what was cut off can be finished."""

from dataclasses import dataclass
from datetime import datetime

from tandemweb.archive.changes import Change
from tandemweb.archive.mission_files import MissionFiles
from tandemweb.archive.notes import clean_words
from tandemweb.archive.transitions import build_change, edit_state, list_release_edits, refuse, require_phase
from tandemweb.archive.writing import Edit


@dataclass(frozen=True, slots=True)
class Completion:
    """Which of the steps of completing a mission are done. ``is_begun``: some are, but not all."""

    has_summary: bool
    is_complete: bool
    is_by_user: bool
    is_released: bool  # Config.json does not name it as the current mission

    @property
    def is_finished(self) -> bool:
        return self.has_summary and self.is_complete and self.is_by_user and self.is_released

    @property
    def is_begun(self) -> bool:
        return self.is_complete and not self.is_finished


def read_completion(files: MissionFiles) -> Completion:
    return Completion(
        has_summary=bool(files.read(files.find_fixed("Summary.md"))),
        is_complete=files.state.phase == "complete",
        is_by_user=files.state.completed_by == "user",
        is_released=not list_release_edits(files),
    )


def complete(files: MissionFiles, at: datetime, *, summary: str) -> Change:
    """Close the mission as the user approved it. On one that was closed by half, what is missing is done."""
    require_phase(files, "complete the mission", "user-review", "complete")
    done = read_completion(files)
    path = files.find_fixed("Summary.md")
    before, after = files.read(path), clean_words(summary, "summary").encode()
    edits = [] if before == after else [Edit(path, before, after)]
    if not (done.is_complete and done.is_by_user):
        edits.append(edit_state(files, at, {"phase": "complete", "completedBy": "user"}))
    edits.extend(list_release_edits(files))
    if done.is_finished:
        raise refuse(files, "complete the mission", "it is complete already")
    return build_change(files, "complete", "Mission completed", tuple(edits), {path: before})
