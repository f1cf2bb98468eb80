"""What the archive layer says of a project, as JSON values: compared with those beside a golden archive."""

from pathlib import Path
from typing import Any

from tandemweb.archive.checks import check_mission, check_root
from tandemweb.archive.manifests import read_manifest
from tandemweb.archive.missions import MissionFile, MissionFolder, list_missions
from tandemweb.archive.reading import read_text
from tandemweb.archive.roots import find_roots
from tandemweb.archive.state import StateReading, read_state
from tandemweb.archive.tree import Tree, read_tree
from tandemweb.domain.mission import ArchiveRoot, DocumentKind


def describe_project(project: Path) -> dict[str, Any]:
    tree = read_tree(str(project))
    return {root.path: describe_root(tree, root) for root in find_roots(tree)}


def describe_root(tree: Tree, root: ArchiveRoot) -> dict[str, Any]:
    missions = list_missions(tree, root)
    states = {mission.path: read_state(tree.project_path, mission.state_path) for mission in missions}
    return {
        "slug": root.slug,
        "naming": root.naming.value,
        "current_mission": root.current_mission,
        "next_mission_number": root.next_mission_number,
        "problems": [f"{p.code} {p.path}:{p.line or ''}" for p in check_root(tree, root, missions, states)],
        "missions": {m.name: describe_mission(tree.project_path, m, states[m.path]) for m in missions},
    }


def describe_mission(project_path: str, mission: MissionFolder, state: StateReading) -> dict[str, Any]:
    texts = {file.path: read_text(project_path, file.path).text for file in mission.documents}
    manifests = [file.path for file in mission.documents if file.place.kind is DocumentKind.MANIFEST]
    return {
        "number": mission.number,
        "title": mission.title,
        "state": [state.state.phase, state.state.round, state.state.verdict],
        "documents": [describe_file(mission, file) for file in mission.documents],
        "assets": [[asset.round, asset.made_by, asset.slug, asset.locale] for asset in mission.assets],
        "changed_files": [path for manifest in manifests for path in read_manifest(project_path, manifest).paths],
        "problems": [
            f"{problem.code} {problem.path.removeprefix(mission.path + '/')}:{problem.line or ''}"
            for problem in check_mission(mission, state, texts)
        ],
    }


def describe_file(mission: MissionFolder, file: MissionFile) -> str:
    place = file.place
    values = (place.kind, place.author, place.role, place.stage, place.round, place.step)
    return (
        f"{file.path[len(mission.path) + 1 :]} = {' '.join('-' if value is None else str(value) for value in values)}"
    )
