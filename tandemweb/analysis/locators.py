"""Places by which documents speak of each other's items: ``Codex-01 AC 7``, ``Claude risk 1``, ``(Codex-02, High 2)``.

A mark is borne by an item; a place is counted out: the seventh criterion, the first risk, the second high disagreement
of the document that is meant.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tandemweb.analysis.guarded import guard
from tandemweb.analysis.marks import MODELS, get_opening, other_model
from tandemweb.analysis.sections import Topic
from tandemweb.domain.finding import Mention, Severity

_KINDS: Mapping[str, Topic | Severity] = {
    "ac": Topic.CRITERIA,
    "criterion": Topic.CRITERIA,
    "criteria": Topic.CRITERIA,
    "risk": Topic.RISKS,
    "question": Topic.QUESTIONS,
    "edge case": Topic.EDGE_CASES,
    "decision": Topic.DECISIONS,
    "idea": Topic.IDEAS,
    "high": Severity.HIGH,
    "medium": Severity.MEDIUM,
    "low": Severity.LOW,
}
_PLACE = guard(
    r"(?:\b(?:(claude|codex)(?:-(\d\d))?(?:\.md)?(?:['’]s)?|(my|your))[\s,:(]+)?"
    r"\b(?:(?:open|own|key|acceptance|draft) )?"
    r"(AC|criterion|criteria|risk|question|edge case|decision|idea|high|medium|low)s?"
    r"[\s#-]{0,2}(\d{1,2}(?:(?:\s*,\s*|\s*(?:and|&|/)\s*)\d{1,2})*)\b(?![%:.]\d)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d{1,2}")
_STEP = re.compile(r"-(\d\d)(?:\.\w+)?$")


@dataclass(frozen=True, slots=True)
class Place:
    """The item ``number`` of its ``kind``; ``step`` where a document is named by its number."""

    author: str
    step: str | None
    kind: Topic | Severity
    number: str


def find_places(mention: Mention, author: str) -> tuple[Place, ...]:
    """Find the places that an item names in its title and beginning, in order.

    A criterion is one of the plan that all speak of, unless somebody's own is named.
    """
    if author not in MODELS:
        return ()
    opening = get_opening(mention)
    places = (
        Place(_owner(match, author), match[2], kind, number)
        for match in _PLACE.finditer(opening)
        if (kind := _KINDS[match[4].lower()]) is not Topic.CRITERIA or match[1] or match[3]
        for number in _NUMBER.findall(match[5])
    )
    return tuple(dict.fromkeys(places))


def _owner(match: re.Match[str], author: str) -> str:
    if match[1]:
        return match[1].lower()
    return author if match[3] and match[3].lower() == "my" else other_model(author)


def number_lines(mentions: Sequence[Mention]) -> Mapping[int, int]:
    """Count the items of one document under each heading: which one stands at a line."""
    counts: dict[str, int] = {}
    numbers = {}
    for mention in sorted(mentions, key=lambda one: one.line):
        if mention.line not in numbers:
            counts[mention.section] = counts.get(mention.section, 0) + 1
            numbers[mention.line] = counts[mention.section]
    return numbers


def read_step(path: str) -> str | None:
    """Read the number in a document's name, as others name it: ``02`` of ``Codex-02.md``."""
    match = _STEP.search(path)
    return match[1] if match else None
