"""Places by which documents speak of each other's items: ``Codex-01 AC 7``, ``Claude risk 1``, ``(Codex-02, High 2)``.

A mark is borne by an item; a place is counted out: the seventh criterion, the first risk, the second high disagreement
of the document that is meant.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tandemweb.analysis.guarded import guard
from tandemweb.analysis.marks import MODELS, MOST_KEPT, other_model
from tandemweb.analysis.sections import Topic
from tandemweb.domain.finding import Mention, Severity

_KINDS: Mapping[str, Topic | Severity] = {
    "ac": Topic.CRITERIA,
    "criterion": Topic.CRITERIA,
    "criteria": Topic.CRITERIA,
    "risk": Topic.RISKS,
    "question": Topic.QUESTIONS,
    "uncertainty": Topic.QUESTIONS,
    "assumption": Topic.QUESTIONS,
    "edge case": Topic.EDGE_CASES,
    "worry": Topic.RISKS,
    "concern": Topic.RISKS,
    "decision": Topic.DECISIONS,
    "idea": Topic.IDEAS,
    "high": Severity.HIGH,
    "medium": Severity.MEDIUM,
    "low": Severity.LOW,
}
_PLACE = guard(
    r"(?:\b(?:(claude|codex)(?:-(\d\d))?(?:\.md)?(?:['’]s)?|(my|your))[\s,:(]+)?"
    r"\b(?:(?:open|own|key|acceptance|draft) )?"
    r"(AC|criterion|criteria|risk|worry|concern|question|edge case|decision|idea|high|medium|low)s?"
    r"[\s#-]{0,2}(\d{1,2}(?:(?:\s*,\s*|\s*(?:and|&|/)\s*)\d{1,2})*\b(?![%:.]\d)|\([a-h]\))",
    re.IGNORECASE,
)
# The number behind at least two letters, or the letter in brackets: in every place that is counted, found far faster.
_COUNTED = re.compile(
    r"(?:\d|\((?=[a-h]\)))(?:(?<=[^\W\d_]{2}.)|(?<=[^\W\d_]{2}[\s#-].)|(?<=[^\W\d_]{2}[\s#-]{2}.))", re.IGNORECASE
)
# "my open question", "a question of both", "I had it as an edge case": what need not be counted
_KIND = r"(question|edge case|worry|concern|idea|risk)"
_UNCOUNTED = guard(
    rf"\b(?:(my|mine|your)|(claude|codex)(?:-\d\d)?['’]s)\s+(?:own |open )?{_KIND}\b(?!s?[\s#-]{{0,2}}\d)"
    rf"|\b(?:an? )?(?:open )?{_KIND} of (?:(both)\b|(mine|ours|yours)|(claude|codex))"
    r"|\bI (?:had|have|listed|noted|put|filed) (?:it|this|that) (?:as|under|among) (?:an? |my |the )?(?:open )?"
    rf"{_KIND}s?\b"
    r"|\bthe open (question)\b(?!s?[\s#-]{0,2}\d)",
    re.IGNORECASE,
)
_ORDINALS = ("first", "second", "third", "fourth", "fifth")
_ORDINAL = guard(  # "my second uncertainty", "Codex's first assumption"
    rf"\b(?:(my|your)|(claude|codex)(?:-\d\d)?['’]s)\s+({'|'.join(_ORDINALS)})\s+(?:own |open )?"
    r"(question|uncertainty|assumption|edge case|worry|concern|idea|risk)\b",
    re.IGNORECASE,
)
_NAMES_KIND = guard(rf"{_KIND}|uncertainty|assumption", re.IGNORECASE)  # in every one of those, and found far faster
_LETTERS = "abcdefgh"  # of lists that are lettered: the "(b)" of "my worry (b)" is the second
_NUMBER = re.compile(r"\d{1,2}")
_STEP = re.compile(r"-(\d\d)(?:\.\w+)?$")


@dataclass(frozen=True, slots=True)
class Place:
    """The item ``number`` of its ``kind``, empty where it is not counted; ``step`` where a document is named by its."""

    author: str
    step: str | None
    kind: Topic | Severity
    number: str


def find_places(opening: str, author: str) -> tuple[Place, ...]:
    """Find the places that an item names in its ``marks.get_opening``, in order.

    A criterion is one of the plan that all speak of, unless somebody's own is named.
    """
    return _find_places(opening, author) if author in MODELS else ()


@lru_cache(maxsize=MOST_KEPT)
def _find_places(opening: str, author: str) -> tuple[Place, ...]:
    places = [
        Place(_owner(match, author), match[2], kind, number)
        for match in (_PLACE.finditer(opening) if _COUNTED.search(opening) else ())
        if (kind := _KINDS[match[4].lower()]) is not Topic.CRITERIA or _names_owner(match)
        for number in (_NUMBER.findall(match[5]) or [str(_LETTERS.index(match[5][1].lower()) + 1)])
    ]
    names_kind = _NAMES_KIND.search(opening)
    for match in _ORDINAL.finditer(opening) if names_kind else ():
        owner = match[2].lower() if match[2] else author if match[1].lower() == "my" else other_model(author)
        number = str(_ORDINALS.index(match[3].lower()) + 1)
        places.append(Place(owner, None, _KINDS[match[4].lower()], number))
    for match in _UNCOUNTED.finditer(opening) if names_kind else ():
        kind = _KINDS[(match[3] or match[4] or match[8] or match[9]).lower()]
        places += [Place(owner, None, kind, "") for owner in _owners(match, author)]
    return tuple(dict.fromkeys(places))


def _names_owner(match: re.Match[str]) -> bool:
    """Whether it is somebody's own criterion: not in ``taken from Codex, criterion 5``, which is one of the plan."""
    group = 1 if match[1] else 3
    return match[group] is not None and "," not in match.string[match.end(group) : match.start(4)]


def _owners(match: re.Match[str], author: str) -> Sequence[str]:
    """Whose item one is that is not counted."""
    if match[5]:
        return MODELS
    if named := match[2] or match[7]:
        return (named.lower(),)
    is_others = match[9] is not None or (match[1] or match[6] or "").lower().startswith("your")
    return (other_model(author) if is_others else author,)


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
