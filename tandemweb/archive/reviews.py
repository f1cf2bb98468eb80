"""Reviews in Markdown by a fresh model: of a plan, or (red team) of the code."""

import re

from tandemweb.archive.outlines import REVIEW_WORDS, Outline, extract_outline, is_markdown, path_words, stem_words
from tandemweb.domain.mission import DocumentKind

NAME = "Markdown review"

_SEVERITY_ITEM = re.compile(
    r" {0,6}(?:[-*+]|\d{1,3}[.)]|#{2,6}|\|).{0,160}?"
    r"\b(?:critical|serious|severe|blocker|high|major|moderate|medium|minor|low|P[0-3])\b",
    re.IGNORECASE,
)
_GRADE = re.compile(
    r"\W*(?:critical|serious|severe|blockers?|high|major|moderate|medium|minor|low|info)\b.{0,20}", re.IGNORECASE
)
_OUTCOME = re.compile(
    r"\W{0,6}(?:final |overall )?(?:verdict|outcome|conclusion|recommendation|result|decision)\b", re.IGNORECASE
)
_LEAD = re.compile(
    r"did not write th|assume (?:that )?(?:it|this|the \w+) is (?:wrong|broken)"
    r"|^[^\w\n]*(?:read|scope|reviewed|reviewers?|date|reviewing)\b.{0,4}:",
    re.MULTILINE,
)
_RED_TEAM = re.compile(r"red[ -]?team|adversarial")
_PLAN_REVIEW = re.compile(r"\bplan[ -]review|\breview of (?:the |our )?(?:\S+ )?plan\b|\breview: .{0,40}\bplan\b")
_READS_PLAN = re.compile(r"^[^\w\n]*(?:read|reviewed|scope|reviewing)\b.{0,4}:.{0,80}\bplans?\b", re.MULTILINE)


def could_hold(path: str) -> bool:
    return is_markdown(path) and not path_words(path).isdisjoint(REVIEW_WORDS)


def recognise(path: str, text: str) -> DocumentKind | None:
    if not could_hold(path):
        return None
    outline = extract_outline(text)
    named = _name_kind(f"{' '.join(stem_words(path))}\n{outline.title}")
    signs = _count_signs(outline)
    if named is not None:
        return named if signs >= 2 else None  # a page about reviews has one sign at most
    if signs < 3 or "review" not in f"{path.lower()} {outline.title}":  # all three
        return None
    return DocumentKind.PLAN_REVIEW if _READS_PLAN.search(outline.lead) else DocumentKind.RED_TEAM


def _name_kind(names: str) -> DocumentKind | None:
    if _RED_TEAM.search(names):
        return DocumentKind.RED_TEAM
    return DocumentKind.PLAN_REVIEW if _PLAN_REVIEW.search(names) else None


def _count_signs(outline: Outline) -> int:
    """How many things that make a review a document has: rated items, grades, an outcome, a word on its scope."""
    has_items = any(_SEVERITY_ITEM.match(line) for line in outline.lines)
    has_outcome = any(_OUTCOME.match(line) for line in outline.lines)
    has_grades = sum(_GRADE.fullmatch(heading) is not None for heading in outline.headings) > 1
    return has_items + has_grades + has_outcome + (_LEAD.search(outline.lead) is not None)
