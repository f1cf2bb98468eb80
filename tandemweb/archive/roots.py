"""Which folders of a tree are archive roots."""

import re
from collections import Counter
from collections.abc import Iterator

from tandemweb.archive.config import MARKER_KEYS, ConfigReading, read_config
from tandemweb.archive.layout import is_mission_subfolder, recognise_root_file
from tandemweb.archive.naming import ROOT_NAMES, find_mission_name, find_naming, fold_name
from tandemweb.archive.tree import NO_FOLDER, Folder, Tree, join
from tandemweb.domain.mission import ArchiveRoot, Naming

STATE_NAME = "state.json"  # folded


def find_roots(tree: Tree) -> tuple[ArchiveRoot, ...]:
    """Find all archive roots by path, with what their Config.json says (its problems: ``checks.check_root``).

    Reads one Config.json per root. ``slug`` is unique in the project: lower-case letters, digits, hyphens.
    """
    paths = _without_copies(tree, sorted(path for path in tree.folders if _is_root(tree, path)))
    slugs = _name_slugs(paths)
    return tuple(read_root(tree, path, slug) for path, slug in zip(paths, slugs, strict=True))


def read_root(tree: Tree, path: str, slug: str = "") -> ArchiveRoot:
    """Read what the Config.json of one root says; the root need not have one."""
    config_path = find_config_path(tree, path)
    config = read_config(tree.project_path, config_path) if config_path else ConfigReading("", is_readable=False)
    return ArchiveRoot(
        path=path,
        slug=slug,
        naming=config.naming or _guess_naming(tree.folders[path]),
        project_name=config.project_name,
        current_mission=config.current_mission,
        next_mission_number=config.next_mission_number,
        config=config.values,
    )


def find_config_path(tree: Tree, root_path: str) -> str | None:
    """Path of a root's Config.json (file or, broken, folder), in whatever case it is written."""
    return _find_named(tree, root_path, "config.json")


def find_state_path(tree: Tree, folder_path: str) -> str | None:
    """Path of a mission's State.json (file or, broken, folder), in whatever case it is written."""
    return _find_named(tree, folder_path, STATE_NAME)


def _find_named(tree: Tree, folder_path: str, folded: str) -> str | None:
    folder = tree.folders.get(folder_path, NO_FOLDER)
    names = (name for name in (*folder.files, *folder.folders) if fold_name(name) == folded)
    return next((join(folder_path, name) for name in names), None)


def _is_root(tree: Tree, path: str) -> bool:
    folder = tree.folders[path]
    name = (path or tree.project_path).rpartition("/")[2]
    if fold_name(name) in ROOT_NAMES:
        return _has_root_content(tree, path, folder)
    return any(_is_mission(tree, join(path, name)) for name in folder.folders) or _has_marked_config(tree, path, folder)


def _has_root_content(tree: Tree, path: str, folder: Folder) -> bool:
    """Tell an archive from, say, a Python package that is called tandemkit."""
    return (
        any(recognise_root_file(name) for name in (*folder.files, *folder.folders))
        or any(find_mission_name(name) for name in folder.folders)
        or any(find_state_path(tree, join(path, name)) for name in folder.folders)
    )


def _is_mission(tree: Tree, path: str) -> bool:
    """Whether a folder of any root's is surely a mission: NNN-Name, with State.json or two of its sub-folders."""
    if find_mission_name(path.rpartition("/")[2]) is None:
        return False
    below = tree.folders.get(path, NO_FOLDER)
    known = sum(is_mission_subfolder(name) for name in below.folders)
    return known >= 2 or find_state_path(tree, path) is not None or _has_spec_and(below, known)


def _has_spec_and(folder: Folder, known_count: int) -> bool:
    return known_count > 0 and any(fold_name(name) == "spec.md" for name in folder.files)


def _has_marked_config(tree: Tree, path: str, folder: Folder) -> bool:
    """Whether there is a Config.json with TandemKit's keys; other tools have a config.json too."""
    names = [name for name in folder.files if fold_name(name) == "config.json"]
    return any(
        any(key in read_config(tree.project_path, join(path, name)).values for key in MARKER_KEYS) for name in names
    )


def _without_copies(tree: Tree, paths: list[str]) -> list[str]:
    """Drop what stands inside a mission of another root: a copy, a fixture or an example, not an archive."""
    missions = {
        join(path, name)
        for path in paths
        for name in tree.folders[path].folders
        if find_mission_name(name) or find_state_path(tree, join(path, name))
    }
    return [path for path in paths if missions.isdisjoint(_ancestors(path))]


def _ancestors(path: str) -> Iterator[str]:
    """List the path itself and every folder above it, the top excepted."""
    while path:
        yield path
        path = path.rpartition("/")[0]


def _name_slugs(paths: list[str]) -> list[str]:
    taken: Counter[str] = Counter()
    slugs = []
    for path in paths:
        plain = re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-") or "archive"
        slug = plain
        while taken[slug]:
            taken[plain] += 1
            slug = f"{plain}-{taken[plain]}"
        taken[slug] += 1
        slugs.append(slug)
    return slugs


def _guess_naming(folder: Folder) -> Naming:
    """Find the convention that most mission names show; PascalCase, the default, where none does."""
    numbered = (name for name in folder.folders if find_mission_name(name))
    shown = Counter(find_naming(re.sub(r"^[0-9]+[-_ ]", "", name)) for name in numbered)
    del shown[None]
    return shown.most_common(1)[0][0] or Naming.PASCAL if shown else Naming.PASCAL
