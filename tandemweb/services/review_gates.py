"""Gates of the workflows outside missions: plans with boxes, reviews, confidence, scope, decisions."""

import re

from tandemweb.analysis.confidence import find_confidence_pair
from tandemweb.analysis.phases import find_rewritten_phases
from tandemweb.analysis.review_results import extract_review_results
from tandemweb.analysis.reviews import extract_review
from tandemweb.archive.consensus import recognise as recognise_consensus
from tandemweb.archive.plans import recognise
from tandemweb.domain.finding import Severity
from tandemweb.domain.mission import DocumentKind
from tandemweb.services.gate_values import Evidence, Judgement

FAR_APART = 0.3  # between two confidences, 0..1: one of the models sees what the other does not
NOT_SURE = 0.6  # both below: the plan is not ready
SEVERE = frozenset((Severity.HIGH, Severity.MEDIUM))

_BOX = re.compile(r"^[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]+\[([ xX])\][ \t]+\S", re.MULTILINE)
_FENCED = re.compile(r"^(?P<fence>`{3,}|~{3,})[^\n]*\n.*?^(?P=fence)[ \t]*$", re.MULTILINE | re.DOTALL)
_DECISION = re.compile(r"^[^\w\n]*Decision\b[\s*_]*:[\s*_]*(KEEP|PIVOT)\b", re.MULTILINE)
_OPINION = re.compile(r"^[^\w\n]*Opinion\b[\s*_]*:[\s*_]*(SETTLED|OPEN)\b", re.MULTILINE)
_BEYOND = re.compile(r"^\*\*Beyond the plan: (\d+)\*\*$", re.MULTILINE)
_GOOD = re.compile(r"\W*(?:pass(?:ed)?|approved?|clean|no (?:blocking )?(?:issues|findings))\b", re.IGNORECASE)


def judge_steps(evidence: Evidence) -> Judgement:
    """Say whether a plan can be followed step by step, and ticked off."""
    if recognise(evidence.path, evidence.text) is not DocumentKind.PLAN:
        return Judgement("", f"{evidence.path} has no numbered steps or phases, each with a heading of its own.")
    if not any(_list_boxes(evidence.text)):
        return Judgement("", f"{evidence.path} has no open boxes (“- [ ] …”), so nobody could see how far it is done.")
    return Judgement("done")


def judge_progress(evidence: Evidence) -> Judgement:
    """Count the open boxes of a plan: ``done``, ``more``, or ``blocked`` where none was ticked since before."""
    boxes = _list_boxes(evidence.text)
    if not boxes:
        return Judgement("", f"{evidence.path} has no boxes any more; put it back from before the step.")
    if not any(boxes):
        return Judgement("done")
    left = f"{sum(boxes)} of {len(boxes)} points of {evidence.path} are open"
    if evidence.before and sum(boxes) >= sum(_list_boxes(evidence.before)):
        return Judgement("blocked", f"{left}, and the step has ticked none; the plan may say why.")
    return Judgement("more", f"{left}.")


def judge_review(evidence: Evidence) -> Judgement:
    """Give ``clean`` where a review lets pass and finds nothing high or medium, else ``findings``."""
    is_json = evidence.path.endswith(".json")
    reading = (extract_review_results if is_json else extract_review)(evidence.text, evidence.path)
    if not reading.verdict:
        return Judgement("", f"{evidence.path} states no verdict (**Verdict: PASS** or FAIL).")
    severe = [finding for finding in reading.findings if finding.mention.severity in SEVERE]
    if _GOOD.match(reading.verdict) and not severe:
        return Judgement("clean")
    return Judgement("findings", f"{len(severe)} high or medium findings in {evidence.path}.")


def judge_confidence(evidence: Evidence) -> Judgement:
    """Hold two confidences against each other: ``ready``, ``apart`` or ``low``."""
    pair = find_confidence_pair(evidence.text)
    if pair is None:
        return Judgement("", f"{evidence.path} holds no confidence of both models.")
    told = f"{pair.claude_name} {pair.claude:.2f}, {pair.codex_name} {pair.codex:.2f}"
    if pair.distance >= FAR_APART:
        return Judgement("apart", f"The two are far apart ({told}): one sees what the other does not.")
    if max(pair.claude, pair.codex) < NOT_SURE:
        return Judgement("low", f"Neither is sure that the plan is ready ({told}).")
    return Judgement("ready", f"{told}.")


def judge_phases(evidence: Evidence) -> Judgement:
    """Say whether the original phases of a plan are word for word what they were."""
    rewritten = find_rewritten_phases(evidence.before, evidence.text)
    if not rewritten:
        return Judgement("kept")
    named = "; ".join(rewritten[:3])
    return Judgement("rewritten", f"Phases that were not the step's to change were rewritten, and put back: {named}.")


def judge_scope(evidence: Evidence) -> Judgement:
    """Go by the count that the scope check wrote down."""
    match = _BEYOND.search(evidence.text)
    if match is None:
        return Judgement("", f"{evidence.path} is no scope check: it counts nothing beyond the plan.")
    if match[1] == "0":
        return Judgement("within")
    return Judgement("beyond", f"{match[1]} files were touched that the plan does not name, see {evidence.path}.")


def judge_decision(evidence: Evidence) -> Judgement:
    """Read whether a prototype is kept: ``keep`` or ``pivot``."""
    match = _DECISION.search(_without_code(evidence.text))
    if match is None:
        return Judgement("", f"{evidence.path} has no line “**Decision: KEEP**” or “**Decision: PIVOT**”.")
    return Judgement(match[1].lower())


def judge_consensus(evidence: Evidence) -> Judgement:
    """Say whether a document tells what was confirmed from what was dismissed."""
    if recognise_consensus(evidence.path, evidence.text) is DocumentKind.CONSENSUS:
        return Judgement("done")
    return Judgement("", f"{evidence.path} lacks the parts “Confirmed Issues” and “Dismissed Findings”.")


def judge_opinion(evidence: Evidence) -> Judgement:
    """Read whether a reviewer has anything left to discuss: ``settled`` or ``open``."""
    match = _OPINION.search(_without_code(evidence.text))
    if match is None:
        return Judgement("", f"{evidence.path} has no line “**Opinion: SETTLED**” or “**Opinion: OPEN**”.")
    return Judgement(match[1].lower())


def _list_boxes(text: str) -> list[bool]:
    """Say of each box whether it is open."""
    return [match[1] == " " for match in _BOX.finditer(_without_code(text))]


def _without_code(text: str) -> str:
    return _FENCED.sub("", text)
