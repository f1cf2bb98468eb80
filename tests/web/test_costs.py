"""No page asks more of the index, or starts more git, because there is more in it."""

from collections.abc import Callable
from pathlib import Path
from subprocess import run

import pytest
from benchmarks.generator import ROOT, generate, mission_name

from tandemweb.domain.mission import Project
from web.conftest import Browser

MOST_PROCESSES = 3
MISSIONS = 9, 18  # a search for a word that few documents hold is done sooner: fewer missions are no measure
MISSION = f"/projects/{{slug}}/missions/tandemkit/{mission_name(1)}"
DOCUMENT = f"/projects/{{slug}}/documents/{ROOT}/{mission_name(1)}"
PAGES = (
    *("/", "/?sort=updated", "/projects", "/decisions", "/problems", "/statistics", "/runs", "/missions/new"),
    *("/search?q=parser", "/search?q=kind:finding+parser", "/search?q=severity:high"),
    *("/projects/{slug}", "/projects/{slug}/commits", "/projects/{slug}/refs", "/projects/{slug}/comparisons"),
    *(MISSION, f"{MISSION}/planning", f"{MISSION}/rounds/3", f"{MISSION}/rounds/2?severity=high"),
    *(f"{DOCUMENT}/Spec.md", f"{DOCUMENT}/Evaluator/Round-02.md", f"{DOCUMENT}/Planner-Discussion/Codex-01.md"),
)


@pytest.fixture
def grow(tmp_path: Path, index_project: Callable[[Path], Project]) -> Callable[[int], str]:
    """Bring one project to some number of missions, with their documents and commits; gives its slug."""
    project = tmp_path / "project"

    def grow_to(count: int) -> str:
        source = generate(tmp_path / f"of{count}", count)
        if not project.exists():
            source.rename(project)
        else:
            run(["git", "-C", project, "fetch", "-q", source, "main"], check=True, capture_output=True)
            run(["git", "-C", project, "reset", "-q", "--hard", "FETCH_HEAD"], check=True, capture_output=True)
        return index_project(project).slug

    return grow_to


def test_pages_cost_the_same_whatever_there_is(client: Browser, grow: Callable[[int], str], costs: dict[str, int]):
    measured: list[dict[str, tuple[int, int]]] = []
    for count in MISSIONS:
        slug = grow(count)
        found = {}
        for page in PAGES:
            address = page.format(slug=slug)
            assert client.get(address).status_code == 200, address  # the first look may fill a cache
            costs.update(queries=0, processes=0)
            client.get(address)
            found[page] = (costs["queries"], costs["processes"])
        measured.append(found)
    few, many = measured
    assert {page: (few[page], cost) for page, cost in many.items() if cost[0] > few[page][0]} == {}
    assert {page: cost for page, cost in many.items() if cost[1] > MOST_PROCESSES} == {}
