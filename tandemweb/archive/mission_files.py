"""One mission as it stands on disk at this moment, for planning a change of it."""

import os
import time
from dataclasses import dataclass
from functools import lru_cache

from tandemweb.archive.config import ConfigReading, extract_config
from tandemweb.archive.missions import MissionFolder, find_mission
from tandemweb.archive.opening import open_folder
from tandemweb.archive.reading import extract_text
from tandemweb.archive.roots import find_config_path, read_root
from tandemweb.archive.spelling import respell
from tandemweb.archive.state import StateReading, extract_state
from tandemweb.archive.tree import NO_FOLDER, Tree, join, read_subtree
from tandemweb.archive.writing import read_version
from tandemweb.domain.mission import ArchiveRoot, Author, DocumentKind, MissionState, Naming, Stage
from tandemweb.errors import ArchiveError, NotFoundError

SETTLED_NANOSECONDS = 5 * 10**9  # coarser than the clock of any file system


@dataclass(frozen=True, slots=True)
class RootFiles:
    """An archive root with its Config.json; ``config_content`` is None where there is none."""

    project_path: str
    root: ArchiveRoot
    tree: Tree  # the names in the root itself, nothing below it
    config_path: str
    config_content: bytes | None

    @property
    def config(self) -> ConfigReading:
        return extract_config(extract_text(self.config_content or b"", self.config_path).text, self.config_path)

    @property
    def is_lower_case(self) -> bool:
        """Whether files of fixed names (State.json, Spec.md) are written in lower case here, as Config.json is."""
        return self.config_path.rpartition("/")[2] == "config.json"

    def name_fixed(self, name: str) -> str:
        return name.lower() if self.is_lower_case else name


@dataclass(frozen=True, slots=True)
class MissionFiles:
    """A mission with its State.json as bytes and as values."""

    root_files: RootFiles
    tree: Tree  # the mission's folder
    folder: MissionFolder
    state_content: bytes
    reading: StateReading

    @property
    def state(self) -> MissionState:
        return self.reading.state

    @property
    def project_path(self) -> str:
        return self.root_files.project_path

    @property
    def naming(self) -> Naming:
        return self.root_files.root.naming

    def spell(self, inner: str) -> str:
        """Give the project-relative path of a file of the mission, folders and file spelled as they are there."""
        below = len(self.folder.path) + 1
        existing = [path[below:] for path in (*self.tree.folders, *self.tree.files) if path != self.folder.path]
        return join(self.folder.path, respell(inner, existing))

    def find_fixed(self, name: str) -> str:
        """Give the path of Spec.md or Summary.md, where it is or should be."""
        return self.spell(self.root_files.name_fixed(name))

    def list_missing_folders(self, path: str) -> tuple[str, ...]:
        """List the folders that have to be made for a file, outermost first."""
        folders = []
        parent = path.rpartition("/")[0]
        while parent and parent not in self.tree.folders and parent != self.folder.path:
            folders.append(parent)
            parent = parent.rpartition("/")[0]
        return tuple(reversed(folders))

    def read(self, path: str) -> bytes | None:
        return read_version(self.project_path, path)

    def find_last_plan(self) -> tuple[str, int] | None:
        """Find the last Claude-NN.md of planning and its number."""
        plans = [
            (document.place.step or 0, document.path)
            for document in self.folder.documents
            if document.place.kind is DocumentKind.DISCUSSION
            and document.place.stage is Stage.PLANNING
            and document.place.author is Author.CLAUDE
        ]
        return (max(plans)[1], max(plans)[0]) if plans else None

    def list_numbers(self, kind: DocumentKind) -> tuple[int, ...]:
        """List the numbers of the mission's documents of one kind: rounds, or the own numbers of feedback."""
        places = (document.place for document in self.folder.documents if document.place.kind is kind)
        numbers = (place.step if kind is DocumentKind.FEEDBACK else place.round for place in places)
        return tuple(sorted(number for number in numbers if number is not None))


def open_root(project_path: str, root_path: str) -> RootFiles:
    """Read a root as it is now. Raises NotFoundError, ArchiveError (links are not followed)."""
    with open_folder(project_path, root_path):
        return _read_root(project_path, root_path, read_subtree(project_path, root_path, depth=1))


def _read_root(project_path: str, root_path: str, tree: Tree) -> RootFiles:
    # Folders of the root that were not walked, by name only: the naming convention may have to be guessed from them.
    root = read_root(tree, root_path)
    config_path = find_config_path(tree, root_path) or _find_link(project_path, root_path, "Config.json")
    return RootFiles(project_path, root, tree, config_path, read_version(project_path, config_path))


def _list_root(project_path: str, root_path: str, status: os.stat_result) -> Tree:
    """List a root, which may have thousands of missions, only where names in it came or went since it was listed.

    For naming one mission's files: who makes a mission looks for himself (``open_root``). A change within the clock's
    last ticks might leave the folder's time as it was.
    """
    if time.time_ns() - status.st_mtime_ns < SETTLED_NANOSECONDS:
        return read_subtree(project_path, root_path, depth=1)
    stamp = (status.st_dev, status.st_ino, status.st_mtime_ns, status.st_ctime_ns)
    return _list_settled(project_path, root_path, stamp)


@lru_cache(maxsize=4)
def _list_settled(project_path: str, root_path: str, stamp: tuple[int, ...]) -> Tree:
    del stamp  # tells listings of one root apart
    return read_subtree(project_path, root_path, depth=1)


def open_mission(project_path: str, mission_path: str) -> MissionFiles:
    """Read a mission as it is now.

    Raises NotFoundError where there is none, ArchiveError where State.json is missing, a link, or cannot be understood.
    """
    root_path, _, name = mission_path.rpartition("/")
    with open_folder(project_path, root_path) as descriptor:
        listed = _list_root(project_path, root_path, os.fstat(descriptor))
    root_files = _read_root(project_path, root_path, listed)
    with open_folder(project_path, mission_path):
        tree = read_subtree(project_path, mission_path)
    folder = find_mission(tree, root_files.root, name)
    if folder is None:
        raise NotFoundError(f"{mission_path} is no mission (any more).")
    state_path = folder.state_path if folder.has_state else _find_link(project_path, mission_path, "State.json")
    content = read_version(project_path, state_path)
    if content is None:
        raise ArchiveError(f"{name} has no State.json, so where it stands is unknown and nothing can be changed.")
    reading = extract_state(extract_text(content, state_path).text, state_path)
    if not reading.is_readable:
        raise ArchiveError(f"{reading.problems[0].message} Mend the file first; nothing was written.")
    return MissionFiles(root_files, tree, folder, content, reading)


def list_folder_names(files: RootFiles) -> tuple[str, ...]:
    """List the names of all folders of a root: missions, and what else stands there."""
    return files.tree.folders.get(files.root.path, NO_FOLDER).folders


def list_names(files: RootFiles) -> tuple[str, ...]:
    """List the names of everything that stands in a root, links and special files too."""
    listed = files.tree.folders.get(files.root.path, NO_FOLDER)
    skipped = (entry.path.rpartition("/") for entry in files.tree.skipped)
    return (*listed.folders, *listed.files, *(name for folder, _, name in skipped if folder == files.root.path))


def _find_link(project_path: str, folder_path: str, name: str) -> str:
    """Give the path under which a file stands that the walk left out (a symbolic link), or should stand."""
    names = os.listdir(os.path.join(project_path, folder_path))  # noqa: PTH118, PTH208 names may be surrogates
    return join(folder_path, next((found for found in names if found.casefold() == name.casefold()), name))
