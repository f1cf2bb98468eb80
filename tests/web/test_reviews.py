"""Findings of the plans and reviews of the corpus, against their labels."""

import json
from pathlib import Path

import pytest
from corpus.clones import clone_corpus, labels_path

BASE = "/projects/papertrail/reviews"
CONSENSUS = f"{BASE}/reviews/consensus/2026-03-04-verify.md"
LABELS = json.loads(labels_path("papertrail").read_text())


@pytest.fixture(scope="module")
def corpus(tmp_path_factory) -> Path:
    return clone_corpus("papertrail", tmp_path_factory.mktemp("corpus") / "papertrail")


@pytest.fixture
def project(corpus: Path, index_project) -> Path:
    index_project(corpus)
    return corpus


def list_rows(client, address: str) -> list[dict]:
    groups = client.get(address).get_json()["groups"]
    return [row["finding"] for group in groups for row in group["rows"]]


@pytest.mark.parametrize("label", [d for d in LABELS["documents"] if d["findings"]], ids=lambda d: d["path"])
def test_every_labelled_finding_is_on_its_page(project, client, label: dict):
    rows = list_rows(client, f"{BASE}/{label['path']}.json")
    found = sorted((row["mention"]["severity"] or "", row["mention"]["line"]) for row in rows)
    wanted = sorted((finding["severity_normalised"] or "", finding["line"]) for finding in label["findings"])
    assert len(found) == len(wanted)
    for (severity, line), (wanted_severity, wanted_line) in zip(found, wanted, strict=True):
        assert severity == wanted_severity
        assert abs(line - wanted_line) <= 2


def test_a_consensus_review_has_a_column_for_each_reviewer(project, client):
    page = client.get(f"{CONSENSUS}.json").get_json()
    assert page["reviewers"] == ["Claude Code", "Codex", "Integration", "Impact"]
    assert [group["category"] for group in page["groups"]] == ["confirmed", "integration", "dismissed"]
    html = client.get(CONSENSUS).get_data(as_text=True)
    assert html.count('<th scope="col" class="by">') == 3 * 4
    raised = sum(len(row["mention"]["reviewers"]) for row in list_rows(client, f"{CONSENSUS}.json"))
    assert html.count("raised it") == raised
    assert html.count("Why dismissed:") == 3
    assert "style=" not in html


def test_filters_by_reviewer_and_severity(project, client):
    page = client.get(f"{CONSENSUS}.json").get_json()
    for name, count in page["reviewer_counts"].items():
        rows = list_rows(client, f"{CONSENSUS}.json?reviewer={name}")
        assert len(rows) == count
        assert all(name in row["mention"]["reviewers"] for row in rows)
    assert {r["mention"]["severity"] for r in list_rows(client, f"{CONSENSUS}.json?severity=high")} == {"HIGH"}
    assert "No finding is like that" in client.get(f"{CONSENSUS}?reviewer=Nobody").get_data(as_text=True)


def test_a_plan_whose_phases_were_rewritten_says_by_which_commit(project, client):
    page = client.get(f"{BASE}/plans/export-csv.md.json").get_json()
    [rewriting] = page["rewritings"]
    html = client.get(f"{BASE}/plans/export-csv.md").get_data(as_text=True)
    assert "Original phases were rewritten" in html
    assert f"/projects/papertrail/commits/{rewriting['oid']}" in html


def test_a_plan_whose_phases_were_kept_says_so(project, client):
    assert client.get(f"{BASE}/plans/rotation.md.json").get_json()["rewritings"] == []
    assert "original phases kept" in client.get(f"{BASE}/plans/rotation.md").get_data(as_text=True)


def test_a_plan_outside_git_leaves_the_question_open(tmp_path, client, index_project):
    (tmp_path / "plans").mkdir()
    plan = (
        "# Plan: cache\n\n## Phase 1: store\n\nKeep it.\n\n## Phase 1.5: Codex Finding - it grows\n\nSeverity: High\n"
    )
    (tmp_path / "plans/cache.md").write_text(plan)
    slug = index_project(tmp_path).slug
    page = client.get(f"/projects/{slug}/reviews/plans/cache.md.json").get_json()
    assert page["rewritings"] is None
    assert "No commit holds this plan" in client.get(f"/projects/{slug}/reviews/plans/cache.md").get_data(as_text=True)


def test_truncated_results_say_so(project, client):
    problems = {
        label["path"]: client.get(f"{BASE}/{label['path']}.json").get_json()["problems"]
        for label in LABELS["documents"]
        if label["kind"] == "review-json" and label["problems"]
    }
    assert problems
    assert all(problems.values())


@pytest.mark.parametrize("label", [d for d in LABELS["documents"] if d.get("confidence")], ids=lambda d: d["path"])
def test_confidence_pairs_with_their_distance(project, client, label: dict):
    pair = client.get(f"{BASE}/{label['path']}.json").get_json()["review"]["confidence"]
    assert sorted((pair["claude"], pair["codex"])) == sorted(value for value in label["confidence"].values())
    html = client.get(f"{BASE}/{label['path']}").get_data(as_text=True)
    assert f"{round(abs(pair['claude'] - pair['codex']) * 100)} points apart" in html


def test_places_lead_to_the_files_of_that_time(project, client):
    html = client.get(CONSENSUS).get_data(as_text=True)
    assert "/projects/papertrail/files/papertrail/log.py?at=" in html
    assert "lines=30-31#L30" in html


def test_pages_of_findings_are_linked(project, client):
    assert f'href="{CONSENSUS}"' in client.get("/projects/papertrail").get_data(as_text=True)
    document = "/projects/papertrail/documents/reviews/consensus/2026-03-04-verify.md"
    assert f'href="{CONSENSUS}"' in client.get(document).get_data(as_text=True)


def test_documents_without_findings_have_no_such_page(project, client):
    assert client.get(f"{BASE}/README.md").status_code == 404
    assert client.get(f"{BASE}/REQUIREMENTS.md").status_code == 404
