"""What tandemweb finds on this machine, and what to do where something is missing."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tandemweb.domain.mission import Project
from tandemweb.errors import HistoryError, StoreError
from tandemweb.history.invocation import Invocation, find_git
from tandemweb.history.repository import find_repository
from tandemweb.store.connections import IndexMissingError, find_index_fault, open_index_reader
from tandemweb.store.index_projects import ProjectSummary, list_project_summaries
from tandemweb.store.locks import find_lock_holder
from tandemweb.store.paths import INDEX_NAME, STATE_NAME
from tandemweb.store.projects import list_projects
from tandemweb.store.state import find_state_fault, open_state_reader

OLDEST_GIT = (2, 39)
AGENTS = {"claude": "Claude Code", "codex": "Codex"}


class Health(StrEnum):
    FINE = "fine"
    NOTE = "note"  # something optional is missing, or worth knowing
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing looked at: what was found, and what to do about it ("" when nothing)."""

    subject: str
    health: Health
    finding: str
    advice: str = ""


def examine(data_folder: Path) -> tuple[Diagnosis, ...]:
    """Look at git, the agents' command lines, the databases and the registered projects; repairs nothing."""
    return (
        examine_git(),
        *(examine_agent(command, name) for command, name in AGENTS.items()),
        examine_index(data_folder),
        examine_state(data_folder),
        *_examine_projects(data_folder),
    )


def examine_git() -> Diagnosis:
    """Ask git for its version, in an empty folder."""
    try:
        with tempfile.TemporaryDirectory(prefix="tandemweb-") as folder:
            answer = Invocation(Path(folder), Path(folder)).run(["version"]).decode("utf-8", "replace").strip()
        path = find_git()
    except (HistoryError, OSError) as error:
        return Diagnosis("git", Health.WRONG, str(error), "Install git 2.39 or newer; without it no history is shown.")
    found = re.search(r"(\d+)\.(\d+)", answer)
    if not found or (int(found[1]), int(found[2])) < OLDEST_GIT:
        return Diagnosis("git", Health.WRONG, f"{answer} at {path}", "Install git 2.39 or newer.")
    return Diagnosis("git", Health.FINE, f"{answer} at {path}")


def examine_agent(command: str, name: str) -> Diagnosis:
    """Look for an agent's command line; it is not started."""
    folders = [folder for folder in os.get_exec_path() if Path(folder).is_absolute()]
    path = shutil.which(command, path=os.pathsep.join(folders))
    if path is None:
        advice = f"Install {name} to start stages from the browser; reading archives does not need it."
        return Diagnosis(command, Health.NOTE, f"{name} was not found on PATH", advice)
    return Diagnosis(command, Health.FINE, path)


def examine_index(data_folder: Path) -> Diagnosis:
    """Check the whole index file; it can always be made anew."""
    path = data_folder / INDEX_NAME
    try:
        fault = find_index_fault(data_folder)
        if fault:
            advice = "Run: tandemweb index. It is made anew from the archives."
            return Diagnosis("index", Health.WRONG, f"{path} is damaged: {fault}", advice)
        with open_index_reader(data_folder) as index:
            count = sum(project.document_count for project in list_project_summaries(index))
    except IndexMissingError as error:
        return Diagnosis("index", Health.NOTE, str(error), "Run: tandemweb index, or tandemweb serve.")
    except StoreError as error:
        return Diagnosis(
            "index", Health.WRONG, str(error), "Check the rights of the data folder, or set TANDEMWEB_HOME."
        )
    holder = find_lock_holder(data_folder)
    kept = f", kept up to date by process {holder.process_id} {holder.address}".rstrip() if holder else ""
    return Diagnosis("index", Health.FINE, f"{path} ({_size(path)}, {count:,} documents{kept})")


def examine_state(data_folder: Path) -> Diagnosis:
    """Check the file of projects and corrections, which cannot be made anew."""
    path = data_folder / STATE_NAME
    if not path.exists():
        return Diagnosis("state", Health.NOTE, f"{path} is not there yet", "Run: tandemweb serve PATH.")
    try:
        fault = find_state_fault(data_folder)
    except StoreError as error:
        return Diagnosis("state", Health.WRONG, str(error), "Check the disk and the rights of the data folder.")
    if fault:
        advice = f"Put a backup ({path.name}.backup-*) in its place, or move it away to start without projects."
        return Diagnosis("state", Health.WRONG, f"{path} is damaged: {fault}", advice)
    return Diagnosis("state", Health.FINE, f"{path} ({_size(path)})")


def _examine_projects(data_folder: Path) -> Iterator[Diagnosis]:
    if not (data_folder / STATE_NAME).exists():
        return
    try:
        with open_state_reader(data_folder) as state:
            projects = list_projects(state)
    except StoreError as error:
        yield Diagnosis("projects", Health.WRONG, str(error), "Repair the state database first.")
        return
    if not projects:
        yield Diagnosis(
            "projects", Health.NOTE, "No project is registered", "Run: tandemweb serve PATH, or tandemweb demo."
        )
    summaries = _read_summaries(data_folder)
    for project in projects:
        yield examine_project(project, summaries.get(project.slug))


def examine_project(project: Project, summary: ProjectSummary | None) -> Diagnosis:
    """Look whether a registered project is still there and what the index holds of it."""
    subject = f"project {project.slug}"
    folder = Path(project.path)
    if not folder.is_dir():
        advice = "Mount or move it back, or remove the project on the projects page."
        return Diagnosis(subject, Health.WRONG, f"{folder} is not there", advice)
    if not os.access(folder, os.R_OK | os.X_OK):
        return Diagnosis(subject, Health.WRONG, f"{folder} may not be read", f"Run: chmod u+rx {folder}")
    if summary is None or summary.refreshed_at is None:
        return Diagnosis(subject, Health.NOTE, f"{folder} is not indexed yet", "Run: tandemweb index")
    counts = f"{summary.mission_count} missions, {summary.document_count} documents, {summary.commit_count} commits"
    location = find_repository(folder)
    if location and location.problem:
        return Diagnosis(subject, Health.NOTE, f"{folder}: {counts}. {location.problem}", "Its history is not shown.")
    if summary.problem_count:
        advice = "They stand on the problems page: each says what it is and where."
        return Diagnosis(subject, Health.NOTE, f"{folder}: {counts}, {summary.problem_count} problems", advice)
    return Diagnosis(subject, Health.FINE, f"{folder}: {counts}")


def _read_summaries(data_folder: Path) -> dict[str, ProjectSummary]:
    try:
        with open_index_reader(data_folder) as index:
            return {summary.slug: summary for summary in list_project_summaries(index)}
    except StoreError:
        return {}  # said already, of the index


def _size(path: Path) -> str:
    return f"{path.stat().st_size / 1_000_000:,.1f} MB"
