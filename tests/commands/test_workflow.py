"""The command that prints workflows as scripts."""

from pathlib import Path

from click.testing import CliRunner

from tandemweb.cli import main
from tests.conftest import GitRepository


def run(*arguments: str) -> str:
    ended = CliRunner().invoke(main, ["workflow", "export", *arguments])
    assert ended.exit_code == 0, ended.output
    return ended.stdout


def test_a_workflow_is_printed_as_a_script(tmp_path: Path):
    GitRepository(tmp_path).git("init", "--quiet")
    text = run("parallel", str(tmp_path), "--param", "feature=csv-import", "--goal", "Import CSV.")
    assert text.startswith("#!/bin/sh\n")
    assert "word_feature=csv-import\n" in text
    assert "> Import CSV.\n" in text


def test_a_workflow_is_printed_for_actions(tmp_path: Path):
    GitRepository(tmp_path).git("init", "--quiet")
    text = run("parallel", "--actions", str(tmp_path), "--param", "feature=csv-import")
    assert "  cancel-in-progress: false\n" in text
    assert "sh .github/tandem/parallel.sh step" in text


def test_wrong_use_is_told_in_a_sentence(tmp_path: Path):
    for arguments in (["nothing"], ["parallel"], ["parallel", "--param", "x"], ["tandem"]):
        ended = CliRunner().invoke(main, ["workflow", "export", *arguments])
        assert ended.exit_code == 2
        assert ended.stderr.count("\n") == 1, ended.stderr
