"""What is scanned line by line is what the Markdown parser finds."""

from pathlib import Path

import pytest
from corpus.clones import NAMES, STYLES, clone_corpus
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tandemweb.analysis.parsed_blocks import parse_blocks
from tandemweb.analysis.scanned_blocks import Scanner

BEGINNINGS = (
    *("", "", " ", "  ", "   ", "    ", "      ", "\t", " \t"),
    *("- ", "-", "-  ", "-     ", "-\t", "* ", "+ ", "1. ", "2. ", "1) ", "01. ", "10. ", "1234567890. ", "1.", "٣. "),
    *("> ", ">", "# ", "#", "## ", "####### ", "```", "````", "~~~", "``` a|b", "```a`", "<div>", "<!--", "<b>"),
    *("---", "***", "- - -", "--", "===", "|", "| --- |", "|---|---|", ":-:", "---|---", "a | b", "| a | b |"),
)
ENDINGS = (
    "",
    "a",
    "text of a line",
    "a | b",
    "|",
    " \\| c",
    "#",
    " ##",
    "`",
    "```",
    "-->",
    "\u00a0",
    "\\",
    "=",
    "**b**",
)
LINES = st.builds("{}{}{}".format, st.sampled_from(BEGINNINGS), st.sampled_from(BEGINNINGS), st.sampled_from(ENDINGS))
TEXTS = st.builds("\n".join, st.lists(st.one_of(st.just(""), st.just("more"), LINES), max_size=14))


def scan(text: str, *, has_tables: bool) -> tuple[object, int | None]:
    scanner = Scanner(text, has_tables=has_tables)
    scanner.scan()
    return scanner.blocks, scanner.too_deep_at


@given(TEXTS, st.booleans())
@example(text="- a\n  ```\n  b\n\n  ```\n\nc", has_tables=False)
@example(text="text\n2. a\n   ```\n\nb\n   ```", has_tables=False)
@example(text="- a | b\n  |---|---|\n  ```\n\nx\n  ```", has_tables=True)
@example(text="-   \n\n- |\n--|", has_tables=True)
@example(text="* * *\n  ```\n\nb", has_tables=False)
@example(text="# a | b\n|---|---|\n| 1 | 2 |", has_tables=True)
@example(text="a\n===\n\u00a0", has_tables=False)
@example(text="<!--\n\n# no heading\n\n-->", has_tables=False)
@settings(max_examples=600)
def test_any_text_gives_the_blocks_of_the_parser(text: str, has_tables: bool):
    assert scan(text, has_tables=has_tables) == parse_blocks(text, has_tables=has_tables)


@pytest.mark.parametrize("name", [*NAMES, *STYLES])
def test_documents_of_the_corpus_give_the_blocks_of_the_parser(name: str, tmp_path: Path):
    texts = [file.read_text(errors="replace") for file in clone_corpus(name, tmp_path / name).rglob("*.md")]
    assert texts
    for text in texts:
        # Cut anywhere, a document holds what nobody would write: lists, tables and fences that are left open.
        for part in (text, text[len(text) // 3 :], text[: len(text) // 2]):
            for has_tables in (True, False):
                assert scan(part, has_tables=has_tables) == parse_blocks(part, has_tables=has_tables)
