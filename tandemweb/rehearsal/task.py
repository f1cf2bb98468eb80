"""What a prompt asks for, as far as a rehearsal needs to know: which document, of which round, how it is delivered."""

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Kind(StrEnum):
    INVESTIGATION = "investigation"
    PLAN = "plan"
    PLAN_REVIEW = "plan-review"
    REPORT = "report"
    EVALUATION = "evaluation"
    EVALUATION_REVIEW = "evaluation-review"
    SUMMARY = "summary"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Task:
    """``step`` is the number of the document in its discussion. ``manifest`` is for a report only."""

    kind: Kind
    path: str = ""
    manifest: str = ""
    round: int = 0
    step: int = 0
    goal: str = ""
    criteria: tuple[str, ...] = ()
    is_message: bool = True


_MESSAGE = re.compile(r"taken as\s+the\s+document\s+`([^`\n]+)`")
_FILE = re.compile(r"Write the document to\s+`([^`\n]+)`")
_REPORT = re.compile(r"^1\. `([^`\n]+)`: `# Round", re.MULTILINE)
_MANIFEST = re.compile(r"^2\. `([^`\n]+)`: the paths", re.MULTILINE)
_GOAL = re.compile(r"This is what the\s+user wants:\n\n((?:>.*\n?)+)")
_SPEC = re.compile(r"`([^`\n]*spec\.md)`", re.IGNORECASE)
_CRITERIA = re.compile(r"^## Acceptance Criteria\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_ITEM = re.compile(r"^\s*(?:\d+[.)]|###\s+\d+[.:)]?)\s+(.+)", re.MULTILINE)
_FOLDED = re.compile(r"[-_ ]")
_PLANNING = re.compile(r"(?:planner|planning|plan)(?:discussion|conversation)/(claude|codex)0*(\d+)\.md")
_EVALUATION = re.compile(r"(?:evaluator|eval)/round0*(\d+)(?:discussion|conversation)/(claude|codex)0*(\d+)\.md")
_ROUND = re.compile(r"(?:generator|gen)/round0*(\d+)\.md")
LONGEST_SPEC = 1024 * 1024


def read_task(prompt: str) -> Task:
    """Find what to write in a prompt of the workflow ``tandem``; kind OTHER where it is another's."""
    goal = "\n".join(line.removeprefix(">").strip() for line in _find(_GOAL, prompt).splitlines()).strip()
    message, file, report = _find(_MESSAGE, prompt), _find(_FILE, prompt), _find(_REPORT, prompt)
    path = message or file or report
    kind, round_number, step = _recognise(path)
    return Task(
        kind=kind,
        path=path,
        manifest=_find(_MANIFEST, prompt),
        round=round_number,
        step=step,
        goal=goal or "See how a mission goes from the plan to the end.",
        criteria=_read_criteria(_find(_SPEC, prompt)),
        is_message=not (file or report),
    )


def _find(pattern: re.Pattern[str], prompt: str) -> str:
    match = pattern.search(prompt)
    return match[1] if match else ""


def _recognise(path: str) -> tuple[Kind, int, int]:
    folded = _FOLDED.sub("", path.lower())
    if match := _PLANNING.search(folded):
        step = int(match[2])
        kind = Kind.INVESTIGATION if step == 1 else Kind.PLAN if match[1] == "claude" else Kind.PLAN_REVIEW
        return kind, 0, step
    if match := _EVALUATION.search(folded):
        step = int(match[3])
        is_review = match[2] == "codex" and step > 1
        return Kind.EVALUATION_REVIEW if is_review else Kind.EVALUATION, int(match[1]), step
    if match := _ROUND.search(folded):
        return Kind.REPORT, int(match[1]), 0
    return (Kind.SUMMARY if folded.endswith("summary.md") else Kind.OTHER), 0, 0


def _read_criteria(path: str) -> tuple[str, ...]:
    """Read the numbered criteria of the spec that the prompt names."""
    try:
        with Path(path).open(encoding="utf-8", errors="replace") as spec:
            text = spec.read(LONGEST_SPEC)
    except OSError:
        return ()
    match = _CRITERIA.search(text)
    return tuple(found[1].strip() for found in _ITEM.finditer(match[1])) if match else ()
