"""Words whose meaning depends on whose point it is."""

import pytest

from analysis.exchanges import MEDIUM, say, write
from tandemweb.analysis.matching import match_exchange
from tandemweb.domain.finding import Agreement, Outcome, Stance

ROW = "A row in the events for each renewal"


def review(text, *, approved=False, step=2):
    return write("codex", "review", say(f"{ROW}. {text}", MEDIUM, Stance.OBJECTS), step=step, approved=approved)


def merge(text, stance, role="merged", step=3):
    return write("claude", role, say(f"{ROW}. {text}", None, stance, section="Answers"), step=step)


def judge(*documents):
    (finding,) = match_exchange(documents)
    return finding.agreement, finding.outcome


def test_who_concedes_the_others_point_accepts_it():
    conceded = ("Conceded. It was not in my text.", Stance.WITHDRAWS)
    answered = merge(*conceded), merge(*conceded, role="final")
    assert judge(review("Nothing says so."), *answered) == (Agreement.AGREED, Outcome.CONFIRMED)


def test_who_concedes_his_own_point_takes_it_back():
    raised = write("claude", "independent", say(f"{ROW}.", MEDIUM))
    objected = write("codex", "review", say(f"{ROW}. Scope creep.", MEDIUM, Stance.REJECTS), step=2)
    last = merge("Conceded.", Stance.WITHDRAWS, "final")
    assert judge(raised, objected, merge("Conceded.", Stance.WITHDRAWS), last) == (Agreement.AGREED, Outcome.DISMISSED)


@pytest.mark.parametrize("raiser", ["claude", "codex"])
def test_who_maintains_upholds_his_point_or_his_refusal(raiser):
    raised = write(raiser, "independent", say(f"{ROW}.", MEDIUM))
    answer = ("Scope creep.", Stance.REJECTS) if raiser == "claude" else ("It belongs here.", Stance.OBJECTS)
    objected = write("codex", "review", say(f"{ROW}. {answer[0]}", MEDIUM, answer[1]), step=2)
    assert judge(raised, objected, merge("I maintain.", Stance.ACCEPTS))[0] is Agreement.DISPUTED


@pytest.mark.parametrize("text", ["Medium is fine with me. The remedy is not.", "Agreed, but another cure: batch it."])
def test_who_approves_and_wants_another_remedy_agrees_in_part(text):
    raised = write("claude", "independent", say(f"{ROW}.", MEDIUM))
    merged = write("claude", "merged", say(f"{ROW}. Drop the row.", MEDIUM), step=2)
    said = write("codex", "review", say(f"{ROW}. {text}", MEDIUM, Stance.ACCEPTS), step=2, approved=True)
    assert judge(raised, merged, said)[0] is Agreement.PARTIALLY_AGREED


def test_what_a_review_is_the_first_to_say_it_does_not_accept():
    remark = say(
        f"{ROW}. An implementer will guess right; fine.", MEDIUM, Stance.ACCEPTS, section="Medium Disagreements"
    )
    (finding,) = match_exchange([write("codex", "review", remark, step=2, approved=True)])
    assert finding.trail[0].stance is Stance.OBJECTS
    assert finding.final_severity is MEDIUM


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("Taken, criterion 5.", Outcome.CONFIRMED),
        ("It is answered by the user.", Outcome.CONFIRMED),
        ("Not taken, see criterion 5.", Outcome.UNRESOLVED),
        ("It goes on as before.", Outcome.UNRESOLVED),
    ],
)
def test_what_was_taken_is_confirmed_where_the_last_plan_is_silent(text, outcome):
    finding = next(
        one
        for one in match_exchange(
            [
                write("codex", "independent", say(f"{ROW}.", MEDIUM)),
                write("claude", "merged", say(f"{ROW}. {text}", None, Stance.ACCEPTS), step=2),
                write("claude", "final", say("Something else altogether.", MEDIUM), path="Spec.md", step=3),
            ]
        )
        if one.title.startswith("A row")
    )
    assert finding.outcome is outcome


@pytest.mark.parametrize(
    ("text", "agreement"),
    [
        ("I would refuse these two as well.", Agreement.PARTIALLY_AGREED),
        ("The remaining difference is small.", Agreement.PARTIALLY_AGREED),
        ("It reads well now.", Agreement.AGREED),
    ],
)
def test_an_approval_may_leave_half_an_agreement(text, agreement):
    answered = merge("Partly, see the text.", Stance.ACCEPTS)
    assert judge(review("Nothing says so."), answered, review(text, approved=True, step=3))[0] is agreement


@pytest.mark.parametrize(
    ("text", "outcome"),
    [("Withdrawn, it was my own idea.", Outcome.CONFIRMED), ("Codex has withdrawn it.", Outcome.DISMISSED)],
)
def test_who_takes_back_what_the_other_objected_to_accepts_the_objection(text, outcome):
    answered = merge(text, Stance.WITHDRAWS), merge(text, Stance.WITHDRAWS, role="final")
    assert judge(review("Nobody needs it."), *answered)[1] is outcome
