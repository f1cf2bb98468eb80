"""Refreshing only what a few touched paths belong to, without walking the project."""

import os
import time
from collections.abc import Collection
from dataclasses import dataclass

from tandemweb.archive.missions import find_mission
from tandemweb.archive.others import list_candidates
from tandemweb.archive.tree import Folder, Tree, join, read_tree
from tandemweb.domain.mission import ArchiveRoot, Project
from tandemweb.services.changes import document_topic, mission_topic, project_topic
from tandemweb.services.index_missions import save_prepared
from tandemweb.services.indexing import Refresh
from tandemweb.services.prepared import prepare_mission
from tandemweb.services.reading import MissionReading, read_mission
from tandemweb.services.survey import NO_STAMP, PROJECT, sort_touched
from tandemweb.store.connections import IndexWriter
from tandemweb.store.files import delete_known_files, forget_stamp
from tandemweb.store.index_projects import list_roots
from tandemweb.store.missions import list_mission_paths


@dataclass(frozen=True, slots=True)
class TouchedMission:
    """A mission read again because of some of its paths, with the part of the tree that holds it."""

    reading: MissionReading
    tree: Tree
    paths: frozenset[str]


def refresh_paths(index: IndexWriter, project: Project, paths: Collection[str]) -> Refresh | None:
    """Read the missions that the touched ``paths`` (relative to the project) belong to.

    None when that is not enough and the whole project has to be looked at: a mission came or went, a file beside the
    missions changed, or a document outside an archive.
    """
    start = time.monotonic()
    with index.transaction() as transaction:
        roots = {root.path: root for root in list_roots(transaction, project.slug)}
        stored = list_mission_paths(transaction, project.slug)
    touched = sort_touched(paths, roots.values())
    if touched.root_files or _concerns_documents(project, touched.others, tuple(roots.values())):
        return None
    missions = []
    for (root_path, name), members in touched.missions.items():
        mission = _read_touched(project, roots[root_path], name, members)
        if mission is None or join(root_path, name) not in stored:
            return None
        missions.append(mission)
    for mission in missions:
        _save(index, project, mission)
    topics = {project_topic(project.slug)} if missions else set()
    for mission in missions:
        found = mission.reading.mission
        topics.add(mission_topic(project.slug, found.root.slug, found.name))
        topics |= {document_topic(project.slug, path) for path in mission.paths}
    return Refresh(project.slug, frozenset(topics), len(missions), seconds=time.monotonic() - start)


def read_folder(project_path: str, folder: str) -> Tree:
    """Walk one folder of a project as part of its tree."""
    tree = read_tree(os.path.join(project_path, folder))  # noqa: PTH118 - names that are not UTF-8 stay as they are
    return Tree(
        project_path=project_path,
        files={join(folder, path): stamp for path, stamp in tree.files.items()},
        folders={join(folder, path) if path else folder: listed for path, listed in tree.folders.items()},
        skipped=(),
    )


def _concerns_documents(project: Project, paths: Collection[str], roots: tuple[ArchiveRoot, ...]) -> bool:
    """Whether paths outside the archives may be documents or folders of them."""
    tree = Tree(project.path, dict.fromkeys(paths, NO_STAMP), {"": Folder((), ())}, ())
    if list_candidates(tree, roots):
        return True
    return any(os.path.isdir(os.path.join(project.path, path)) for path in paths)  # noqa: PTH112, PTH118 - as above


def _read_touched(project: Project, root: ArchiveRoot, name: str, paths: frozenset[str]) -> TouchedMission | None:
    folder = join(root.path, name)
    if os.path.islink(os.path.join(project.path, folder)):  # noqa: PTH114, PTH118 - as above
        return None
    tree = read_folder(project.path, folder)
    found = find_mission(tree, root, name)
    return TouchedMission(read_mission(project.path, root, found), tree, paths) if found else None


def _save(index: IndexWriter, project: Project, mission: TouchedMission) -> None:
    prepared = prepare_mission(mission.reading)
    with index.transaction() as transaction:
        save_prepared(transaction, project, prepared, mission.paths, mission.tree.files)
        delete_known_files(transaction, project.slug, mission.paths - mission.tree.files.keys())
        if any(path.lower().endswith(".json") for path in mission.paths):
            # The checks of the whole archive look at states: they are due, whoever makes them.
            delete_known_files(transaction, project.slug, [PROJECT])
        else:
            forget_stamp(transaction, project.slug, PROJECT)
