"""Documents of a rehearsal: believable in form, empty of judgement, and labelled as what they are."""

from tandemweb.rehearsal.task import Kind, Task

LABEL = "_Rehearsal: written by the stand-in that comes with tandemweb. No model has read or judged anything here._"
CRITERIA = (
    "`REHEARSAL.md` stands at the top of the repository and names the mission.",
    "It has one line for each round that was built.",
    "Nothing else in the repository has changed.",
)
OPEN_CRITERION = 2  # the one that the first round leaves undone
FIRST_REVIEW = 2  # the number of the document; it does not approve
DISPUTE = """1. **The number of lines is not tried**: the plan counts lines, but does not say who counts them
   (`REHEARSAL.md:1`). Say it under Key Decisions."""
FINDING = """1. **The line of the round is missing**: `REHEARSAL.md:1`
   Severity: High
   Write it in the next round."""

PLAN = """# {title}

{label}

## Mission Type

Documentation.

## User Intent

{intent}

## Goal

Show every station of a mission once, without a model and without an account: one small file is written, found wanting
in the first round, and completed in the second.

## Context & Investigation Findings

- The repository was not read; a rehearsal knows its own file only.

## Acceptance Criteria

{criteria}

## Edge Cases & Boundaries

- `REHEARSAL.md` may be there already from an earlier rehearsal; its lines stay.

## Key Decisions

- **One file only**: whatever a rehearsal changes must be easy to see and to remove.{settled}

## Out of Scope

- Everything that the user really wants: for that, start the stages with the real agents.

## Possible Directions & Ideas

- Start the same workflow with claude and codex once they are installed.
"""


def write_document(task: Task, author: str, answer: str = "") -> str:
    """Write the document of a task; ``answer`` is what the user said to the planner's question."""
    if task.kind in {Kind.INVESTIGATION, Kind.PLAN}:
        return _write_plan(task, author, answer)
    if task.kind is Kind.PLAN_REVIEW:
        return _write_review(f"Claude-{task.step:02d}", is_approved=task.step > FIRST_REVIEW)
    if task.kind is Kind.EVALUATION_REVIEW:
        return _write_review(f"the Evaluation of Round {task.round:02d}", is_approved=True)
    if task.kind is Kind.EVALUATION:
        return _write_evaluation(task)
    return _write_report(task) if task.kind is Kind.REPORT else _OTHERS[task.kind]


def is_passing(task: Task) -> bool:
    """Whether the round is one that passes: the first one never does."""
    return task.round > 1


def _write_plan(task: Task, author: str, answer: str) -> str:
    quoted = "\n".join(f"> {line}".rstrip() for line in task.goal.splitlines())
    answered = f"\n\nAsked how thorough to be, the user chose: {answer}." if answer else ""
    criteria = "\n".join(f"{number}. {text}" for number, text in enumerate(CRITERIA, start=1))
    settled = "" if task.step < 3 else " The lines are counted by hand, as the review asked."
    title = f"Investigation by {author.capitalize()}" if task.kind is Kind.INVESTIGATION else "Rehearse a Mission"
    return PLAN.format(title=title, label=LABEL, intent=f"{quoted}{answered}", criteria=criteria, settled=settled)


def _write_review(about: str, *, is_approved: bool) -> str:
    status = "APPROVED" if is_approved else "NOT APPROVED"
    dispute = "None" if is_approved else DISPUTE
    return f"""# Review of {about}

{LABEL}

## Agreement Status: {status}

## High Disagreements

None

## Medium Disagreements

{dispute}

## Low Disagreements

None
"""


def _write_report(task: Task) -> str:
    answers = f"\n## Answers to the Evaluation\n\n- Criterion {OPEN_CRITERION}: the missing line is written now.\n"
    return f"""# Round {task.round}

{LABEL}

## Summary

A line of this round was added to `REHEARSAL.md`.

## What Was Done

- Criterion 1: `REHEARSAL.md` names the mission.
- Criterion 2: {"one line for each round." if is_passing(task) else "left for the next round, so that there is one."}

## How It Was Checked

- `cat REHEARSAL.md`

## Known Gaps

{"None" if is_passing(task) else f"Criterion {OPEN_CRITERION} is not met yet."}
{answers if is_passing(task) else ""}"""


def _write_evaluation(task: Task) -> str:
    verdict = "PASS" if is_passing(task) else "FAIL"
    count = len(task.criteria) or len(CRITERIA)
    results = "\n\n".join(_write_result(task, number, count) for number in range(1, count + 1))
    finding = "None" if is_passing(task) else FINDING
    return f"""# Evaluation of Round {task.round:02d}

**Verdict: {verdict}**

{LABEL}

## Mandatory Checks

- `cat REHEARSAL.md`: was rehearsed only.

## Acceptance Criteria Results

{results}

## Edge Cases

- An earlier rehearsal's lines are kept.

## Issues Found (Not in Spec)

{finding}

## What Works Well

- The file says what it is.

## Suggestions

None
"""


def _write_result(task: Task, number: int, count: int) -> str:
    fails = not is_passing(task) and number == min(OPEN_CRITERION, count)
    word, seen = ("FAIL", "The line is not there.") if fails else ("PASS", "Seen in `REHEARSAL.md:1`.")
    return f"### Criterion {number}: {word}\n\n{seen}"


_RESULTS = "\n".join(f"{number}. {text} PASS" for number, text in enumerate(CRITERIA, start=1))
_SUMMARY = f"""# Summary of the Rehearsal

{LABEL}

## Goal

Show every station of a mission once.

## Dates and Rounds

Two rounds or more; see State.json for the dates.

## What Was Built

`REHEARSAL.md`, with one line for each round.

## Key Decisions

- One file only, easy to see and to remove.

## Evaluator Findings Addressed

- The line of the first round was missing; the second round wrote it.

## User Feedback Addressed

- What the user said opened another round.

## Files Changed

- `REHEARSAL.md`

## Acceptance Criteria Results

{_RESULTS}
"""
_OTHERS = {
    Kind.SUMMARY: _SUMMARY,
    Kind.OTHER: f"# Rehearsal\n\n{LABEL}\n\nThe prompt names no document that a rehearsal knows how to write.\n",
}
