import json

import pytest

from tandemweb.archive.checks import check_mission, check_root
from tandemweb.archive.missions import list_missions
from tandemweb.archive.roots import find_roots
from tandemweb.archive.state import read_state
from tandemweb.archive.tree import read_tree

ROUND = {"Spec.md": "", "Summary.md": "", "Generator/Round-01.md": "", "Evaluator/Round-01.md": ""}
COMPLETE = {"phase": "complete", "round": 1, "verdict": "PASS", "completedBy": "user"}


def read(project):
    tree = read_tree(str(project))
    (root,) = find_roots(tree)
    missions = list_missions(tree, root)
    return tree, root, missions, {m.path: read_state(tree.project_path, m.state_path) for m in missions}


@pytest.fixture
def mission_problems(write_project):
    def check(state, files=ROUND, name="001-X"):
        state_text = json.dumps(state, indent=1) if isinstance(state, dict) else state
        whole = {f"TandemKit/{name}/{path}": text for path, text in {**files, "State.json": state_text}.items()}
        _, _, (mission,), states = read(write_project(whole))
        return [(problem.code, problem.line) for problem in check_mission(mission, states[mission.path], {})]

    return check


@pytest.fixture
def root_problems(write_project):
    def check(config, states):
        files = {f"TandemKit/{name}/State.json": json.dumps(state) for name, state in states.items()}
        project = write_project({"TandemKit/Config.json": json.dumps(config, indent=1), **files})
        return [(problem.code, problem.path, problem.line) for problem in check_root(*read(project))]

    return check


def test_a_complete_mission_has_no_problem(mission_problems):
    assert mission_problems(COMPLETE) == []


@pytest.mark.parametrize("phase", ["complete", "abandoned", "planning"])
def test_only_a_complete_mission_needs_a_summary(mission_problems, phase):
    found = mission_problems({"phase": phase}, {path: "" for path in ROUND if path != "Summary.md"})
    assert found == [("missing-summary", 2)] * (phase == "complete")


@pytest.mark.parametrize("phase", ["ready-for-execution", "generation", "evaluation", "user-review", "complete"])
def test_a_mission_after_planning_needs_a_spec(mission_problems, phase):
    assert mission_problems({"phase": phase}, {"Summary.md": ""}) == [("missing-spec", 2)]


@pytest.mark.parametrize("phase", ["planning", "abandoned"])
def test_a_mission_may_be_without_spec(mission_problems, phase):
    assert mission_problems({"phase": phase}, {}) == []


def test_the_generator_may_not_close_a_mission(mission_problems):
    assert mission_problems(COMPLETE | {"completedBy": "generator"}) == [("completed-by-generator", 5)]


def test_times_run_forward(mission_problems):
    times = {"started": "2026-01-02T00:00:00Z", "updated": "2026-01-01T00:00:00Z"}
    assert mission_problems(COMPLETE | times) == [("updated-before-started", 7)]


def test_problems_of_the_state_are_among_them(mission_problems):
    assert mission_problems(COMPLETE | {"verdict": "PASS_WITH_FINDINGS"}) == [("unknown-verdict", 4)]
    assert mission_problems('{"phase":\n') == [("json-unreadable", 2)]


def test_a_folder_without_number(mission_problems):
    assert mission_problems(COMPLETE, name="Loose") == [("unnumbered-mission", None)]


def test_a_long_name_is_no_problem(mission_problems):
    assert mission_problems(COMPLETE, name="001-AddOneMoreVeryLongName") == []


def test_a_mission_without_state_says_only_that(write_project):
    _, _, (mission,), states = read(write_project({"TandemKit/001-X/Summary.md": ""}))
    problems = check_mission(mission, states[mission.path], {})
    assert [(problem.code, problem.path) for problem in problems] == [("missing-state", "TandemKit/001-X")]


@pytest.mark.parametrize("phase", ["complete", "abandoned", "generation"])
def test_a_closed_mission_is_not_current(root_problems, phase):
    found = root_problems({"currentMission": "001-X", "nextMissionNumber": 2}, {"001-X": {"phase": phase}})
    assert found == [("current-mission-closed", "TandemKit/Config.json", 2)] * (phase != "generation")


def test_the_current_mission_exists(root_problems):
    found = root_problems({"currentMission": "001-Y", "nextMissionNumber": 2}, {"001-X": {"phase": "planning"}})
    assert found == [("current-mission-missing", "TandemKit/Config.json", 2)]


def test_numbers_are_used_once(root_problems):
    states = {"001-X": {}, "001-Y": {}, "002-Z": {}}
    assert root_problems({"nextMissionNumber": 2}, states) == [
        ("duplicate-mission-number", "TandemKit/001-X", None),
        ("duplicate-mission-number", "TandemKit/001-Y", None),
        ("next-mission-number", "TandemKit/Config.json", 2),
    ]


def test_problems_of_config_are_among_them(root_problems, write_project):
    assert root_problems({"nextMissionNumber": []}, {}) == [("wrong-type", "TandemKit/Config.json", 2)]


def test_a_root_without_config(write_project):
    found = check_root(*read(write_project({"TandemKit/001-X/State.json": '{"phase": "planning"}'})))
    assert [(problem.code, problem.path) for problem in found] == [("missing-config", "TandemKit")]


@pytest.mark.faults
def test_what_was_skipped_in_an_archive_is_said(write_project, tmp_path):
    project = write_project({"TandemKit/Config.json": "{}", "TandemKit/001-X/State.json": '{"phase": "planning"}'})
    (project / "TandemKit/001-X/Spec.md").symlink_to(tmp_path)
    (project / "elsewhere").symlink_to(tmp_path)
    for folder in ("TandemKit/.git", "TandemKit/001-X/Assets/build", "TandemKit/002-Y/.git", "other/.git"):
        (project / folder).mkdir(parents=True)
    problems = check_root(*read(project))
    assert {(problem.code, problem.path) for problem in problems} == {
        ("symlink", "TandemKit/001-X/Spec.md"),
        ("ignored", "TandemKit/001-X/Assets/build"),
        ("nested-repository", "TandemKit/002-Y"),
    }
    assert all(" is skipped: " in problem.message for problem in problems)
