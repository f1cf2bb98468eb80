"""Gates: pure functions from what a step left behind to the word that says who moves on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tandemweb.analysis.documents import extract_document
from tandemweb.analysis.spec import extract_spec
from tandemweb.domain.mission import Author, Role, Stage
from tandemweb.domain.workflow import STUCK
from tandemweb.services.gate_values import Evidence as Evidence
from tandemweb.services.gate_values import Judgement as Judgement
from tandemweb.services.review_gates import (
    judge_confidence,
    judge_consensus,
    judge_decision,
    judge_opinion,
    judge_phases,
    judge_progress,
    judge_review,
    judge_scope,
    judge_steps,
)

DONE = "done"
VERDICTS = ("PASS", "PASS_WITH_GAPS", "FAIL", "BLOCKED")


@dataclass(frozen=True, slots=True)
class Gate:
    """``outcomes`` are all words that it may give.

    ``needs_document``: there is nothing to judge without one. ``takes_exit``: an exit status other than 0 is for it to
    judge, and no failure of the step. ``undoes``: outcomes on which the document is put back as it was. ``repeats``:
    outcomes that become ``stuck`` when the step came to them as often as it may. ``unfinished``: outcomes with which a
    document that is there already does not make the step unnecessary.
    """

    judge: Callable[[Evidence], Judgement]
    outcomes: tuple[str, ...] = (DONE,)
    needs_document: bool = True
    takes_exit: bool = False
    undoes: frozenset[str] = frozenset()
    repeats: frozenset[str] = frozenset()
    unfinished: frozenset[str] = frozenset()


def judge_written(evidence: Evidence) -> Judgement:
    """Whatever was written is good."""
    del evidence
    return Judgement(DONE)


def judge_plan(evidence: Evidence) -> Judgement:
    """Say whether a plan could become the spec: it has numbered acceptance criteria then."""
    if extract_spec(evidence.text, evidence.path).criteria:
        return Judgement(DONE)
    return Judgement("", f"{evidence.path} has no numbered acceptance criteria, so it cannot become the spec.")


def judge_approval(evidence: Evidence) -> Judgement:
    """Give ``approved``, ``disputed``, or ``stuck`` when one disagreement went through three exchanges."""
    reading = extract_document(
        evidence.text, path=evidence.path, author=Author.CODEX, role=Role.REVIEW, stage=Stage.PLANNING
    )
    if reading.approved is None:
        return Judgement("", f"{evidence.path} has no line “## Agreement Status: APPROVED” or “NOT APPROVED”.")
    if reading.approved:
        return Judgement("approved")
    if evidence.stuck_on:
        titles = "; ".join(evidence.stuck_on)
        return Judgement(STUCK, f"The two models still disagree after three exchanges: {titles}.")
    return Judgement("disputed")


def judge_verdict(evidence: Evidence) -> Judgement:
    """Give the verdict of an evaluation."""
    verdict = _find_verdict(evidence)
    if verdict in VERDICTS:
        return Judgement(verdict)
    return Judgement("", _describe_missing_verdict(evidence, verdict))


def judge_evaluation(evidence: Evidence) -> Judgement:
    """Say whether an evaluation states a verdict, as one that is not the last word must too."""
    verdict = _find_verdict(evidence)
    return Judgement(DONE) if verdict in VERDICTS else Judgement("", _describe_missing_verdict(evidence, verdict))


def judge_exit(evidence: Evidence) -> Judgement:
    """Go by the exit status of a command: 0 is ``passed``."""
    if evidence.exit_status == 0:
        return Judgement("passed")
    return Judgement("failed", f"It ended with exit status {evidence.exit_status}.")


GATES: Mapping[str, Gate] = {
    "written": Gate(judge_written, needs_document=False),
    "plan": Gate(judge_plan),
    "approval": Gate(judge_approval, ("approved", "disputed", STUCK), repeats=frozenset({"disputed"})),
    "evaluation": Gate(judge_evaluation),
    "verdict": Gate(judge_verdict, VERDICTS),
    "exit": Gate(judge_exit, ("passed", "failed"), needs_document=False, takes_exit=True),
    "steps": Gate(judge_steps),
    "progress": Gate(judge_progress, (DONE, "more", "blocked"), unfinished=frozenset({"more", "blocked"})),
    "review": Gate(judge_review, ("clean", "findings"), repeats=frozenset({"findings"})),
    "confidence": Gate(judge_confidence, ("ready", "apart", "low")),
    "phases": Gate(
        judge_phases,
        ("kept", "rewritten"),
        undoes=frozenset({"rewritten"}),
        repeats=frozenset({"rewritten"}),
        unfinished=frozenset({"kept", "rewritten"}),
    ),
    "scope": Gate(judge_scope, ("within", "beyond")),
    "decision": Gate(judge_decision, ("keep", "pivot")),
    "consensus": Gate(judge_consensus),
    "opinion": Gate(judge_opinion, ("settled", "open"), repeats=frozenset({"open"})),
}


def _find_verdict(evidence: Evidence) -> str | None:
    return extract_document(
        evidence.text, path=evidence.path, author=Author.CLAUDE, role=Role.MERGED, stage=Stage.EVALUATION
    ).verdict


def _describe_missing_verdict(evidence: Evidence, verdict: str | None) -> str:
    words = ", ".join(VERDICTS)
    found = f"states the verdict {verdict!r}, which is none of {words}" if verdict else f"states no verdict ({words})"
    return f"{evidence.path} {found}."
