import pytest

from analysis.exchanges import HIGH, LOW, MEDIUM, say, write
from tandemweb.analysis.matching import match_exchange
from tandemweb.analysis.rounds import RoundStatus, follow_findings
from tandemweb.domain.finding import FileReference, Stance

CREDIT = say("A zero in the debit column makes the credit disappear. The salary row is dropped.", HIGH)
CREDIT_AGAIN = say("Debit column with a zero: the credit disappears again. The salary is gone.", HIGH)
ROWS = say("Form feeds split rows. `str.splitlines` cuts at U+2028.", MEDIUM)
HELP = say("The help text of `--credit-col` is empty.", LOW)


def round_of(number, *items):
    """Build a round that Claude evaluated and closed with exactly these findings."""
    documents = [
        write("claude", "independent", *items, path=f"Round-{number:02}/Claude-01.md"),
        write("claude", "final", *items, path=f"Round-{number:02}.md"),
    ]
    return number, match_exchange(documents)


def courses(*rounds):
    return {
        course.title: [(sighting.round, sighting.status.value) for sighting in course.sightings]
        for course in follow_findings(rounds)
    }


def test_fixed_still_there_and_back_again():
    told = courses(round_of(1, CREDIT, ROWS), round_of(2, ROWS, HELP), round_of(3, CREDIT_AGAIN))
    assert told[CREDIT.title] == [(1, "new"), (2, "fixed"), (3, "back-again")]
    assert told[ROWS.title] == [(1, "new"), (2, "still-there"), (3, "fixed")]
    assert told[HELP.title] == [(2, "new"), (3, "fixed")]


def test_a_sighting_leads_to_the_finding_of_its_round():
    rounds = [round_of(1, CREDIT), round_of(2, CREDIT_AGAIN), round_of(3)]
    (course,) = follow_findings(rounds)
    assert [sighting.key for sighting in course.sightings] == [rounds[0][1][0].key, rounds[1][1][0].key, None]


def test_what_was_dismissed_needs_no_fix():
    rejected = say(f"{HELP.text} Not a problem.", None, Stance.REJECTS)
    number, findings = (
        1,
        match_exchange([write("codex", "independent", HELP), write("claude", "final", rejected, path="Round-01.md")]),
    )
    (course,) = follow_findings([(number, findings), round_of(2)])
    assert [sighting.status for sighting in course.sightings] == [RoundStatus.NEW]


def test_silence_on_what_was_never_accepted_says_nothing_of_a_fix():
    raised = match_exchange([write("claude", "independent", HELP), write("claude", "final", path="Round-01.md")])
    (course,) = follow_findings([(1, raised), round_of(2)])
    assert [sighting.status for sighting in course.sightings] == [RoundStatus.NEW, RoundStatus.NOT_MENTIONED]


def test_the_same_lines_and_other_words_continue_a_course():
    where = (FileReference("importer.py", 88, 92),)
    first = say("Cents get lost when amounts are rounded.", LOW, file_references=where)
    second = say("Rounding of amounts still loses cents.", LOW, file_references=where)
    (course,) = follow_findings([round_of(1, first), round_of(2, second)])
    assert course.sightings[-1].status is RoundStatus.STILL_THERE


@pytest.mark.parametrize("rounds", [[], [(1, ())], [(1, ()), (2, ())]])
def test_no_findings_no_courses(rounds):
    assert follow_findings(rounds) == ()


def test_every_finding_of_every_round_is_in_exactly_one_course():
    rounds = [round_of(1, CREDIT, ROWS, HELP), round_of(2, CREDIT, HELP), round_of(3, ROWS, CREDIT_AGAIN)]
    keys = [sighting.key for course in follow_findings(rounds) for sighting in course.sightings if sighting.key]
    assert sorted(keys) == sorted(finding.key for _, findings in rounds for finding in findings)
