import pytest

from tandemweb.errors import InvalidRequestError, NotFoundError
from tandemweb.history.trees import list_paths


def test_files_of_a_commit_with_any_name(git_repository, open_at):
    first = git_repository.commit("One", {"b/c.md": "x", 'a b\n"c".md': "y", "é.md": "z"})
    second = git_repository.commit("Two", {"d": "x"})
    repository = open_at(git_repository.path)
    assert list_paths(repository, first) == ('a b\n"c".md', "b/c.md", "é.md")
    assert "d" in list_paths(repository, second)


def test_unknown_commits_are_refused(git_repository, open_at):
    git_repository.commit("One", {"a": "x"})
    repository = open_at(git_repository.path)
    with pytest.raises(NotFoundError):
        list_paths(repository, "0" * 40)
    with pytest.raises(InvalidRequestError):
        list_paths(repository, "--output=x")
