import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tandemweb.cli import main

SPEC = "TandemKit/001-One/Spec.md"


@pytest.fixture
def run():
    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["search", *arguments])

    return invoke


@pytest.fixture
def indexed(git_repository) -> Path:
    files = {SPEC: "# Rates\n\nThe \x1b[31m rate\x07 of the day.\n", "TandemKit/001-One/State.json": "{}"}
    git_repository.commit("Add rates", files)
    assert CliRunner().invoke(main, ["index", str(git_repository.path)]).exit_code == 0
    return git_repository.path


def test_hits_with_their_places(indexed, run):
    result = run("rate", "kind:spec")
    assert result.exit_code == 0
    assert "repository: 001-One" in result.output
    assert SPEC in result.output
    assert "\x1b" not in result.output
    assert "\x07" not in result.output
    assert run("--", "rates", "-kind:document").output.count("commit") == 1


def test_json(indexed, run):
    answer = json.loads(run("rates", "--json", "--limit", "1").output)
    assert len(answer["groups"]) == 1
    assert answer["has_more"]
    assert answer["query"]["terms"][0]["text"] == "rates"


def test_nothing_found(indexed, run):
    result = run("absent")
    assert (result.exit_code, result.stdout) == (1, "")
    assert run("severity:huge").exit_code == 1


def test_notes_and_more_are_told_beside(indexed, run):
    assert "severity: can be high, medium, low" in run("rate", "severity:huge").stderr
    assert "There is more" in run("rate", "--limit", "1").stderr


def test_without_an_index_it_says_what_to_do(run):
    result = run("rate")
    assert result.exit_code == 2
    assert "tandemweb index" in result.stderr
