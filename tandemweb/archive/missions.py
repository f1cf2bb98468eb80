"""The mission folders of an archive root and what their files are."""

from dataclasses import dataclass

from tandemweb.archive.layout import Place
from tandemweb.archive.tree import Tree
from tandemweb.domain.mission import ArchiveRoot, Asset, FileStamp


@dataclass(frozen=True, slots=True)
class MissionFile:
    path: str  # relative to the project
    place: Place
    stamp: FileStamp


@dataclass(frozen=True, slots=True)
class MissionFolder:
    """One mission as it stands on disk, nothing read yet. Paths are relative to the project.

    ``documents`` are text files in reading order, State.json and manifests included; ``number`` is None where the folder is
    not ``NNN-Name``.
    """

    root_path: str
    path: str
    name: str
    number: int | None
    title: str  # the folder name in words
    documents: tuple[MissionFile, ...]
    assets: tuple[Asset, ...]
    state_path: str  # where State.json is, or should be


def list_missions(tree: Tree, root: ArchiveRoot) -> tuple[MissionFolder, ...]:
    """All mission folders of a root by number, then name; folders that are not NNN-Name count when they hold a State.json."""
    raise NotImplementedError


def find_mission(tree: Tree, root: ArchiveRoot, name: str) -> MissionFolder | None:
    """One mission folder by its exact name."""
    raise NotImplementedError


def list_root_files(tree: Tree, root: ArchiveRoot) -> tuple[MissionFile, ...]:
    """The root's own files: Config.json and the context of each role."""
    raise NotImplementedError
