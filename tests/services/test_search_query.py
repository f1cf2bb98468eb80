import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandemweb.domain.search import Narrowing, SearchField, SearchQuery, Term
from tandemweb.services.search_query import extract_query, list_completions


def test_words_phrases_prefixes_and_exclusions():
    query = extract_query('plain "two words" pre* -not -"not these" --flag ')
    assert query.terms == (Term("plain"), Term("two words"), Term("pre", is_prefix=True), Term("--flag"))
    assert query.excluded == (Term("not"), Term("not these"))
    assert query.narrowings == query.notes == ()


def test_the_last_word_is_open_while_nothing_follows():
    assert extract_query("a wor").terms == (Term("a"), Term("wor", is_open=True))
    assert extract_query("a wor ").terms == (Term("a"), Term("wor"))
    assert extract_query('"a wor').terms == (Term("a wor"),)
    assert extract_query("a").terms == (Term("a"),)


@pytest.mark.parametrize(
    ("text", "narrowing"),
    [
        ("severity:critical,p2", Narrowing(SearchField.SEVERITY, ("high", "medium"))),
        ("-KIND:File", Narrowing(SearchField.KIND, ("file",), is_excluded=True)),
        ('project:"my shop"', Narrowing(SearchField.PROJECT, ("my shop",))),
        ("verdict:pass-with-gaps", Narrowing(SearchField.VERDICT, ("PASS_WITH_GAPS",))),
        ("verdict:MAYBE", Narrowing(SearchField.VERDICT, ("MAYBE",))),
        ("agreement:partially-agreed", Narrowing(SearchField.AGREEMENT, ("partially_agreed",))),
        ("file:src/a,b", Narrowing(SearchField.FILE, ("src/a", "b"))),
        ("after:2026-03", Narrowing(SearchField.AFTER, ("2026-03",))),
    ],
)
def test_operators(text: str, narrowing: Narrowing):
    assert extract_query(text) == SearchQuery(narrowings=(narrowing,))


@pytest.mark.parametrize("text", ["src/mod.py:12", "a:b:c", "http://x", 'foo:"bar"', "x:severity:high"])
def test_what_is_no_operator_stands_for_itself(text: str):
    query = extract_query(text)
    assert [term.text for term in query.terms] == [text.replace('"', "")]
    assert query.narrowings == ()


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("severity:", "severity: can be high, medium, low."),
        ("mission:,", "mission: needs a value."),
        ("kind:thing", "kind: can be mission"),
        ("before:soon", "before: takes a day"),
        ("a " * 30, "Only the first 16 words count."),
        ("x" * 2_000, "Only the first 1,000 characters count."),
    ],
)
def test_notes_say_what_could_not_be_used(text: str, note: str):
    assert any(found.startswith(note) for found in extract_query(text).notes)


def test_signs_alone_are_nothing():
    assert extract_query('- -- * ** "" " ( 🦜 _ :').is_empty
    assert extract_query("").is_empty


@given(st.text() | st.text(st.sampled_from('ab:"-*,_ kindseverity\0'), max_size=60))
def test_any_text_is_a_query(text: str):
    query = extract_query(text)
    assert len(query.terms) <= 16
    assert all(any(map(str.isalnum, term.text)) for term in (*query.terms, *query.excluded))
    assert all(completion.startswith(text[:0]) for completion in list_completions(text, {}))


@pytest.mark.parametrize(
    ("text", "completions"),
    [
        ("rate sev", ("rate severity:",)),
        ("rate severity:", ("rate severity:high ", "rate severity:medium ", "rate severity:low ")),
        ("severity:high,l", ("severity:high,low ",)),
        ("-kind:fil", ("-kind:file ",)),
        ("project:m", ('project:"my shop" ',)),
        ("rate ", ()),
        ("severity:high", ()),
        ("nothing:x", ()),
        ("", ()),
    ],
)
def test_completions(text: str, completions: tuple[str, ...]):
    assert list_completions(text, {SearchField.PROJECT: ("my shop", "attic")}) == completions
