import os

import pytest

from tandemweb.domain.mission import Project, Readability
from tandemweb.errors import InvalidRequestError
from tandemweb.web.document_versions import get_version, list_versions, name_blob, read_disk_file


@pytest.mark.parametrize("content", [b"", b"text\r\n", b"\0\xff" * 1000])
def test_contents_have_the_name_that_git_gives_them(git_repository, content: bytes):
    assert name_blob(content) == git_repository.git("hash-object", "--stdin", stdin=content)


def test_names_of_newer_repositories_are_longer(tmp_path, git_repository):
    git_repository.git("init", "--quiet", "--object-format=sha256", str(tmp_path / "new"))
    expected = git_repository.git("-C", str(tmp_path / "new"), "hash-object", "--stdin", stdin=b"x")
    assert name_blob(b"x", 64) == expected


def test_any_name_on_disk_can_be_read(tmp_path):
    project = Project("p", "p", str(tmp_path))
    name = b"caf\xe9.md"
    with open(os.path.join(os.fsencode(tmp_path), name), "wb") as file:  # noqa: PTH118, PTH123 - bytes
        file.write(b"# Title\n")
    assert read_disk_file(project, name).data == b"# Title\n"


@pytest.mark.parametrize("name", [b"gone.md", b"../x.md", b"link.md", b"pipe.md"])
def test_what_cannot_be_read_says_why(tmp_path, name: bytes):
    (tmp_path / "link.md").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "pipe.md")
    disk = read_disk_file(Project("p", "p", str(tmp_path)), name)
    assert disk.data is None
    assert disk.text.readability is Readability.UNREADABLE
    assert disk.text.problem.message


def test_versions_are_chosen_by_their_key_only(tmp_path):
    (tmp_path / "a.md").write_bytes(b"x")
    versions = list_versions((), "a.md", read_disk_file(Project("p", "p", str(tmp_path)), b"a.md"))
    assert get_version(versions, "disk").commit is None
    with pytest.raises(InvalidRequestError, match="named by one of its commits"):
        get_version(versions, "HEAD")
