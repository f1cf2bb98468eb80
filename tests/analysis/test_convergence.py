"""Where the two models stand, and what becomes of a finding, as the labels of the corpus define it."""

import pytest

from analysis.exchanges import HIGH, LOW, MEDIUM, say, write
from tandemweb.analysis.matching import match_exchange
from tandemweb.domain.finding import Agreement, Outcome, Stance

AGREED, PARTLY, DISPUTED = Agreement.AGREED, Agreement.PARTIALLY_AGREED, Agreement.DISPUTED
CREDIT = "A zero in the debit column makes the credit disappear"
RAISED = say(f"{CREDIT}.", MEDIUM, label="F1")


def raised_by_codex(severity=MEDIUM):
    return write("codex", "independent", say(f"{CREDIT}.", severity, label="F1"))


def merged(severity=MEDIUM, stance=Stance.RAISES, step=2, note="", **fields):
    return write("claude", "merged", say(f"{CREDIT} (Codex F1). {note}", severity, stance, **fields), step=step)


def reviewed(*items, step=2, approved=False):
    return write("codex", "review", *items, step=step, approved=approved)


def objection(severity=MEDIUM, step=2, note="It stands."):
    return reviewed(say(f"{CREDIT}: F1. {note}", severity, Stance.OBJECTS), step=step)


def final(severity=MEDIUM, stance=Stance.RAISES, note="", **fields):
    said = say(f"{CREDIT} (Codex F1). {note}", severity, stance, **fields)
    return write("claude", "final", said, path="Round-01.md")


def judge(*documents):
    (finding,) = match_exchange(documents)
    return finding


@pytest.mark.parametrize(
    ("documents", "agreement", "outcome", "severity"),
    [
        pytest.param([raised_by_codex()], AGREED, Outcome.UNRESOLVED, MEDIUM, id="nobody answered"),
        pytest.param([raised_by_codex(), merged()], AGREED, Outcome.UNRESOLVED, MEDIUM, id="no final document yet"),
        pytest.param([raised_by_codex(), merged(), final()], AGREED, Outcome.CONFIRMED, MEDIUM, id="taken over"),
        pytest.param([raised_by_codex(HIGH), merged(LOW)], PARTLY, Outcome.UNRESOLVED, None, id="severity open"),
        pytest.param(
            [raised_by_codex(HIGH), merged(LOW), reviewed(approved=True), final(LOW)],
            AGREED,
            Outcome.DOWNGRADED,
            LOW,
            id="lowered, approved",
        ),
        pytest.param(
            [raised_by_codex(), merged(None, Stance.REJECTS)],
            DISPUTED,
            Outcome.UNRESOLVED,
            None,
            id="rejected, unanswered",
        ),
        pytest.param(
            [raised_by_codex(), merged(None, Stance.REJECTS), final(None, Stance.REJECTS)],
            DISPUTED,
            Outcome.DISMISSED,
            None,
            id="rejected for good",
        ),
        pytest.param(
            [
                raised_by_codex(),
                merged(None, Stance.REJECTS),
                reviewed(say("F1: I overlooked the join. Withdrawn.", LOW, Stance.WITHDRAWS)),
            ],
            AGREED,
            Outcome.DISMISSED,
            None,
            id="withdrawn",
        ),
        pytest.param(
            [raised_by_codex(), merged(None, Stance.REJECTS), objection()],
            DISPUTED,
            Outcome.UNRESOLVED,
            None,
            id="rejected, upheld",
        ),
        pytest.param(
            [
                raised_by_codex(),
                merged(LOW),
                objection(),
                merged(MEDIUM, step=3),
                reviewed(step=3, approved=True),
                final(),
            ],
            AGREED,
            Outcome.CONFIRMED,
            MEDIUM,
            id="raised again",
        ),
        pytest.param(
            [raised_by_codex(), merged(stated_agreement=PARTLY), reviewed()],
            PARTLY,
            Outcome.UNRESOLVED,
            MEDIUM,
            id="a label wins over silence",
        ),
        pytest.param(
            [
                raised_by_codex(),
                merged(stated_agreement=PARTLY),
                reviewed(approved=True),
                final(stated_agreement=PARTLY),
            ],
            AGREED,
            Outcome.CONFIRMED,
            MEDIUM,
            id="an approval wins over the label it approves",
        ),
        pytest.param(
            [raised_by_codex(HIGH), merged(LOW, stated_agreement=AGREED), final(LOW, stated_agreement=AGREED)],
            AGREED,
            Outcome.DOWNGRADED,
            LOW,
            id="a label wins over severities",
        ),
        pytest.param(
            [raised_by_codex(), merged(), final(stance=Stance.DEFERS)],
            AGREED,
            Outcome.UNRESOLVED,
            MEDIUM,
            id="put off",
        ),
        pytest.param(
            [raised_by_codex(), merged(), write("claude", "final", path="Round-01.md")],
            AGREED,
            Outcome.UNRESOLVED,
            MEDIUM,
            id="the final document is silent",
        ),
    ],
)
def test_stand_and_outcome(documents, agreement, outcome, severity):
    finding = judge(*documents)
    assert (finding.agreement, finding.outcome, finding.final_severity) == (agreement, outcome, severity)
    assert finding.raised_by == ("codex",)


def test_a_remark_of_a_review_is_met_by_the_version_that_follows():
    remark = reviewed(say("Criterion 7 prescribes the implementation.", LOW, Stance.OBJECTS))
    before = write("claude", "merged", step=2, heading="# Plan")
    after = write("claude", "final", heading="# Plan, changed", path="Spec.md")
    assert judge(before, remark, after).outcome is Outcome.UNRESOLVED
    finding = judge(before, remark, write("claude", "merged", step=3, heading="# Plan, changed"), after)
    assert (finding.outcome, finding.raised_by, finding.agreement) == (Outcome.CONFIRMED, ("codex",), AGREED)


def test_a_point_that_closes_a_withheld_approval_is_open_between_the_two():
    finding = judge(write("claude", "merged", step=2), reviewed(say("Row 9 has no evidence.", LOW, Stance.OBJECTS)))
    assert finding.agreement is PARTLY


def test_for_a_low_point_beside_graver_ones_no_approval_is_withheld():
    points = say("Row 9 has no evidence.", LOW, Stance.OBJECTS), say("Money is lost in silence.", HIGH, Stance.OBJECTS)
    findings = match_exchange([write("claude", "merged", step=2), reviewed(*points)])
    assert [finding.agreement for finding in findings] == [AGREED, PARTLY]


def test_a_placeholder_never_agrees():
    finding = judge(
        write("claude", "independent", RAISED),
        write("codex", "placeholder", step=1),
        write("claude", "final", RAISED, path="Round-02.md"),
    )
    assert finding.raised_by == ("claude",)
    assert [step.author for step in finding.trail] == ["claude"]
    assert all(step.agreement is None for step in finding.trail)
    assert finding.severity_by == (("claude", MEDIUM),)


def test_the_trail_tells_who_changed_and_why():
    note = "I re-ran the half-filled file and the sign is wrong. Medium is right."
    finding = judge(
        raised_by_codex(), merged(LOW), objection(), merged(MEDIUM, step=3, note=note), reviewed(step=3, approved=True)
    )
    assert [(step.author, step.stance, step.agreement, step.changed_position) for step in finding.trail] == [
        ("codex", Stance.RAISES, None, False),
        ("claude", Stance.RAISES, PARTLY, False),
        ("codex", Stance.OBJECTS, PARTLY, False),
        ("claude", Stance.RAISES, AGREED, True),
        ("codex", Stance.ACCEPTS, AGREED, False),
    ]
    assert "re-ran" in finding.trail[3].quote
    assert "APPROVED" in finding.trail[4].quote
    assert finding.trail[4].line == 3


def test_three_reviews_with_the_same_disagreement_are_stuck():
    documents = [raised_by_codex(HIGH)]
    for step in (2, 3, 4):
        documents += [merged(LOW, step=step), objection(HIGH, step=step)]
        assert judge(*documents).stuck is (step == 4)
    finding = judge(*documents, merged(HIGH, step=5), reviewed(step=5, approved=True))
    assert not finding.stuck


def test_a_report_stands_in_the_trail_but_takes_no_side():
    report = write("generator", "report", say(f"{CREDIT}, I left that open."))
    finding = judge(report, raised_by_codex(), merged())
    assert finding.raised_by == ("codex",)
    assert [step.author for step in finding.trail] == ["generator", "codex", "claude"]
    assert judge(report).raised_by == ("generator",)


def test_both_independent_authors_raised_it():
    finding = judge(write("claude", "independent", RAISED), raised_by_codex(HIGH))
    assert finding.raised_by == ("claude", "codex")
    assert finding.agreement is PARTLY
    assert finding.severity_by == (("claude", MEDIUM), ("codex", HIGH))


def test_what_a_plan_acts_on_is_confirmed_without_being_listed():
    point = say("Conversions must not be rounded before summing, else cents get lost.")
    acted = say(
        "Conversions are summed exactly and rounded when printed, no cents are lost.", section="Acceptance Criteria"
    )
    investigation = write("codex", "independent", point)
    silent = write("claude", "final", path="Spec.md")
    acting = write("claude", "final", candidates=[acted], path="Spec.md")
    assert judge(investigation, silent).outcome is Outcome.UNRESOLVED
    assert judge(investigation, acting).outcome is Outcome.CONFIRMED


def test_what_a_reviewer_rejects_is_the_rejection_of_his_point():
    upheld = reviewed(say(f"{CREDIT}: F1 should not have been dismissed.", MEDIUM, Stance.REJECTS))
    finding = judge(raised_by_codex(), merged(None, Stance.REJECTS), upheld)
    assert (finding.agreement, finding.outcome) == (DISPUTED, Outcome.UNRESOLVED)


def test_a_refusal_stands_though_a_review_upholds_the_point():
    raised, refused = objection(step=2), merged(None, Stance.REJECTS, step=3)
    last = final(None, Stance.REJECTS)
    for upheld in ([], [objection(step=3)]):
        finding = judge(write("claude", "merged", step=2), raised, refused, *upheld, last)
        assert (finding.agreement, finding.outcome) == (DISPUTED, Outcome.DISMISSED)


def test_what_a_document_calls_disputed_itself_is_unresolved():
    refused = merged(None, Stance.REJECTS, step=3, stated_agreement=DISPUTED)
    finding = judge(write("claude", "merged", step=2), objection(step=2), refused, final(None, Stance.REJECTS))
    assert (finding.agreement, finding.outcome) == (DISPUTED, Outcome.UNRESOLVED)


def test_an_approval_may_be_reluctant():
    note = "I would still have called it Medium, but can live with Low."
    remark = reviewed(say(f"{CREDIT}: F1. {note}", LOW, Stance.ACCEPTS), approved=True)
    finding = judge(raised_by_codex(MEDIUM), merged(LOW), remark, final(LOW))
    assert (finding.agreement, finding.outcome) == (PARTLY, Outcome.DOWNGRADED)


def test_what_ends_out_of_scope_is_dismissed():
    finding = judge(raised_by_codex(), final(None, section="Out of Scope"))
    assert finding.outcome is Outcome.DISMISSED


def test_who_gave_a_point_up_agrees_with_who_leaves_it_out():
    withdrawn = reviewed(say(f"{CREDIT}: F1. Withdrawn.", LOW, Stance.WITHDRAWS))
    left_out = merged(None, Stance.ACCEPTS, step=3, section="Out of Scope")
    finding = judge(raised_by_codex(LOW), merged(None, Stance.REJECTS), withdrawn, left_out)
    assert finding.agreement is AGREED


def test_who_takes_his_own_point_back_leaves_nothing_to_dispute():
    withdrawn = say(f"{CREDIT}: F1. Withdrawn, older than this mission.", None, Stance.WITHDRAWS)
    noted = merged(None, note="I leave it as it is.")
    finding = judge(raised_by_codex(LOW), noted, reviewed(withdrawn, approved=True))
    assert (finding.agreement, finding.outcome) == (AGREED, Outcome.DISMISSED)
    assert judge(raised_by_codex(LOW), merged(HIGH), reviewed(withdrawn)).agreement is DISPUTED


@pytest.mark.parametrize(
    "note",
    [
        "It stays disputed.",
        "Still unsettled between us.",
        "The user may say which of us is right.",
        "Codex holds on to it.",
    ],
)
def test_a_document_may_say_that_a_point_is_not_settled(note):
    assert judge(raised_by_codex(), merged(note=note)).agreement is DISPUTED


@pytest.mark.parametrize(
    "note",
    [
        "A warning is enough, I still want a refusal.",
        "Nothing blocks. I keep the rating.",
        "A quarter counts now. I would take 15 %.",
        "I do not change my position.",
        "This is Low, not Medium.",
        "Medium at most.",
    ],
)
def test_an_approval_may_leave_a_wish(note):
    remark = say(f"{CREDIT}: F1. {note}", MEDIUM, Stance.RAISES)
    assert judge(raised_by_codex(), merged(LOW), reviewed(remark, approved=True)).agreement is PARTLY


def test_what_both_raised_at_two_severities_was_raised_at_the_higher_one():
    own = write("claude", "independent", say(f"{CREDIT}.", LOW))
    finding = judge(own, raised_by_codex(MEDIUM), merged(LOW), reviewed(approved=True), final(LOW))
    assert (finding.outcome, finding.final_severity) == (Outcome.DOWNGRADED, LOW)


def test_what_a_final_document_lists_as_not_tried_or_leaves_to_the_user_stays_open():
    assert judge(raised_by_codex(), merged(), final()).outcome is Outcome.CONFIRMED
    for left in (final(section="Not tried"), final(note="To be checked by the user."), final(note="It stays open.")):
        assert judge(raised_by_codex(), merged(), left).outcome is Outcome.UNRESOLVED
