"""What rendered documents look like, in this process; the workers have their own test."""

import re

import pytest

from tandemweb.web.markdown_rendering import render_markdown
from tandemweb.web.markdown_slots import ASKING_LIMIT, Resolvers, fill_slots

FILES = {"src/page.js", "importer.py", "tests/test_importer.py", "docs/guide.md"}


def resolve(path: str, start: int | None, end: int | None) -> str | None:
    if path not in FILES:
        return None
    lines = f"#L{start}-L{end}" if start != end else f"#L{start}" if start else ""
    return f"/files/{path}{lines}"


def link(path: str, fragment: str) -> str | None:
    return f"/documents/{path}{'#' + fragment if fragment else ''}" if path in FILES else None


def image(path: str) -> str | None:
    return f"/blob/demo/{path}" if path.endswith(".png") else None


def render(text: str, **changes: str) -> str:
    rendering = render_markdown(text, changes.pop("id_prefix", ""))
    return fill_slots(rendering.parts, rendering.slots, Resolvers(resolve, link, image, **changes))


def plain(html: str) -> str:
    return re.sub(r"<[^>]*>", "", html).strip()


class TestFileReferences:
    @pytest.mark.parametrize(
        ("text", "address"),
        [
            ("see importer.py:88-112 there", "/files/importer.py#L88-L112"),
            ("see importer.py:88–112 there", "/files/importer.py#L88-L112"),
            ("(src/page.js:21)", "/files/src/page.js#L21"),
            ("`src/page.js:21`", "/files/src/page.js#L21"),
            ("in `importer.py`.", "/files/importer.py"),
            ("at tests/test_importer.py.", "/files/tests/test_importer.py"),
            ("importer.py#L3-L9", "/files/importer.py#L3-L9"),
            ("importer.py:88:5 with a column", "/files/importer.py#L88"),
            ("**importer.py:7**", "/files/importer.py#L7"),
            ("importer.py:9-3 backwards", "/files/importer.py#L9"),
            ("importer.py:0", "/files/importer.py"),
        ],
    )
    def test_lead_to_the_file(self, text: str, address: str):
        assert f'<a class="file-reference" href="{address}">' in render(text)

    @pytest.mark.parametrize("text", ["other.py:3", "e.g. 1.5 and v2.0", "a@b.org", "/etc/passwd", "..", "a//b.py:1"])
    def test_stay_plain_when_nothing_is_there(self, text: str):
        html = render(text)
        assert "<a" not in html
        assert plain(html) == text

    def test_are_not_looked_for_in_links_and_blocks_of_code(self):
        assert "file-reference" not in render("[importer.py:3](https://example.org)\n\n```\nimporter.py:3\n```")

    def test_keep_the_text_as_written(self):
        text = "First importer.py:88-112, then `src/page.js:21` & so on."
        assert plain(render(text)) == text.replace("&", "&amp;").replace("`", "")

    def test_each_target_is_asked_for_once(self):
        asked: list[str] = []

        def count(path: str, _start: int | None, _end: int | None) -> None:
            asked.append(path)

        rendering = render_markdown("a.py:1 b.py:2 a.py:1 a.py:1")
        fill_slots(rendering.parts, rendering.slots, Resolvers(reference=count))
        assert asked == ["a.py", "b.py"]

    def test_endless_targets_are_not_all_asked_for(self):
        asked: list[str] = []

        def count(path: str, _start: int | None, _end: int | None) -> str:
            asked.append(path)
            return "/files/x"

        rendering = render_markdown(" ".join(f"a{number}.py" for number in range(5000)))
        html = fill_slots(rendering.parts, rendering.slots, Resolvers(reference=count))
        assert len(asked) == html.count("file-reference") == ASKING_LIMIT
        assert "a4999.py" in html


class TestLinks:
    def test_relative_ones_are_resolved(self):
        assert render("[guide](docs/guide.md#L3)") == (
            '<p data-line="1" id="L1"><a href="/documents/docs/guide.md#L3">guide</a></p>\n'
        )

    def test_lines_behind_a_colon_are_a_fragment(self):
        assert 'href="/documents/importer.py#L88-L90"' in render("[there](importer.py:88-90)")

    def test_unresolved_ones_say_so(self):
        assert render("[x](gone.md)").startswith(
            '<p data-line="1" id="L1"><span class="unresolved-link" title="gone.md: not found in this project">x</span>'
        )

    def test_a_part_of_the_document_is_its_heading(self):
        html = render("[down](#the-goal) [up](#nowhere) [line](#L3)\n\n# The goal", id_prefix="spec-")
        assert '<a href="#spec-h-the-goal">down</a>' in html
        assert '<span class="unresolved-link">up</span>' in html
        assert '<a href="#spec-L3">line</a>' in html

    def test_addresses_that_are_not_ours_are_dropped(self):
        rendering = render_markdown("[a](x.md) ![b](y.png) c.py:1")
        evil = Resolvers(lambda *_: "//evil.example", lambda *_: "javascript:alert(1)", lambda _: "/agents/start")
        assert "evil" not in (html := fill_slots(rendering.parts, rendering.slots, evil))
        assert "javascript" not in html
        assert "agents" not in html


class TestImages:
    def test_of_the_project_are_shown(self):
        assert '<img src="/blob/demo/a/b.png" alt="the page" loading="lazy">' in render("![the *page*](a/b.png)")

    def test_elsewhere_become_links(self):
        html = render("![badge](https://example.org/b.png)")
        assert "<img" not in html
        assert 'href="https://example.org/b.png"' in html

    def test_within_a_link_do_not_nest_links(self):
        html = render("[![badge](https://example.org/b.png)](https://example.org/)")
        assert html.count("<a") == 1
        assert "Image elsewhere, not loaded: badge" in html

    def test_missing_ones_are_named(self):
        assert "Image not available: chart" in render("![chart](chart.svg)")


class TestLineAnchors:
    TEXT = """# Title

First line
second line
third line

- one
- two

  more

| a | b |
| - | - |
| 1 | 2 |
| 3 | 4 |

```python
x = 1
y = 2
```

> quote
"""

    def test_lead_to_the_block_that_starts_there(self):
        html = render(self.TEXT)
        for line, tag in {
            1: "h2",
            3: "p",
            7: "ul",
            8: "li",
            10: "p",
            12: "table",
            14: "tr",
            15: "tr",
            17: "pre",
        }.items():
            assert re.search(rf'<{tag}[^>]* id="L{line}"', html), (line, tag)

    def test_lead_to_lines_within_paragraphs_and_code(self):
        html = render(self.TEXT)
        for line in (4, 5, 18, 19):
            assert f'<span id="L{line}" data-line="{line}">' in html

    def test_are_unique(self):
        ids = re.findall(r' id="([^"]+)"', render(self.TEXT))
        assert len(ids) == len(set(ids)) > 12

    def test_of_two_documents_on_one_page_differ(self):
        first, second = (
            set(re.findall(r' id="([^"]+)"', render(self.TEXT + "[^1]\n\n[^1]: x", id_prefix=p))) for p in ("a-", "b-")
        )
        assert not first & second

    def test_lead_to_the_source(self):
        html = render(self.TEXT, source="/projects/demo/documents/a.md?view=source")
        for line in (1, 3, 7, 8, 14, 17):
            assert f'href="/projects/demo/documents/a.md?view=source#L{line}"' in html
        assert html.count('class="at-line"') == len(set(re.findall(r"source#L(\d+)", html)))

    def test_count_all_kinds_of_line_ends(self):
        assert 'id="L3"' in render("a\r\n\r\nb")
        assert 'id="L3"' in render("a\r\rb")

    def test_a_byte_order_mark_does_not_hide_a_heading(self):
        assert render("\ufeff# Title").startswith("<h2")


class TestHeadings:
    def test_are_listed_with_unique_ids(self):
        rendering = render_markdown("# Goal\n## Goal\n### Goal-1\n\nSetext\n======\n\n#\n", "x-")
        assert [(h.level, h.text, h.id, h.line) for h in rendering.headings] == [
            (1, "Goal", "x-h-goal", 1),
            (2, "Goal", "x-h-goal-1", 2),
            (3, "Goal-1", "x-h-goal-1-1", 3),
            (1, "Setext", "x-h-setext", 5),
            (1, "", "x-h-section", 8),
        ]

    def test_stand_one_level_below_the_page(self):
        html = render("# A\n###### F")
        assert "<h1" not in html
        assert "<h2" in html
        assert "<h6" in html


class TestGithubStyle:
    def test_tables_align_by_class(self):
        html = render("| a | b |\n|:-:|--:|\n| 1 | 2 |")
        assert '<td class="align-center">1</td>' in html
        assert '<td class="align-right">2</td>' in html
        assert "style" not in html

    def test_task_lists(self):
        html = render("- [ ] open\n- [x] closed")
        assert '<span class="task" role="img" aria-label="not done">☐</span> open' in html
        assert '<span class="task" role="img" aria-label="done">☑</span> closed' in html

    def test_strikethrough_and_footnotes(self):
        html = render("~~old~~ new[^n]\n\n[^n]: the *note*")
        assert "<s>old</s>" in html
        assert 'href="#fn1"' in html
        assert 'id="fn1"' in html
        assert "the <em>note</em>" in html

    def test_alerts(self):
        assert '<p class="markdown-alert-title">Warning</p>' in render("> [!WARNING]\n> careful")

    def test_code_is_coloured_by_class(self):
        html = render('```python\ndef f():\n    """a\n    b"""\n```')
        assert '<span class="k">def</span>' in html
        assert html.count('<span class="sd">') == 2
        assert "style=" not in html

    def test_code_of_unknown_languages_is_plain(self):
        assert "a &lt; b" in render("```klingon\na < b\n```")

    def test_mermaid_says_that_it_is_not_drawn(self):
        html = render("```mermaid\ngraph TD; A-->B\n```")
        assert "<figcaption>Mermaid diagram, shown as its source: diagrams are not drawn here</figcaption>" in html
        assert "graph TD; A--&gt;B" in html

    def test_html_is_shown_as_text(self):
        assert plain(render("<b>bold</b>")) == "&lt;b&gt;bold&lt;/b&gt;"


class TestDetails:
    def test_become_a_disclosure_with_markdown_inside(self):
        html = render("<details>\n<summary>More *here*</summary>\n\n- item\n\n## Sub\n</details>\n\nafter")
        assert re.search(r'<details id="L1" data-line="1">\s*<summary[^>]*>More <em>here</em></summary>', html)
        assert html.index("<li") < html.index("Sub") < html.index("</details>") < html.index("after")

    @pytest.mark.parametrize(
        ("text", "summary"),
        [
            ("<details><summary>One</summary>\n\nx\n\n</details>", "One"),
            ("<details>\n\n<summary>One</summary>\nx\n</details>", "One"),
            ("<details>\n<summary>\nOne\n</summary>\nx\n</details>", "One"),
            ("<details>\nx\n</details>", "Details"),
            ("<DETAILS OPEN>\n<SUMMARY>One</SUMMARY>\nx\n</DETAILS>", "One"),
            ("- list\n\n  <details>\n  <summary>One</summary>\n\n  x\n\n  </details>", "One"),
            ("> <details>\n> <summary>One</summary>\n>\n> x\n> </details>", "One"),
        ],
    )
    def test_in_the_ways_people_write_them(self, text: str, summary: str):
        html = render(text)
        assert "&lt;" not in html
        assert re.search(rf"<summary[^>]*>{summary}</summary>", html)
        assert re.search(r"<p[^>]*>x</p>", html)

    def test_open_stays_open(self):
        assert re.search(r"<details[^>]* open>", render("<details open>\nx\n</details>"))

    def test_nest(self):
        html = render("<details>\n<summary>A</summary>\n\n<details>\n<summary>B</summary>\nx\n</details>\n</details>")
        assert html.count("<details") == html.count("</details>") == 2

    @pytest.mark.parametrize(
        "text",
        [
            "<details>\nnever closed",
            "```\n<details>\n</details>\n```",
            "<details onclick=alert(1)>\nx\n</details>",
            "</details>",
            "- <details>\n  x\n\noutside\n\n</details>",
        ],
    )
    def test_stay_text_when_they_are_not_whole(self, text: str):
        html = render(text)
        assert "<details" not in html
        assert "&lt;details" in html or "&lt;/details" in html

    def test_lose_nothing(self):
        text = "<details> first <summary>not first</summary>\n\nbody\n\n</details> after\n"
        words = ("first", "not first", "body", "after")
        assert all(word in render(text) for word in words)


def test_what_is_nested_too_deeply_is_announced():
    rendering = render_markdown(">" * 10_000 + " deep")
    assert rendering.is_cut
    assert "nested too deeply" in rendering.parts[-1]
    assert not render_markdown("> > > - - a").is_cut


def test_a_prefix_is_a_plain_word():
    with pytest.raises(ValueError, match="prefix"):
        render_markdown("x", 'a" onclick="')
