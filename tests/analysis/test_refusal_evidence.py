"""A review that comes back to what the plan under review has refused."""

from analysis.exchanges import HIGH, LOW, say, write
from tandemweb.analysis.matching import match_exchange
from tandemweb.domain.finding import Stance

LOTS = "Lots. Two packages of one thing have two dates, and merging them drops the second."
REFUSED = "Lots as separate rows. Two packages of one thing with two dates are one row."
OBJECTION = (
    "Merging lots makes `soon` wrong. Two packages of one thing: the second stays listed when the first is eaten."
)
COLOURS = "Colours of the terminal. The page is hard to read on a light ground."


def match(*refused, section):
    return match_exchange(
        [
            write(
                "codex", "independent", say(LOTS, section="Risks"), say("Exit codes. None is given.", section="Risks")
            ),
            write("claude", "merged", *(say(text, None, Stance.REJECTS, section=section) for text in refused), step=2),
            write("codex", "review", say(OBJECTION, HIGH, Stance.OBJECTS), say(COLOURS, LOW, Stance.OBJECTS), step=2),
        ]
    )


def find_reasons(findings):
    return {reason.reason for finding in findings for reason in finding.reasons}


def test_an_objection_is_tied_to_the_point_that_was_refused():
    findings = match(REFUSED, section="From Codex-01, not adopted")
    lots = next(finding for finding in findings if finding.mentions[0].title == "Lots")
    assert [mention.title for mention in lots.mentions] == [
        "Lots",
        "Lots as separate rows",
        "Merging lots makes `soon` wrong",
    ]


def test_what_was_not_refused_is_not_tied_so():
    findings = match(REFUSED, section="Edge Cases")
    assert "refusal" not in find_reasons(findings)
    assert "refusal" not in find_reasons(match("Another matter altogether.", section="From Codex-01, not adopted"))
