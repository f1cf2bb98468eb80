"""A review that comes back to points in a word or two."""

import pytest

from analysis.exchanges import HIGH, LOW, lines_of, say, write
from tandemweb.analysis.matching import match_exchange
from tandemweb.domain.finding import FileReference

UMLAUTS = "Umlauts in Excel. A file without a byte order mark shows the wrong letters."
TRASH = "Emptying the trash. Nothing ever removes old files from it."


def match(*remarks):
    return match_exchange(
        [
            write("claude", "merged", say(UMLAUTS, HIGH), say(TRASH, LOW), step=2),
            write("codex", "review", *(say(remark) for remark in remarks), step=2),
        ]
    )


@pytest.mark.parametrize("remark", ["umlauts: real, but her script breaks", "[x] umlauts, high is right", "umlauts"])
def test_a_short_name_leads_to_the_one_item_that_is_called_so(remark):
    first, second = match(remark)
    assert [len(first.mentions), len(second.mentions)] == [2, 1]


def test_a_name_that_fits_two_items_or_none_leads_nowhere():
    both = "Excel is slow to open. Nothing is wrong with it."
    findings = match_exchange(
        [
            write("claude", "merged", say(UMLAUTS, HIGH), say(both, LOW), step=2),
            write("codex", "review", say("excel: not mine to judge"), say("colours: fine"), step=2),
        ]
    )
    assert len(lines_of(findings)) == 4


def fail(cause, row="2 | FAIL | {}"):
    """Give how many mentions the findings have of a report whose criterion 2 fails for this cause."""
    items = [
        say("Saddle slips down after ten minutes", HIGH),
        say("Lamp flickers on cobbles", HIGH),
        say("Lamp is blind in rain", HIGH),
    ]
    failed = say(row.format(cause), criteria=(2,))
    return [len(finding.mentions) for finding in match_exchange([write("codex", "independent", *items, failed)])]


def test_a_criterion_that_fails_for_a_word_leads_to_the_item_called_so():
    assert fail("saddle slips") == [2, 1, 1]
    assert fail("rain") == [1, 1, 2]
    assert fail("saddle slips, above", "AC 2: FAIL ({})") == [2, 1, 1]


def test_a_cause_that_several_items_or_none_are_called_leads_nowhere():
    assert fail("lamp") == [1, 1, 1, 1]
    assert fail("bell") == [1, 1, 1, 1]


def answer(text, section):
    """Give how many mentions the findings have of a report, and a plan that answers it and lists its own points."""
    report = write("codex", "independent", say("`rate: 0` in an override. It divides by it.", HIGH), say(TRASH, LOW))
    listed = say("An override with `rate: 0` answers 500. Refuse it when the file is read.", HIGH, section="Issues")
    plan = write("claude", "merged", say(text, HIGH, section=section), listed, step=2)
    return [len(finding.mentions) for finding in match_exchange([report, plan])]


def test_an_answer_to_a_report_leads_to_the_item_called_so_there_and_in_its_own_list():
    assert answer("5. **`rate: 0`** — agreed. Mine as well.", "Response to Codex-01") == [3, 1]
    assert answer("5. **Saddle** — agreed. Mine as well.", "Response to Codex-01") == [2, 1, 1]


def test_of_two_items_of_one_name_the_first_is_meant():
    named = "Emptying the trash"
    plan = [say(UMLAUTS, HIGH), say(f"{named}. Nothing removes old files.", LOW), say(named, section="Out of Scope")]
    review = say("Emptying the trash: I have not changed my mind.")
    findings = match_exchange([write("claude", "merged", *plan, step=2), write("codex", "review", review, step=2)])
    assert [len(finding.mentions) for finding in findings] == [1, 3]


def test_what_a_plan_leaves_out_belongs_to_its_point_of_that_name():
    plan = [say(UMLAUTS, HIGH), say(TRASH, LOW)]
    for left, count in (("Emptying the trash", 2), ("Emptying the trash by night", 1)):
        findings = match_exchange([write("claude", "merged", *plan, say(left, section="Out of Scope"), step=2)])
        assert len(findings[1].mentions) == count


@pytest.mark.parametrize(
    ("remark", "counts"),
    [
        ("I withdraw my point on the umlauts. I had read half of it.", [2, 1]),
        ("I maintain my objection about the trash.", [1, 2]),
        ("`src/trash.py:12` — no change of it is needed.", [1, 1, 1]),  # a place is no name
    ],
)
def test_a_name_stands_behind_what_is_done_with_the_point(remark, counts):
    review = say(remark, file_references=(FileReference("src/trash.py", 12),) if "src/" in remark else ())
    findings = match_exchange(
        [
            write("claude", "merged", say(UMLAUTS, HIGH), say(TRASH, LOW), step=2),
            write("codex", "review", review, step=2),
        ]
    )
    assert [len(finding.mentions) for finding in findings] == counts


def test_a_point_of_ones_own_report_is_named_without_a_mark():
    report = write("claude", "independent", say("Latency. Every call pays a round trip.", LOW), say(TRASH, LOW))
    answer = say("Time limit for the store. Merged with my own latency point, they are one.", HIGH, section="Points")
    findings = match_exchange([report, write("claude", "merged", answer, step=2)])
    assert [len(finding.mentions) for finding in findings] == [2, 1]


def test_two_versions_of_a_plan_call_one_point_by_one_name():
    first = say("Halves. Cutting is the business of the user, nothing is built.", section="Points")
    later = say("Halves. A drop of a quarter starts the calculation anew.", section="Not settled")
    plans = [write("claude", "merged", first, say(TRASH, LOW), step=2), write("claude", "merged", later, step=3)]
    assert [len(finding.mentions) for finding in match_exchange(plans)] == [2, 1]
    twice = write("claude", "merged", later, say("Halves. Once more, in the list of criteria.", section="List"), step=3)
    assert len(match_exchange([plans[0], twice])) > 2
