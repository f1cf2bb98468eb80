"""What is looked for first, because it is found fast, is there wherever the slow expression behind it matches."""

import re
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tandemweb.analysis import item_cutting, locators, praise, ratings, references, sources, stems, wording
from tandemweb.analysis.marks import list_references
from tandemweb.analysis.quotes import find_quote
from tandemweb.analysis.wording import words_of
from tandemweb.domain.finding import Mention

BARE_MARK = re.compile(
    r"(?<![\w./:`#-])(?!AC|UTF|SHA|ISO|RFC|HTTP|MD|UTC|V\d|R\d)([A-Z]{1,3}-?\d{1,2}[a-z]?)(?![\w`/:=-]|\.\w)"
)
SEPARATOR = re.compile(r"(?<=[.!?])[\"')*\]]*\s+(?=[A-Z`\"'(*\[])|\n\s*\n|(?<=:)\n")
TEXTS = st.lists(
    st.sampled_from(
        (
            *("F1", "AC4", "UTF-8", "R2", "H12a", "C-3b", "`F2`", "x/F3", "F4.", "F5.md", "SHAX1", "F1", "Codex", "#3"),
            *("see", "Note: ", "Done. ", '"Why?" ', "\n", "\n\n", ":\n", " ", ")", "ends.", "It", "(both)", "mine"),
        )
    ),
    max_size=12,
).map("".join)


def may_be_empty(text: str) -> bool:
    return all(wording._MAY_BE_EMPTY.match(f"{grade}{text}") for grade in ("", "High: ", "P0/P1 findings: "))


@pytest.mark.parametrize(
    ("pattern", "method", "is_found"),
    [
        (
            ratings._HELD._pattern,
            "search",
            lambda text: not words_of(text).isdisjoint(ratings._HOLDING) or "no more than" in text.lower(),
        ),
        (praise._ENDS_WELL, "search", lambda text: text.rstrip().rstrip(".!").lower().endswith(praise._LAST_WORDS)),
        (wording._FINE_AT_END, "search", wording.is_well_as_it_is),
        (sources._BOTH._pattern, "search", sources._NAMES.search),
        (sources._SAID._pattern, "search", sources._NAMES.search),
        (locators._PLACE._pattern, "search", locators._COUNTED.search),
        (
            item_cutting._SPLIT_LINES._pattern,
            "search",
            lambda text: any(part in text for part in ("\n", *item_cutting._ONE_LINE)),
        ),
        (wording._EMPTY, "match", may_be_empty),
        (wording._COUNTS, "fullmatch", may_be_empty),
        (wording._ELSEWHERE, "fullmatch", may_be_empty),
    ],
    ids=["held", "ends well", "fine at the end", "both", "said", "place", "split", "none", "counts", "elsewhere"],
)
def test_it_is_in_every_match(
    pattern: re.Pattern[str], method: str, is_found: Callable[[str], re.Match[str] | bool | None]
):
    search = getattr(pattern, method)
    ascii_pattern = re.compile(pattern.pattern, pattern.flags & ~re.UNICODE | re.ASCII)

    @given(st.from_regex(ascii_pattern, alphabet=st.characters(codec="ascii")))
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    def check(text: str) -> None:
        if search(text):
            assert is_found(text)

    check()


@given(TEXTS)
def test_marks_are_those_of_the_slow_expression(text: str):
    found = [mark for mark in references._BARE.findall(text) if not references._NO_MARK.match(mark)]
    assert found == BARE_MARK.findall(text)


@given(TEXTS)
def test_a_name_in_another_item_changes_no_mark(text: str):
    mention = Mention("a.md", 1, 1, "", text, None, None)
    named = Mention("a.md", 1, 1, "", f"{text}\n\nclaudette", None, None)
    if not re.search(r"(?i)claude|codex", text):
        assert list_references(mention) == list_references(named)


@given(TEXTS)
def test_sentences_end_where_the_slow_expression_says(text: str):
    lines = [line for line in text.split("\n") if not line.lstrip().startswith(("|", "#"))]
    text = "\n".join(lines)
    first = SEPARATOR.split(text, maxsplit=1)[0]
    mention = Mention("a.md", 1, len(lines), "", "", None, None)
    if first.strip()[:1].isalpha():
        assert find_quote(text, mention)[0] == first.strip()


@given(st.text(st.sampled_from("aB1'-t @_/=é—½\n`.#"), max_size=30))
def test_words_are_those_of_the_slow_expressions(text: str):
    assert [word.lower() for word in stems._list_tokens(text)] == [word.lower() for word in stems._TOKEN.findall(text)]
    assert words_of(text) == set(wording._WORD.findall(text.lower()))
