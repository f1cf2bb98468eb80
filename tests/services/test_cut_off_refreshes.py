"""Whatever ended a refresh, and whatever history became: the next one makes of the index what a new one is."""

import json
from pathlib import Path

import pytest
from corpus.clones import clone_corpus
from faults.dumps import dump_index

from tandemweb.domain.commit import Commit
from tandemweb.domain.mission import Project
from tandemweb.services.indexing import Progress, refresh_project
from tandemweb.services.registering import register_project
from tandemweb.services.touching import refresh_paths
from tandemweb.store.commit_list import CommitFilter, list_commits
from tandemweb.store.connections import IndexWriter, open_index_reader, open_index_writer

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


def test_after_a_force_push_and_gc_it_is_what_a_new_index_is(
    git_repository, writer: IndexWriter, project: Project, tmp_path: Path
):
    git_repository.commit("Two missions", {"a.md": "1\n"}, at="2026-03-01T10:00:00Z")
    git_repository.commit("Wrong", {"report.py": "print()\n"}, at="2026-03-02T10:00:00Z")
    refresh_project(writer, project)
    git_repository.git("reset", "--quiet", "--hard", "HEAD~1")
    git_repository.commit("Right", {"report.py": "print(1)\n"}, at="2026-03-02T10:00:00Z")
    git_repository.git("reflog", "expire", "--expire=now", "--all")
    git_repository.git("gc", "--quiet", "--prune=now")
    refresh_project(writer, project)
    with open_index_writer(tmp_path / "new") as fresh:
        refresh_project(fresh, register_project(tmp_path / "new", git_repository.path))
        found, new = (list_reachable(one, project) for one in (writer, fresh))
    assert found == new
    assert [commit.subject for commit in found] == ["Right", "Two missions"]


def list_reachable(writer: IndexWriter, project: Project) -> list[Commit]:
    with open_index_reader(writer.data_folder) as index:
        return [row.commit for row in list_commits(index, project.slug, CommitFilter()).rows]
