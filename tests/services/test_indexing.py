"""Refreshing: what is read, what is kept, what is said to open pages. Real repositories, a real index."""

import os
import shutil
from pathlib import Path

import pytest
from corpus.clones import clone_corpus

from services.examples import archive, mission, state
from tandemweb.archive.reading import READ_LIMIT
from tandemweb.domain.commit import RepositoryCondition
from tandemweb.domain.finding import Severity
from tandemweb.services import workers
from tandemweb.services.changes import document_topic, mission_topic, project_topic
from tandemweb.services.indexing import Progress, refresh_project
from tandemweb.services.registering import register_project
from tandemweb.services.search_query import extract_query
from tandemweb.services.touching import refresh_paths
from tandemweb.store.commit_list import CommitFilter, list_commits
from tandemweb.store.connections import IndexWriter, open_index_reader
from tandemweb.store.documents import get_document, list_project_documents
from tandemweb.store.mission_list import MissionFilter, list_missions
from tandemweb.store.mission_reading import get_mission
from tandemweb.store.problems import ProblemFilter, list_problems
from tandemweb.store.repositories import get_repository_status
from tandemweb.store.search import search

SPEC = "TandemKit/001-First/Spec.md"


@pytest.fixture
def repository(git_repository):
    git_repository.commit("Two missions", archive("001-First", "002-Second"), at="2026-03-01T10:00:00Z")
    return git_repository


def names(writer: IndexWriter) -> list[str]:
    with open_index_reader(writer.data_folder) as index:
        return sorted(row.name for row in list_missions(index, MissionFilter()).rows)


def read_back(writer: IndexWriter, project, name: str = "001-First"):
    with open_index_reader(writer.data_folder) as index:
        return get_mission(index, project.slug, "tandemkit", name)


def codes(writer: IndexWriter, project) -> set[str]:
    with open_index_reader(writer.data_folder) as index:
        return {row.problem.code for row in list_problems(index, ProblemFilter(project=project.slug)).rows}


def test_a_first_refresh_brings_everything_in(repository, writer, project):
    refresh = refresh_project(writer, project)
    assert (refresh.saved_mission_count, refresh.new_commit_count) == (2, 1)
    assert names(writer) == ["001-First", "002-Second"]
    assert read_back(writer, project).title == "Date ranges"
    with open_index_reader(writer.data_folder) as index:
        assert get_document(index, project.slug, SPEC).mission == "001-First"
        assert {hit.path for hit in search(index, extract_query("half-open")).hits} >= {SPEC}
        assert [document.path for document in list_project_documents(index, project.slug)] == [
            "TandemKit/Config.json",
            "TandemKit/Planner.md",
        ]


def test_a_whole_history_takes_few_processes(writer, data_folder: Path, tmp_path: Path, activity):
    project = register_project(data_folder, clone_corpus("ledgerlite", tmp_path / "whole"))
    with activity.listening():
        refresh = refresh_project(writer, project)
    assert refresh.new_commit_count > 50
    assert activity.git_count <= 10


def test_an_unchanged_project_is_not_read_again(repository, writer, project, activity):
    refresh_project(writer, project)
    with activity.listening():
        refresh = refresh_project(writer, project)
    assert activity.opened == []
    assert activity.git_count <= 3
    assert refresh.topics == frozenset()
    assert (refresh.saved_mission_count, refresh.new_commit_count) == (0, 0)


def test_only_the_mission_that_changed_is_read(repository, writer, project, activity):
    refresh_project(writer, project)
    repository.write({SPEC: "# Ranges of days\n\n## Goal\n\nNothing else.\n"})
    with activity.listening():
        refresh = refresh_project(writer, project)
    assert "001-First" in activity.opened
    assert activity.opened.count("002-Second") == 1  # State.json of the current mission: the archive's checks ask
    assert read_back(writer, project).title == "Ranges of days"
    assert refresh.topics == {
        project_topic(project.slug),
        mission_topic(project.slug, "tandemkit", "001-First"),
        document_topic(project.slug, SPEC),
    }


def test_a_file_that_was_only_touched_changes_nothing_but_its_stamp(repository, writer, project, activity):
    refresh_project(writer, project)
    os.utime(repository.path / SPEC, ns=(1, 1))
    with activity.listening():
        refresh = refresh_project(writer, project)
    assert activity.opened.count("Spec.md") == 1
    assert refresh.saved_mission_count == 0
    with activity.listening():
        refresh_project(writer, project)
    assert activity.opened == []


def test_grades_that_the_project_declares_are_read_and_followed(repository, writer, project):
    evaluation = "TandemKit/001-First/Evaluator/Round-01.md"
    issue = "# Evaluation\n\n**Verdict: FAIL**\n\n## Issues Found\n\n- S1: The end day is counted twice.\n"
    repository.write({evaluation: issue, "TandemKit/Evaluator.md": "S1 = High, S2 = Low\n"})

    def read_severities():
        refresh_project(writer, project)
        return [finding.final_severity for one in read_back(writer, project).exchanges for finding in one.findings]

    assert Severity.HIGH in read_severities()
    repository.write({"TandemKit/Evaluator.md": "S1 = Low, S2 = High\n"})
    assert Severity.HIGH not in read_severities()
    assert Severity.LOW in read_severities()


def test_missions_that_went_or_were_renamed_leave_the_index(repository, writer, project):
    refresh_project(writer, project)
    shutil.rmtree(repository.path / "TandemKit/002-Second")
    (repository.path / "TandemKit/001-First").rename(repository.path / "TandemKit/003-Third")
    refresh = refresh_project(writer, project)
    assert names(writer) == ["003-Third"]
    assert refresh.removed_mission_count == 2
    assert mission_topic(project.slug, "tandemkit", "002-Second") in refresh.topics


def test_a_root_that_went_takes_its_missions_along(repository, writer, project):
    refresh_project(writer, project)
    (repository.path / "TandemKit").rename(repository.path / "HarnessKit")
    refresh_project(writer, project)
    with open_index_reader(writer.data_folder) as index:
        rows = list_missions(index, MissionFilter()).rows
    assert {(row.root, row.name) for row in rows} == {("harnesskit", "001-First"), ("harnesskit", "002-Second")}


def test_a_new_empty_mission_is_listed(repository, writer, project):
    refresh_project(writer, project)
    (repository.path / "TandemKit/003-Empty").mkdir()
    refresh_project(writer, project)
    assert names(writer) == ["001-First", "002-Second", "003-Empty"]
    assert "missing-state" in codes(writer, project)


def test_a_project_that_cannot_be_listed_keeps_its_rows(repository, writer, project):
    refresh_project(writer, project)
    moved = repository.path.with_name("elsewhere")
    repository.path.rename(moved)
    refresh = refresh_project(writer, project)
    assert refresh.topics == {project_topic(project.slug)}
    assert names(writer) == ["001-First", "002-Second"]
    assert "unreadable" in codes(writer, project)
    moved.rename(repository.path)
    refresh_project(writer, project)
    assert "unreadable" not in codes(writer, project)


def test_problems_of_the_archive_come_and_go(repository, writer, project):
    refresh_project(writer, project)
    repository.write({"TandemKit/002-Second/State.json": state(phase="complete")})
    refresh_project(writer, project)
    assert {"current-mission-closed", "missing-summary"} <= codes(writer, project)
    repository.write({"TandemKit/002-Second/State.json": state()})
    refresh_project(writer, project)
    assert not {"current-mission-closed", "missing-summary"} & codes(writer, project)


def test_documents_outside_missions_follow_their_files(repository, writer, project):
    plan = (
        "# Plan: rotation\n\n## Phase 1: Rotate\n\nTest gate: all pass.\n\n## Phase 2: Read\n\nTest gate: all pass.\n"
    )
    repository.write({"plans/rotation.md": plan})
    refresh_project(writer, project)
    with open_index_reader(writer.data_folder) as index:
        assert "plans/rotation.md" in {document.path for document in list_project_documents(index, project.slug)}
    (repository.path / "plans/rotation.md").unlink()
    refresh = refresh_project(writer, project)
    assert project_topic(project.slug) in refresh.topics
    with open_index_reader(writer.data_folder) as index:
        assert "plans/rotation.md" not in {document.path for document in list_project_documents(index, project.slug)}


def test_new_commits_are_read_from_where_the_last_pass_ended(repository, writer, project, activity):
    refresh_project(writer, project)
    repository.commit("Another", {"report.py": "print()\n"}, at="2026-03-02T10:00:00Z")
    with activity.listening():
        refresh = refresh_project(writer, project)
    assert refresh.new_commit_count == 1
    assert refresh.topics == {project_topic(project.slug)}
    with open_index_reader(writer.data_folder) as index:
        assert [row.commit.subject for row in list_commits(index, project.slug, CommitFilter()).rows] == [
            "Another",
            "Two missions",
        ]


def test_rewritten_history_is_read_anew(repository, writer, project):
    repository.commit("Wrong", {"report.py": "print()\n"}, at="2026-03-02T10:00:00Z")
    refresh_project(writer, project)
    repository.git("reset", "--quiet", "--hard", "HEAD~1")
    repository.commit("Right", {"report.py": "print(1)\n"}, at="2026-03-02T10:00:00Z")
    refresh_project(writer, project)
    with open_index_reader(writer.data_folder) as index:
        rows = list_commits(index, project.slug, CommitFilter()).rows
        everything = list_commits(index, project.slug, CommitFilter(with_unreachable=True)).rows
    assert [row.commit.subject for row in rows] == ["Right", "Two missions"]
    assert {row.commit.subject for row in everything} == {"Right", "Wrong", "Two missions"}


def test_a_folder_without_a_repository_is_a_project_too(tmp_path: Path, data_folder: Path, writer):
    for path, text in archive("001-First").items():
        (tmp_path / "plain" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "plain" / path).write_text(text)
    project = register_project(data_folder, tmp_path / "plain")
    refresh_project(writer, project)
    assert names(writer) == ["001-First"]
    with open_index_reader(data_folder) as index:
        assert get_repository_status(index, project.slug).condition is RepositoryCondition.NONE


def test_a_damaged_repository_is_a_problem_and_no_obstacle(repository, writer, project):
    (repository.path / ".git/config").write_text("[broken\n")
    (repository.path / ".git/HEAD").unlink()
    refresh_project(writer, project)
    assert names(writer) == ["001-First", "002-Second"]
    assert "repository-unreadable" in codes(writer, project)


def test_many_missions_are_listed_before_they_are_read(git_repository, writer, project, monkeypatch):
    monkeypatch.setattr(workers, "WORTHWHILE", 100)
    count = 30
    git_repository.write(archive(*(f"{number:03d}-Mission{number}" for number in range(1, count + 1))))
    seen: list[tuple[Progress, int, int]] = []

    def report(progress: Progress) -> None:
        if progress.stage == "documents":
            with open_index_reader(writer.data_folder) as index:
                rows = list_missions(index, MissionFilter(limit=100)).rows
                seen.append((progress, len(rows), sum(row.title == "Date ranges" for row in rows)))

    refresh_project(writer, project, report=report)
    first, last = seen[0], seen[-1]
    assert first[1:] == (count, 0)  # all are there, none is read
    assert last[1:] == (count, count)
    assert last[0].done_count == last[0].total_count == count * 11


def test_a_refresh_that_was_cut_off_is_taken_up_again(repository, writer, project):
    class CutOffError(Exception):
        pass

    def cut_off(progress: Progress) -> None:
        if progress.stage == "history":
            raise CutOffError
        if progress.done_count:
            raise CutOffError

    with pytest.raises(CutOffError):
        refresh_project(writer, project, report=cut_off)
    refresh = refresh_project(writer, project)
    assert project_topic(project.slug) in refresh.topics
    assert {document.path for document in read_back(writer, project).documents} >= {SPEC}
    assert refresh_project(writer, project).topics == frozenset()


def test_unreadable_files_are_tried_again_and_stay_quiet(repository, writer, project):
    os.truncate(repository.path / SPEC, READ_LIMIT + 1)
    refresh_project(writer, project)
    assert read_back(writer, project).title == "First"
    assert refresh_project(writer, project).topics == frozenset()
    repository.write({SPEC: archive("001-First")[SPEC]})
    refresh_project(writer, project)
    assert read_back(writer, project).title == "Date ranges"


def test_missions_beside_each_other_do_not_share_a_fate(repository, writer, project):
    refresh_project(writer, project)
    (repository.path / "TandemKit/001-First/State.json").unlink()
    (repository.path / "TandemKit/001-First/State.json").mkdir()
    repository.write(mission("003-Third"))
    refresh_project(writer, project)
    assert names(writer) == ["001-First", "002-Second", "003-Third"]
    assert read_back(writer, project, "003-Third").title == "Date ranges"


def test_a_walk_after_which_nothing_was_left_to_do_is_known_again(repository, writer, project):
    for _ in range(3):
        refresh = refresh_project(writer, project)
    assert refresh.saved_mission_count == 0
    status = (repository.path / SPEC).stat()
    repository.write({SPEC: "# Another title\n"})
    assert refresh_paths(writer, project, [SPEC])
    repository.write({SPEC: archive("001-First")[SPEC]})
    os.utime(repository.path / SPEC, ns=(status.st_atime_ns, status.st_mtime_ns))
    refresh_project(writer, project)
    assert read_back(writer, project).title == "Date ranges"
