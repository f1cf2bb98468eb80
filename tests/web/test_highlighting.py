import re
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pygments.token import STANDARD_TYPES

from tandemweb.web.highlighting import escape_lines, highlight_file, highlight_named, split_lines

STYLES = Path(__file__).parent.parent.parent / "static" / "css"


def plain(line: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", line))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        ("a", ["a"]),
        ("a\n", ["a"]),
        ("a\n\n", ["a", ""]),
        ("a\r\nb\rc\nd", ["a", "b", "c", "d"]),
        ("\n", [""]),
    ],
)
def test_lines(text: str, lines: list[str]):
    assert split_lines(text) == lines


@given(
    st.text(alphabet=st.characters(exclude_characters="\x00"), max_size=200),
    st.sampled_from(["python", "json", "html", "c", "md", "diff", "none"]),
)
def test_no_text_is_lost_and_no_line_shifted(text: str, language: str):
    assert [plain(line) for line in highlight_named(text, language)] == split_lines(text)


def test_a_token_over_several_lines_is_closed_at_each():
    lines = highlight_file('x = """one\ntwo"""\n', "a/b.py")
    assert all(line.count("<span") == line.count("</span>") for line in lines)
    assert len(lines) == 2


def test_only_classes():
    (line,) = highlight_named('<a style="x" onclick="y">', "html")
    assert set(re.findall(r"<[^>]*>", line)) <= {"</span>"} | {
        f'<span class="{name}">' for name in STANDARD_TYPES.values()
    }


def test_unknown_names_are_plain():
    assert highlight_file("<a>\n", "notes") == escape_lines("<a>") == ["&lt;a&gt;"]


def test_minified_code_is_plain():
    assert "<span" not in highlight_file("var a=1;" * 1000, "a.js")[0]


def _tokens(theme: int) -> dict[str, str]:
    text = "".join((STYLES / name).read_text(encoding="utf-8") for name in ("tokens.css", "code.css"))
    return {
        name: (light, dark)[theme]
        for name, light, dark in re.findall(r"--([\w-]+): light-dark\((#\w+), (#\w+)\)", text)
    }


def _luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["sunken", "surface", "medium-wash"])
def test_inks_can_be_read(theme: int, ground: str):
    tokens = _tokens(theme)
    inks = [name for name in tokens if name.startswith("code-")] + ["ink-3", "pass", "high"]
    for ink in inks:
        lighter, darker = sorted((_luminance(tokens[ink]), _luminance(tokens[ground])), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5, (ink, ground)


def test_the_style_sheet_names_what_pygments_writes():
    text = (STYLES / "code.css").read_text(encoding="utf-8").partition("/* A file, line by line")[0]
    named = set(re.findall(r"(?<![\w-])\.([a-z]{1,3}\d?)(?=[,\s])", text))
    assert named <= set(STANDARD_TYPES.values())
    assert {"k", "s", "c1", "mi", "nf"} <= named
