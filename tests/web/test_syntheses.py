"""From picks to a branch of their own by forms, and what becomes of it; the user's checkout is never touched."""

import re
from html import unescape
from pathlib import Path

import pytest
from forking import fork
from trusting import trust

from web.comparing import open_comparison, read, text_of

pytestmark = pytest.mark.compare

ORIGIN = {"Origin": "http://127.0.0.1:8710"}
HOSTILE = "<script>alert(1)</script>.py"


@pytest.fixture
def address(client, git_repository, index_project, configuration):
    base = {"a.py": "x = 1\n", "c.py": "c = 1\n"}
    fork(git_repository, base, {"a.py": "x = 2\n", "one.py": "1\n"}, {"a.py": "x = 3\n", HOSTILE: "2\n"})
    trust(configuration.data_folder, index_project(git_repository.path))
    return open_comparison(client)


def pick(client, address: str, path: str, word: str, place: str = "file") -> None:
    rows = client.get(f"{address}.json").get_json()["table"]["rows"]
    (key,) = [row["row"]["key"] for row in rows if row["address"].endswith(path)]
    assert client.send_form(f"{address}/picks", file=key, place=place, word=word).status_code == 303


def synthesise(client, address: str, **fields: str):
    return client.send_form(f"{address}/synthesis/make", **fields)


def get_made(client, address: str) -> list[dict]:
    return [item["synthesis"] for item in client.get(f"{address}/synthesis.json").get_json()["made"]]


def snapshot(repository) -> tuple[str, ...]:
    return (
        repository.git("status", "--porcelain"),
        repository.git("for-each-ref", "--format=%(refname) %(objectname)"),
        repository.git("worktree", "list"),
        repository.git("stash", "list"),
        repository.git("rev-parse", "HEAD"),
    )


def test_picks_become_a_branch_in_a_worktree_of_its_own(client, address, git_repository):
    before = snapshot(git_repository)
    pick(client, address, "a.py", "b")
    pick(client, address, "one.py", "a")
    commits = text_of(read(client, f"{address}/synthesis/check"))
    assert "The picks hold together. 2 commits" in commits
    assert "Take 1 file from impl/claude" in commits
    assert snapshot(git_repository) == before, "looking makes nothing"
    answer = synthesise(client, address)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{address}/synthesis")
    (made,) = get_made(client, address)
    worktree = Path(made["worktree"])
    assert (worktree / "a.py").read_text() == "x = 3\n"
    assert (worktree / "one.py").exists()
    assert git_repository.git("rev-parse", "impl/synthesis") == made["oid"]
    html = read(client, f"{address}/synthesis")
    assert str(worktree) in html
    after = snapshot(git_repository)
    assert (after[0], after[3], after[4]) == (before[0], before[3], before[4])


def test_it_is_handed_on(client, address):
    pick(client, address, "a.py", "b")
    synthesise(client, address, branch="impl/mine")
    (made,) = get_made(client, address)
    patch = client.get(f"{address}/synthesis/{made['id']}/changes.patch")
    assert "+x = 3" in patch.get_data(as_text=True)
    assert "attachment" in patch.headers["Content-Disposition"]
    assert "sandbox" in patch.headers["Content-Security-Policy"]
    text = client.get(f"{address}/synthesis/{made['id']}/pull-request.md").get_data(as_text=True)
    assert text.startswith("# ")
    assert unescape(read(client, f"{address}/synthesis/{made['id']}/pull-request").replace("&#39;", "'")).count(text)
    html = read(client, f"{address}/synthesis")
    mission = unescape(re.search(r'href="(/missions/new\?[^"]+)"', html)[1])
    assert "Go on from the branch impl/mine" in unescape(read(client, mission))
    for workflow in ("quick-actions", "consensus-review"):
        review = unescape(re.search(rf'href="(/workflows/{workflow}/try\?[^"]+)"', html)[1])
        form = client.get(review, headers={"Accept": "application/json"}).get_json()["form"]
        assert form["parameters"]["target"] == f"{made['base']}..impl/mine"
        assert form["project"] == "repository"


def test_it_is_discarded_without_a_trace(client, address, git_repository):
    before = snapshot(git_repository)
    pick(client, address, "a.py", "b")
    synthesise(client, address)
    (made,) = get_made(client, address)
    (Path(made["worktree"]) / "a.py").write_text("mine\n")
    refused = client.send_form(f"{address}/synthesis/{made['id']}/discard")
    assert refused.status_code == 409
    assert "changed and not committed" in text_of(refused.get_data(as_text=True))
    assert Path(made["worktree"]).exists()
    discarded = client.send_form(f"{address}/synthesis/{made['id']}/discard", with_changes="1")
    assert discarded.status_code == 303
    assert snapshot(git_repository) == before
    assert get_made(client, address) == []
    assert client.send_form(f"{address}/synthesis/{made['id']}/discard").status_code == 404


def test_what_does_not_hold_together_leads_there(client, git_repository, index_project, configuration):
    long = "".join(f"a line that both of them have, number {number}\n" for number in range(5))
    fork(git_repository, {"a.txt": "old\n"}, {"a.txt": f"1\n{long}2\n"}, {"a.txt": f"3\n{long}4\n"})
    trust(configuration.data_folder, index_project(git_repository.path))
    address = open_comparison(client)
    heads = client.get(f"{address}/files/a.txt.json").get_json()["lines"]["heads"]
    place = next(iter(heads.values()))["id"]
    pick(client, address, "a.txt", "a", place)
    answer = synthesise(client, address)
    html = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "These picks do not hold together" in text_of(html)
    assert re.search(rf'href="{re.escape(address)}/files/a.txt\?place=(\w+)#r-\1"', html)
    assert "do not hold together" in text_of(read(client, f"{address}/synthesis/check"))
    assert "impl/synthesis" not in git_repository.git("branch", "--list")


def test_a_project_that_nobody_looked_at_is_looked_at_first(client, address, git_repository):
    git_repository.git("config", "core.fsmonitor", "true")  # what was allowed has changed
    pick(client, address, "a.py", "b")
    answer = synthesise(client, address)
    assert answer.status_code == 409
    assert 'href="/projects/repository/trust?back=' in answer.get_data(as_text=True)
    assert get_made(client, address) == []


@pytest.mark.parametrize(
    ("branch", "status", "words"),
    [
        ("impl/claude", 409, "There is a branch impl/claude already"),
        ("impl", 409, "There cannot be a branch impl"),
        ("--output=x", 400, "is no name for the branch"),
        ("a..b", 400, "git allows no branch"),
        (HOSTILE, 400, "is no name for the branch"),
    ],
)
def test_names_of_branches(client, address, branch, status, words):
    pick(client, address, "a.py", "b")
    answer = synthesise(client, address, branch=branch)
    html = answer.get_data(as_text=True)
    assert answer.status_code == status
    assert words in unescape(text_of(html))
    assert "<script>alert" not in html


def test_nothing_picked_is_nothing_made(client, address):
    assert "Make it" not in read(client, f"{address}/synthesis")
    pick(client, address, "a.py", "base")
    assert "there is nothing to make" in text_of(read(client, f"{address}/synthesis/check"))
    assert synthesise(client, address).status_code == 400


def test_everything_of_one_side(client, address, git_repository):
    for word in ("b", "one"):
        assert client.send_form(f"{address}/synthesis/everything", word=word).status_code == 303
    assert client.send_form(f"{address}/synthesis/everything", word="z").status_code == 400
    pick(client, address, "one.py", "b")
    synthesise(client, address)
    assert git_repository.git("rev-parse", "impl/synthesis^{tree}") == git_repository.git(
        "rev-parse", "impl/codex^{tree}"
    )


@pytest.mark.security
def test_changes_need_our_own_form(client, address, git_repository):
    pick(client, address, "a.py", "b")
    synthesise(client, address)
    (made,) = get_made(client, address)
    before = snapshot(git_repository)
    for target in ("synthesis", "synthesis/everything", f"synthesis/{made['id']}/discard"):
        fields = {"branch": "impl/other", "word": "a", "with_changes": "1"}
        for token, origin in ((client.token, "http://evil.test"), ("x", ORIGIN["Origin"])):
            answer = client.post(f"{address}/{target}", data={"csrf": token, **fields}, headers={"Origin": origin})
            assert answer.status_code == 403
    for target in ("synthesis", "synthesis/check", f"synthesis/{made['id']}/pull-request"):
        read(client, f"{address}/{target}")
    assert snapshot(git_repository) == before


def test_what_strangers_wrote_stays_text(client, address):
    client.send_form(f"{address}/synthesis/everything", word="b")
    for part in ("synthesis", "synthesis/check", "criteria"):
        html = read(client, f"{address}/{part}")
        assert "<script>alert" not in html
        assert "script&gt;alert" in html or part == "criteria"
