"""The blind judge by the real claude and codex: no name of a branch, an author or an agent reaches it."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from agents.harness import PlayedModels
from fingerprints import take_fingerprint
from forking import SIDES, comparing, fork

from tandemweb.agents.run_files import read_json_file
from tandemweb.domain.comparison import Comparison
from tandemweb.domain.judgement import Judgement
from tandemweb.domain.run import Run, RunStatus
from tandemweb.domain.settings import Settings
from tandemweb.services.exporting import export_project
from tandemweb.services.judge_actions import find_judgement
from tandemweb.services.judging import start_judge, write_review
from tandemweb.store.comparisons import save_comparison
from tandemweb.store.settings import save_settings
from tandemweb.store.state import open_state, open_state_reader
from tests.conftest import GitRepository, init_repository
from tests.services.running import Bench, make_bench

pytestmark = [pytest.mark.agents, pytest.mark.compare]
FIRST = {
    "a.py": "# made by Claude Code, Impl/Claude <impl.claude@example.org>\nx = 2\n",
    "docs/claude-notes.md": "Seen by impl/codex.\n",
}
SECOND = {"a.py": "# OpenAI Codex, Impl/Codex\nx = 3\n"}
HIDDEN = (*SIDES[:2], "Impl/Claude", "Impl/Codex", "impl.claude@example.org", "impl.codex@example.org")
AGENTS = ("claude", "codex")


def answer(winner: str) -> str:
    finding = {
        "implementation": winner,
        "severity": "high",
        "title": "It counts wrong",
        "body": f"[{winner}] says 3; implementation {winner} should say 2.",
        "file": "docs/[name]-notes.md",
        "line_start": 1,
        "line_end": 1,
        "confidence": 0.75,
        "recommendation": f"Take {winner}.patch back.",
    }
    value = {"winner": winner, "verdict": "needs-attention", "summary": f"I would merge [{winner}]."}
    return json.dumps({**value, "findings": [finding], "next_steps": [f"Mend [{winner}]."]})


@pytest.fixture
def place(agents_home: Path) -> Bench:
    """Give a trusted project with two sides, under a name that says nothing of them."""
    path = agents_home / "shop"
    repository = init_repository(path)
    fork(repository, {"a.py": "x = 1\n"}, FIRST, SECOND)
    return make_bench(path)


@pytest.fixture
def comparison(place: Bench, tmp_path: Path) -> Comparison:
    with comparing(place.path, tmp_path / "shadows", SIDES[:2]) as (_, found):
        own = Comparison(place.project.slug, "SPEC.md", found.base, found.sides)
    with open_state(place.data_folder) as state, state.transaction() as transaction:
        number = save_comparison(transaction, own, created_at=datetime.now(UTC))
    return Comparison(own.project, own.spec, own.base, own.sides, number)


@pytest.fixture
def judge(
    place: Bench,
    comparison: Comparison,
    play_models: Callable[[Mapping[str, Any]], PlayedModels],
    make_settings: Callable[..., Settings],
) -> Callable[[str, str], tuple[Run, PlayedModels]]:
    def start(agent: str, text: str) -> tuple[Run, PlayedModels]:
        turns = [{"shell": "cat README.md spec.md A.patch B.patch"}, {"text": text}]
        lane = {"match": "^You judge work whose authors", {"claude": "anthropic", "codex": "openai"}[agent]: turns}
        models = play_models({"lanes": {"judge": lane}})
        save_settings(place.data_folder, make_settings(models))
        run = start_judge(place.data_folder, place.project, comparison, agent, request_key="press")
        return place.wait_for_end(run), models

    return start


def list_shown(place: Bench, run: Run) -> list[str]:
    """Give all that was laid out for the judge, its prompt too."""
    folder = place.folder(run).path
    files = [*(folder / "folders" / "judge").iterdir(), *folder.glob("steps/*-judge-*/prompt.md")]
    return [path.name + path.read_text() for path in files if path.name != "judgement.json"]


def read_judgement(place: Bench, run: Run) -> Judgement:
    found = find_judgement(place.folder(run))
    assert found is not None, run
    return found


@pytest.mark.parametrize("number", [0, 1])
def test_the_judge_does_not_know_whose_work_it_is(place, comparison, judge, number):
    agent, other = AGENTS[number], AGENTS[1 - number]
    before = take_fingerprint(place.path)
    run, models = judge(agent, answer("A"))
    assert run.status is RunStatus.DONE, [(step.name, step.reason) for step in run.steps]

    requests = models.list_requests()
    seen = [text for text in requests if "You judge work whose authors" in text]
    assert any("+x = 2" in text and "+x = 3" in text and "It counts." in text for text in seen)
    for text in seen:
        assert [name for name in HIDDEN if name in text] == []
        assert other not in text.lower()
    shown = list_shown(place, run)
    assert len(shown) == 5
    for text in shown:
        assert [name for name in (*AGENTS, "openai", "anthropic", "example.org") if name in text.lower()] == []

    order = read_json_file(place.folder(run).path / "blind-order.json")
    winner = order["judged"][0]["name"]
    found = read_judgement(place, run)
    assert found.summary == f"I would merge {winner}."
    (finding,) = found.findings
    assert finding.body == f"{winner} says 3; {winner} should say 2."
    assert finding.recommendation == f"Take {winner} back."
    assert finding.path == "docs/claude-notes.md"
    assert {own.name: own.oid for own in found.judged} == {side.name: side.oid for side in comparison.sides}

    assert take_fingerprint(place.path) == before
    with open_state_reader(place.data_folder) as state:
        review = write_review(place.data_folder, state, comparison, run.id)
    written = json.loads(review)
    assert (written["winner"], written["reviewer"]) == (winner, agent.capitalize())
    GitRepository(place.path).write({"reviews/judge/kept.json": review})  # as a person would who wants to keep it
    (document,) = [one for one in export_project(place.path)["documents"] if one["path"] == "reviews/judge/kept.json"]
    assert document["problems"] == []
    assert [finding["title"] for finding in document["findings"]] == [f"{winner}: It counts wrong"]


def test_an_answer_without_a_winner_is_none(place, judge):
    run, _ = judge("codex", json.dumps({"verdict": "approve", "summary": "Both.", "findings": []}))
    assert run.status is RunStatus.FAILED
    assert "its winner is none of A, B, none" in run.reason
    assert find_judgement(place.folder(run)) is None
