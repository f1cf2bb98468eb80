"""Documents of an exchange, rendered beside each other."""

import re
from html import unescape

import pytest
from services.examples import EVALUATION, archive

NAME = "001-DateRanges"
DISCUSSION = f"TandemKit/{NAME}/Evaluator/Round-01-Discussion"
ROUND = f"/projects/repository/missions/tandemkit/{NAME}/rounds/1"


@pytest.fixture
def show(client, git_repository, index_project):
    """Commit an archive with one document of round 1 replaced, and give the page of the round."""

    def read(text: str | bytes, name: str = "Claude-01.md") -> str:
        git_repository.commit("Change", archive(NAME) | {"report.py": "x\n" * 40, f"{DISCUSSION}/{name}": text})
        index_project(git_repository.path)
        response = client.get(ROUND)
        assert response.status_code == 200
        return response.text

    return read


def voices(html: str) -> list[str]:
    return re.findall(r'<article class="voice[^>]*>.*?</article>', html, re.DOTALL)


def test_claude_left_and_codex_right_step_by_step(show):
    heads = [re.search(r">((?:Claude|Codex)-\d\d)</a>", voice)[1] for voice in voices(show(EVALUATION))]
    assert heads == ["Claude-01", "Codex-01", "Claude-02", "Codex-02"]


def test_ids_of_several_documents_do_not_meet(show):
    ids = re.findall(r'\bid="([^"]*)"', show(EVALUATION))
    assert len(ids) == len(set(ids))
    assert {one.partition("-")[0] for one in ids if re.match(r"d\d+-L1$", one)} >= {"d1", "d2", "d3"}


def test_file_names_lead_to_the_files_of_that_time(show, git_repository):
    html = unescape(show(EVALUATION))
    oid = git_repository.git("rev-parse", "HEAD")
    assert f'href="/projects/repository/files/report.py?at={oid}&lines=12#L12">report.py:12</a>' in html


def test_nothing_of_a_document_is_html(show):
    html = show("# T\n\n<script>alert(1)</script>\n\n<img src=x onerror=alert(2)>\n\n[x](javascript:alert(3))\n")
    first = voices(html)[0]
    assert "<script" not in first
    assert "<img" not in first
    assert "javascript:" not in re.sub(r">[^<]*<", "><", first)


def test_what_cannot_be_read_says_so_and_leaves_the_rest(show):
    html = show(b"\x00\x01\x02" * 500)
    assert "could not be read as text" in voices(html)[0]
    assert "Independent evaluation" in voices(html)[1]


def test_without_a_commit_names_stay_plain(client, git_repository, index_project):
    git_repository.write(archive(NAME) | {"report.py": "x\n" * 40})
    index_project(git_repository.path)
    html = client.get(ROUND).text
    assert "<code>report.py:12</code>" in html
    assert "/files/report.py" not in html


def test_costs_do_not_grow_with_documents(client, git_repository, index_project, costs):
    def measure() -> tuple[int, int]:
        index_project(git_repository.path)
        costs.update(queries=0, processes=0)
        assert client.get(ROUND).status_code == 200
        return costs["queries"], costs["processes"]

    git_repository.commit("Start", archive(NAME))
    few = measure()
    more = {f"{DISCUSSION}/{who}-{step:02}.md": EVALUATION for who in ("Claude", "Codex") for step in range(3, 9)}
    git_repository.commit("More", more)
    assert measure() == few
    assert few[1] <= 3
