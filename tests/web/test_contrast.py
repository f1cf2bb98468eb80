"""Every colour that text has can be read on everything it stands on, in both schemes."""

import re

import pytest

from tandemweb.web.resources import find_resource_folder

TEXTS = ("ink", "ink-2", "ink-3", "accent", "claude", "codex", "high", "medium", "low", "pass", "side-a", "side-b")
GROUNDS = ("paper", "surface", "sunken")
WASHES = ("claude", "codex", "high", "medium", "low", "pass", "side-a", "side-b")
SIDES = ("claude", "codex", "side-a", "side-b")
CODE = ("keyword", "string", "number", "name")
MARKS = ("high", "medium", "pass", "ink")  # filled, with a glyph in the colour of the paper


def read_tokens(scheme: int, *files: str) -> dict[str, str]:
    folder = find_resource_folder("static") / "css"
    css = "".join((folder / name).read_text(encoding="utf-8") for name in files or ("tokens.css",))
    found = re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", css)
    return {name: colours[scheme] for name, *colours in found}


def luminance(colour: str) -> float:
    """Give the relative luminance that WCAG 2 defines, from 0 to 1."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_text_can_be_read(scheme):
    tokens = read_tokens(scheme)
    pairs = [(text, ground) for text in TEXTS for ground in GROUNDS]
    pairs += [(name, f"{name}-wash") for name in WASHES] + [("paper", mark) for mark in MARKS] + [("ink", "line-2")]
    too_faint = {pair: ratio for pair in pairs if (ratio := contrast(tokens[pair[0]], tokens[pair[1]])) < 4.5}
    assert not too_faint


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_code_can_be_read_where_sides_differ(scheme):
    tokens = read_tokens(scheme, "tokens.css", "code.css")
    washed = [(f"code-{text}", f"{side}-wash") for text in (*CODE, "quiet") for side in SIDES]
    marked = [(text, f"{side}-mark") for text in ("ink", *(f"code-{name}" for name in CODE)) for side in SIDES]
    pressed = [("paper", side) for side in SIDES]
    pairs = [*washed, *marked, *pressed]
    assert not {pair: ratio for pair in pairs if (ratio := contrast(tokens[pair[0]], tokens[pair[1]])) < 4.5}


def test_the_measure_itself():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
