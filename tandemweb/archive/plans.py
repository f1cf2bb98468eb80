"""Plans (with or without findings inserted by a reviewer) and the requirements that they meet."""

import re

from tandemweb.archive.outlines import Outline, extract_outline, is_markdown, stem_words
from tandemweb.domain.mission import DocumentKind

NAME = "plan"
FOLDERS = frozenset(("plans", "plan"))

_STEP = re.compile(r"(?:phase|step|task|milestone|stage|part|iteration)s? ?\d.*")
_NUMBERED_HEADING = re.compile(r"\d{1,3}(?:\.\d+)?[.):] .+")
_NUMBERED_ITEM = re.compile(r" {0,3}\d{1,3}[.)] +\S")
_REQUIREMENT = re.compile(r"[ \t]*(?:(?:[-*+]|\||#{2,6})[ \t]*)?\**(?:R|REQ|FR|NFR|AC)-?\d{1,3}\b")
_GATE = re.compile(r"\W{0,4}(?:test )?gates?\b|\W{0,4}tests? gates?\b", re.IGNORECASE)


def could_hold(path: str) -> bool:
    if not is_markdown(path):
        return False
    words = stem_words(path)
    return _is_requirements(words) or words[-1:] == ("plan",) or words[:1] == ("plan",) or _is_in_plans(path)


def recognise(path: str, text: str) -> DocumentKind | None:
    if not could_hold(path):
        return None
    outline = extract_outline(text)
    if _is_requirements(stem_words(path)):
        count = sum(_REQUIREMENT.match(line) is not None for line in outline.lines)
        return DocumentKind.REQUIREMENTS if count >= 2 else None  # more than one requirement
    return DocumentKind.PLAN if _has_steps(outline, named_plan=stem_words(path) == ("plan",)) else None


def _is_requirements(words: tuple[str, ...]) -> bool:
    return words == ("requirements",)


def _is_in_plans(path: str) -> bool:
    return not FOLDERS.isdisjoint(folder.lower() for folder in path.split("/")[:-1])


def _has_steps(outline: Outline, *, named_plan: bool) -> bool:
    """Whether the text goes step by step; a PLAN.md may do so in a plain numbered list."""
    steps = sum(_STEP.fullmatch(heading) is not None for heading in outline.headings)
    if steps >= 2 or (steps and any(_GATE.match(line) for line in outline.lines)):  # more than one
        return True
    numbered = sum(_NUMBERED_HEADING.fullmatch(heading) is not None for heading in outline.headings)
    items = sum(_NUMBERED_ITEM.match(line) is not None for line in outline.lines)
    return numbered >= 2 or (named_plan and items >= 2)  # more than one
