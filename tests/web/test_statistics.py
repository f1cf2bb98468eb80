import re
from pathlib import Path

import pytest
from corpus.clones import clone_corpus

MISSION = "/projects/ledgerlite/missions/tandemkit/001-CsvImport"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory) -> list[Path]:
    folder = tmp_path_factory.mktemp("corpus")
    return [clone_corpus(name, folder / name) for name in ("ledgerlite", "linkshelf")]


@pytest.fixture
def projects(corpus, index_project) -> None:
    for path in corpus:
        index_project(path)


def test_without_missions_it_says_so(client, index_project, tmp_path):
    index_project(tmp_path)
    assert "There is nothing to count yet" in client.get("/statistics").get_data(as_text=True)


def test_figures_are_shown_with_their_cases(projects, client):
    page = client.get("/statistics.json").get_json()
    total = page["statistics"]["total"]
    assert total["mission_count"] == 7
    assert total["finding_count"] == sum(source["count"] for source in total["sources"]) > 100
    html = client.get("/statistics").get_data(as_text=True)
    codex = total["sources"][-1]["right"]
    assert f"{codex['count']} of {codex['total']};" in html
    first = total["failed_first"]
    assert first["total"] < page["told_from"]
    assert f"{first['count']} of {first['total']}: too few to tell" in html
    assert html.count('aria-current="page">Statistics') == 1
    assert "style=" not in html


def test_charts_stand_beside_their_tables(projects, client):
    page = client.get("/statistics.json").get_json()
    html = client.get("/statistics").get_data(as_text=True)
    charts = re.findall(r'<svg class="chart".*?</svg>', html, re.DOTALL)
    assert len(charts) == 2
    assert [bar["total"] for bar in page["convergence_chart"]["bars"]] == [
        entry["count"] for entry in page["statistics"]["total"]["convergence"]
    ]
    assert [bar["total"] for bar in page["month_chart"]["bars"]] == [
        month["finding_count"] for month in page["statistics"]["months"]
    ]


def test_one_project_and_one_kind_of_exchange(projects, client):
    whole = client.get("/statistics.json").get_json()["statistics"]
    parts = [
        client.get(f"/statistics.json?project={project}&stage={stage}").get_json()["statistics"]["total"]
        for project in ("ledgerlite", "linkshelf")
        for stage in ("planning", "evaluation")
    ]
    assert sum(part["finding_count"] for part in parts) == whole["total"]["finding_count"]
    html = client.get("/statistics?project=linkshelf").get_data(as_text=True)
    assert "linkshelf: 4 missions" in html
    assert 'href="/statistics?stage=planning&amp;project=linkshelf"' in html.replace(
        "project=linkshelf&amp;stage=planning", "stage=planning&amp;project=linkshelf"
    )


@pytest.mark.parametrize(("query", "status"), [("project=nobody", 404), ("stage=lunch", 400)])
def test_what_does_not_exist(projects, client, query: str, status: int):
    assert client.get(f"/statistics?{query}").status_code == status


def test_corrections_are_named_as_left_out(projects, client):
    view = client.get(f"{MISSION}/rounds/1.json").get_json()["findings"]["shown"][0]
    form = {"stage": "evaluation", "round": "1", "finding": view["finding"]["key"], "outcome": "unresolved"}
    before = client.get("/statistics.json").get_json()["statistics"]
    assert client.send_form(f"{MISSION}/corrections", **form).status_code == 303
    page = client.get("/statistics.json").get_json()
    assert page["statistics"] == before
    assert page["correction_count"] == 1
    assert "1 correction by hand is not part of it" in client.get("/statistics").get_data(as_text=True)
    assert client.get("/statistics.json?project=linkshelf").get_json()["correction_count"] == 0
