"""Files of any commit, whatever they are."""

import re

import pytest

PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452") + b"\x00" * 40


@pytest.fixture
def repository(git_repository):
    git_repository.write(
        {
            "src/app.py": "def f():\n    return '<script>'\n",
            "src/page.png": PNG,
            "src/drawing.svg": "<svg onload=alert(1)></svg>",
            "data.bin": b"\x00\x01",
            "latin.txt": b"caf\xe9\n",
            "TandemKit/001-One/State.json": "{}",
            "TandemKit/001-One/Spec.md": "# Spec\n",
        }
    )
    (git_repository.path / "link").symlink_to("/etc/passwd")
    git_repository.commit("First")
    return git_repository


@pytest.fixture
def oid(repository, index_project):
    index_project(repository.path)
    return repository.git("rev-parse", "HEAD")


def read(client, path: str, status: int = 200) -> str:
    response = client.get(f"/projects/repository/files/{path}")
    assert response.status_code == status, response.get_data(as_text=True)
    return response.get_data(as_text=True)


def test_text_is_coloured_and_has_line_anchors(client, oid):
    html = read(client, f"src/app.py?at={oid}")
    assert '<tr id="L1"><td class="number"><a href="#L1"' in html
    assert '<span class="k">def</span>' in html
    assert "&lt;script&gt;" in html
    assert "<script>" not in html
    assert f"/projects/repository/commits/{oid}" in html


def test_without_a_commit_it_is_that_of_head(client, oid):
    assert client.get("/projects/repository/files/src/app.py.json").get_json()["at"] == oid


def test_it_stays_as_it_was(client, oid, repository, index_project):
    repository.commit("Second", {"src/app.py": "other\n"})
    index_project(repository.path)
    assert "&lt;script" in read(client, f"src/app.py?at={oid}")
    assert "&lt;script" not in read(client, "src/app.py")


@pytest.mark.parametrize(
    ("lines", "marked"), [("1", ["1"]), ("1-2", ["1", "2"]), ("2-1", ["1", "2"]), ("9-9999999", [])]
)
def test_lines_are_marked(client, oid, lines, marked):
    assert re.findall(r'<tr id="L(\d)" class="marked">', read(client, f"src/app.py?lines={lines}")) == marked


@pytest.mark.parametrize("query", ["lines=x", "lines=1-2-3", "lines=-1", "at=main", "at=--output=x", "page=0"])
def test_malformed_questions_are_refused(client, oid, query):
    read(client, f"src/app.py?{query}", 400)


def test_a_link_is_shown_and_not_followed(client, oid):
    html = read(client, "link")
    assert "A symbolic link to <code>/etc/passwd</code>" in html
    assert "root:" not in html


def test_binary_files_have_a_size(client, oid):
    html = read(client, "data.bin")
    assert "2 bytes" in html
    assert "This file is binary" in html


def test_pictures_are_shown(client, oid):
    html = read(client, "src/page.png")
    assert f'<img src="/blob/repository/src/page.png?at={oid}"' in html


def test_drawings_are_text(client, oid):
    html = read(client, "src/drawing.svg")
    assert "<img" not in html
    assert "<svg onload" not in html
    assert "onload" in html


def test_other_encodings_are_announced(client, oid):
    assert "bytes that are not UTF-8" in read(client, "latin.txt")


def test_a_folder_lists_what_it_holds(client, oid):
    html = read(client, "src")
    assert re.findall(r'<li><a href="[^"]*">([^<]*)</a>', html) == ["app.py", "drawing.svg", "page.png"]
    assert "001-One/</a>" in read(client, "TandemKit")


def test_documents_lead_to_their_page(client, oid):
    assert 'href="/projects/repository/documents/TandemKit/001-One/Spec.md">As a document' in read(
        client, "TandemKit/001-One/Spec.md"
    )


@pytest.mark.parametrize("path", ["nothing.py", "src/../data.bin", "../x", ".git/config", "src//app.py"])
def test_what_is_not_there_is_said(client, oid, path):
    response = client.get(f"/projects/repository/files/{path}")
    assert response.status_code in {404, 308}


def test_a_submodule_is_named(client, repository, index_project):
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},module")
    repository.git("commit", "-q", "-m", "Add a submodule")
    index_project(repository.path)
    assert f"<code>{'1' * 40}</code>" in read(client, "module")


def test_unknown_commits_and_missing_repositories(client, oid, tmp_path, index_project):
    read(client, f"src/app.py?at={'1' * 40}", 404)
    plain = tmp_path / "plain"
    plain.mkdir()
    index_project(plain)
    response = client.get("/projects/plain/files/a.py")
    assert response.status_code == 404
    assert "no commit" in response.get_data(as_text=True)
