from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.examples import PROJECT, ROOT, make_document, make_mission
from tandemweb.store.connections import IndexWriter, open_index_reader
from tandemweb.store.documents import save_project_documents
from tandemweb.store.index_projects import save_indexed_project
from tandemweb.store.missions import save_mission
from tandemweb.store.search import HIT_END, HIT_START, Term, extract_terms, search

# What people type that FTS5 would take for operators, columns or nothing at all.
ODD = (
    'a " b', '"', '""', "foo-bar", "C++", "src/mod.py:12", "O'Brien", "*", "a*", "ab*", "abc*", "NEAR(a b)", "a AND",
    "OR", "NOT x", "(", ")", "body:x", "{body title}: x", "^x", "+", "-x", "a\0b", "\ud800", "--", ";", "%",
    "x" * 10_000, " ".join("abcdefghijklmnopqrstuvwxyz"), "", "   ", '"unclosed', "日本語", "a:b:c", "\\",
    "SELECT * FROM missions",
)  # fmt: skip


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
def paths(library: None, ask: Callable) -> Callable:
    def list_paths(query: str, **options) -> list[str]:
        return [hit.path for hit in ask(search, query, **options).hits]

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


def test_phrases_and_prefixes(paths: Callable):
    assert paths('"forgets snake_case"') == ["cart.md"]
    assert paths('"snake_case forgets"') == []
    assert paths("taxati*") == ["many.md"]
    assert paths("taxati") == []
    assert paths("ta*") == []


def test_titles_and_headings_weigh_more(paths: Callable):
    assert paths("needle") == ["needle.md"]
    assert paths("shipping") == ["heading.md", "mention.md"]


def test_a_hit_says_where_it_is(library: None, ask: Callable):
    hits = {hit.path: hit for hit in ask(search, "taxes").hits}
    spec = hits[f"{ROOT.path}/001-AddCart/Spec.md"]
    assert (spec.project, spec.project_name, spec.root, spec.mission) == ("shop", "Shop", ROOT.slug, "001-AddCart")
    assert (spec.kind, spec.author, spec.round) == ("discussion", "codex", 1)
    assert spec.title == f"Spec of {HIT_START}taxes{HIT_END}"
    assert spec.excerpt == f"about {HIT_START}taxes{HIT_END}"
    assert (hits["cart.md"].root, hits["cart.md"].mission) == (None, None)
    assert hits["cart.md"].excerpt.endswith(" … ")


def test_one_project(paths: Callable):
    assert paths("taxes", project="attic") == ["attic.md"]
    assert paths("taxes", project="nowhere") == []


def test_pages(library: None, ask: Callable, paths: Callable):
    page = ask(search, "taxes", limit=3)
    assert (len(page.hits), page.has_more, page.is_partial, page.terms) == (3, True, False, ("taxes",))
    assert [hit.path for hit in page.hits] + paths("taxes", offset=3) == paths("taxes")
    assert not ask(search, "taxes", offset=3, limit=3).has_more


def test_a_deadline_gives_what_there_is_and_says_so(library: None, ask: Callable, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tandemweb.store.search.STEPS_BETWEEN_LOOKS", 1)
    page = ask(search, "taxes", deadline=-1.0)
    assert (page.hits, page.is_partial) == ((), True)
    monkeypatch.setattr("tandemweb.store.search.RANKED_SHARE", -1.0)
    page = ask(search, "taxes", deadline=5.0)
    assert (len(page.hits), page.is_partial) == (4, True)


@pytest.mark.security
@pytest.mark.parametrize("query", ODD)
def test_odd_queries_are_queries(library: None, ask: Callable, query: str):
    ask(search, query)


@pytest.mark.security
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200)
@given(query=st.text() | st.text(st.sampled_from("ab\"*():^+-{}\\\0' ANDORNEAR"), max_size=40))
def test_no_text_makes_search_fail(library: None, data_folder, query: str):
    with open_index_reader(data_folder) as index:
        assert len(search(index, query).terms) <= 16


def test_terms():
    assert extract_terms('a  "b c" d* def* "') == (Term("a"), Term("b c"), Term("d*"), Term("def", is_prefix=True))
    assert extract_terms("") == extract_terms(' \0 "" ') == ()
    assert len(extract_terms("a " * 100)) == 16
    assert extract_terms("x" * 1000) == (Term("x" * 256),)
