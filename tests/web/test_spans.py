"""Code spans and bold in titles and quotes."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandemweb.web.spans import render_spans


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("", ""),
        ("plain", "plain"),
        ("`a` and **b**", "<code>a</code> and <strong>b</strong>"),
        ("**M1 — `a` splits**", "<strong>M1 — <code>a</code> splits</strong>"),
        ("``a b`` ```c```", "<code>a b</code> <code>c</code>"),
        ("`<b>` & **<i>**", "<code>&lt;b&gt;</code> &amp; <strong>&lt;i&gt;</strong>"),
        ("`open", "`open"),
        ("**open", "**open"),
        ("a * b ** c", "a * b ** c"),
        ("`**a**`", "<code>**a**</code>"),
        ("<script>alert('`1`')</script>", "&lt;script&gt;alert(&#39;<code>1</code>&#39;)&lt;/script&gt;"),
        ("`" + "x" * 401 + "`", "`" + "x" * 401 + "`"),
    ],
)
def test_spans(text, html):
    assert render_spans(text) == html


@given(st.text(alphabet="`*<>&\"' ab\n", max_size=200))
def test_nothing_else_becomes_a_tag(text):
    html = str(render_spans(text))
    assert set(re.findall(r"<[^>]*>", html)) <= {"<code>", "</code>", "<strong>", "</strong>"}
    assert html.count("<code>") == html.count("</code>")
    assert html.count("<strong>") == html.count("</strong>")


def test_many_marks_are_no_work():
    assert render_spans("`" * 100_000).count("`") == 100_000
    assert render_spans("**" * 50_000).count("*") == 100_000
