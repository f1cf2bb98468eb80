"""One mission read whole: what the files are (archive) with what they say (analysis)."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tandemweb.domain.mission import ArchiveRoot, Mission

if TYPE_CHECKING:
    from tandemweb.archive.tree import Tree


@dataclass(frozen=True, slots=True)
class MissionReading:
    """A mission with the text of each of its documents, by path relative to the project."""

    mission: Mission
    texts: Mapping[str, str]


def read_mission(project_path: Path, tree: "Tree", root: ArchiveRoot, mission_folder: str) -> MissionReading:
    """Read every file of ``mission_folder`` (relative to the project) and say what it means.

    What could not be read or understood stands in ``mission.problems``; only a vanished project raises.
    """
    raise NotImplementedError
