"""Tables with a column for each model."""

import pytest

from tandemweb.analysis.model_columns import find_positions

TABLE = """# Plan

| Point | Claude | Codex | Resolution |
|---|---|---|---|
| Where the dead live | a table | a state | Codex |
| Rows of the reaper | not considered | must count | Codex |
| Counter | — | wanted | later |
| Digits | in the text | **nothing** | stated |

| Point | From |
|---|---|
| Claude | Codex |
"""


def test_a_row_tells_who_holds_a_position():
    assert find_positions(TABLE) == {
        5: {"claude", "codex"},
        6: {"codex"},
        7: {"codex"},
        8: {"claude"},
    }


@pytest.mark.parametrize(
    "text",
    [
        "",
        "claude | codex",
        "| Claude | only |\n|---|---|\n| a | b |\n",
        "| Claude | Codex |\n| a | b |\n",
        "|\n|-\n|" * 9,
    ],
)
def test_other_text_tells_nothing(text):
    assert find_positions(text) == {}


def test_short_rows_and_escaped_bars_do_no_harm():
    text = "| Claude | Codex |\n|---|---|\n| a \\| b |\n| |\n"
    assert find_positions(text) == {3: {"claude"}, 4: frozenset()}
