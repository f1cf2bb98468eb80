from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from store.examples import PROJECT, ROOT, START, make_finding, make_mission
from tandemweb.domain.finding import Agreement, Outcome, Severity
from tandemweb.domain.mission import Exchange, Mission, MissionState, Stage
from tandemweb.store.connections import IndexWriter
from tandemweb.store.index_projects import save_indexed_project
from tandemweb.store.mission_facets import Facet
from tandemweb.store.mission_list import MissionFilter, MissionFlag, MissionSort, RoundMark, list_missions
from tandemweb.store.missions import save_mission


def _mission(name: str, phase: str | None, verdict: str | None = None, day: int | None = None, **changes) -> Mission:
    updated_at = None if day is None else START + timedelta(days=day)
    state = MissionState(phase=phase, verdict=verdict, updated_at=updated_at)
    bare = make_mission(name, state=state, title=f"Title {name}", documents=(), exchanges=(), problems=())
    return replace(bare, **changes)


def _round(number: int, verdict: str | None, *findings) -> Exchange:
    return Exchange(Stage.EVALUATION, number, (), verdict, (), findings)


@pytest.fixture
def names(ask: Callable) -> Callable:
    def list_names(**wanted):
        return [row.name for row in ask(list_missions, MissionFilter(**wanted)).rows]

    return list_names


def test_a_row_says_what_the_mission_is(save: Callable, ask: Callable):
    dismissed = make_finding("c", outcome=Outcome.DISMISSED, agreement=Agreement.AGREED, stuck=False)
    high = make_finding("d", final_severity=Severity.HIGH, raised_by=("claude",))
    both = make_finding("e", final_severity=None, raised_by=("codex", "claude"), stuck=False)
    rounds = (_round(2, None, dismissed, high, both), _round(1, "FAIL", make_finding()))
    revision = save(make_mission(exchanges=(Exchange(Stage.PLANNING, 0, ()), *rounds)))
    [row] = ask(list_missions, MissionFilter()).rows
    assert (row.project, row.project_name, row.root, row.name) == ("shop", "Shop", ROOT.slug, "001-AddCart")
    assert row.path == "apps/TandemKit/001-AddCart"
    assert (row.title, row.phase, row.round, row.verdict) == ("Add a cart", "evaluation", 1, "FAIL")
    assert row.rounds == (RoundMark(1, "FAIL"), RoundMark(2, None))
    assert (row.open_high_count, row.open_medium_count, row.open_low_count) == (1, 0, 0)
    assert (row.only_claude_count, row.only_codex_count, row.both_count) == (1, 2, 1)
    assert (row.is_active, row.is_waiting, row.is_disputed, row.is_stuck) == (True, False, True, True)
    assert row.failed_first
    assert row.problem_count == 2
    assert (row.started_at, row.updated_at) == (START, START + timedelta(days=1))
    assert row.revision == revision


@pytest.mark.parametrize(
    ("state", "flags"),
    [
        (MissionState(), {MissionFlag.ACTIVE}),
        (MissionState(phase="complete", generator_status="awaiting-user"), set()),
        (MissionState(phase="abandoned"), set()),
        (MissionState(phase="user-review"), {MissionFlag.ACTIVE, MissionFlag.WAITING}),
        (MissionState(phase="ready-for-execution"), {MissionFlag.ACTIVE, MissionFlag.WAITING}),
        (MissionState(phase="generation", generator_status="awaiting-user"), {MissionFlag.ACTIVE, MissionFlag.WAITING}),
    ],
)
def test_flags_follow_the_state(save: Callable, ask: Callable, state: MissionState, flags: set[MissionFlag]):
    save(_mission("001-A", None, state=state))
    facets = ask(list_missions, MissionFilter()).flags
    assert {facet.value for facet in facets if facet.count} == flags
    assert [facet.value for facet in facets] == list(MissionFlag)


@pytest.fixture
def several(writer: IndexWriter, save: Callable) -> None:
    """Four missions of ``shop``, one of ``attic``."""
    save(_mission("001-A", "complete", "PASS", 4))
    save(_mission("002-b", "complete", "FAIL", 3, exchanges=(_round(1, "FAIL"), _round(2, "PASS"))))
    save(_mission("003-C", "planning", None, 5, problems=make_mission().problems))
    save(_mission("004-100%", None, "ODD"))
    with writer.transaction() as index:
        save_indexed_project(index, replace(PROJECT, slug="attic", name="Attic", path="/attic"))
        save_mission(index, "attic", _mission("001-Z", "complete", "PASS", 1), {})


@pytest.mark.usefixtures("several")
def test_filters(names: Callable):
    assert set(names()) == {"001-A", "002-b", "003-C", "004-100%", "001-Z"}
    assert names(project="attic") == ["001-Z"]
    assert names(project="nowhere") == []
    assert names(phase="complete", verdict="PASS") == ["001-A", "001-Z"]
    assert names(phase="") == ["004-100%"]
    assert names(verdict="") == ["003-C"]
    assert names(flags=frozenset({MissionFlag.FAILED_FIRST})) == ["002-b"]
    assert names(flags=frozenset({MissionFlag.ACTIVE, MissionFlag.PROBLEMS})) == ["003-C"]
    assert names(text="title 00") == ["003-C", "001-A", "002-b", "001-Z", "004-100%"]
    assert names(text="0%") == ["004-100%"]
    assert names(text="' OR 1=1 --") == []


@pytest.mark.usefixtures("several")
def test_sorting(names: Callable):
    assert names(sort=MissionSort.UPDATED) == ["003-C", "001-A", "002-b", "001-Z", "004-100%"]
    assert names(sort=MissionSort.UPDATED, descending=False) == ["001-Z", "002-b", "001-A", "003-C", "004-100%"]
    assert names(sort=MissionSort.NAME, descending=False) == ["001-A", "001-Z", "002-b", "003-C", "004-100%"]
    assert names(sort=MissionSort.PROJECT, descending=False)[0] == "001-Z"
    assert names(sort=MissionSort.ROUNDS)[0] == "002-b"
    assert names(sort=MissionSort.PROBLEMS)[0] == "003-C"
    for sort in MissionSort:
        assert sorted(names(sort=sort)) == sorted(names())


@pytest.mark.usefixtures("several")
def test_pages_do_not_overlap(names: Callable):
    for sort in MissionSort:
        pages = [names(sort=sort, offset=offset, limit=2) for offset in (0, 2, 4, 6)]
        assert [name for page in pages for name in page] == names(sort=sort)


@pytest.mark.usefixtures("several")
def test_facets_count_beside_the_other_filters(ask: Callable):
    page = ask(list_missions, MissionFilter(project="shop", phase="complete", limit=1))
    assert (page.total_count, page.all_count, len(page.rows)) == (2, 5, 1)
    assert page.projects == (Facet("attic", "Attic", 1), Facet("shop", "Shop", 2))
    assert page.phases == (Facet("complete", "complete", 2), Facet("", "", 1), Facet("planning", "planning", 1))
    assert page.verdicts == (Facet("FAIL", "FAIL", 1), Facet("PASS", "PASS", 1))
    assert {facet.value: facet.count for facet in page.flags}["failed-first"] == 1


@pytest.mark.usefixtures("several")
@pytest.mark.parametrize("text", ["", "00", "b"])
@pytest.mark.parametrize("phase", [None, "complete", ""])
@pytest.mark.parametrize("flags", [frozenset(), frozenset({MissionFlag.ACTIVE})])
def test_counts_agree_with_rows(ask: Callable, text: str, phase: str | None, flags: frozenset[MissionFlag]):
    page = ask(list_missions, MissionFilter(text=text, phase=phase, flags=flags))
    assert page.total_count == len(page.rows)
    assert page.all_count == 5


@pytest.mark.parametrize("text", ["", "0"])
def test_two_queries_whatever_the_number_of_missions(save: Callable, ask: Callable, text: str):
    def count_queries(index):
        asked = []
        index.connection.set_trace_callback(asked.append)
        list_missions(index, MissionFilter(text=text))
        return len(asked)

    assert ask(count_queries) == 2
    for number in range(60):
        save(_mission(f"{number:03}-A", "complete"))
    assert ask(count_queries) == 2
