import os
import subprocess
import sys
from pathlib import Path

import pytest

from tandemweb.agents.run_files import RunFolderError, make_folder, read_json_file, write_json_file


def test_a_file_is_replaced_as_a_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "state.json"
    write_json_file(path, {"status": "running"})

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(RunFolderError, match="No space left on device"):
        write_json_file(path, {"status": "done"})

    assert read_json_file(path) == {"status": "running"}
    assert [found.name for found in tmp_path.iterdir()] == ["state.json"]


@pytest.mark.faults
def test_a_killed_writer_leaves_the_old_or_the_new(tmp_path: Path):
    program = (
        "import sys; from pathlib import Path; from tandemweb.agents.run_files import write_json_file\n"
        "number = 0\n"
        "while True:\n"
        "    number += 1\n"
        "    write_json_file(Path(sys.argv[1]), {'number': number, 'more': 'x' * 50_000})\n"
    )
    path = tmp_path / "state.json"
    write_json_file(path, {"number": 0, "more": "x" * 50_000})
    with subprocess.Popen([sys.executable, "-c", program, str(path)]) as process:
        read = [read_json_file(path)["number"]]
        while read[-1] < 50:
            read.append(read_json_file(path)["number"])
        process.kill()

    assert read == sorted(read)
    assert len(read_json_file(path)["more"]) == 50_000


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "runs").write_text("")
    with pytest.raises(RunFolderError, match="cannot be written"):
        make_folder(tmp_path / "runs" / "r1")
