"""One mission as it stands at this moment: its files on disk and the run at work on it, read once for all that ask."""

from dataclasses import dataclass
from pathlib import Path

from tandemweb.archive.mission_files import MissionFiles, open_mission
from tandemweb.domain.mission import Project
from tandemweb.domain.run import Run
from tandemweb.errors import TandemwebError
from tandemweb.services.stages import find_active_run
from tandemweb.store.database import Database


@dataclass(frozen=True, slots=True)
class Standing:
    """``files`` is the mission, or the sentence that says why it cannot be read; ``run`` is at work on it, or waits."""

    files: MissionFiles | str
    run: Run | None = None


def read_standing(data_folder: Path, state: Database, project: Project, mission_path: str) -> Standing:
    """Never raises for what is on disk."""
    run = find_active_run(data_folder, state, project.slug, mission_path)
    try:
        return Standing(open_mission(project.path, mission_path), run)
    except TandemwebError as error:
        return Standing(str(error), run)
