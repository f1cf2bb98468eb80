"""A program named git stands in the folder that tandemweb is started in, and PATH looks there first."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from corpus.clones import clone_corpus

pytestmark = pytest.mark.security


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    """Give a checkout with a program ``git`` that leaves a note when it runs."""
    folder = clone_corpus("ledgerlite", tmp_path / "ledgerlite")
    program = folder / "git"
    program.write_text(f"#!/bin/sh\necho ran >> '{tmp_path}/canary'\n")
    program.chmod(0o755)
    return folder


def run_inside(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PATH": f".{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)


def test_the_canary_is_alive(planted: Path):
    run_inside(planted, "sh", "-c", "git version")
    assert (planted.parent / "canary").exists()


@pytest.mark.parametrize("command", [["doctor"], ["index", "."], ["export", "--json", "."]])
def test_no_command_starts_it(planted: Path, command: list[str]):
    run_inside(planted, sys.executable, "-P", "-m", "tandemweb", *command)
    assert not (planted.parent / "canary").exists()


def test_importing_starts_nothing(tmp_path: Path):
    program = (
        "import sys; started = [];"
        "sys.addaudithook(lambda event, found: event == 'subprocess.Popen' and started.append(found[0]));"
        "import os, tandemweb.cli; print(*started); print([name for name in os.environ if 'GIT_PYTHON' in name])"
    )
    answer = run_inside(tmp_path, sys.executable, "-c", program).stdout.splitlines()
    assert set(answer[0].split()) <= {os.devnull}
    assert answer[1] == "[]", "and what it takes to keep it so is not left to others"
