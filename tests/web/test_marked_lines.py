import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from tandemweb.web.highlighting import highlight_named
from tandemweb.web.marked_lines import mark_line


def test_a_mark_over_several_spans_is_closed_with_each():
    (line,) = highlight_named("a <b> = 'c'", "python")
    parts = re.findall("<mark>(.*?)</mark>", mark_line(line, [(0, 1), (3, 9)]))
    assert "<mark>" not in "".join(parts)
    first, *rest = (unescape(re.sub("<[^>]*>", "", part)) for part in parts)
    assert (first, "".join(rest)) == ("a", "b> = '")
    assert len(rest) > 1


@given(
    st.text(alphabet="ab<>&\"' #=é", min_size=1, max_size=40),
    st.sets(st.integers(0, 41), max_size=6),
    st.sampled_from(["python", "html", "none"]),
)
def test_no_text_is_lost_and_exactly_the_ranges_are_marked(text: str, ends: set[int], language: str):
    (line,) = highlight_named(text, language)
    places = sorted(ends)
    ranges = list(zip(places[::2], places[1::2], strict=False))
    marked = mark_line(line, ranges)
    assert unescape(re.sub("<[^>]*>", "", marked)) == text
    inside = unescape("".join(re.sub("<[^>]*>", "", part) for part in re.findall("<mark>(.*?)</mark>", marked)))
    assert inside == "".join(text[start:end] for start, end in ranges)
    assert set(re.findall("<[^>]*>", marked)) <= {"<mark>", "</mark>", "</span>"} | set(
        re.findall('<span class="[a-z0-9]*">', marked)
    )
