import pytest

from tandemweb.archive.missions import find_mission, list_missions, list_root_files
from tandemweb.archive.roots import find_roots
from tandemweb.archive.tree import read_tree
from tandemweb.domain.mission import DocumentKind

STATE = '{"phase": "planning"}'


def read(project):
    tree = read_tree(str(project))
    (root,) = find_roots(tree)
    return tree, root


def test_missions_come_by_number_and_the_unnumbered_last(write_project):
    names = ("010-Ten", "002-Two", "Loose", "1000-Thousand", "002-Again")
    tree, root = read(write_project({f"TandemKit/{name}/State.json": STATE for name in names}))
    missions = list_missions(tree, root)
    assert [mission.name for mission in missions] == ["002-Again", "002-Two", "010-Ten", "1000-Thousand", "Loose"]
    assert missions[-1].number is None
    assert missions[-1].has_state


def test_folders_without_number_and_state_are_no_missions(write_project):
    files = {"TandemKit/Config.json": "{}", "TandemKit/Templates/Spec.md": "", "TandemKit/003-Empty/.gitkeep": ""}
    tree, root = read(write_project(files))
    (mission,) = list_missions(tree, root)
    assert (mission.name, mission.documents, mission.has_state) == ("003-Empty", (), False)
    assert mission.state_path == "TandemKit/003-Empty/State.json"


def test_hidden_files_are_left_out_and_pictures_are_assets(write_project):
    files = {
        "State.json": STATE,
        ".State.json.tmp123": "",
        ".DS_Store": "",
        ".trash/Spec.md": "",
        "Assets/R01-Gen-Before.png": "",
        "Assets/sub/clip.mov": "",
        "Generator/diagram.svg": "",
        "notes.md": "",
    }
    tree, root = read(write_project({f"TandemKit/001-X/{name}": text for name, text in files.items()}))
    (mission,) = list_missions(tree, root)
    assert [file.path.removeprefix("TandemKit/001-X/") for file in mission.documents] == ["notes.md", "State.json"]
    assert mission.documents[0].place.kind is DocumentKind.OTHER
    assert {asset.slug for asset in mission.assets} == {"Before", "clip", "diagram"}
    assert mission.documents[0].stamp == tree.files["TandemKit/001-X/notes.md"]


def test_one_mission_by_name(write_project):
    tree, root = read(write_project({"TandemKit/001-X/State.json": STATE, "TandemKit/001-X/State.json.d/x": ""}))
    found = find_mission(tree, root, "001-X")
    assert found == list_missions(tree, root)[0]
    for name in ("001-x", "002-Y", "", "..", "001-X/State.json.d"):
        assert find_mission(tree, root, name) is None


@pytest.mark.faults
def test_names_of_any_kind_are_missions(write_project):
    names = ["001-with space", '002-it\'s "quoted"', "003-new\nline", "004-ünï", "005-<script>alert(1)<_script>"]
    names.append("006-" + b"caf\xe9".decode(errors="surrogateescape"))
    tree, root = read(write_project({f"TandemKit/{name}/State.json": STATE for name in names}))
    assert [mission.name for mission in list_missions(tree, root)] == names


def test_files_of_the_root(write_project):
    names = ("Config.json", "Planner.md", "evaluator.md", "README.md", "001-X/State.json")
    tree, root = read(write_project({f"TandemKit/{name}": "{}" for name in names}))
    assert {file.path: file.place.kind for file in list_root_files(tree, root)} == {
        "TandemKit/Config.json": DocumentKind.CONFIG,
        "TandemKit/Planner.md": DocumentKind.CONTEXT,
        "TandemKit/evaluator.md": DocumentKind.CONTEXT,
    }
