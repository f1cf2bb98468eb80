"""Items that name another by its kind and whose it is."""

import pytest

from analysis.exchanges import LOW, say, write
from tandemweb.analysis.matching import match_exchange

WINDOWS = say("What about Windows? I only know where caches live on Linux.", section="Open Questions")
MOVED = say("Should the program say which points it moved?", section="Open Questions")
STICKS = say("Surveyors bring sticks from the field.", LOW, section="Risks")


def count_joined(text, *items, author="claude"):
    """How many mentions the finding has that a merged plan's item is part of."""
    documents = [write(author, "independent", *items), write("claude", "merged", say(text), step=2)]
    return next(len(one.mentions) for one in match_exchange(documents) if one.mentions[-1].path.startswith("claude-02"))


@pytest.mark.parametrize(
    "text",
    [
        "The cache directory was my open question, `dirs::cache_dir()` knows.",
        "A question of mine: the cache directory.",
        "I had it as a question. `dirs::cache_dir()` knows.",
    ],
)
def test_the_only_one_of_its_kind_need_not_be_counted(text):
    assert count_joined(text, WINDOWS, STICKS) == 2


def test_the_likest_of_several_is_meant():
    text = "Windows was my open question, `dirs::cache_dir()` knows."
    assert count_joined(text, WINDOWS, MOVED) == 2
    assert count_joined("Elevation was my open question, nobody needs it.", WINDOWS, MOVED) == 1


def test_whose_it_is_decides():
    assert count_joined("The directory was my open question.", WINDOWS, author="codex") == 1
    assert count_joined("The directory was Codex's open question.", WINDOWS, author="codex") == 2
    assert count_joined("The directory on Windows was a question of both.", WINDOWS, author="codex") == 2
    assert count_joined("The colour was a question of both.", WINDOWS, author="codex") == 1, "perhaps one left out"


def test_a_mark_that_its_author_does_not_have_is_the_others():
    documents = [
        write("claude", "independent", say("Names of copies, three tools.", LOW)),
        write("codex", "independent", say("Patterns of copies, two tools.", LOW, label="B2")),
        write("claude", "merged", say("Settled at last (mine, B2)."), step=2),
    ]
    joined = [{mention.path for mention in one.mentions} for one in match_exchange(documents)]
    assert any({"codex-01-independent.md", "claude-02-merged.md"} <= paths for paths in joined)


def test_rows_with_two_marks_are_two():
    rows = [say("GAP-2 | Medium, taken | ok", label="GAP-2"), say("GAP-3 | Medium, taken | ok", label="GAP-3")]
    assert len(match_exchange([write("codex", "review", *rows, step=2)])) == 2


def test_a_mark_that_one_item_bears_needs_no_words_in_common():
    raised = say("Readings jump from 06:50 to 00:00.", LOW, label="C1")
    row = say("Clock runs backwards | C1 | criterion 2")
    documents = [write("codex", "independent", raised), write("claude", "merged", row, step=2)]
    assert len(match_exchange(documents)) == 1


def test_a_review_means_the_open_question_of_the_plan():
    documents = [
        write("claude", "merged", say("Expired items are listed. I assume so.", section="Open Questions"), step=2),
        write("codex", "review", say("AC4 contradicts the open question. It was put to nobody.", LOW), step=2),
    ]
    assert len(match_exchange(documents)) == 1


def test_an_item_may_be_named_by_its_letter():
    worries = [say(text, LOW, section="Worries") for text in ("Steps are coarse.", "No zone.", "No memory.")]
    merged = say("We both tripped over the clock, my worry (b) is the same.")
    documents = [write("claude", "independent", *worries), write("claude", "merged", merged, step=2)]
    joined = [[mention.line for mention in one.mentions] for one in match_exchange(documents)]
    assert [5, 3] in joined
