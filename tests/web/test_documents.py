"""The pages of one document: views, versions, changes, bytes."""

import re
from html import unescape
from urllib.parse import quote

import pytest

MISSION = "TandemKit/001-AddImport"
SPEC = f"{MISSION}/Spec.md"
SPEC_TEXT = """# Import of bank files

See `importer.py:2-3`, helper.py:1, gone.py:4.
And [the state](State.json) or [the plan](Planner-Discussion/Claude-01.md#goal).

![page](Assets/R01-Gen-Page.png) ![chart](chart.svg)

## Goal

Old words here.

## Acceptance Criteria

1. It imports.
"""
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452") + b"\x00" * 40
STATE = '{"phase": "generation", "round": 1}\n'


@pytest.fixture
def repository(git_repository):
    git_repository.commit(
        "Add the importer",
        {"importer.py": "a = 1\nb = 2\nc = 3\n", "lib/helper.py": "x = 1\n"},
        at="2026-01-01T10:00:00Z",
    )
    git_repository.commit(
        "Plan the import",
        {
            SPEC: SPEC_TEXT,
            f"{MISSION}/State.json": STATE,
            f"{MISSION}/Planner-Discussion/Claude-01.md": "# Plan\n\n## Goal\n\nx\n",
            f"{MISSION}/Assets/R01-Gen-Page.png": PNG,
        },
        at="2026-01-02T10:00:00Z",
    )
    return git_repository


@pytest.fixture
def project(repository, index_project):
    return index_project(repository.path)


def address(path: str = SPEC, view: str = "documents") -> str:
    return f"/projects/repository/{view}/{path}"


def read(client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, response.get_data(as_text=True)
    return response.get_data(as_text=True)


def test_rendered_page_says_what_the_document_is(client, project):
    html = read(client, address())
    assert "<h1>Import of bank files</h1>" in html
    assert '<div class="markdown" hx-disable>' in html
    assert re.search(r'href="/projects/repository/missions/\w+/001-AddImport"', html)
    assert 'aria-current="page">Rendered</a>' in html
    assert "<dt>Kind</dt><dd>spec</dd>" in html
    assert 'data-topics="mission:repository/' in html


def test_file_names_lead_to_the_files_of_that_time(client, project, repository):
    planned = repository.git("rev-parse", "HEAD")
    repository.commit("Rewrite the importer", {"importer.py": "nothing\n", "gone.py": "now here\n"})
    html = unescape(read(client, address()))
    assert f'href="/projects/repository/files/importer.py?at={planned}&lines=2-3#L2">importer.py:2-3</a>' in html
    assert f'href="/projects/repository/files/lib/helper.py?at={planned}&lines=1#L1">helper.py:1</a>' in html
    assert "files/gone.py" not in html
    page = read(client, f"/projects/repository/files/importer.py?at={planned}&lines=2-3")
    assert re.findall(r'<tr id="L(\d)" class="marked">', page) == ["2", "3"]


def test_links_and_pictures_stay_within_the_project(client, project):
    html = unescape(read(client, address()))
    assert f'<a href="{address(MISSION + "/State.json")}">the state</a>' in html
    assert f'<a href="{address(MISSION + "/Planner-Discussion/Claude-01.md")}#h-goal">the plan</a>' in html
    (picture,) = re.findall(r'<img src="(/blob/[^"]+)"', html)
    assert client.get(picture).content_type == "image/png"
    assert "Image not available: chart" in html


def test_source_has_a_line_for_every_line(client, project):
    html = read(client, address() + "?view=source&lines=7-9")
    assert re.findall(r'<tr id="L(\d+)"', html) == [str(n) for n in range(1, SPEC_TEXT.count("\n") + 1)]
    assert re.findall(r'<tr id="L(\d+)" class="marked"', html) == ["7", "8", "9"]


def test_every_block_leads_to_its_line_in_the_source(client, project):
    html = unescape(read(client, address()))
    assert f'href="{address()}?view=source#L8"' in html


class TestVersions:
    @pytest.fixture
    def first(self, repository):
        return repository.git("rev-parse", "HEAD")

    @pytest.fixture
    def second(self, repository, first, index_project):
        oid = repository.commit("Sharpen the goal", {SPEC: SPEC_TEXT.replace("Old words", "New words")})
        index_project(repository.path)
        return oid

    def test_are_listed_newest_first(self, client, first, second):
        versions = client.get(address() + ".json").get_json()["versions"]
        assert [(version["key"], version["status"]) for version in versions] == [(second, "M"), (first, "A")]

    def test_show_the_content_of_their_time(self, client, first, second):
        html = read(client, f"{address()}?at={first}")
        assert "Old words" in html
        assert "New words" not in html
        assert "as it was after" in html
        assert "New words" in read(client, address())
        assert f"view=source&at={first}#L8" in unescape(html)

    def test_are_compared(self, client, first, second):
        html = read(client, f"{address()}?view=changes")
        assert "<mark>Old</mark> words here." in html
        assert "<mark>New</mark> words here." in html
        assert '<span class="plus">+1</span>' in html
        backwards = client.get(f"{address()}.json?view=changes&from={second}&to={first}&layout=split").get_json()
        (hunk,) = backwards["changes"]["difference"]["hunks"]
        (changed,) = [row for row in hunk["rows"] if not row["is_context"]]
        assert changed["old"]["pieces"][0] == {"text": "New", "is_marked": True}
        assert changed["old"]["number"] == changed["new"]["number"] == 10

    def test_what_no_commit_holds_is_a_version(self, client, first, second, repository, index_project):
        repository.write({SPEC: SPEC_TEXT.replace("Old words", "Draft words")})
        index_project(repository.path)
        page = client.get(address() + ".json?view=changes").get_json()
        assert [version["key"] for version in page["versions"]] == ["disk", second, first]
        assert "Draft" in str(page["changes"]["difference"])
        assert "on disk, not committed" in read(client, address())

    def test_follow_a_renamed_archive_root(self, client, first, second, repository, index_project):
        repository.git("mv", "TandemKit", "tandem-kit")
        third = repository.commit("Rename the folder")
        index_project(repository.path)
        path = address("tandem-kit/001-AddImport/Spec.md")
        page = client.get(f"{path}.json").get_json()
        assert [version["key"] for version in page["versions"]] == [third, second, first]
        assert "Old words" in read(client, f"{path}?at={first}")
        assert b"Old words" in client.get(f"/projects/repository/raw/tandem-kit/001-AddImport/Spec.md?at={first}").data
        assert "The two versions are the same" in read(client, f"{path}?view=changes")

    def test_a_wrong_version_is_named(self, client, second):
        assert client.get(f"{address()}?view=changes&from=HEAD~1").status_code == 400
        assert client.get(f"{address()}?at=HEAD").status_code == 400
        assert client.get(f"{address()}?at={'0' * 40}").status_code == 404

    def test_the_first_has_none_before_it(self, client, first, second):
        assert "none before it" in read(client, f"{address()}?view=changes&to={first}")


@pytest.mark.parametrize("query", ["", "?view=source", "?view=changes"])
def test_costs_do_not_grow_with_versions(client, project, repository, index_project, costs, query):
    def measure() -> tuple[int, int]:
        costs.update(queries=0, processes=0)
        read(client, address() + query)
        return costs["queries"], costs["processes"]

    for number in range(12):
        if number == 2:
            index_project(repository.path)
            few = measure()
        repository.commit(
            f"Version {number}", {SPEC: SPEC_TEXT + f"\n{number} `importer.py:1` [a](State.json)\n" * (number + 1)}
        )
    index_project(repository.path)
    assert measure() == few
    assert few[1] <= 2


def test_raw_is_the_exact_bytes_in_a_sandbox(client, project, repository, index_project):
    content = b"\xef\xbb\xbf# Caf\xe9\r\n<script>alert(1)</script>\r\n\x00"
    repository.write({f"{MISSION}/Summary.md": content})
    index_project(repository.path)
    response = client.get(address(f"{MISSION}/Summary.md", "raw"))
    assert response.data == content
    assert response.content_type == "text/plain; charset=utf-8"
    assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    download = client.get(address(f"{MISSION}/Summary.md", "raw") + "?download=1")
    assert download.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("path", ["importer.py", ".git/config", "../secret", "nothing.md"])
def test_only_documents_are_given_from_the_disk(client, project, path):
    assert client.get(address(path, "raw")).status_code in {400, 404}
    assert client.get(address(path)).status_code in {400, 404}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"# Caf\xe9\n", "bytes that are not UTF-8"),
        (b"binary \x00\x00", "binary"),
        (b"", "This document is empty"),
    ],
)
def test_odd_contents_are_explained(client, project, repository, index_project, content, words):
    repository.write({f"{MISSION}/Summary.md": content})
    index_project(repository.path)
    assert words in read(client, address(f"{MISSION}/Summary.md"))


def test_a_huge_document_is_shown_as_paged_source(client, project, repository, index_project):
    repository.write({f"{MISSION}/Summary.md": "# Summary\n" + "a line of words\n" * 100_000})
    index_project(repository.path)
    html = read(client, address(f"{MISSION}/Summary.md"))
    assert "so its source is shown" in html
    assert "Lines 1 to 3000 of 100001" in html
    assert len(html) < 1_000_000
    (later,) = set(re.findall(r'href="([^"]+)">Later lines', html))
    assert '<tr id="L3001"' in read(client, unescape(later))
    assert '<tr id="L50000" class="marked"' in read(
        client, address(f"{MISSION}/Summary.md") + "?view=source&lines=50000"
    )


def test_a_file_that_is_gone_is_explained(client, project, repository):
    (repository.path / SPEC).unlink()
    html = read(client, address())
    assert "There is no file" in html


def test_names_with_blanks_quotes_and_tags(client, project, repository, index_project):
    name = f'{MISSION}/User Feedback <b>"it\'s".md'
    repository.commit("Odd name", {name: "# Odd\n\nwords\n"})
    index_project(repository.path)
    html = read(client, "/projects/repository/documents/" + name.replace("<", "%3C").replace('"', "%22"))
    assert '<b>"it' not in html
    assert "User Feedback &lt;b&gt;" in html
    assert "words" in html


def test_without_a_repository(client, tmp_path, index_project):
    folder = tmp_path / "plain"
    (folder / MISSION).mkdir(parents=True)
    (folder / SPEC).write_text(SPEC_TEXT, encoding="utf-8")
    (folder / MISSION / "State.json").write_text(STATE, encoding="utf-8")
    index_project(folder)
    assert "importer.py:2-3" in read(client, f"/projects/plain/documents/{SPEC}")
    assert "on disk, not committed" in read(client, f"/projects/plain/documents/{SPEC}?view=changes")


@pytest.mark.parametrize("name", ["a\nb.md", "a\n", "\n.md", "a\rb\u2028.md", "a%2Fb.md", "a?b#c.md"])
def test_a_document_of_any_name_has_its_pages(repository, index_project, client, name):
    path = f"TandemKit/001-Add\nImport/{name}"
    repository.write({path: "# Some words\n", "TandemKit/001-Add\nImport/State.json": STATE})
    index_project(repository.path)
    quoted = quote(path)
    for page in (address(quoted), f"{address(quoted)}.json", address(quoted, "raw")):
        assert "Some words" in read(client, page)


@pytest.mark.parametrize("name", ["R01-Gen-Chart.svg", "R01-Gen-Page.png", "R01-Gen-Notes.pdf"])
def test_an_asset_has_its_bytes(repository, index_project, client, name):
    repository.write({f"{MISSION}/Assets/{name}": b"<svg onload='alert(1)'/>"})
    index_project(repository.path)
    response = client.get(address(f"{MISSION}/Assets/{name}", "raw"))
    assert (response.status_code, response.data) == (200, b"<svg onload='alert(1)'/>")
    assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response.mimetype == ("image/png" if name.endswith("png") else "text/plain")
