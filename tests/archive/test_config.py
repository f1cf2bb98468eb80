import json

from tandemweb.archive.config import extract_config, read_config
from tandemweb.domain.mission import Naming

WHOLE = {
    "currentMission": "003-AddDarkMode",
    "nextMissionNumber": 4,
    "projectName": "sample",
    "namingConvention": "kebab-case",
    "git": {"tandemKitCommit": "text-only"},
    "ownKey": [1, 2],
}


def test_a_whole_config(write_project):
    project = write_project({"Config.json": json.dumps(WHOLE, indent=2)})
    config = read_config(str(project), "Config.json")
    assert (config.is_readable, config.problems) == (True, ())
    assert (config.naming, config.project_name) == (Naming.KEBAB, "sample")
    assert (config.current_mission, config.next_mission_number) == ("003-AddDarkMode", 4)
    assert config.values == WHOLE
    assert config.lines["namingConvention"] == 5


def test_an_older_one_lacks_keys_without_a_problem():
    config = extract_config('{"currentMission": null, "nextMissionNumber": 1}', "Config.json")
    assert (config.naming, config.project_name, config.problems) == (None, None, ())


def test_odd_values_are_said():
    config = extract_config(
        '{"currentMission": 3,\n"nextMissionNumber": "4",\n"namingConvention": "Train-Case"}', "Config.json"
    )
    assert (config.current_mission, config.next_mission_number, config.naming) == (None, 4, None)
    assert [(problem.code, problem.line) for problem in config.problems] == [
        ("unknown-naming-convention", 3),
        ("wrong-type", 1),
        ("wrong-type", 2),
    ]


def test_a_missing_one_is_unreadable(write_project):
    config = read_config(str(write_project({})), "Config.json")
    assert not config.is_readable
    assert [problem.code for problem in config.problems] == ["json-unreadable"]
