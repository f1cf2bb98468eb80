"""Items of a merged plan that restate several points of an earlier document."""

import pytest

from analysis.exchanges import HIGH, LOW, MEDIUM, say, write
from tandemweb.analysis.matching import match_exchange

APPEND = "`--append` without `--journal`. Say what the user sees."
STREAM = "All or nothing for stdout. The count has no stream given."
DELIMITER = "Delimiter of several characters. The module raises an error."


def match(*rows):
    return match_exchange(
        [
            write("codex", "review", say(APPEND, HIGH), say(STREAM, MEDIUM), say(DELIMITER, LOW), step=2),
            write("claude", "merged", *(say(row) for row in rows), step=3),
            write("claude", "final", *(say(row) for row in rows), step=3),
        ]
    )


@pytest.mark.parametrize("joined", [", ", " and ", "; ", ", and ", " / "])
def test_a_row_about_two_points_is_a_mention_of_each(joined):
    title = f"`--append` without `--journal`{joined}stream of the count"
    first, second, third = match(say(title, title=title).text)
    assert [len(finding.mentions) for finding in (first, second, third)] == [3, 3, 1]
    assert first.mentions[1].line == second.mentions[1].line


@pytest.mark.parametrize(
    "title",
    [
        "`--append` without `--journal`, colours of the terminal",  # one part names nothing
        "`--append`, `--journal`",  # both name one
        "stream",
    ],
)
def test_other_rows_stay_whole(title):
    lines = [
        mention.line for finding in match(title) for mention in finding.mentions if mention.path.startswith("claude")
    ]
    assert len(lines) == 2


def test_what_bears_a_mark_stays_whole():
    named = say("Codex F2, stream of the count", references=(("codex", "F2"),))
    findings = match_exchange(
        [
            write("codex", "review", say(f"F2. {APPEND}", HIGH, label="F2"), say(STREAM, MEDIUM), step=2),
            write("claude", "merged", named, step=3),
        ]
    )
    assert sum(mention.path.startswith("claude") for finding in findings for mention in finding.mentions) == 1
