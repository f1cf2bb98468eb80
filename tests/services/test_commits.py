"""What is missing from a history is said, and said until it is there again."""

import pytest

from services.examples import archive
from tandemweb.services.commits import INCOMPLETE, refresh_history
from tandemweb.services.indexing import refresh_project
from tandemweb.store.commit_list import CommitFilter, list_commits
from tandemweb.store.connections import IndexWriter, open_index_reader
from tandemweb.store.problems import ProblemFilter, list_problems


@pytest.fixture
def lost(git_repository):
    """Lose one folder of the first of two commits, and give the path of its object."""
    git_repository.commit("One", {**archive("001-First"), "folder/a.md": "1\n"}, at="2026-03-01T10:00:00Z")
    tree = git_repository.git("rev-parse", "HEAD:folder")
    git_repository.commit("Two", {"folder/a.md": "2\n"}, at="2026-03-02T10:00:00Z")
    path = git_repository.path / ".git/objects" / tree[:2] / tree[2:]
    path.rename(path.with_suffix(".lost"))
    return path


def losses(writer: IndexWriter, project) -> list[str]:
    with open_index_reader(writer.data_folder) as index:
        return [row.problem.message for row in list_problems(index, ProblemFilter(project.slug, INCOMPLETE)).rows]


def subjects(writer: IndexWriter, project) -> list[str]:
    with open_index_reader(writer.data_folder) as index:
        return [row.commit.subject for row in list_commits(index, project.slug, CommitFilter()).rows]


def test_what_git_lost_is_a_problem_of_the_project(git_repository, lost, writer, project):
    refresh_project(writer, project)
    assert any("changed files are missing" in message for message in losses(writer, project))
    assert subjects(writer, project) == ["Two", "One"]


def test_a_loss_is_said_again_after_new_commits(git_repository, lost, writer, project):
    refresh_project(writer, project)
    before = losses(writer, project)
    assert refresh_project(writer, project).new_commit_count == 0
    git_repository.git("commit", "--quiet", "--allow-empty", "-m", "Three")
    refresh_project(writer, project)
    assert losses(writer, project) == before
    assert subjects(writer, project) == ["Three", "Two", "One"]


def test_a_loss_that_was_mended_is_forgotten(git_repository, lost, writer, project):
    refresh_project(writer, project)
    lost.with_suffix(".lost").rename(lost)
    git_repository.git("commit", "--quiet", "--allow-empty", "-m", "Three")
    refresh_history(writer, project)
    assert losses(writer, project) == []
    with open_index_reader(writer.data_folder) as index:
        rows = list_commits(index, project.slug, CommitFilter()).rows
    assert [row.change_count for row in rows][:2] == [0, 1]
