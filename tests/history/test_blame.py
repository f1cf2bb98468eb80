"""Who wrote a line: beside plain git, through moves and through commits that are to be ignored."""

import pytest

from tandemweb.errors import InvalidRequestError, NotFoundError
from tandemweb.history.blame import read_blame
from tandemweb.history.blame_parsing import BlameRun, parse_blame

BLOCK = [f"def part_{number}(): return compute_something({number})\n" for number in range(12)]


def list_oids(runs: tuple[BlameRun, ...]) -> list[str]:
    return [run.oid for run in runs for _ in range(run.count)]


@pytest.fixture
def repository(open_at, git_repository):
    def open_now():
        return open_at(git_repository.path)

    return open_now


def test_it_says_what_plain_git_says(git_repository, repository):
    first = git_repository.commit("First", {"a.py": "one\ntwo\nthree\n"})
    second = git_repository.commit("Second", {"a.py": "one\nzwei\nthree\nfour\n"})
    runs = read_blame(repository(), second, "a.py")
    assert runs == (
        BlameRun(1, 1, first, "a.py", 1, is_boundary=True),
        BlameRun(2, 1, second, "a.py", 2),
        BlameRun(3, 1, first, "a.py", 3, is_boundary=True),
        BlameRun(4, 1, second, "a.py", 4),
    )


def test_renames_and_moved_passages_are_followed(git_repository, repository):
    first = git_repository.commit("First", {"a.py": "".join(BLOCK), "b.py": "b\n"})
    git_repository.git("mv", "a.py", 'größe "x".py')
    git_repository.commit("Rename")
    git_repository.git("rm", "-q", 'größe "x".py')
    last = git_repository.commit("Move", {"b.py": "b\n" + "".join(BLOCK)})
    runs = read_blame(repository(), last, "b.py")
    assert {run.oid for run in runs} == {first}
    assert {run.path for run in runs} == {"a.py", "b.py"}
    plain = read_blame(repository(), last, "b.py", follow_copies=False)
    assert {run.oid for run in plain} == {first, last}


def test_a_common_line_is_no_copy(git_repository, repository):
    git_repository.commit("First", {"a.py": "const path = await tempFile();\n"})
    second = git_repository.commit("Second", {"b.py": "const path = await tempFile();\n", "a.py": "changed\n"})
    assert list_oids(read_blame(repository(), second, "b.py")) == [second]


def test_ignored_commits_are_looked_through(git_repository, repository):
    first = git_repository.commit("First", {"a.py": "def f( x ):\n    return  x\n"})
    formatting = git_repository.commit("Format", {"a.py": "def f(x):\n    return x\n"})
    noise = f"# formatting\n{formatting}  # by a tool\n{'1' * 40}\nmain\n--output=PWNED\n"
    last = git_repository.commit("Ignore it", {".git-blame-ignore-revs": noise})
    assert list_oids(read_blame(repository(), last, "a.py")) == [first, first]
    assert not list(git_repository.path.rglob("PWNED"))


def test_an_ignore_file_that_is_a_link_is_not_followed(git_repository, repository):
    git_repository.commit("First", {"a.py": "1\n"})
    (git_repository.path / ".git-blame-ignore-revs").symlink_to("/etc/passwd")
    last = git_repository.commit("Link")
    assert len(read_blame(repository(), last, "a.py")) == 1


@pytest.mark.parametrize("path", ["b.py", "../a.py", "", "sub", "--output=x"])
def test_what_is_no_file(git_repository, repository, path):
    oid = git_repository.commit("First", {"a.py": "1\n", "sub/c.py": "1\n"})
    with pytest.raises(NotFoundError):
        read_blame(repository(), oid, path)


def test_names_are_full_object_ids(git_repository, repository):
    git_repository.commit("First", {"a.py": "1\n"})
    with pytest.raises(InvalidRequestError):
        read_blame(repository(), "HEAD", "a.py")


def test_an_empty_file_has_no_lines(git_repository, repository):
    oid = git_repository.commit("First", {"a.py": ""})
    assert read_blame(repository(), oid, "a.py") == ()


def test_lines_that_look_like_the_frame():
    oid = "a" * 40
    header = f"{oid} 1 1 2\nauthor A\nfilename x\n\t{oid} 9 9\n{oid} 2 2\n\tfilename y\n".encode()
    assert parse_blame(header) == (BlameRun(1, 2, oid, "x", 1),)
