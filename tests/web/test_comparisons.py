"""The comparisons of a project: found, kept, named by hand, forgotten."""

import re

import pytest
from forking import SIDES, fork

from web.comparing import open_comparison, read, text_of

pytestmark = pytest.mark.compare

PAGE = "/projects/repository/comparisons"
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def repository(git_repository, index_project):
    fork(git_repository, {"a.py": "x = 1\n"}, {"a.py": "x = 2\n"}, {"a.py": "x = 3\n"}, {"b.py": "y = 1\n"})
    index_project(git_repository.path)
    return git_repository


def test_parallel_branches_are_found_and_opened_by_a_form(client, repository):
    html = read(client, PAGE)
    assert "impl/claude" in html
    assert re.search(r'<form method="post" action="/projects/repository/comparisons/keep">', html)
    (base,) = set(re.findall(r'name="base" value="(\w{40})"', html))
    assert base == repository.git("rev-parse", "main")
    address = open_comparison(client, SIDES, base=base, spec="SPEC.md")
    html = read(client, PAGE)
    assert f'href="{address}"' in html
    assert "Found" not in html, "what is kept is not found again"
    assert open_comparison(client, SIDES, base=base, spec="SPEC.md") == address, "the same is kept once"


def test_any_commits_by_hand_with_the_base_computed_and_changeable(client, repository):
    first = repository.git("rev-parse", "main")
    html = read(client, f"{PAGE}?side=impl/claude&side={repository.git('rev-parse', 'impl/codex')[:10]}")
    assert f'name="base" list="refs" value="" placeholder="{first[:12]}, where they part"' in html, "it is not pinned"
    assert f'name="base" value="{first}"' in html
    assert "Compare these" in html
    page = client.get(f"{PAGE}.json?side=impl/claude&side=main&base=impl/codex").get_json()
    assert page["draft"]["found"]["comparison"]["base"] == repository.git("rev-parse", "impl/codex")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("side=impl/claude", "has 2 to 8 sides; 1 were named"),
        ("side=impl/claude&side=nothing", "There is no branch, tag or commit"),
        ("side=impl/claude&side=impl/claude", "nothing to compare"),
        ("side=impl/claude&side=--output=x", "There is no branch, tag or commit"),
        ("side=impl/claude&side=impl/codex&spec=NOWHERE.md", "NOWHERE.md&#39; at the base or on a side"),
        (f"side=impl/claude&side={HOSTILE}", "There is no branch, tag or commit"),
        (f"side=impl/claude&side={'x' * 301}", "at most 300 characters"),
    ],
)
def test_what_cannot_be_compared_is_said_beside_the_form(client, repository, query, sentence):
    html = read(client, f"{PAGE}?{query}")
    assert sentence in text_of(html)
    assert HOSTILE not in html


def test_looking_keeps_nothing(client, repository):
    read(client, PAGE)
    read(client, f"{PAGE}?side=impl/claude&side=main")
    assert client.get(f"{PAGE}.json").get_json()["kept"] == []


def test_a_permalink_stays_true_when_branches_move_and_go(client, repository, index_project):
    address = open_comparison(client)
    was = repository.git("rev-parse", "impl/claude")
    repository.git("checkout", "-q", "impl/claude")
    repository.commit("More", {"more.py": "1\n"})
    repository.git("checkout", "-q", "main")
    repository.git("branch", "-q", "-D", "impl/codex")
    index_project(repository.path)
    html = read(client, address)
    words = text_of(html)
    assert "impl/claude moved since. It stands at" in words.replace(f"{was[:9]} ", "")
    assert "impl/codex was deleted since" in words
    assert "more.py" not in html
    assert "a.py" in html
    assert "A, B moved" in text_of(read(client, PAGE))
    sides = re.findall(r'name="side" value="([^"]+)"', html)
    assert read(client, open_comparison(client, sides)).count("more.py"), "what was deleted goes by its commit"


def test_one_whose_commits_are_gone_says_so_and_can_be_forgotten(client, repository):
    address = open_comparison(client)
    lost = repository.git("rev-parse", "impl/claude")
    repository.git("branch", "-q", "-D", "impl/claude")
    (repository.path / ".git/objects" / lost[:2] / lost[2:]).unlink()
    html = read(client, address)
    assert f"Commit {lost[:12]} is no longer in this repository" in text_of(html)
    assert f'action="{address}/forget"' in html
    assert client.get(f"{address}/matrix").status_code == 404


def test_what_is_forgotten_is_gone(client, repository):
    address = open_comparison(client)
    answer = client.send_form(f"{address}/forget")
    assert (answer.status_code, answer.headers["Location"]) == (303, PAGE)
    assert client.get(address).status_code == 404
    assert client.send_form(f"{address}/forget").status_code == 404


@pytest.mark.security
def test_changes_need_our_own_form(client, repository):
    address = open_comparison(client)
    for target, fields in ((f"{PAGE}/keep", {"side": list(SIDES)}), (f"{address}/forget", {})):
        foreign = client.post(target, data={"csrf": client.token, **fields}, headers={"Origin": "http://evil.test"})
        forged = client.post(target, data={"csrf": "x", **fields}, headers={"Origin": "http://127.0.0.1:8710"})
        assert (foreign.status_code, forged.status_code) == (403, 403)
        assert client.get(target).status_code in {200, 404, 405}
    assert client.get(address).status_code == 200
    assert len(client.get(f"{PAGE}.json").get_json()["kept"]) == 1


@pytest.mark.parametrize("number", ["99", "0", "99999999999999999999"])
def test_unknown_ones_are_not_found(client, repository, number):
    assert client.get(f"{PAGE}/{number}").status_code == 404


def test_one_of_another_project_is_not_found(client, repository, index_project, tmp_path):
    address = open_comparison(client)
    (tmp_path / "other").mkdir()
    other = index_project(tmp_path / "other")
    assert client.get(address.replace("repository", other.slug)).status_code == 404


def test_all_that_was_opened_stands_on_one_page(client, repository):
    assert "Nothing was compared yet" in read(client, "/comparisons")
    address = open_comparison(client)
    html = read(client, "/comparisons")
    assert f'href="{address}"' in html
    assert 'href="/projects/repository/comparisons"' in html
    assert '<a href="/comparisons" aria-current="page">Compare</a>' in html


def test_without_a_repository_there_is_a_page_all_the_same(client, index_project, tmp_path):
    (tmp_path / "plain").mkdir()
    index_project(tmp_path / "plain")
    assert "No pair suggests itself" in read(client, "/projects/plain/comparisons")
    assert "is no git repository" in read(client, "/projects/plain/comparisons?side=a&side=b")
