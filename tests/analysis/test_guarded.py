"""A guarded expression finds what the bare one finds."""

import pkgutil
import re
from importlib import import_module
from pathlib import Path

import pytest
from corpus.clones import STYLES, clone_corpus
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import tandemweb.analysis
from tandemweb.analysis.guarded import Guarded, guard
from tandemweb.analysis.needles import find_clauses, find_starts


def list_guarded() -> dict[str, Guarded]:
    modules = [
        import_module(f"tandemweb.analysis.{found.name}") for found in pkgutil.iter_modules(tandemweb.analysis.__path__)
    ]
    return {
        f"{module.__name__.rpartition('.')[2]}.{name}": value
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, Guarded)
    }


GUARDED = list_guarded()
EXPRESSIONS = (
    *(
        r"\b(?:re-?)?(?:agree[ds]?|drop(?:ped|s)?)\b",
        r"(?i:low|high)-?\d",
        r"(?<=[.;])\s*(?:none|nothing)[.,]",
        r"see|seen",
    ),
    *(
        r"(?:my|our|(?:claude|codex)'s)\s+(?:first|second)\b",
        r"\n(?=[A-Z])|no(?:ne)?",
        r"[nN]one(?! of)",
        r"a*b|c+",
        r"x?",
    ),
    *(r"(?P<a>open) (?:the )?(?P<b>box)", r"is|ısıs", r"ab|bc", r"[*_]{2}(\w+)[*_]{2}"),
)
WORDS = st.sampled_from(
    (
        *(
            "agreed",
            "drops",
            "re-dropped",
            "low-3",
            "HIGH4",
            "none,",
            "Nothing.",
            "see",
            "seen",
            "my",
            "codex's",
            "Second",
        ),
        *("first", "none", "of", "open", "box", "the", "Open the box"),
    )
)
TEXTS = st.lists(
    st.one_of(WORDS, st.sampled_from(("\n", ".", "; ", "\u212a", "ſee", "ıs", "İs", "abc", "**bold**", "É")))
).map(" ".join)


def spans(found) -> list[tuple[object, ...]]:
    return [(match.span(), match.groups(), match.lastgroup) for match in found]


def assert_same(guarded: Guarded, bare: re.Pattern[str], text: str, pos: int, endpos: int) -> None:
    assert spans(guarded.finditer(text, pos, endpos)) == spans(bare.finditer(text, pos, endpos))
    assert spans(filter(None, [guarded.search(text, pos, endpos)])) == spans(
        filter(None, [bare.search(text, pos, endpos)])
    )
    assert guarded.findall(text) == bare.findall(text)
    assert guarded.sub("-", text) == bare.sub("-", text)


@given(st.sampled_from(EXPRESSIONS), st.sampled_from((0, re.IGNORECASE)), TEXTS, st.integers(0, 9), st.integers(0, 60))
@example(r"is|ısıs", re.IGNORECASE, "İs it", 0, 60)
@settings(max_examples=600)
def test_it_finds_the_same(expression: str, flags: int, text: str, pos: int, endpos: int):
    assert_same(guard(expression, flags), re.compile(expression, flags), text, pos, endpos)


@pytest.mark.parametrize("name", sorted(GUARDED))
def test_matches_of_ours_are_found_wherever_they_stand(name: str):
    pattern = GUARDED[name]._pattern

    @given(st.from_regex(pattern), st.sampled_from(("", "so ", "\n")), st.sampled_from(("", " too.", "\n")))
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    def check(matched: str, before: str, after: str) -> None:
        text = f"{before}{matched}{after}"
        assert_same(GUARDED[name], pattern, text, 0, len(text))

    check()


@pytest.mark.parametrize("corpus", STYLES)
def test_documents_of_the_corpus_hold_the_same_matches(corpus: str, tmp_path: Path):
    texts = [file.read_text(errors="replace") for file in clone_corpus(corpus, tmp_path / corpus).rglob("*.md")]
    for guarded in GUARDED.values():
        for text in texts:
            assert spans(guarded.finditer(text)) == spans(guarded._pattern.finditer(text))


def test_words_are_read_from_an_expression():
    pattern = re.compile(r"\b(?:my|our) (?:third|Fourth)[.;] point(?:s)?\b(?!x)", re.IGNORECASE)
    assert find_clauses(pattern) == [{". point", "; point"}, {"third", "fourth"}, {"my", "our"}]
    starts = {
        f"{owner} {number}{sign} point" for owner in ("my", "our") for number in ("third", "fourth") for sign in ".;"
    }
    assert find_starts(pattern) == starts
    assert find_starts(re.compile(r"(?:the )?(?:old|new) one")) == {"the old one", "the new one", "old one", "new one"}
    assert not find_starts(re.compile(r"\w+ point"))


def test_where_a_match_may_begin_with_too_many_words_their_first_letters_are_looked_for():
    owners, kinds = ("mine", "yours", "theirs"), [f"{letter}kind" for letter in "abcdefghijklmnopqrstuvwxyz"]
    starts = find_starts(re.compile(f"(?:(?:{'|'.join(owners)}) )?(?:{'|'.join(kinds)})"))
    assert starts == {"mine", "your", "thei", *(kind[:4] for kind in kinds)}
