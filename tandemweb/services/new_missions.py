"""Creating missions: where they can be created, what that would write, and doing it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tandemweb.archive.backups import DONE
from tandemweb.archive.changes import Change, ChangeRecord
from tandemweb.archive.changing import apply_planned, finish_cut_off
from tandemweb.archive.creation import (
    DEFAULT_ROOT,
    create_mission,
    find_next_number,
    name_mission,
    open_or_plan_root,
)
from tandemweb.archive.mission_files import RootFiles
from tandemweb.archive.mission_names import EXAMPLES, suggest_names
from tandemweb.archive.tree import join
from tandemweb.domain.intent import MissionIntent, WorkPlace
from tandemweb.domain.mission import ArchiveRoot, Naming, Project
from tandemweb.errors import InvalidRequestError, TandemwebError
from tandemweb.services.intents import save_intent
from tandemweb.services.mission_changes import Preview, describe_change
from tandemweb.services.work_places import prepare_work_place

GOAL_LIMIT = 50_000  # characters


@dataclass(frozen=True, slots=True)
class CreationPlace:
    """Where a mission can be created. ``is_new``: the archive is made with it. ``trouble`` says why it cannot be."""

    project: str  # slug
    project_name: str
    root_path: str
    naming: Naming
    next_name: str  # the number and an example: 004-AddDarkMode
    is_new: bool = False
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class MissionRequest:
    """What a person wants. ``name`` is without its number; ``naming`` counts only where the archive is new."""

    root_path: str
    name: str
    goal: str
    workflow: str
    work_place: WorkPlace = WorkPlace.CHECKOUT
    plan_step: str = ""
    naming: Naming = Naming.PASCAL


def list_places(project: Project, roots: Sequence[ArchiveRoot]) -> tuple[CreationPlace, ...]:
    """List a project's archives; where it has none, the one that would be made."""
    paths = [(root.path, root.naming, False) for root in roots] or [(DEFAULT_ROOT, Naming.PASCAL, True)]
    return tuple(_describe_place(project, path, naming, is_new=is_new) for path, naming, is_new in paths)


def suggest_for(project: Project, wanted: MissionRequest) -> tuple[str, ...]:
    """Suggest names for the goal in the convention of its archive."""
    return suggest_names(wanted.goal, _open(project, wanted).root.naming)


def preview_creation(project: Project, wanted: MissionRequest, *, at: datetime) -> Preview:
    """Say what creating the mission would write. Raises what ``create`` would raise."""
    return describe_change(_plan(project, wanted, at))


def create(
    data_folder: Path, project: Project, wanted: MissionRequest, *, at: datetime
) -> tuple[Project, ChangeRecord]:
    """Create a mission where its work is to be done, and keep what was wanted of it.

    Gives the project that has it now: one of its own for a mission in a work tree of its own. One whose creation was
    cut off a moment ago is finished instead of refused. Raises InvalidRequestError, ConflictError, NotTrustedError,
    ArchiveError; nothing is changed then.
    """
    _check_goal(wanted.goal)
    project = _find_place(data_folder, project, wanted, at)
    finished = finish_cut_off(data_folder, project.path, wanted.root_path)
    record = _find_finished(finished, wanted)
    if record is None:
        record = apply_planned(data_folder, project.path, wanted.root_path, lambda: _plan(project, wanted, at), at=at)
    intent = MissionIntent(wanted.goal.strip(), wanted.workflow, wanted.work_place, at, wanted.plan_step)
    save_intent(data_folder, project.path, record.mission_path, intent)
    return project, record


def _find_place(data_folder: Path, project: Project, wanted: MissionRequest, at: datetime) -> Project:
    if wanted.work_place is WorkPlace.CHECKOUT:
        return project
    name = _plan(project, wanted, at).mission_path.rpartition("/")[2]  # all that it refuses, before a branch is made
    return prepare_work_place(data_folder, project, wanted.work_place, name, wanted.root_path)


def _plan(project: Project, wanted: MissionRequest, at: datetime) -> Change:
    _check_goal(wanted.goal)
    files = _open(project, wanted)
    folder_name = name_mission(find_next_number(files), wanted.name)
    return create_mission(files, at, folder_name=folder_name, project_name=project.name, with_config=True)


def _open(project: Project, wanted: MissionRequest) -> RootFiles:
    return open_or_plan_root(project.path, wanted.root_path, wanted.naming)


def _check_goal(goal: str) -> None:
    if not goal.strip():
        raise InvalidRequestError("The mission needs a goal: say what is to be built, in your own words.")
    if len(goal) > GOAL_LIMIT:
        raise InvalidRequestError(f"The goal is longer than {GOAL_LIMIT:,} characters: put the rest into a file.")


def _describe_place(project: Project, path: str, naming: Naming, *, is_new: bool) -> CreationPlace:
    trouble, next_name, found = "", "", naming
    try:
        files = open_or_plan_root(project.path, path, naming)
        found = files.root.naming
        next_name = name_mission(find_next_number(files), EXAMPLES[found])
        current = files.config.current_mission if files.config_content is not None else None
        if current:
            trouble = f"{current} is its current mission: complete or abandon that one first."
    except TandemwebError as error:
        trouble = str(error)
    return CreationPlace(project.slug, project.name, path, found, next_name, is_new, trouble)


def _find_finished(records: Iterable[ChangeRecord], wanted: MissionRequest) -> ChangeRecord | None:
    """Find the creation of this very mission among the changes that were just brought to their end."""
    for record in records:
        name = record.mission_path.rpartition("/")[2]
        is_this = record.mission_path == join(wanted.root_path, name) and name[4:] == wanted.name
        if record.event == "create-mission" and record.ended == DONE and is_this:
            return record
    return None
