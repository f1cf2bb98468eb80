from tandemweb.services.registering import describe_project
from tandemweb.services.whole_history import list_ancestors, open_whole_history


def test_commits_of_all_branches_and_those_of_the_head(git_repository):
    first = git_repository.commit("First", {"a": "1"})
    git_repository.git("checkout", "-q", "-b", "other")
    other = git_repository.commit("Other", {"b": "1"})
    git_repository.git("checkout", "-q", "main")
    second = git_repository.commit("Second", {"a": "2"})
    with open_whole_history(describe_project(git_repository.path, slug="x")) as history:
        assert history is not None
        assert {commit.oid for commit in history.commits} == {first, other, second}
        assert [commit.oid for commit in history.of_head()] == [second, first]
        assert list_ancestors(history.commits, None) == ()


def test_folder_without_repository_has_none(tmp_path):
    with open_whole_history(describe_project(tmp_path, slug="x")) as history:
        assert history is None
