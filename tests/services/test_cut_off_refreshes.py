"""A refresh that ends anywhere leaves the next one what it needs to know: the index comes to be what a new one is."""

import json
from pathlib import Path

import pytest
from corpus.clones import clone_corpus
from faults.dumps import dump_index

from tandemweb.services.indexing import Progress, refresh_project
from tandemweb.services.registering import register_project
from tandemweb.services.touching import refresh_paths
from tandemweb.store.connections import IndexWriter, open_index_writer

STATE = "TandemKit/004-dark-page/State.json"


class CutOffError(Exception):
    pass


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Give a project with decisions that take others' place, and a current mission."""
    path = clone_corpus("linkshelf", tmp_path / "linkshelf")
    config = path / "TandemKit/Config.json"
    config.write_text(json.dumps({**json.loads(config.read_text()), "currentMission": "004-dark-page"}))
    return path


def close_current(archive: Path) -> None:
    """Make a problem of the whole archive of what one mission says."""
    path = archive / STATE
    path.write_text(path.read_text().replace("ready-for-execution", "abandoned"))


def make_anew(archive: Path, data_folder: Path) -> dict[str, list[tuple]]:
    with open_index_writer(data_folder) as fresh:
        refresh_project(fresh, register_project(data_folder, archive))
    return dump_index(data_folder / "index.db")


@pytest.mark.parametrize("place", ["documents", "history", "done"])
def test_a_refresh_that_is_cut_off_is_made_good(writer: IndexWriter, data_folder: Path, archive: Path, place: str):
    def cut_off(progress: Progress) -> None:
        if progress.stage == place and progress.done_count == progress.total_count:
            raise CutOffError

    project = register_project(data_folder, archive)
    with pytest.raises(CutOffError):
        refresh_project(writer, project, report=cut_off)
    refresh_project(writer, project)
    close_current(archive)
    with pytest.raises(CutOffError):
        refresh_project(writer, project, report=cut_off)
    refresh_project(writer, project)
    new = make_anew(archive, data_folder.with_name("new"))
    assert dump_index(data_folder / "index.db") == new
    assert new["supersessions"]
    assert "current-mission-closed" in str(new["problems"])


def test_what_came_path_by_path_is_held_against_the_rest_later(writer: IndexWriter, data_folder: Path, archive: Path):
    project = register_project(data_folder, archive)
    refresh_project(writer, project)
    close_current(archive)
    for path in sorted(archive.glob("TandemKit/*/Generator/*.md")):
        path.write_text(path.read_text().replace("decision", "choice").replace("Decision", "Choice"))
        assert refresh_paths(writer, project, [str(path.relative_to(archive))])
    assert refresh_paths(writer, project, [STATE])
    refresh_project(writer, project)
    new = make_anew(archive, data_folder.with_name("new"))
    assert dump_index(data_folder / "index.db") == new
