"""All problems over all projects."""

import re
from dataclasses import fields
from html import unescape

import pytest
from services.examples import archive, mission, state

from tandemweb.store.connections import open_index_writer
from tandemweb.web.views.problems import ProblemsPage

HOSTILE = "003-<img src=x>'\"\n%2e 名"


@pytest.fixture
def project(git_repository, index_project):
    """Give one mission with unreadable JSON, one that was closed by the wrong hand, one with a hostile name."""
    files = archive("001-Broken", "002-Closed") | mission(HOSTILE)
    files["TandemKit/001-Broken/State.json"] = '{\n"phase": "compl'
    files["TandemKit/002-Closed/State.json"] = state(phase="complete", verdict="PASS", completedBy="generator")
    del files[f"TandemKit/{HOSTILE}/State.json"]
    git_repository.commit("Start", files)
    return index_project(git_repository.path)


def read(client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, response.get_data(as_text=True)
    return response.get_data(as_text=True)


def rows(client, query: str = "") -> list[dict]:
    return client.get(f"/problems.json?{query}").get_json()["problems"]["rows"]


def test_each_names_path_line_and_meaning(client, project):
    html = read(client, "/problems")
    assert "TandemKit/001-Broken/State.json:2</code>" in html
    assert "State.json cannot be read" in html
    assert "/missions/tandemkit/001-Broken" in html


def test_what_has_a_page_is_led_to_at_its_line(client, project):
    html = unescape(read(client, "/problems?text=001-Broken"))
    (address,) = re.findall(r'<a href="([^"]+)"><code>TandemKit/001-Broken/State.json:2', html)
    assert address.endswith("#L2")
    assert read(client, address)


def test_what_has_no_page_is_no_link(client, project):
    folder = [row for row in rows(client) if row["problem"]["path"] == f"TandemKit/{HOSTILE}"]
    assert folder
    assert not folder[0]["is_document"]
    assert "<img" not in read(client, "/problems")


def test_kinds_are_counted_and_narrow(client, project):
    html = read(client, "/problems")
    kinds = [unescape(address) for address in re.findall(r'<a class="btn" href="(/problems\?code=[^"]+)"', html)]
    assert kinds
    for address in kinds:
        query = address.partition("?")[2]
        assert {row["problem"]["code"] for row in rows(client, query)} == {query.removeprefix("code=")}
        assert 'aria-current="true"' in read(client, address)


@pytest.mark.parametrize(
    ("query", "count"), [("text=compl%25", 0), ("text=%25", 1), ("project=other", 0), ("code=other", 0)]
)
def test_is_narrowed_by_the_url(client, project, query, count):
    assert bool(rows(client, query)) == bool(count)
    assert ("No problem is like that." in read(client, f"/problems?{query}")) == (count == 0)


def test_filters_stay_together(client, project):
    html = unescape(read(client, "/problems?project=repository&text=State&code=missing-state"))
    assert '<option value="repository" selected>' in html
    assert 'name="code" value="missing-state"' in html
    assert '<a class="btn" href="/problems?project=repository&text=State">All</a>' in html


@pytest.mark.parametrize("query", ["page=0", "page=x", f"text={'x' * 5000}"])
def test_what_is_asked_wrongly_is_named(client, project, query):
    response = client.get(f"/problems?{query}")
    assert response.status_code == 400
    assert f"The parameter {query.partition('=')[0]} is" in response.text


def test_has_pages_and_constant_costs(client, git_repository, index_project, costs):
    def measure(count: int) -> int:
        files = archive(*(f"{number:03}-Broken" for number in range(1, count + 1)))
        git_repository.commit(
            "More", {path: "{" if path.endswith("State.json") else text for path, text in files.items()}
        )
        index_project(git_repository.path)
        costs.update(queries=0, processes=0)
        read(client, "/problems")
        assert costs["processes"] == 0
        return costs["queries"]

    few = measure(2)
    assert measure(104) == few
    first = read(client, "/problems?code=json-unreadable&text=Broken")
    assert first.count('<th scope="row">') == 100
    (following,) = re.findall(r'rel="next" href="([^"]+)"', first)
    assert unescape(following) == "/problems?code=json-unreadable&text=Broken&page=2"
    second = read(client, unescape(following))
    assert second.count('<th scope="row">') == 4
    assert "Page 2 of 2" in second
    assert 'rel="next"' not in second


def test_nothing_to_complain_about(client, configuration):
    with open_index_writer(configuration.data_folder):
        pass
    assert "No problem here." in read(client, "/problems")


def test_the_json_holds_what_the_page_shows(client, project):
    twin = client.get("/problems.json").get_json()
    assert set(twin) == {field.name for field in fields(ProblemsPage)}
    assert (
        twin["problems"]["total_count"]
        == len(twin["problems"]["rows"])
        == read(client, "/problems").count('<th scope="row">')
    )
