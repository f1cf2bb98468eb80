"""The margin beside code, the stories of lines, and the ways that lead to them."""

import re
from pathlib import Path

import pytest
from corpus.clones import clone_corpus

HTMX = {"HX-Request": "true"}
FIX = "25a3bff563b90fb4c734db4a9def4a6099c7d349"


@pytest.fixture
def linkshelf(tmp_path: Path, index_project) -> Path:
    path = clone_corpus("linkshelf", tmp_path / "linkshelf")
    index_project(path)
    return path


def read(client, address: str, status: int = 200, **headers: str) -> str:
    response = client.get(f"/projects/linkshelf/{address}", headers=headers)
    assert response.status_code == status, response.get_data(as_text=True)
    return response.get_data(as_text=True)


def test_a_file_comes_at_once_and_asks_for_its_margin(client, linkshelf):
    html = read(client, "files/src/query.js")
    assert re.search(r'<div id="margin" hidden[^>]* hx-get="/projects/linkshelf/margin/src/query.js\?at=\w{40}"', html)
    assert '<td class="why"></td>' in html
    assert 'id="story"' not in html


@pytest.mark.parametrize("query", ["line=28", "lines=28", "line=26-28"])
def test_marked_lines_ask_for_their_story(client, linkshelf, query):
    html = read(client, f"files/src/query.js?{query}")
    found = re.search(r'<section id="story".*?hx-get="/projects/linkshelf/why/([^"]*)"', html)
    assert found
    assert found[1].endswith(f"line={query.partition('=')[2]}")


def test_the_margin_names_mission_and_round(client, linkshelf):
    runs = client.get("/projects/linkshelf/margin/src/query.js.json").get_json()["runs"]
    assert [(run["first"], run["last"], run["linked"]["link"]["round"]) for run in runs[-2:]] == [
        (28, 28, 2),
        (29, 29, 1),
    ]
    html = read(client, "margin/src/query.js", **HTMX)
    assert "<html" not in html
    assert 'data-first="28" data-last="28"' in html
    assert ">001-tag-search R2</a>" in html
    assert "Make the link of a tag work for every character" in html


def test_without_htmx_the_margin_is_a_page(client, linkshelf):
    html = read(client, "margin/src/store.js")
    assert "History as missions" in html
    assert "003-atomic-store, round 1" in html
    assert "no mission known" in html


def test_a_story_leads_on(client, linkshelf):
    html = read(client, "why/src/query.js?line=28")
    assert "/projects/linkshelf/missions/tandemkit/001-tag-search/rounds/2" in html
    assert "A tag with a double quote" in html
    assert (
        "/projects/linkshelf/documents/TandemKit/001-tag-search/evaluator/round-01-discussion/codex-01.md?view=source#L48"
        in html
    )
    assert "names this commit as the mission" in html
    fragment = read(client, "why/src/query.js?line=28", **HTMX)
    assert "<html" not in fragment
    assert "A tag with a double quote" in fragment


def test_a_line_of_no_mission_says_so(client, linkshelf):
    assert "No mission known" in read(client, "why/README.md?line=1")


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("why/src/query.js", 400),
        ("why/src/query.js?line=x", 400),
        ("why/src/query.js?line=999", 404),
        ("why/src/nothing.js?line=1", 404),
        ("why/src?line=1", 404),
        ("why/src/query.js?line=1&at=main", 400),
        (f"why/src/query.js?line=1&at={'1' * 40}", 404),
        ("margin/src/nothing.js", 404),
        ("margin/TandemKit/001-tag-search/assets/r01-gen-after-en.webp", 200),
    ],
)
def test_what_cannot_be_told(client, linkshelf, address, status):
    read(client, address, status)


def test_a_commit_names_its_mission_and_leads_from_its_lines(client, linkshelf):
    html = read(client, f"commits/{FIX}")
    assert "/missions/tandemkit/001-tag-search/rounds/2" in html
    assert "It is on the branch feature/tag-search" in html
    assert f'href="/projects/linkshelf/why/src/query.js?at={FIX}&amp;line=28"' in html
    [linked] = client.get(f"/projects/linkshelf/commits/{FIX}.json").get_json()["missions"]
    assert (linked["mission"], linked["link"]["strength"]) == ("001-tag-search", "certain")


def test_other_commits_have_none(client, linkshelf):
    oid = client.get("/projects/linkshelf/commits.json?text=Start+version+0.2.0").get_json()["commits"]["rows"][0]
    assert "No mission known" in read(client, f"commits/{oid['commit']['oid']}")


def test_a_mission_lists_its_commits(client, linkshelf):
    html = read(client, "missions/tandemkit/001-tag-search")
    part = html[html.index("Implemented by") :]
    assert part.index("Understand tag terms in queries") < part.index("Make the link of a tag work")
    assert "names this commit as the mission" in part


def test_from_a_line_of_a_diff_to_a_decision(client, linkshelf):
    """First click: the line's number. Second: the decision's place."""
    html = read(client, f"commits/{FIX}")
    address = re.search(r'href="/projects/linkshelf/(why/src/query.js\?at=\w+&amp;line=28)"', html)
    assert address
    story = read(client, address[1].replace("&amp;", "&"))
    decision = re.search(r'Double quotes in tag names.*?href="/projects/linkshelf/(documents/[^"#]*)', story, re.DOTALL)
    assert decision
    assert "written with a backslash" in read(client, decision[1].replace("&amp;", "&"))


def test_names_of_a_repository_are_escaped(client, git_repository, index_project):
    git_repository.commit("<script>alert(1)</script>", {"a<b>.py": "<i>\n"})
    index_project(git_repository.path)
    for address in ("margin/a%3Cb%3E.py", "why/a%3Cb%3E.py?line=1"):
        html = client.get(f"/projects/repository/{address}").get_data(as_text=True)
        assert "<script>alert" not in html
        assert "&lt;script&gt;" in html


def test_a_commit_is_looked_at_once_however_many_of_its_lines_are_asked_for(client, linkshelf, costs):
    address = "/projects/linkshelf/why/src/store.js.json"
    client.get(f"{address}?line=1-400")  # who wrote the lines is remembered
    costs.update(processes=0)
    stories = client.get(f"{address}?line=1-400").get_json()["stories"]
    commits = {story["oid"] for story in stories}
    assert len(stories) > 30
    assert len(commits) < 6
    assert costs["processes"] <= len(commits) + 2  # and the file itself
