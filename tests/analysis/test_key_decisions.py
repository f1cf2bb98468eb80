from dataclasses import replace

from tandemweb.analysis.disputes import find_winner
from tandemweb.analysis.key_decisions import extract_key_decisions
from tandemweb.analysis.spec import extract_spec
from tandemweb.analysis.user_words import extract_feedback, extract_intent
from tandemweb.domain.decision import DecisionSource, KeyDecision, Quote
from tandemweb.domain.finding import Agreement, Finding, Mention, Outcome, Severity, Stance, TrailStep
from tandemweb.domain.mission import (
    ArchiveRoot,
    Author,
    Document,
    DocumentKind,
    Exchange,
    FileStamp,
    Mission,
    MissionState,
    Naming,
    Readability,
    Role,
    Stage,
)

SPEC = """# Reports

## User Intent

> [Report day] The last day in the journal,
> then it prints the same tomorrow.

> I want to notice when I forgot a rate.

## Key Decisions

- **Report day from the journal, not from the clock** — output must not depend on the day.
- **Missing rate: stop.** The user said: "I want to notice when I forgot a rate".
- **Store rates in `src/rates.py`** rather than in a database. Unrelated to anybody's words.

## Out of Scope

> not the user's words
"""
FEEDBACK = """# User Feedback 01

> First, the warning about yen comes before everything and scrolls away. Put it at the end.
>
> It works, nice.

## What this means for the requirements

1. Warnings come after the balance, never before it. The edge case of
   early warnings no longer holds.
2. Nothing else.
"""


def make_document(path: str, kind: DocumentKind) -> Document:
    author = Author.USER if kind is DocumentKind.FEEDBACK else None
    role = Role.FEEDBACK if kind is DocumentKind.FEEDBACK else None
    stamp = FileStamp(1, 1, 1)
    return Document(path, kind, author, role, None, None, 1, path, Readability.TEXT, stamp, path, 10)


def make_mission(texts: dict[str, str], exchanges: tuple[Exchange, ...] = ()) -> Mission:
    kinds = {"Spec.md": DocumentKind.SPEC, "Summary.md": DocumentKind.SUMMARY, "Feedback-01.md": DocumentKind.FEEDBACK}
    decisions = tuple(
        decision for path in texts if path != "Feedback-01.md" for decision in extract_spec(texts[path], path).decisions
    )
    return Mission(
        root=ArchiveRoot("TandemKit", "tandemkit", Naming.PASCAL),
        path="TandemKit/001-Reports",
        name="001-Reports",
        number=1,
        title="Reports",
        state=MissionState(),
        documents=tuple(make_document(path, kinds[path]) for path in texts),
        exchanges=exchanges,
        decisions=decisions,
    )


def read(texts: dict[str, str], exchanges: tuple[Exchange, ...] = ()) -> tuple[KeyDecision, ...]:
    return extract_key_decisions(make_mission(texts, exchanges), texts)


def test_words_of_the_user():
    assert extract_intent(SPEC, "Spec.md") == (
        Quote("user", "Spec.md", 5, "[Report day] The last day in the journal, then it prints the same tomorrow."),
        Quote("user", "Spec.md", 8, "I want to notice when I forgot a rate."),
    )
    assert [quote.line for quote in extract_feedback(FEEDBACK, "f")] == [3, 5]
    plain = "# Feedback\n\nToo slow.\nMuch.\n\nAnd loud.\n\n## What it means\n\nFaster.\n"
    assert [quote.text for quote in extract_feedback(plain, "f")] == ["Too slow. Much.", "And loud."]
    assert extract_intent("", "p") == extract_feedback("", "p") == ()


def test_decisions_of_a_spec_with_the_words_they_rest_on():
    day, rate, store = read({"Spec.md": SPEC})
    assert (day.source, day.line, day.title) == (
        DecisionSource.SPEC, 12, "Report day from the journal, not from the clock",
    )  # fmt: skip
    assert [quote.line for quote in day.quotes] == [5]
    assert [quote.text for quote in rate.quotes] == ["I want to notice when I forgot a rate."]
    assert store.quotes == ()
    assert store.files == ("src/rates.py",)
    assert len({day.key, rate.key, store.key}) == 3
    assert read({"Spec.md": SPEC})[0].key == day.key


def test_a_summary_is_told_apart_and_equal_titles_have_keys_of_their_own():
    text = "# S\n\n## Key Decisions\n\n- **One.** a\n- **One.** b\n"
    first, second = read({"Summary.md": text})
    assert {first.source, second.source} == {DecisionSource.SUMMARY}
    assert first.key != second.key


def test_feedback_by_what_it_is_taken_to_mean():
    warnings, nothing = read({"Feedback-01.md": FEEDBACK})
    assert warnings.source is DecisionSource.FEEDBACK
    assert warnings.title == "Warnings come after the balance, never before it"
    assert (warnings.line, warnings.end_line, warnings.round) == (9, 10, 1)
    assert warnings.text.endswith("The edge case of early warnings no longer holds.")
    assert warnings.rationale.startswith("First, the warning about yen")
    assert nothing.quotes == ()


def test_feedback_without_meaning_by_what_the_user_wants_otherwise():
    [only] = read({"Feedback-01.md": "# F\n\nIt works. Please print the rates instead.\n\nThanks.\n"})
    assert (only.title, only.line) == ("Please print the rates instead.", 3)
    assert only.quotes == (Quote("user", "Feedback-01.md", 3, "It works. Please print the rates instead."),)
    assert read({"Feedback-01.md": "# F\n\nAll fine.\n"}) == ()


def step(author: str, stance: Stance, agreement: Agreement | None, severity: Severity | None = None, line: int = 1):
    return TrailStep(f"{author}.md", line, author, stance, severity, agreement, f"{author} {stance}")


RAISED = step("codex", Stance.RAISES, None, Severity.HIGH)
REJECTED = step("claude", Stance.REJECTS, Agreement.DISPUTED)
ACCEPTED = step("claude", Stance.ACCEPTS, Agreement.AGREED, Severity.HIGH, 9)
GIVEN_UP = step("codex", Stance.ACCEPTS, Agreement.AGREED, None, 8)
DISPUTED = Finding(
    key="k",
    title="Rows are lost",
    mentions=(Mention("codex.md", 1, 1, "Rows are lost", "", Severity.HIGH),),
    raised_by=("codex",),
    severity_by=(("codex", Severity.HIGH),),
    final_severity=Severity.HIGH,
    agreement=Agreement.AGREED,
    outcome=Outcome.CONFIRMED,
    trail=(RAISED, REJECTED, ACCEPTED),
)


def settled(finding: Finding) -> tuple[KeyDecision, ...]:
    return read({}, (Exchange(Stage.EVALUATION, 2, (), findings=(finding,)),))


def test_a_settled_dispute_says_whose_position_won():
    [won] = settled(DISPUTED)
    assert (won.source, won.title, won.won_by, won.round) == (DecisionSource.DISPUTE, "Rows are lost", "codex", 2)
    assert won.text == "It stands as high; the position of Codex won."
    assert (won.path, won.line) == ("claude.md", 9)
    assert [quote.text for quote in won.quotes] == ["codex raises", "claude rejects", "claude accepts"]
    dropped = replace(DISPUTED, outcome=Outcome.DISMISSED, final_severity=None, trail=(RAISED, REJECTED, GIVEN_UP))
    [won] = settled(dropped)
    assert (won.won_by, won.text) == ("claude", "It was dropped; the position of Claude won.")


def test_who_gave_way_on_severity():
    low = step("claude", Stance.RAISES, Agreement.DISPUTED, Severity.LOW)
    downgraded = replace(
        DISPUTED, outcome=Outcome.DOWNGRADED, final_severity=Severity.LOW, trail=(RAISED, low, GIVEN_UP)
    )
    assert find_winner(downgraded) == "claude"
    middle = replace(downgraded, final_severity=Severity.MEDIUM)
    assert find_winner(middle) is None
    assert settled(middle)[0].text == "It stands, but weighs less as medium; both gave way."


def test_what_was_not_disputed_or_not_settled_is_no_decision():
    assert settled(replace(DISPUTED, trail=(RAISED, ACCEPTED))) == ()
    assert settled(replace(DISPUTED, agreement=Agreement.DISPUTED)) == ()
    assert settled(replace(DISPUTED, outcome=Outcome.UNRESOLVED)) == ()
