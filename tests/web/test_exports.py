"""Workflows to take off this machine: links on the pages of stages, and what they give."""

import re
from html import unescape

import pytest
from services.examples import archive, state

MISSION = "TandemKit/001-DateRanges"


@pytest.fixture
def project(git_repository, index_project):
    files = archive("001-DateRanges")
    files[f"{MISSION}/State.json"] = state(phase="planning", round=0, generatorStatus=None, evaluatorStatus=None)
    git_repository.commit("Start", files)
    return index_project(git_repository.path)


def find_addresses(page: str) -> list[str]:
    section = page.partition('id="take-off"')[2].partition("</details>")[0]
    return [unescape(address) for address in re.findall(r'(?:form)?action="([^"]+)"', section)]


def test_a_stage_leads_to_both_forms(client, project):
    page = client.get("/projects/repository/missions/tandemkit/001-DateRanges/stages/plan").text
    shell, actions = find_addresses(page)
    query = {"stage": "plan", "mission": MISSION, "goal": "Say <b>it</b>\nEND_OF_GOAL\n", "note": ""}
    script = client.get(shell, query_string=query)
    assert script.status_code == 200
    assert script.content_type == "text/plain; charset=utf-8"
    assert script.headers["Content-Disposition"] == "attachment; filename*=UTF-8''tandem.sh"
    assert "sandbox" in script.headers["Content-Security-Policy"]
    assert script.text.startswith("#!/bin/sh\n")
    assert "> Say <b>it</b>\n> END_OF_GOAL\nEND_OF_GOAL" in script.text
    told = client.get(actions, query_string=query)
    assert told.headers["Content-Disposition"] == "attachment; filename*=UTF-8''tandem-tandem.yml"
    assert told.content_type == "text/plain; charset=utf-8"
    assert "step plan-merge" in told.text


def test_a_workflow_without_a_mission_asks_for_what_it_needs(client, project):
    address = "/workflows/parallel/try?project=repository"
    shell, _ = find_addresses(client.get(address).text)
    assert client.get(shell, query_string={"stage": "implement"}).status_code == 400
    script = client.get(shell, query_string={"stage": "implement", "parameter-feature": "csv-import"})
    assert "first_node=implement\n" in script.text
    assert client.get(shell, query_string={"parameter-feature": "../../x"}).status_code in {400, 403, 404}


def test_what_works_on_a_comparison_stays_here(client, project):
    assert 'id="take-off"' not in client.get("/workflows/compare-tests/try?project=repository").text
    assert client.get("/projects/repository/exports/judge/shell").status_code == 400
    assert client.get("/projects/repository/exports/tandem/pdf").status_code == 404
