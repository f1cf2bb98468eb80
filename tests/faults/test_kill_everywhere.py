"""A command killed at any thing it writes: the next one finds nothing half done and ends as if nothing had happened."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from corpus.clones import clone_corpus
from effort import IS_LONG

from faults.dumps import dump_index

pytestmark = pytest.mark.faults

KILLING = Path(__file__).with_name("killing.py")
QUICK_COUNT = 12  # places of a command that are tried on every run; the long run tries all


def run(folder: Path, number: int, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(KILLING), str(number), str(folder), "--", *command],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "TANDEMWEB_HOME": str(folder / "data"), "HOME": str(folder)},
    )


def choose_places(count: int) -> Iterator[int]:
    """Give places from the first to the last, evenly spread."""
    tried = count if IS_LONG else min(count, QUICK_COUNT)
    return (1 + round(place * (count - 1) / max(tried - 1, 1)) for place in range(tried))


def hash_files(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_killed_while_it_indexes(tmp_path: Path):
    project = clone_corpus("papertrail", tmp_path / "papertrail")
    whole = tmp_path / "whole"
    whole.mkdir()
    finished = run(whole, 0, "index", str(project))
    assert finished.returncode == 0, finished.stderr
    count = int(finished.stderr.splitlines()[-1])
    wanted, files = dump_index(whole / "data/index.db"), hash_files(project)
    assert count > 20
    for place in choose_places(count):
        folder = tmp_path / f"killed-{place}"
        folder.mkdir()
        assert run(folder, place, "index", str(project)).returncode == -signal.SIGKILL
        again = run(folder, 0, "index", str(project))
        assert again.returncode == 0, (place, again.stderr)
        assert dump_index(folder / "data/index.db") == wanted, place
        assert hash_files(project) == files
        shutil.rmtree(folder)
