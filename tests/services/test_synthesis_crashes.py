"""Killed in the middle, at every git and every note: the next start clears away what is left, or all of it is there."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from fingerprints import take_fingerprint
from forking import SIDES, fork, get_location
from trusting import trust

from tandemweb.domain.mission import Project
from tandemweb.domain.synthesis import SynthesisStatus
from tandemweb.history.opening import open_repository
from tandemweb.services.synthesising import clear_interrupted, discard_synthesis, list_syntheses

pytestmark = [pytest.mark.compare, pytest.mark.faults]
PROGRAM = Path(__file__).parent / "dying_synthesis.py"
MOST_MOMENTS = 40
HOLDER = """
import fcntl, sys
lock = open(sys.argv[1], "w")
fcntl.flock(lock, fcntl.LOCK_EX)
print(1, flush=True)
input()
"""


@pytest.fixture
def forked(git_repository):
    fork(git_repository, {"a": "1\n", "sub/b": "1\n"}, {"a": "A\n"}, {"a": "B\n"})
    git_repository.write({"a": "changed\n", "staged": "1\n"})
    git_repository.git("add", "staged")
    return git_repository


def run(verb: str, project: Path, data_folder: Path, moment: str, number: int) -> bool:
    """Run until it dies, and wait until the git that it had started has ended; whether it came to its end."""
    arguments = [sys.executable, str(PROGRAM), verb, str(project), str(data_folder), moment, str(number)]
    trust(data_folder, Project("project", "Project", str(project)))
    finished = subprocess.run(arguments, capture_output=True, timeout=60, check=False)
    assert finished.returncode in (0, -9), finished.stderr
    deadline = time.monotonic() + 30
    while any(str(data_folder).encode() in line for line in list_command_lines()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return finished.returncode == 0


def list_command_lines() -> list[bytes]:
    lines = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            lines.append((process / "cmdline").read_bytes())
        except OSError:
            continue
    return lines


@pytest.mark.parametrize("moment", ["git", "amid", "note"])
def test_cut_off_while_it_is_made(moment, forked, tmp_path):
    before = take_fingerprint(forked.path)
    died_count = 0
    for number in range(1, MOST_MOMENTS):
        data_folder = tmp_path / f"data-{number}"
        if run("make", forked.path, data_folder, moment, number):
            break
        died_count += 1

        said = clear_interrupted(data_folder)

        assert take_fingerprint(forked.path) == before, number
        assert list_syntheses(data_folder) == ()
        assert list((data_folder / "syntheses").glob("2*")) == []
        assert len(said) == (moment != "note" or number > 1)
        assert clear_interrupted(data_folder) == ()
    (made,) = list_syntheses(data_folder)
    assert clear_interrupted(data_folder) == ()
    assert made.status is SynthesisStatus.READY
    assert forked.git("rev-parse", f"{made.branch}^{{tree}}") == forked.git("rev-parse", f"{SIDES[0]}^{{tree}}")
    assert died_count >= (3 if moment == "note" else 8)


@pytest.mark.parametrize("moment", ["git", "amid", "note"])
def test_cut_off_while_it_is_discarded(moment, forked, tmp_path):
    before = take_fingerprint(forked.path)
    data_folder = tmp_path / "data"
    for number in range(1, MOST_MOMENTS):
        assert run("make", forked.path, data_folder, "git", 0)
        if run("discard", forked.path, data_folder, moment, number):
            break

        clear_interrupted(data_folder)

        for left in list_syntheses(data_folder):  # it had not begun
            assert left.status is SynthesisStatus.READY
            with open_repository(get_location(forked.path), data_folder / "shadows") as repository:
                discard_synthesis(data_folder, repository, left.id)
        assert take_fingerprint(forked.path) == before, number
    assert take_fingerprint(forked.path) == before
    assert list_syntheses(data_folder) == ()


def test_what_another_process_works_on_is_left_alone(forked, tmp_path):
    """Whoever starts while a synthesis is being made does not take it for one that was cut off."""
    held = tmp_path / "data" / "syntheses" / "20260101-000000-abcdef"
    held.mkdir(parents=True)
    arguments = [sys.executable, "-c", HOLDER, str(held / "lock")]
    holder = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        assert clear_interrupted(tmp_path / "data") == ()
        assert held.exists()
        holder.communicate(b"\n")
    assert clear_interrupted(tmp_path / "data") == ()
    assert not held.exists()
