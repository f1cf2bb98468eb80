"""Key decisions of all missions: list, permalink, text for copying."""

import json
import re

import pytest

HOSTILE = "<script>alert(1)</script>"


def mission(name: str, spec: str, **files: str) -> dict[str, str]:
    folder = f"TandemKit/{name}"
    state = json.dumps({"phase": "complete", "started": f"2026-0{name[2]}-01T00:00:00Z"})
    return {f"{folder}/State.json": state, f"{folder}/Spec.md": spec} | {
        f"{folder}/{path.replace('__', '/')}.md": text for path, text in files.items()
    }


@pytest.fixture
def shop(git_repository, index_project) -> None:
    intent = "# A\n\n## User Intent\n\n> I never want to lose a <b>bookmark</b>.\n\n## Key Decisions\n\n"
    first = (
        f"{intent}- **Store bookmarks in JSON** rather than in a database. "
        f'"I never want to lose a <b>bookmark</b>" {HOSTILE} `src/store.py`\n'
    )
    git_repository.commit("One", mission("001-Store", first), at="2026-01-02T10:00:00Z")
    second = "# B\n\n## Key Decisions\n\n- **Store bookmarks in SQLite instead of JSON** — locks.\n"
    git_repository.commit("Two", mission("002-Again", second), at="2026-02-02T10:00:00Z")
    index_project(git_repository.path)


def rows(client, query: str = "") -> list[dict]:
    return client.get(f"/decisions.json{query}").get_json()["decisions"]["rows"]


def test_the_list_says_why_and_what_came_of_it(shop, client):
    later, earlier = rows(client)
    assert (later["decision"]["title"], later["mission"]) == ("Store bookmarks in SQLite instead of JSON", "002-Again")
    assert earlier["superseded_by"][0]["key"] == later["decision"]["key"]
    assert later["supersedes"][0]["reason"] == "it says that it changes what was decided"
    assert earlier["decision"]["files"] == ["src/store.py"]
    html = client.get("/decisions").text
    assert 'class="superseded"' in html
    assert re.search(r"score 0\.\d\d", html)
    assert "Not chosen:" in html
    assert "I never want to lose a &lt;b&gt;bookmark&lt;/b&gt;." in html
    assert HOSTILE not in html
    assert 'aria-current="page">Decisions</a>' in html


@pytest.mark.parametrize(
    ("query", "missions"),
    [
        ("?q=locks", ["002-Again"]),
        ("?q=bookmarks", ["002-Again", "001-Store"]),
        ("?project=repository&source=spec", ["002-Again", "001-Store"]),
        ("?project=nowhere", []),
        ("?source=feedback", []),
        ("?file=store.py", ["001-Store"]),
        ("?after=2026-02", ["002-Again"]),
        ("?before=2026-02-02", ["001-Store"]),
        ("?superseded=1", ["001-Store"]),
        ("?q=%22&file=%25", []),
    ],
)
def test_filters(shop, client, query: str, missions: list[str]):
    assert [row["mission"] for row in rows(client, query)] == missions
    assert client.get(f"/decisions{query}").status_code == 200


def test_wrong_filters_are_named(shop, client):
    assert client.get("/decisions?after=soon").status_code == 400
    assert client.get("/decisions?source=dream").status_code == 400
    assert client.get(f"/decisions?file={'x' * 60_000}").status_code == 400
    answer = client.get(f"/decisions?after={'9' * 60_000}")
    assert (answer.status_code, len(answer.text) < 20_000) == (400, True)
    assert "No decision fits all of this." in client.get("/decisions?q=absent").text


def test_htmx_gets_the_list_only(shop, client):
    fragment = client.get("/decisions?q=locks", headers={"HX-Request": "true"}).text
    assert "<html" not in fragment
    assert fragment.count("<li id=") == 1


def test_a_permalink_with_a_text_to_copy(shop, client):
    [earlier] = rows(client, "?superseded=1")
    key = earlier["decision"]["key"]
    page = client.get(f"/projects/repository/decisions/{key}")
    assert page.status_code == 200
    assert HOSTILE not in page.text
    assert f'href="/projects/repository/decisions/{key}/text.md"' in page.text
    text = client.get(f"/projects/repository/decisions/{key}/text.md")
    assert text.mimetype == "text/plain"
    assert text.text.startswith(
        "## Store bookmarks in JSON\n\nrepository, 001-Store, key decision of the spec, 2026-01-02"
    )
    assert "> I never want to lose a <b>bookmark</b>." in text.text
    assert "**Superseded by:** Store bookmarks in SQLite instead of JSON (002-Again; it says" in text.text
    assert client.get(f"/projects/repository/decisions/{key}.json").get_json()["markdown"] == text.text
    assert client.get("/projects/repository/decisions/nothing").status_code == 404
    assert client.get("/projects/repository/decisions/nothing/text.md").status_code == 404


def test_code_in_decisions_is_shown_as_code(git_repository, index_project, client):
    spec = "# C\n\n## Key Decisions\n\n- **`--date` cuts off** — `<i>` was asked for.\n"
    git_repository.commit("One", mission("001-Cut", spec))
    index_project(git_repository.path)
    [row] = rows(client)
    assert "<code>--date</code> cuts off</a>" in client.get("/decisions").text
    page = client.get(f"/projects/repository/decisions/{row['decision']['key']}").text
    assert "<h1><code>--date</code> cuts off</h1>" in page
    assert "<title>--date cuts off" in page
    assert "<code>&lt;i&gt;</code> was asked for" in page
    assert "001-Cut" in page


def test_an_index_without_decisions_says_where_they_come_from(git_repository, index_project, client):
    git_repository.commit("Nothing", {"a.txt": "a"})
    index_project(git_repository.path)
    assert "No decision has been read yet." in client.get("/decisions").text


def test_pages_and_the_number_of_queries(shop, client, monkeypatch):
    monkeypatch.setattr("tandemweb.web.views.decisions.PAGE_SIZE", 1)
    html = client.get("/decisions?file=T").text
    assert 'rel="next" href="/decisions?file=T&amp;page=2"' in html
    assert [row["mission"] for row in rows(client, "?page=2")] == ["001-Store"]
