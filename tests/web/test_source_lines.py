import pytest
from markupsafe import Markup

from tandemweb.web.highlighting import escape_lines
from tandemweb.web.source_lines import LINE_CHARACTERS, PAGE_CHARACTERS, PAGE_LINES, LineRange, build_source_page


class PlainColours:
    """Colours nothing: what is tested here are the pages."""

    def highlight(self, text: str, _path: str) -> tuple[Markup, ...]:
        return tuple(map(Markup, escape_lines(text)))


def build(text: str, **asked):
    return build_source_page(text, "a.txt", PlainColours(), **asked)


@pytest.mark.parametrize("text", ["", "\n", "a", "<a>\n\nb\n", "a\r\nb\rc"])
def test_short_texts_have_one_page(text: str):
    page = build(text)
    assert (page.number, page.page_count) == (1, 1)
    assert [line.html for line in page.lines] == escape_lines(text)
    assert [line.number for line in page.lines] == list(range(1, page.line_count + 1))


def test_pages_hold_every_line_once():
    text = "".join(f"{n}\n" for n in range(PAGE_LINES * 2 + 10))
    numbers = [line.number for number in (1, 2, 3) for line in build(text, number=number).lines]
    assert numbers == list(range(1, PAGE_LINES * 2 + 11))
    assert build(text, number=99).number == 3


def test_pages_are_bounded_by_characters_too():
    page = build(("x" * 10_000 + "\n") * 200)
    assert sum(len(line.html) for line in page.lines) <= PAGE_CHARACTERS
    assert page.page_count == 5


def test_the_page_with_the_marked_lines_is_chosen():
    text = "a\n" * (PAGE_LINES * 2)
    page = build(text, marked=LineRange(PAGE_LINES + 2, PAGE_LINES + 3))
    assert page.number == 2
    assert [line.number for line in page.lines if line.is_marked] == [PAGE_LINES + 2, PAGE_LINES + 3]
    assert build(text, marked=LineRange(10**6, 10**6)).number == 1


def test_endless_lines_are_cut():
    (line,) = build("<" * 1_000_000).lines
    assert line.is_cut
    assert line.html == "&lt;" * LINE_CHARACTERS
