"""Items whose titles name the same thing of the code."""

from analysis.exchanges import HIGH, MEDIUM, say, write
from tandemweb.analysis.matching import match_exchange

LONGER = "`kill_after` may be longer than the five seconds that an agent has left. A child lives on after the deadline."
OUTLIVES = "A long `kill_after` outlives the deadline. It takes a configured value above five to get there."
NAMED = "`kill_after` is not in the manual. Nobody learns of it."


OTHER = "Durations are printed in nanoseconds. Nobody reads those.", "The log is written by root. Rotation fails."


def count(theirs, *ours):
    """Count the findings of two documents that have one unrelated point each."""
    theirs, ours = [*theirs, say(OTHER[0], MEDIUM)], [*ours, say(OTHER[1], MEDIUM)]
    documents = write("codex", "independent", *theirs), write("claude", "merged", *ours, step=2)
    return len(match_exchange(documents)) - len(OTHER)


def test_rated_points_are_one_where_no_other_title_names_it():
    assert count([say(LONGER, MEDIUM)], say(OUTLIVES, MEDIUM)) == 1


def test_a_name_in_two_titles_of_a_document_ties_nothing():
    assert count([say(LONGER, MEDIUM), say(NAMED, HIGH)], say(OUTLIVES, MEDIUM)) == 3


def test_facts_that_name_it_are_tied_by_what_else_they_say():
    assert count([say(LONGER)], say(OUTLIVES)) == 1
    assert count([say(LONGER)], say("The manual does not list `kill_after`.")) == 2
