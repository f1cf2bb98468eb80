"""Pictures: of a few types, and nothing that can act."""

import os

import pytest

PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452") + b"\x00" * 40
EVIL = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script></svg>"


@pytest.fixture
def repository(git_repository, index_project):
    git_repository.write({"a.png": PNG, "b.jpeg": b"\xff\xd8", "evil.svg": EVIL, "evil.png": EVIL, "page.html": EVIL})
    (git_repository.path / "link.png").symlink_to("a.png")
    os.mkfifo(git_repository.path / "pipe.png")
    git_repository.git("add", "a.png", "b.jpeg", "evil.svg", "evil.png", "page.html", "link.png")
    git_repository.git("commit", "-q", "-m", "First")
    git_repository.write({"new.gif": b"GIF89a\x00"})
    index_project(git_repository.path)
    return git_repository


@pytest.mark.parametrize(("name", "kind"), [("a.png", "image/png"), ("b.jpeg", "image/jpeg"), ("new.gif", "image/gif")])
def test_pictures_on_disk_have_a_fixed_type(client, repository, name, kind):
    response = client.get(f"/blob/repository/{name}")
    assert response.status_code == 200
    assert response.content_type == kind
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_pictures_of_a_commit_stay(client, repository):
    oid = repository.git("rev-parse", "HEAD")
    (repository.path / "a.png").write_bytes(b"\x89PNG other")
    assert client.get(f"/blob/repository/a.png?at={oid}").data == PNG
    assert client.get("/blob/repository/a.png").data == b"\x89PNG other"


def test_what_only_calls_itself_a_picture_is_no_page(client, repository):
    response = client.get("/blob/repository/evil.png")
    assert response.content_type == "image/png"
    assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


@pytest.mark.parametrize(
    "name", ["evil.svg", "page.html", "nothing.png", "link.png", "pipe.png", "../a.png", ".git/x.png", "a.png/b.png"]
)
def test_nothing_else_is_given(client, repository, name):
    response = client.get(f"/blob/repository/{name}")
    assert response.status_code in {404, 500}
    assert b"alert(" not in response.data


def test_a_link_of_a_commit_is_no_picture(client, repository):
    oid = repository.git("rev-parse", "HEAD")
    assert client.get(f"/blob/repository/link.png?at={oid}").status_code == 404
