from collections.abc import Callable
from dataclasses import replace

import pytest

from store.examples import PROJECT, ROOT, START, make_change, make_commit, make_mission
from tandemweb.domain.decision import DecisionSource, KeyDecision, Quote, Supersession
from tandemweb.errors import NotFoundError
from tandemweb.services.search_query import extract_query
from tandemweb.store.commits import save_commits
from tandemweb.store.connections import IndexWriter
from tandemweb.store.decision_list import DecisionFilter, get_decision, list_dated_decisions, list_decisions
from tandemweb.store.decisions import save_key_decisions, save_supersessions
from tandemweb.store.index_projects import save_indexed_project
from tandemweb.store.missions import delete_mission, save_mission
from tandemweb.store.revisions import get_revision
from tandemweb.store.search import search

SPEC = f"{ROOT.path}/001-AddCart/Spec.md"
CENTS = KeyDecision(
    key="aa",
    source=DecisionSource.DISPUTE,
    title="Use cents",
    text="It stands.",
    rationale="They are exact.",
    alternatives=("floats", "decimals"),
    path=SPEC,
    line=20,
    end_line=24,
    round=2,
    won_by="codex",
    quotes=(Quote("user", SPEC, 3, "No 100% rounding."), Quote("codex", "b.md", 4, "Floats drift.")),
    files=("src/cart.py",),
)
FLOATS = replace(
    CENTS, key="bb", source=DecisionSource.FEEDBACK, title="Use floats", path="late.md", files=(), quotes=()
)
LINK = Supersession("bb", "aa", "the user's feedback asks for something else", 0.625)


@pytest.fixture
def archive(writer: IndexWriter) -> None:
    """Give two missions of one project with a decision each; the later one took the earlier one's place."""
    with writer.transaction() as index:
        for number, (name, decision) in enumerate({"001-AddCart": CENTS, "002-AddTax": FLOATS}.items(), 1):
            state = replace(make_mission().state, started_at=START.replace(day=number), updated_at=START)
            save_mission(index, "shop", make_mission(name, number=number, state=state, exchanges=(), documents=()), {})
            save_key_decisions(index, "shop", ROOT.slug, name, [decision])
        save_commits(
            index, "shop", [make_commit(1, make_change("A", "late.md"), committed_at=START.replace(year=2027))]
        )
        assert save_supersessions(index, "shop", [LINK])


def keys(page) -> list[str]:
    return [row.decision.key for row in page.rows]


def test_a_decision_comes_back_whole(archive: None, ask: Callable):
    row = ask(get_decision, "shop", "aa")
    assert row.decision == CENTS
    assert (row.project, row.project_name, row.root, row.mission) == ("shop", "Shop", ROOT.slug, "001-AddCart")
    assert row.decided_at == START
    with pytest.raises(NotFoundError, match="zz"):
        ask(get_decision, "shop", "zz")
    with pytest.raises(NotFoundError):
        ask(get_decision, "attic", "aa")


def test_links_lead_both_ways_with_reason_and_score(archive: None, ask: Callable):
    later, earlier = ask(list_decisions, DecisionFilter()).rows
    assert (later.decision.key, later.superseded_by, earlier.supersedes) == ("bb", (), ())
    [down], [up] = later.supersedes, earlier.superseded_by
    assert (down.key, down.title, down.mission) == ("aa", "Use cents", "001-AddCart")
    assert (up.key, up.title, up.mission) == ("bb", "Use floats", "002-AddTax")
    assert (up.reason, up.score) == (down.reason, down.score) == (LINK.reason, 0.625)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (DecisionFilter(project="shop"), ["bb", "aa"]),
        (DecisionFilter(project="attic"), []),
        (DecisionFilter(mission="001-AddCart"), ["aa"]),
        (DecisionFilter(source=DecisionSource.FEEDBACK), ["bb"]),
        (DecisionFilter(file="CART.py"), ["aa"]),
        (DecisionFilter(file="late"), ["bb"]),
        (DecisionFilter(file="%"), []),
        (DecisionFilter(after="2027"), ["bb"]),
        (DecisionFilter(before="2027-01"), ["aa"]),
        (DecisionFilter(only_superseded=True), ["aa"]),
        (DecisionFilter(terms=extract_query("rounding").terms), ["aa"]),
        (DecisionFilter(terms=extract_query("use float").terms), ["bb", "aa"]),
        (DecisionFilter(terms=extract_query('"use floats" ').terms), ["bb"]),
        (DecisionFilter(limit=1), ["bb"]),
        (DecisionFilter(limit=1, offset=1), ["aa"]),
    ],
)
def test_filters(archive: None, ask: Callable, wanted: DecisionFilter, expected: list[str]):
    assert keys(ask(list_decisions, wanted)) == expected


def test_pages_know_the_total(archive: None, ask: Callable):
    assert ask(list_decisions, DecisionFilter(limit=1)).total_count == 2


def test_decisions_are_found_by_search(archive: None, ask: Callable):
    [hit] = ask(search, extract_query("drift kind:decision file:cart.py")).hits
    assert (hit.kind, hit.key, hit.path, hit.line, hit.author) == ("decision", "aa", SPEC, 20, "codex")


def test_saving_again_replaces(archive: None, writer: IndexWriter, ask: Callable):
    with writer.transaction() as index:
        save_key_decisions(index, "shop", ROOT.slug, "001-AddCart", [replace(CENTS, key="cc", title="Use yen")])
    assert keys(ask(list_decisions, DecisionFilter())) == ["bb", "cc"]
    assert not ask(search, extract_query("cents kind:decision")).hits
    assert ask(get_decision, "shop", "bb").supersedes == ()  # a link to what is gone is not shown
    with writer.transaction() as index:
        delete_mission(index, "shop", ROOT.slug, "001-AddCart")
    assert keys(ask(list_decisions, DecisionFilter())) == ["bb"]


def test_the_same_links_are_no_change(archive: None, writer: IndexWriter, ask: Callable):
    before = ask(get_revision)
    with writer.transaction() as index:
        assert not save_supersessions(index, "shop", [LINK])
    assert ask(get_revision) == before
    with writer.transaction() as index:
        assert save_supersessions(index, "shop", [])
    assert ask(get_revision) > before


def test_links_stay_in_their_project(archive: None, writer: IndexWriter, ask: Callable):
    with writer.transaction() as index:
        save_indexed_project(index, replace(PROJECT, slug="attic", path="/attic"))
        save_mission(index, "attic", make_mission(exchanges=(), documents=()), {})
        save_key_decisions(index, "attic", ROOT.slug, "001-AddCart", [CENTS])
    assert ask(get_decision, "attic", "aa").superseded_by == ()
    assert len(ask(get_decision, "shop", "aa").superseded_by) == 1


def test_the_oldest_mission_comes_first_for_linking(archive: None, ask: Callable):
    dated = ask(list_dated_decisions, "shop")
    assert [(path, decision.key) for path, decision in dated] == [
        (f"{ROOT.path}/001-AddCart", "aa"),
        (f"{ROOT.path}/002-AddTax", "bb"),
    ]


def test_a_decision_is_dated_by_the_last_commit_of_its_document(writer: IndexWriter, archive: None, ask: Callable):
    def list_dates() -> dict[str, int]:
        rows = ask(list_decisions, DecisionFilter()).rows
        return {row.decision.key: row.decided_at.year for row in rows if row.decided_at}

    assert list_dates() == {"bb": 2027, "aa": START.year}
    with writer.transaction() as index:
        save_commits(index, "shop", [make_commit(2, make_change("A", SPEC), committed_at=START.replace(year=2029))])
        save_key_decisions(index, "shop", ROOT.slug, "002-AddTax", [FLOATS])
    assert list_dates() == {"aa": 2029, "bb": 2027}
    assert list(list_dates()) == ["aa", "bb"]
