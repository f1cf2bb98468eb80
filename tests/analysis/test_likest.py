"""Points that nothing ties to what was said before, but that one item of it is far liker than any other."""

import pytest

from analysis.exchanges import HIGH, LOW, MEDIUM, lines_of, say, write
from tandemweb.analysis.matching import match_exchange
from tandemweb.domain.finding import Stance

STALE = say("Stale list. A parcel becomes reclaimable ten minutes after it expired, so payments arrive first.")
PAGES = say("Printed pages. Nobody turns the landscape ones.")
OBJECTION = say("Ten minutes close nothing. The gateway holds the list of yesterday.", MEDIUM, Stance.OBJECTS)


def match(*points, plan=(STALE, PAGES)):
    documents = [write("claude", "merged", *plan, step=2), write("codex", "review", *points, step=2)]
    return lines_of(match_exchange(documents))


def test_a_reviews_point_is_about_the_one_item_that_it_is_like():
    assert {"claude-02-merged.md:3", "codex-02-review.md:5"} in match(OBJECTION)


def test_of_two_that_it_is_like_none_is_meant():
    again = say("Gateway restart. It waits ten seconds and nobody closes the box.")
    assert {"codex-02-review.md:5"} in match(OBJECTION, plan=(STALE, again))


@pytest.mark.parametrize(
    "point",
    [
        say("Ten minutes close nothing. The gateway holds the list of yesterday.", LOW, Stance.OBJECTS),  # often new
        say("Criterion 7: ten minutes close nothing. A list of yesterday.", MEDIUM, Stance.OBJECTS, criteria=(7,)),
    ],
)
def test_other_points_stay_alone(point):
    assert {"codex-02-review.md:5"} in match(point)


def test_a_merged_item_goes_back_to_what_the_other_said():
    report = write("codex", "independent", OBJECTION, say("Bells ring twice a night.", HIGH))
    merged = write("claude", "merged", say("List of yesterday: refused, the gateway dates it."), step=2)
    assert {"codex-01-independent.md:3", "claude-02-merged.md:3"} in lines_of(match_exchange([report, merged]))


def test_a_later_version_goes_back_to_what_its_author_wrote():
    first = write("claude", "merged", STALE, PAGES, step=2)
    review = write("codex", "review", say("Bells ring twice a night.", HIGH), step=2)
    later = write("claude", "merged", say("Ten minutes on the list: kept.", section="Answers"), step=3)
    found = lines_of(match_exchange([first, review, later]))
    assert {"claude-02-merged.md:3", "claude-03-merged.md:3"} in found
