"""Where files are laid out for git to look at: in memory where that is safe, else beside the shadow."""

import os
import subprocess
from pathlib import Path

import pytest

from tandemweb.history import scratch
from tandemweb.history.scratch import clear_scratch, open_scratch


@pytest.fixture
def memory(tmp_path: Path, monkeypatch) -> Path:
    place = tmp_path / "memory"
    place.mkdir()
    monkeypatch.setattr(scratch, "_MEMORY", place)
    return place / f"tandemweb-{os.geteuid()}"


@pytest.fixture
def shadow(tmp_path: Path) -> Path:
    place = tmp_path / "shadows/one.git"
    place.mkdir(parents=True)
    return place


def test_little_is_kept_in_memory_and_much_is_not(memory: Path, shadow: Path):
    with open_scratch(shadow, 10) as folder:
        assert folder.parent == memory
        assert folder.stat().st_mode & 0o077 == 0
    assert not folder.exists()
    with open_scratch(shadow, 1024**3) as folder:
        assert folder.parent == shadow / "scratch"
    with open_scratch(shadow) as folder:
        assert folder.parent == shadow / "scratch"


@pytest.mark.security
@pytest.mark.parametrize("kind", ["open to all", "link"])
def test_a_folder_that_is_not_ours_alone_is_not_used(memory: Path, shadow: Path, tmp_path: Path, kind: str):
    if kind == "link":
        (tmp_path / "elsewhere").mkdir(mode=0o700)
        memory.symlink_to(tmp_path / "elsewhere")
    else:
        memory.mkdir()
        memory.chmod(0o777)
    with open_scratch(shadow, 10) as folder:
        assert folder.parent == shadow / "scratch"


def test_what_a_killed_process_left_is_cleared(memory: Path, shadow: Path):
    ended = subprocess.Popen(["true"])
    ended.wait()
    memory.mkdir(mode=0o700)
    left, alive = memory / f"{ended.pid}-left", memory / f"{os.getpid()}-alive"
    for folder in (left, alive):
        folder.mkdir()
    clear_scratch(shadow.parent)
    assert (left.exists(), alive.exists()) == (False, True)
