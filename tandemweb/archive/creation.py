"""Creating a mission as the protocol does: its folder and State.json, and Config.json of its root, all or nothing."""

import re
from datetime import datetime

from tandemweb.archive.changes import Change
from tandemweb.archive.json_edits import set_keys, write_object
from tandemweb.archive.mission_files import RootFiles, list_folder_names, list_names, open_root
from tandemweb.archive.mission_names import check_name
from tandemweb.archive.naming import find_mission_name, fold_name
from tandemweb.archive.spelling import name_assets, name_planning_folder
from tandemweb.archive.transitions import write_time
from tandemweb.archive.tree import Tree, join
from tandemweb.archive.writing import Edit
from tandemweb.domain.mission import ArchiveRoot, Naming
from tandemweb.errors import ConflictError, InvalidRequestError, NotFoundError

DEFAULT_ROOT = "TandemKit"
LARGEST_NUMBER = 999  # three digits


class RefusedCreationError(ConflictError):
    """The archive does not take another mission of this number just now."""


def find_next_number(files: RootFiles) -> int:
    """Give the number of the next mission: Config.json's, else the one after the highest."""
    highest = max((number for number, _ in _list_numbers(files)), default=0)
    return files.config.next_mission_number or highest + 1


def name_mission(number: int, name: str) -> str:
    return f"{number:03d}-{name}"


def open_or_plan_root(project_path: str, root_path: str, naming: Naming) -> RootFiles:
    """Read a root, or give an empty one where there is none yet: it is made with its first mission."""
    try:
        return open_root(project_path, root_path)
    except NotFoundError:
        root = ArchiveRoot(path=root_path, slug="", naming=naming)
        tree = Tree(project_path, files={}, folders={}, skipped=())
        return RootFiles(project_path, root, tree, join(root_path, "Config.json"), None)


def create_mission(
    files: RootFiles, at: datetime, *, folder_name: str, project_name: str = "", with_config: bool = False
) -> Change:
    """Plan a mission of the given folder name (``003-AddDarkMode``).

    ``with_config``: make the root and its Config.json where they are missing, which is refused otherwise. Raises
    InvalidRequestError for a name that cannot be, RefusedCreationError where the archive does not take a mission.
    """
    if files.config_content is None and not with_config:
        where = files.root.path or "The archive"
        raise RefusedCreationError(
            f"{where} has no Config.json, which numbers the missions: let it be created as well."
        )
    _check_current(files)
    number = _check_number(files, folder_name)
    check_name(folder_name[4:], files.root.naming)
    path = join(files.root.path, folder_name)
    if fold_name(folder_name) in {fold_name(name) for name in list_names(files)}:
        raise RefusedCreationError(f"{path} exists already; choose another name.")
    inner = (name_planning_folder(files.root.naming), name_assets(files.root.naming))
    root_folders = _list_missing_root_folders(files)
    edits = (
        Edit(join(path, files.name_fixed("State.json")), None, write_object(_first_state(at))),
        _config_edit(files, folder_name, number, project_name),
    )
    return Change(
        event="create-mission",
        title="Mission created",
        root_path=files.root.path,
        mission_path=path,
        edits=edits,
        new_folders=(*root_folders, path, *(join(path, name) for name in inner)),
    )


def _check_current(files: RootFiles) -> None:
    config = files.config
    if files.config_content is not None and not config.is_readable:
        raise RefusedCreationError(f"{config.problems[0].message} Mend the file first.")
    if config.current_mission:
        message = f"{config.current_mission} is the current mission of {files.root.path or 'this archive'}"
        raise RefusedCreationError(f"{message}; complete or abandon it before another one is created.")


def _check_number(files: RootFiles, folder_name: str) -> int:
    number = find_next_number(files)
    match = re.fullmatch(r"([0-9]*)-?.*", folder_name, re.DOTALL)
    given = match[1] if match else ""
    if number > LARGEST_NUMBER:
        raise RefusedCreationError(f"The next number is {number}, but missions have three digits.")
    if not folder_name.startswith(f"{number:03d}-") or given != f"{number:03d}":
        message = f"The mission's folder has to begin with {number:03d}- (nextMissionNumber in Config.json)"
        raise InvalidRequestError(f"{message}; {folder_name[:60]!r} does not.")
    taken = [name for used, name in _list_numbers(files) if used == number]
    if taken:
        following = max(used for used, _ in _list_numbers(files)) + 1
        message = f"The number {number:03d} is taken by {taken[0]}, and numbers are never used twice"
        raise RefusedCreationError(f"{message}: set nextMissionNumber in {files.config_path} to {following}.")
    return number


def _list_numbers(files: RootFiles) -> list[tuple[int, str]]:
    found = ((find_mission_name(name), name) for name in list_folder_names(files))
    return [(mission.number, name) for mission, name in found if mission is not None]


def _list_missing_root_folders(files: RootFiles) -> tuple[str, ...]:
    """List the folders down to a root that is not there yet; one that is needs none."""
    if files.root.path in files.tree.folders or not files.root.path:
        return ()
    parts = files.root.path.split("/")
    return tuple("/".join(parts[: count + 1]) for count in range(len(parts)))


def _first_state(at: datetime) -> dict[str, object]:
    now = write_time(at)
    return {
        "phase": "planning",
        "round": 0,
        "generatorStatus": None,
        "evaluatorStatus": None,
        "verdict": None,
        "userFeedbackRounds": 0,
        "started": now,
        "updated": now,
    }


def _config_edit(files: RootFiles, folder_name: str, number: int, project_name: str) -> Edit:
    values = {"currentMission": folder_name, "nextMissionNumber": number + 1}
    if files.config_content is not None:
        return Edit(files.config_path, files.config_content, set_keys(files.config_content, values, files.config_path))
    first = {
        **values,
        "projectName": project_name,
        "namingConvention": files.root.naming.value,
        "git": {"tandemKitCommit": "all"},
        "evaluation": {"scope": ["code"], "tools": []},
        "codex": {"effort": "high"},
    }
    return Edit(files.config_path, None, write_object(first))
