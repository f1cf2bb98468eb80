from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain, repeat

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.examples import PROJECT, ROOT, make_change, make_commit, make_document, make_finding, make_mission
from tandemweb.domain.link import CommitLink, LinkStrength
from tandemweb.domain.search import HIT_END, HIT_START, SearchKind
from tandemweb.services.search_query import extract_query
from tandemweb.store.commits import save_commits
from tandemweb.store.connections import IndexWriter, open_index_reader
from tandemweb.store.documents import save_project_documents
from tandemweb.store.index_projects import save_indexed_project
from tandemweb.store.links import save_links
from tandemweb.store.missions import delete_mission, save_mission
from tandemweb.store.search import search
from tandemweb.store.search_items import save_file_items

# What people type that FTS5 would take for operators, columns or nothing at all.
ODD = (
    'a " b', '"', '""', "foo-bar", "C++", "src/mod.py:12", "O'Brien", "*", "a*", "ab*", "abc*", "NEAR(a b)", "a AND",
    "OR", "NOT x", "(", ")", "body:x", "{body title}: x", "^x", "+", "-x", "a\0b", "\ud800", "--", ";", "%",
    "x" * 10_000, " ".join("abcdefghijklmnopqrstuvwxyz"), "", "   ", '"unclosed', "日本語", "a:b:c", "\\",
    "SELECT * FROM missions", "🦜 parrot", "🦜",
    "kind:", "kind:x", "before:x", "-kind:x -mission:%", 'file:"', "severity:,",
    "mission:99999999999999999999", "-a -b", "_ __ a_", "readCell_", "kind:finding " * 50, "\ue000x\ue001",
)  # fmt: skip
FINDING = f"{ROOT.path}/001-AddCart/Spec.md"


@pytest.fixture
def library(writer: IndexWriter) -> None:
    def fill(index, slug: str, texts: dict[str, str]) -> None:
        documents = [(make_document(path, title=path, content_hash=text), text) for path, text in texts.items()]
        save_project_documents(index, slug, documents)

    with writer.transaction() as index:
        fill(
            index,
            "shop",
            {
                "cart.md": "The cart forgets snake_case taxes. " + "filler " * 60,
                "many.md": "taxes taxes taxes taxes, and taxation",
                "needle.md": "nothing here",
                "heading.md": "# Shipping costs\n\ntext " + "filler " * 60,
                "mention.md": "text that mentions shipping " + "filler " * 60,
                "odd.md": "café C++ src/mod.py:12 O'Brien",
            },
        )
        save_indexed_project(index, replace(PROJECT, slug="attic", path="/attic"))
        fill(index, "attic", {"attic.md": "old taxes"})
        document = make_document(f"{ROOT.path}/001-AddCart/Spec.md", title="Spec of taxes")
        mission = make_mission(documents=(document,), exchanges=())
        save_mission(index, "shop", mission, {document.path: "about taxes"})


@pytest.fixture
def find(ask: Callable) -> Callable:
    """Search for what a person typed: ``find("two words")``."""

    def find_one(text: str, **options):
        return ask(search, extract_query(text), **options)

    return find_one


@pytest.fixture
def paths(library: None, find: Callable) -> Callable:
    def list_paths(query: str, **options) -> list[str]:
        return [hit.path for hit in find(query, **options).hits]

    return list_paths


def test_every_word_must_be_there(paths: Callable):
    assert set(paths("taxes")) == {"cart.md", "many.md", "attic.md", f"{ROOT.path}/001-AddCart/Spec.md"}
    assert paths("taxes cart") == ["cart.md"]
    assert paths("taxes absent") == []
    assert paths("TAXES forgets") == ["cart.md"]


def test_words_stand_for_themselves(paths: Callable):
    assert paths("src/mod.py:12") == ["odd.md"]
    assert paths("O'Brien C++") == ["odd.md"]
    assert paths("cafe") == ["odd.md"]
    assert paths("snake_case") == ["cart.md"]
    assert paths("NOT taxes") == []


def test_phrases_prefixes_and_exclusions(paths: Callable):
    assert paths('"forgets snake_case"') == ["cart.md"]
    assert paths('"snake_case forgets"') == []
    assert paths("taxati* ") == ["many.md"]
    assert paths("taxati ") == []
    assert paths("taxes -forgets -taxation -old") == [f"{ROOT.path}/001-AddCart/Spec.md"]
    assert paths('taxes -"old taxes" kind:discussion -taxation') == [f"{ROOT.path}/001-AddCart/Spec.md", "cart.md"]


def test_the_word_being_typed_finds_continuations_after_itself(paths: Callable):
    assert paths("taxati") == ["many.md"]
    assert paths("tax")[-1] == "many.md" or set(paths("tax")) == set(paths("taxes"))
    assert paths("taxation") == ["many.md"]


@pytest.mark.parametrize("few", [1, 2, 3, 10_000])
def test_what_is_counted_beforehand_changes_nothing(paths: Callable, monkeypatch: pytest.MonkeyPatch, few: int):
    queries = ("tax", "taxes", "taxes ", "ta", "taxati", "absent", "snakeCase", "snake_ca", "the cart forg", "needle")
    found = [paths(query) for query in queries]
    assert sum(map(len, found)) > len(queries)
    monkeypatch.setattr("tandemweb.store.search.FEW", few)
    assert [paths(query) for query in queries] == found


def test_titles_and_headings_weigh_more(paths: Callable):
    assert paths("needle") == ["needle.md"]
    assert paths("shipping") == ["heading.md", "mention.md"]


def test_identifiers_come_exactly_first_and_are_found_by_their_parts(writer: IndexWriter, find: Callable):
    texts = {
        "words.md": "read cell read cell read cell",
        "camel.md": "calls readCellValue once " + "filler " * 80,
        "snake.md": "calls read_cell_value once " + "filler " * 80,
        "short.md": "calls readCell once " + "filler " * 80,
        "acronym.md": "an HTTPServer " + "filler " * 80,
    }
    with writer.transaction() as index:
        documents = [(make_document(path, title=path), text) for path, text in texts.items()]
        save_project_documents(index, "shop", documents)

    def paths(text: str) -> list[str]:
        return [hit.path for hit in find(text).hits]

    assert paths("readCell ") == ["short.md", "words.md", "snake.md", "camel.md"]
    assert paths("readCell ")[0] == paths("read_cell ")[0] == paths("readCell()")[0] == "short.md"
    assert set(paths("read_cell_value")) == set(paths("readCellValue")) == {"camel.md", "snake.md"}
    assert set(paths("value ")) == {"camel.md", "snake.md"}
    assert paths("server ") == paths("httpserver ") == ["acronym.md"]
    assert paths("readCellV")[0] == "camel.md"


def test_a_hit_says_where_it_is(library: None, find: Callable):
    hits = {hit.path: hit for hit in find("taxes").hits}
    spec = hits[f"{ROOT.path}/001-AddCart/Spec.md"]
    assert (spec.project, spec.project_name, spec.root, spec.mission) == ("shop", "Shop", ROOT.slug, "001-AddCart")
    assert (spec.kind, spec.author, spec.round) == ("discussion", "codex", 1)
    assert spec.title == f"Spec of {HIT_START}taxes{HIT_END}"
    assert spec.excerpt == f"about {HIT_START}taxes{HIT_END}"
    assert (hits["cart.md"].root, hits["cart.md"].mission, hits["cart.md"].key) == (None, None, "cart.md")
    assert hits["cart.md"].excerpt.endswith(" …")


@pytest.fixture
def workshop(writer: IndexWriter) -> None:
    """Give an index with one of everything that can be found."""
    with writer.transaction() as index:
        save_mission(index, "shop", make_mission(), {})
        commits = [
            make_commit(2, make_change("M", "cart.py"), subject="Round totals", body="Cents are exact."),
            make_commit(1, make_change("A", FINDING), subject="Plan the cart", author_name="Grace Hopper"),
        ]
        save_commits(index, "shop", commits)
        save_file_items(index, "shop", ["src/cartTotals.py", FINDING])


def kinds(page) -> set[tuple[str, str]]:
    return {(hit.kind, hit.key) for hit in page.hits}


def test_everything_can_be_found(workshop: None, find: Callable):
    assert kinds(find("Add a cart kind:mission")) == {("mission", "001-AddCart")}
    assert kinds(find("totals kind:finding")) == {("finding", "f1"), ("finding", "f2")}
    assert kinds(find("exact")) == {("commit", f"{2:040x}")}
    assert kinds(find("cartTotals")) == kinds(find("totals kind:file")) == {("file", "src/cartTotals.py")}
    assert kinds(find("AddCart kind:file")) == set()  # documents are found themselves
    assert {hit.kind for hit in find("kind:document").hits} == {"spec", "discussion"}
    [commit] = find(f"{2:040x}").hits
    assert (commit.title, commit.mission, commit.at) == (
        "Round totals",
        None,
        datetime(2026, 5, 4, 11, 30, 15, 250000, UTC),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("severity:low", {"f1", "f2"}),
        ("severity:high", set()),
        ("kind:finding author:claude", {"f2"}),
        ("kind:finding agreement:disputed verdict:FAIL phase:evaluation", {"f1", "f2"}),
        ("kind:finding agreement:agreed", set()),
        ("kind:finding mission:1", {"f1", "f2"}),
        ("kind:finding mission:addcart", {"f1", "f2"}),
        ("kind:finding mission:2", set()),
        ("kind:finding file:tax.py", {"f1", "f2"}),
        ("kind:finding,commit file:cart.py", {"f1", "f2", f"{2:040x}"}),
        ("kind:commit author:grace", {f"{1:040x}"}),
        ("kind:commit before:2026-05-04", set()),
        ("kind:commit after:2026-05-04 before:2026-06", {f"{1:040x}", f"{2:040x}"}),
        ("kind:commit -author:grace", {f"{2:040x}"}),
        ("kind:commit -cents", {f"{1:040x}"}),
        ("kind:file project:shop", {"src/cartTotals.py"}),
        ("kind:file project:SHOP", {"src/cartTotals.py"}),
        ("kind:file project:attic", set()),
        ("kind:nonsense", set()),
        ("file:100%", set()),
    ],
)
def test_operators(workshop: None, find: Callable, text: str, expected: set[str]):
    assert {key for _, key in kinds(find(text))} == expected


def test_what_is_listed_of_few_missions_changes_nothing(
    workshop: None, writer: IndexWriter, find: Callable, monkeypatch: pytest.MonkeyPatch
):
    mission = make_mission()
    link = CommitLink(f"{2:040x}", mission.path, None, LinkStrength.CERTAIN, ())
    with writer.transaction() as index:
        save_mission(index, "shop", make_mission("002-AddCart"), {})
        save_links(index, "shop", [link], missions=[mission.path])
    names = ("001-AddCart", "002-addcart", "addcart", "7")
    queries = [f"{words} mission:{name}" for words in ("totals", "tot", "cart") for name in names]
    found = [find(query) for query in queries]
    assert ("commit", f"{2:040x}") in kinds(found[0])
    assert [{hit.mission for hit in page.hits} for page in found[:4]] == [
        {"001-AddCart"},
        {"002-AddCart"},
        {"001-AddCart", "002-AddCart"},
        set(),
    ]
    monkeypatch.setattr("tandemweb.store.search.FEW_MISSIONS", 0)
    assert [find(query) for query in queries] == found


def test_what_is_gone_is_not_found(workshop: None, writer: IndexWriter, find: Callable, ask: Callable):
    with writer.transaction() as index:
        save_mission(index, "shop", make_mission(exchanges=()), {})
        save_file_items(index, "shop", ["other.py"])
    assert kinds(find("kind:finding,file")) == {("file", "other.py")}
    assert not find("totals -kind:commit").hits
    with writer.transaction() as index:
        delete_mission(index, "shop", ROOT.slug, "001-AddCart")
    assert kinds(find("-kind:commit")) == {("file", "other.py")}
    assert ask(lambda index: index.value("SELECT count(*) FROM document_texts")) == 3


def test_a_finding_says_where_and_how_bad(workshop: None, find: Callable):
    hit = next(hit for hit in find("kind:finding wrong").hits if hit.key == "f1")
    assert (hit.severity, hit.agreement, hit.verdict, hit.author) == ("LOW", "disputed", "FAIL", "codex")
    assert (hit.stage, hit.round, hit.line) == ("evaluation", 1, 4)
    assert hit.title == f"Totals are {HIT_START}wrong{HIT_END}"


def test_long_findings_are_found_by_their_beginning(writer: IndexWriter, find: Callable):
    finding = make_finding()
    mention = replace(finding.mentions[0], text="early " + "x " * 2_000 + "late")
    exchange = replace(make_mission().exchanges[1], findings=(replace(finding, mentions=(mention,)),))
    with writer.transaction() as index:
        save_mission(index, "shop", make_mission(exchanges=(exchange,)), {})
    assert [hit.kind for hit in find("early").hits] == [SearchKind.FINDING]
    assert not find("late ").hits


def test_one_project(paths: Callable):
    assert paths("taxes project:attic") == ["attic.md"]
    assert paths("taxes project:nowhere") == []


def test_pages(library: None, find: Callable, paths: Callable):
    page = find("taxes", limit=3)
    assert (len(page.hits), page.has_more, page.is_partial) == (3, True, False)
    assert [hit.path for hit in page.hits] + paths("taxes", offset=3) == paths("taxes")
    assert not find("taxes", offset=3, limit=3).has_more


def test_a_deadline_gives_what_there_is_and_says_so(library: None, find: Callable, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tandemweb.store.search.STEPS_BETWEEN_LOOKS", 1)
    page = find("taxes", deadline=-1.0)
    assert (page.hits, page.is_partial) == ((), True)
    page = find("kind:discussion", deadline=-1.0)
    assert (page.hits, page.is_partial) == ((), True)
    monkeypatch.setattr("tandemweb.store.search.RANKED_SHARE", -1.0)
    page = find("taxes", deadline=5.0)
    assert (len(page.hits), page.is_partial) == (4, True)


def test_a_search_has_no_more_than_a_quarter_of_a_second(
    library: None, find: Callable, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("tandemweb.store.search.STEPS_BETWEEN_LOOKS", 1)
    moments = chain([100.0], repeat(100.25))
    monkeypatch.setattr("tandemweb.store.search.time.monotonic", lambda: next(moments))
    page = find("taxes")
    assert (page.hits, page.is_partial) == ((), True)


@pytest.mark.security
@pytest.mark.parametrize("query", ODD)
def test_odd_queries_are_queries(library: None, find: Callable, query: str):
    assert not find(query).is_partial


@pytest.mark.security
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200)
@given(
    query=st.text()
    | st.text(st.sampled_from("ab\"*():^+-{}\\\0' ANDORNEAR_,%"), max_size=40)
    | st.lists(
        st.sampled_from(["kind:", "-file:", "after:", "author:", '"', "x", "readCell", "a_b*", " ", ",", "2026"])
    ).map("".join)
)
def test_no_text_makes_search_fail(library: None, data_folder, query: str):
    with open_index_reader(data_folder) as index:
        assert len(search(index, extract_query(query)).hits) <= 30
