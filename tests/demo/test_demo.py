"""The folder of a demo goes with it, or with the next one."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from tandemweb.demo import NEWBORN, PREFIX, temporary_folder


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def make_old(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "data").mkdir()
    past = time.time() - 2 * NEWBORN
    os.utime(folder, (past, past))
    return folder


def test_it_goes_at_the_end(temporary: Path):
    with temporary_folder() as folder:
        assert folder.parent == temporary
        (folder / "data").mkdir()
    assert list(temporary.iterdir()) == []


@pytest.mark.faults
def test_what_a_killed_demo_left_goes_with_the_next_one(temporary: Path):
    program = (
        "import os; from tandemweb.demo import *; f = temporary_folder(); print(f.__enter__()); os.kill(os.getpid(), 9)"
    )
    environment = {**os.environ, "TMPDIR": str(temporary)}
    killed = subprocess.run(
        [sys.executable, "-u", "-c", program], env=environment, capture_output=True, text=True, check=False
    )
    left = Path(killed.stdout.strip())
    assert left.is_dir()
    make_old(left)
    with temporary_folder():
        assert not left.exists()


@pytest.mark.faults
def test_what_is_in_use_new_or_no_folder_of_ours_stays(temporary: Path):
    with temporary_folder() as used:
        make_old(used)
        new = temporary / f"{PREFIX}new"
        new.mkdir()
        other = make_old(temporary / "other")
        link = temporary / f"{PREFIX}link"
        link.symlink_to(other)
        with temporary_folder():
            pass
        assert used.is_dir()
        assert new.is_dir()
        assert other.is_dir()
        assert link.is_symlink()
