"""What is wrong with a mission or a root, as problems that a person can act on."""

from collections.abc import Mapping, Sequence

from tandemweb.archive.missions import MissionFolder
from tandemweb.archive.state import StateReading
from tandemweb.archive.tree import Tree
from tandemweb.domain.mission import ArchiveRoot
from tandemweb.domain.problem import Problem


def check_mission(mission: MissionFolder, state: StateReading, texts: Mapping[str, str]) -> tuple[Problem, ...]:
    """Everything wrong with one mission, the problems of ``state`` included.

    ``texts`` holds the documents' texts by path (project-relative), for comparing a final document with the last merged
    one; a pair of which one is missing in ``texts`` is not compared. Problems of single files (``FileText.problem``) are
    the caller's to add.
    """
    raise NotImplementedError


def check_root(
    tree: Tree, root: ArchiveRoot, missions: Sequence[MissionFolder], states: Mapping[str, StateReading]
) -> tuple[Problem, ...]:
    """Everything wrong with a root: Config.json, numbers, the current mission, entries that were skipped.

    ``states`` is keyed by the missions' paths.
    """
    raise NotImplementedError
