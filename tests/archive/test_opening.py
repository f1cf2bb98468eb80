"""The race that a check before an open loses: a folder becomes a link between the two."""

import shutil
import threading
from pathlib import Path

import pytest

from tandemweb.archive.opening import open_file
from tandemweb.archive.reading import read_text
from tandemweb.domain.mission import Readability
from tandemweb.errors import TandemwebError


@pytest.mark.security
@pytest.mark.faults
def test_a_folder_swapped_for_a_link_never_leads_out(write_project, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "x.md").write_text("secret")
    project = write_project({"docs/x.md": "fine"})
    (project / "link").symlink_to(outside)
    done = threading.Event()

    def swap():
        while not done.is_set():
            (project / "docs").rename(project / "aside")
            (project / "link").rename(project / "docs")
            (project / "docs").rename(project / "link")
            (project / "aside").rename(project / "docs")

    swapper = threading.Thread(target=swap)
    swapper.start()
    try:
        texts = [read_text(str(project), "docs/x.md") for _ in range(3000)]
    finally:
        done.set()
        swapper.join()
    assert {file.text for file in texts} <= {"fine", ""}
    readabilities = {file.readability for file in texts}
    assert readabilities == {Readability.TEXT, Readability.UNREADABLE}, "the race was not run"


@pytest.mark.faults
def test_a_mission_deleted_while_it_is_read_is_missing_not_fatal(write_project):
    project = write_project({f"TandemKit/001-X/Generator/Round-{n:02d}.md": "x" for n in range(1, 40)})
    paths = [f"TandemKit/001-X/Generator/Round-{n:02d}.md" for n in range(1, 40)]
    remover = threading.Thread(target=shutil.rmtree, args=(project / "TandemKit/001-X",))
    remover.start()
    texts = [read_text(str(project), path) for _ in range(20) for path in paths]
    remover.join()
    assert all(file.text == "x" or (file.problem and file.problem.code == "file-missing") for file in texts)
    assert texts[-1].problem is not None


def test_no_descriptor_is_left_open(write_project):
    project = write_project({"a/b/c.md": "x"})
    (project / "a/link").symlink_to("b")
    before = len(list(Path("/proc/self/fd").iterdir()))
    for path in ("a/b/c.md", "a/b", "a/link/c.md", "a/gone/c.md", "../x", "a/b/gone.md"):
        for _ in range(20):
            try:
                with open_file(str(project), path):
                    pass
            except TandemwebError:
                continue
    assert len(list(Path("/proc/self/fd").iterdir())) == before
