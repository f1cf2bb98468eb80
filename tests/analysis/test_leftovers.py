"""What a merged document credits without a mark, by what is left of the report that it credits; likeness given."""

from dataclasses import replace

import pytest

from analysis.exchanges import LOW, say, write
from tandemweb.analysis.leftovers import FITS, FITS_TOLD, pair_leftovers
from tandemweb.analysis.pairs import Pairs
from tandemweb.analysis.preparation import prepare_entries
from tandemweb.domain.finding import Stance

REPORT = write("codex", "independent", say("The lock leaks under load.", LOW))
ANSWER = say("On leaks: taken.", None, Stance.ACCEPTS)
CREDITED = say("Sessions are never freed (Codex).", LOW)
PLAN = write("claude", "merged", ANSWER, CREDITED, step=2)
REVIEW = write("codex", "review", say("Freed sessions: fine.", LOW, Stance.ACCEPTS), step=2)


class Likeness:
    """Says that the report's item and the credited one are as alike as given, and no others at all."""

    def __init__(self, alike):
        self.value = alike

    def alike(self, one, other):
        return self.value if {one, other} == {0, 2} else 0.0


def is_paired(alike, *, told):
    """Pair where a review, or only an answer, speaks of the report's item already."""
    entries = list(prepare_entries([REPORT, PLAN, REVIEW]).entries)
    entries[1] = replace(entries[1], is_answer=True)
    groups = [(0, 3), (1,), (2,)] if told else [(0, 1), (2,), (3,)]
    pairs = Pairs(Likeness(alike))
    pair_leftovers(entries, pairs, groups)
    return (0, 2) in pairs.reasons


@pytest.mark.parametrize(("told", "least"), [(False, FITS), (True, FITS_TOLD)])
def test_what_others_speak_of_must_be_liker_than_what_is_left(told, least):
    assert FITS < FITS_TOLD
    assert is_paired(least, told=told)
    assert not is_paired(least - 0.01, told=told)
