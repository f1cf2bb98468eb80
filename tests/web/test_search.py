"""One box over everything: pages, their JSON, and no text that breaks them."""

import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tandemweb.web.views.search import mark_title

MISSION = "TandemKit/001-AddCart"
HOSTILE = "<script>alert(1)</script>"
FILES = {
    f"{MISSION}/State.json": json.dumps({"phase": "complete", "round": 1, "verdict": "PASS"}),
    f"{MISSION}/Spec.md": f"# Cart {HOSTILE}\n\n## Key Decisions\n\n- **Totals in cents** — floats drift.\n",
    f"{MISSION}/Evaluator/Round-01-Discussion/Claude-01.md": (
        "# Evaluation\n\n**Verdict: FAIL**\n\n## Issues Found\n\n### F1. Totals forget taxes (High)\n\n"
        "`src/cartTotals.py:3`: readTaxTable is never called.\n"
    ),
    "src/cartTotals.py": "x = 1\n",
}


@pytest.fixture
def shop(git_repository, index_project) -> None:
    git_repository.commit("Add <b>taxes</b> to the cart", FILES, at="2026-03-04T10:00:00Z")
    index_project(git_repository.path)


def hits(client, query: str) -> list[dict]:
    page = client.get("/search.json", query_string={"q": query}).get_json()
    return [hit for group in page["groups"] for hit in group["hits"]]


def test_every_hit_leads_to_its_page(shop, client):
    for query, kind in {
        "cart kind:mission": "mission",
        "cents kind:decision": "decision",
        "taxes kind:finding": "finding",
        "drift kind:spec": "spec",
        "taxes kind:commit": "commit",
        "totals kind:file": "file",
    }.items():
        [hit] = hits(client, query)
        assert hit["found"]["kind"] == kind
        path, _, anchor = hit["address"].partition("#")
        page = client.get(path)
        assert page.status_code == 200, hit["address"]
        assert not anchor or f'id="{anchor}"' in page.text


def test_hits_are_grouped_by_mission_and_marked(shop, client):
    html = client.get("/search?q=taxes").text
    headings = re.findall(r'<h2><a href="([^"]+)">([^<]+)', html)
    assert ("/projects/repository/missions/tandemkit/001-AddCart", "001-AddCart") in headings
    assert len(headings) == len(set(headings))
    assert "<mark>taxes</mark>" in html
    assert "Add &lt;b&gt;<mark>taxes</mark>&lt;/b&gt; to the cart" in html


def test_what_repositories_write_is_never_html(shop, client):
    html = client.get("/search", query_string={"q": f"script {HOSTILE}"}).text
    assert HOSTILE not in html
    assert "&lt;<mark>script</mark>&gt;" in html


@pytest.mark.parametrize(
    ("title", "html"),
    [
        ("`read` \ue000it\ue001 <b>", "<code>read</code> <mark>it</mark> &lt;b&gt;"),
        ("`\ue000read\ue001 it`", "<code><mark>read</mark> it</code>"),
        ("**`a`** \ue000b\ue001", "<strong><code>a</code></strong> <mark>b</mark>"),
        ("`read \ue000it` now\ue001", "`read <mark>it` now</mark>"),
    ],
)
def test_code_in_titles(title: str, html: str):
    assert mark_title(title) == html


def test_parts_of_identifiers(shop, client):
    assert {hit["found"]["kind"] for hit in hits(client, "table ")} == {"finding", "discussion"}
    assert [hit["found"]["path"] for hit in hits(client, "totals kind:file")] == ["src/cartTotals.py"]


def test_completions_kinds_and_notes(shop, client):
    html = client.get("/search?q=taxes+sev").text
    assert '<a class="btn" data-step href="/search?q=taxes+severity%3A">taxes severity:</a>' in html
    assert '<a href="/search?q=kind%3Afinding+taxes+sev">findings</a>' in html
    page = client.get("/search.json?q=kind:finding+taxes+severity:huge").get_json()
    assert page["notes"] == ["severity: can be high, medium, low, not 'huge'."]
    assert [choice["text"] for choice in page["kinds"] if choice["is_current"]] == ["findings"]
    assert client.get("/search.json?q=project:r").get_json()["completions"][0]["text"] == "project:repository "


def test_an_empty_box_explains_itself(shop, client):
    assert "Type a few words." in client.get("/search").text
    assert "Nothing fits all of this." in client.get("/search?q=absent").text


def test_htmx_gets_the_results_only(shop, client):
    fragment = client.get("/search?q=taxes", headers={"HX-Request": "true"}).text
    assert "<html" not in fragment
    assert 'id="results"' in fragment


def test_pages(shop, client, monkeypatch):
    monkeypatch.setattr("tandemweb.web.views.search.PAGE_SIZE", 1)
    first, second = (client.get(f"/search.json?q=taxes&page={number}").get_json() for number in (1, 2))
    assert first["has_more"]
    assert first["groups"] != second["groups"]
    assert (
        '<a class="btn" rel="next" data-step href="/search?q=taxes&amp;page=2">' in client.get("/search?q=taxes").text
    )
    assert client.get("/search?q=taxes&page=0").status_code == 400


def test_a_search_that_is_cut_off_says_so(shop, client, monkeypatch):
    monkeypatch.setattr("tandemweb.store.search.STEPS_BETWEEN_LOOKS", 1)
    monkeypatch.setattr("tandemweb.store.search.RANKED_SHARE", -1.0)
    assert "The search was stopped" in client.get("/search?q=taxes").text


@pytest.mark.security
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(
    query=st.text(max_size=300)
    | st.text(st.sampled_from("ab\"*():^+-{}\\\0' ANDORNEAR_,%🦜\ue000"), max_size=60)
    | st.lists(
        st.sampled_from(
            ["kind:", "-file:", "after:", "project:", '"', "x", "readCell", "a_b*", " ", ",", "2026", "NEAR("]
        )
    ).map("".join)
    | st.sampled_from(["x" * 10_000, "🦜 " * 2_500, '"' * 10_000, "a " * 5_000, "kind:" * 2_000])
)
def test_no_input_gives_an_error_page(shop, client, query: str):
    for path in ("/search", "/search.json", "/decisions"):
        response = client.get(path, query_string={"q": query.encode("utf-8", "surrogatepass")})
        assert response.status_code == 200, (path, query)
