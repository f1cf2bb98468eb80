import json

import pytest

from archive.missions_on_disk import AT, NAMES, WRITTEN_AT, Archive
from tandemweb.archive.changing import apply_change, plan_undo
from tandemweb.archive.conflicts import ChangedMeanwhileError
from tandemweb.archive.creation import RefusedCreationError, create_mission, find_next_number, open_or_plan_root
from tandemweb.archive.mission_files import open_root
from tandemweb.archive.mission_names import check_name, suggest_names
from tandemweb.domain.mission import Naming
from tandemweb.errors import InvalidRequestError

STATE = f"""{{
  "phase": "planning",
  "round": 0,
  "generatorStatus": null,
  "evaluatorStatus": null,
  "verdict": null,
  "userFeedbackRounds": 0,
  "started": "{WRITTEN_AT}",
  "updated": "{WRITTEN_AT}"
}}
""".encode()


def create(archive: Archive, name: str, **more):
    files = open_root(str(archive.project), "TandemKit")
    return apply_change(archive.data, str(archive.project), create_mission(files, AT, folder_name=name, **more), at=AT)


def test_a_mission_is_what_the_protocol_makes(archive: Archive):
    was = archive.snapshot()
    create(archive, archive.name)
    now = archive.snapshot()
    assert now == {
        "Config.json": was["Config.json"]
        .replace(b'"currentMission": null', f'"currentMission": "{archive.name}"'.encode())
        .replace(b'"nextMissionNumber": 1', b'"nextMissionNumber": 2'),
        archive.name: None,
        f"{archive.name}/State.json": STATE,
        f"{archive.name}/{archive.spell('planning')}": None,
        f"{archive.name}/{archive.spell('assets')}": None,
    }


def test_creating_a_mission_can_be_undone(archive: Archive):
    was = archive.snapshot()
    done = create(archive, archive.name)
    change = plan_undo(archive.data, str(archive.project), "TandemKit", done.id)
    apply_change(archive.data, str(archive.project), change, at=AT)
    assert archive.snapshot() == was


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("002-AddDarkMode", "begin with 001-"),
        ("1-AddDarkMode", "begin with 001-"),
        ("0001-AddDarkMode", "begin with 001-"),
        ("AddDarkMode", "begin with 001-"),
        ("001AddDarkMode", "begin with 001-"),
        ("001-", "needs a name"),
        ("001-Add", "has 1 word; it has to have 2 or 3"),
        ("001-AddTheDarkMode", "has 4 words"),
        ("001-add-dark-mode", "not written in this archive's PascalCase"),
        ("001-addDarkMode", "not written in this archive's PascalCase"),
        ("001-Add_Dark", "other characters than letters, digits, hyphens;"),
        ("001-Add Dark", "other characters"),
        ("001-../../Dark", "other characters"),
        ("001-AddDark\n", "other characters"),
        ("001-GrößeÄndern", "other characters"),
    ],
)
def test_names_that_the_protocol_refuses(pascal: Archive, name: str, sentence: str):
    was = pascal.snapshot()
    with pytest.raises(InvalidRequestError, match=sentence):
        create(pascal, name)
    assert pascal.snapshot() == was


def test_an_acronym_counts_as_one_word(pascal: Archive):
    create(pascal, "001-FixAPIEndpoint")
    assert (pascal.root / "001-FixAPIEndpoint/State.json").exists()


def test_no_mission_beside_a_current_one(pascal: Archive):
    pascal.write_config(currentMission="000-Old", nextMissionNumber=1)
    with pytest.raises(RefusedCreationError, match="000-Old is the current mission"):
        create(pascal, pascal.name)


def test_no_number_is_used_twice(pascal: Archive):
    (pascal.root / "001-Other").mkdir()
    with pytest.raises(RefusedCreationError, match="taken by 001-Other, and numbers are never used twice"):
        create(pascal, pascal.name)
    (pascal.root / "001-Other").rmdir()
    (pascal.root / pascal.name).mkdir()
    with pytest.raises(RefusedCreationError):
        create(pascal, pascal.name)
    assert not (pascal.root / pascal.name / "State.json").exists()


def test_a_file_in_the_place_of_the_folder_is_left_alone(pascal: Archive):
    (pascal.root / pascal.name).write_text("a file")
    with pytest.raises(RefusedCreationError, match="exists already"):
        create(pascal, pascal.name)
    assert (pascal.root / pascal.name).read_text() == "a file"
    assert pascal.read_config()["currentMission"] is None


def test_a_broken_config_is_said(pascal: Archive):
    (pascal.root / "Config.json").write_text("{")
    with pytest.raises(RefusedCreationError, match="Mend the file first"):
        create(pascal, pascal.name)


def test_a_mission_that_another_tool_creates_meanwhile_is_a_conflict(pascal: Archive):
    change = create_mission(open_root(str(pascal.project), "TandemKit"), AT, folder_name=pascal.name)
    pascal.write_config(currentMission="001-Other", nextMissionNumber=2)
    was = pascal.snapshot()
    with pytest.raises(ChangedMeanwhileError) as raised:
        apply_change(pascal.data, str(pascal.project), change, at=AT)
    assert '+   "currentMission": "001-Other",' in raised.value.diff
    assert pascal.snapshot() == was


def test_a_root_without_config_gets_one_when_that_is_asked_for(archive: Archive):
    (archive.root / "Config.json").unlink()
    (archive.root / f"004-{NAMES[archive.naming][4:]}").mkdir()
    name = f"005-{NAMES[archive.naming][4:]}"
    with pytest.raises(RefusedCreationError, match=r"has no Config\.json"):
        create(archive, name)
    create(archive, name, with_config=True, project_name="sample")
    config = archive.read_config()
    assert (config["currentMission"], config["nextMissionNumber"]) == (name, 6)
    assert (config["namingConvention"], config["projectName"]) == (archive.naming, "sample")


def test_the_first_root_of_a_project_is_made_with_its_first_mission(pascal: Archive):
    (pascal.root / "Config.json").unlink()
    pascal.root.rmdir()
    files = open_or_plan_root(str(pascal.project), "apps/web/TandemKit", Naming.KEBAB)
    assert find_next_number(files) == 1
    change = create_mission(files, AT, folder_name="001-add-dark-mode", with_config=True)
    done = apply_change(pascal.data, str(pascal.project), change, at=AT)
    root = pascal.project / "apps/web/TandemKit"
    assert json.loads((root / "Config.json").read_text())["namingConvention"] == "kebab-case"
    assert (root / "001-add-dark-mode/planner-discussion").is_dir()
    undone = plan_undo(pascal.data, str(pascal.project), "apps/web/TandemKit", done.id)
    apply_change(pascal.data, str(pascal.project), undone, at=AT)
    assert list(pascal.project.iterdir()) == []


def test_files_of_fixed_names_follow_the_spelling_of_the_config(pascal: Archive):
    (pascal.root / "Config.json").rename(pascal.root / "config.json")
    create(pascal, pascal.name)
    assert (pascal.root / pascal.name / "state.json").read_bytes() == STATE


GOALS = (
    "Add a dark mode to the settings page",
    "The CSV import should skip duplicates on the same day",
    "fix the API endpoint of HTTP URLs that don't end",
    "login",
    "I would like to have it be more",
    "Größere Schrift für ältere Nutzer",
    "Implement <script>alert(1)</script> ../../etc/passwd",
    "x " * 3000,
    "2FA",
)


@pytest.mark.parametrize("naming", list(Naming))
@pytest.mark.parametrize("goal", GOALS, ids=lambda goal: goal[:20])
def test_suggested_names_are_ones_that_may_be_created(goal: str, naming: Naming):
    names = suggest_names(goal, naming)
    assert len(names) in {0, 3}
    assert len(set(names)) == len(names)
    for name in names:
        check_name(name, naming)


def test_suggestions_say_what_the_goal_says():
    assert suggest_names(GOALS[0], Naming.PASCAL)[0] == "AddDarkMode"
    assert suggest_names(GOALS[0], Naming.SNAKE)[0] == "add_dark_mode"
    assert suggest_names(GOALS[2], Naming.PASCAL)[0] == "FixAPIEndpoint"
    assert suggest_names("login", Naming.KEBAB)[0] == "add-login"
    assert suggest_names(" \n", Naming.PASCAL) == ()
