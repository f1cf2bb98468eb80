"""A command killed at any thing it writes: the next one finds nothing half done and ends as if nothing had happened."""

import shutil
import signal
from pathlib import Path

import pytest
from corpus.clones import clone_corpus
from effort import choose

from faults.dumps import dump_index
from faults.running import choose_places, run

pytestmark = [pytest.mark.faults, pytest.mark.timeout(choose(300, 3600))]


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
