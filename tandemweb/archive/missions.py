"""The mission folders of an archive root and what their files are."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass

from tandemweb.archive.assets import extract_asset, is_asset
from tandemweb.archive.layout import Place, recognise, recognise_root_file
from tandemweb.archive.naming import find_mission_name, split_words
from tandemweb.archive.roots import find_state_path
from tandemweb.archive.tree import NO_FOLDER, Tree, join
from tandemweb.domain.mission import ArchiveRoot, Asset, FileStamp


@dataclass(frozen=True, slots=True)
class MissionFile:
    path: str  # relative to the project
    place: Place
    stamp: FileStamp


@dataclass(frozen=True, slots=True)
class MissionFolder:
    """One mission as it stands on disk, nothing read yet. Paths are relative to the project.

    ``documents`` are text files in reading order, State.json and manifests included; ``number`` is None where the
    folder is not ``NNN-Name``.
    """

    root_path: str
    path: str
    name: str
    number: int | None
    title: str  # the folder name in words
    documents: tuple[MissionFile, ...]
    assets: tuple[Asset, ...]
    state_path: str  # where State.json is, or should be
    has_state: bool


def list_missions(tree: Tree, root: ArchiveRoot) -> tuple[MissionFolder, ...]:
    """List all mission folders of a root by number, then name; one that is not NNN-Name counts with a State.json."""
    names = tree.folders.get(root.path, NO_FOLDER).folders
    missions = (find_mission(tree, root, name) for name in names)
    return tuple(sorted((mission for mission in missions if mission is not None), key=_order))


def find_mission(tree: Tree, root: ArchiveRoot, name: str) -> MissionFolder | None:
    """Find one mission folder by its exact name."""
    path = join(root.path, name)
    if path not in tree.folders or "/" in name:
        return None
    mission_name = find_mission_name(name)
    state_path = find_state_path(tree, path)
    if mission_name is None and state_path is None:
        return None
    documents, assets = _sort_files(tree, path)
    return MissionFolder(
        root_path=root.path,
        path=path,
        name=name,
        number=mission_name.number if mission_name else None,
        title=mission_name.title if mission_name else " ".join(split_words(name)),
        documents=documents,
        assets=assets,
        state_path=state_path or join(path, "State.json"),
        has_state=state_path is not None,
    )


def list_root_files(tree: Tree, root: ArchiveRoot) -> tuple[MissionFile, ...]:
    """List the root's own files: Config.json and the context of each role."""
    names = tree.folders.get(root.path, NO_FOLDER).files
    places = ((join(root.path, name), recognise_root_file(name)) for name in names)
    return tuple(MissionFile(path, place, tree.files[path]) for path, place in places if place is not None)


def _sort_files(tree: Tree, mission_path: str) -> tuple[tuple[MissionFile, ...], tuple[Asset, ...]]:
    documents, assets = [], []
    for path in _list_visible(tree, mission_path):
        inner = path[len(mission_path) + 1 :]
        if is_asset(inner):
            assets.append(extract_asset(path, tree.files[path]))
        else:
            documents.append(MissionFile(path, recognise(inner), tree.files[path]))
    documents.sort(key=lambda document: (document.place.order, document.path))
    return tuple(documents), tuple(assets)


def _list_visible(tree: Tree, mission_path: str) -> Iterator[str]:
    """Files but hidden ones: .gitkeep, .DS_Store and temporary files of writers say nothing to a reader."""
    for path in tree.list_files(mission_path):
        if "/." not in path[len(mission_path) :]:
            yield path


def _order(mission: MissionFolder) -> tuple[int, str]:
    return (sys.maxsize if mission.number is None else mission.number, mission.name)
