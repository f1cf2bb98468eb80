import json

import pytest

from tandemweb.archive.roots import find_roots
from tandemweb.archive.tree import read_tree
from tandemweb.domain.mission import Naming

CONFIG = '{"currentMission": null, "nextMissionNumber": 1}'
STATE = '{"phase": "planning"}'


def roots_of(project):
    return find_roots(read_tree(str(project)))


def paths_of(project):
    return [root.path for root in roots_of(project)]


@pytest.mark.parametrize("name", ["TandemKit", "tandem-kit", "TANDEMKIT", "tandem_kit", "HarnessKit", "harness-kit"])
def test_roots_by_name(write_project, name):
    project = write_project({f"{name}/Config.json": CONFIG, f"a/b/{name}/001-X/Notes.md": ""})
    assert paths_of(project) == sorted([name, f"a/b/{name}"])


@pytest.mark.parametrize(
    "files",
    [
        {"missions/001-X/State.json": STATE},
        {"missions/001_x/state.json": STATE},
        {"missions/001-X/Planner-Discussion/Claude-01.md": "", "missions/001-X/Spec.md": ""},
        {"missions/001-X/Gen/Round-001.md": "", "missions/001-X/Eval/Round-001.md": ""},
        {"missions/config.json": CONFIG},
        {"missions/001-X/State.json/x": ""},
    ],
)
def test_roots_of_any_name_by_their_content(write_project, files):
    assert paths_of(write_project(files)) == ["missions"]


@pytest.mark.parametrize(
    "files",
    [
        {"tandemkit/generator.py": "", "tandemkit/cli/__main__.py": ""},
        {"app/config.json": '{"theme": "dark"}'},
        {"app/config.json": "{broken"},
        {"app/config.json": '["currentMission"]'},
        {"migrations/001-init/assets/x.png": "", "migrations/001-init/up.sql": ""},
        {"docs/001-intro/Spec.md": ""},
        {"app/state.json": STATE},
        {"TandemKit/.gitkeep": ""},
    ],
)
def test_other_folders_are_no_roots(write_project, files):
    assert paths_of(write_project(files)) == []


def test_a_copy_inside_a_mission_is_no_root(write_project):
    project = write_project(
        {
            "TandemKit/001-X/State.json": STATE,
            "TandemKit/001-X/Assets/TandemKit/Config.json": CONFIG,
            "TandemKit/002-Y/Assets/deep/missions/001-Z/State.json": STATE,
            "TandemKit/Old/State.json": STATE,
            "TandemKit/Old/TandemKit/Config.json": CONFIG,
        }
    )
    assert paths_of(project) == ["TandemKit"]


def test_the_project_itself_may_be_the_root(write_project):
    project = write_project({"Config.json": CONFIG, "001-X/State.json": STATE})
    (root,) = roots_of(project)
    assert (root.path, root.slug) == ("", "archive")


def test_slugs_are_unique_and_fit_into_addresses(write_project):
    project = write_project({f"{name}/TandemKit/Config.json": CONFIG for name in ("A b", "a-b", "ü/x", ".", "a_b")})
    roots = roots_of(project)
    assert {root.path: root.slug for root in roots} == {
        "TandemKit": "tandemkit",
        "A b/TandemKit": "a-b-tandemkit",
        "a-b/TandemKit": "a-b-tandemkit-2",
        "a_b/TandemKit": "a-b-tandemkit-3",
        "ü/x/TandemKit": "x-tandemkit",
    }


def test_a_slug_does_not_run_into_a_numbered_name(write_project):
    names = ("a/TandemKit", "a-tandemkit", "a/TandemKit-2", "a-tandemkit/2")
    project = write_project({f"{name}/001-X/State.json": STATE for name in names})
    slugs = [root.slug for root in roots_of(project)]
    assert len(set(slugs)) == 4


def test_what_config_says_is_in_the_root(write_project):
    config = {"currentMission": "001-X", "nextMissionNumber": 2, "projectName": "p", "namingConvention": "snake_case"}
    (root,) = roots_of(write_project({"TandemKit/Config.json": json.dumps(config)}))
    assert (root.current_mission, root.next_mission_number, root.project_name) == ("001-X", 2, "p")
    assert root.naming is Naming.SNAKE
    assert root.config == config


@pytest.mark.parametrize(
    ("folders", "naming"),
    [
        (["001-add-dark", "002-fix-it", "003-AddLight"], Naming.KEBAB),
        (["001-addDark"], Naming.CAMEL),
        (["001-search"], Naming.PASCAL),
        ([], Naming.PASCAL),
    ],
)
def test_naming_is_guessed_from_the_missions_without_config(write_project, folders, naming):
    files = {f"TandemKit/{folder}/State.json": STATE for folder in folders}
    (root,) = roots_of(write_project(files | {"TandemKit/Planner.md": ""}))
    assert root.naming is naming
