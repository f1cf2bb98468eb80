"""Positions whose meaning depends on whose point it is: "conceded" takes back one's own, and accepts the other's.

"I maintain" upholds one's own point, and the refusal of the other's.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from tandemweb.analysis.exchange import ExchangeDocument
from tandemweb.analysis.guarded import guard
from tandemweb.analysis.sections import Topic, read_heading
from tandemweb.domain.finding import Mention, Stance

OPENED_WITHIN = 200  # characters of an item in which it takes its position
_CONCEDES = guard(
    r"\b(?:concede[ds]?|i (?:was|stand) (?:wrong|corrected)|(?:my|mine,? the) (?:mistake|fault|error|oversight))\b",
    re.IGNORECASE,
)
# "Withdrawn, it was my own idea", where the other had objected to it; not "Codex has withdrawn it"
_TAKES_BACK = guard(
    r"(?:\A|[.:|—–]\s*)(?:withdrawn|retracted)\b(?!,? by\b)|\bI (?:withdraw|retract|take (?:it|that|this) back)\b",
    re.IGNORECASE,
)
_MAINTAINS = guard(
    r"\bi (?:still )?(?:maintain|insist|stand by|stick (?:to|with)|stay with|hold on to)\b|\bmaintained\b",
    re.IGNORECASE,
)
_RAISING = frozenset((Stance.RAISES, Stance.OBJECTS))


def read_standpoints(
    documents: Sequence[ExchangeDocument], said: Sequence[Sequence[Mention]]
) -> list[Sequence[Mention]]:
    """Give the mentions of one finding by document, with the stance that such words have for whose point it is."""
    said = _read_first(documents, said)
    owners = _find_owners(documents, said)
    return [
        [_read(mention, is_own=document.author in owners) for mention in mentions] if owners else mentions
        for document, mentions in zip(documents, said, strict=True)
    ]


def _read_first(documents: Sequence[ExchangeDocument], said: Sequence[Sequence[Mention]]) -> list[Sequence[Mention]]:
    """Take what a review is the first to speak of among its disagreements for raised: there is nothing to accept."""
    given = list(said)
    first = next((place for place, mentions in enumerate(said) if mentions), None)
    if first is not None and documents[first].role == "review":
        given[first] = [
            replace(mention, stance=Stance.OBJECTS)
            if mention.stance is Stance.ACCEPTS and read_heading(mention.section)[0] is Topic.DISAGREEMENTS
            else mention
            for mention in said[first]
        ]
    return given


def _find_owners(documents: Sequence[ExchangeDocument], said: Sequence[Sequence[Mention]]) -> set[str]:
    """Find whose point it is: who raised it in an investigation, else who raised it first in a review."""
    spoken = [(document, mentions) for document, mentions in zip(documents, said, strict=True) if mentions]
    investigated = {document.author for document, _ in spoken if document.role == "independent"}
    if investigated:
        return investigated
    first = next((document for document, mentions in spoken if mentions[0].stance in _RAISING), None)
    return {first.author} if first and first.role == "review" else set()


def _read(mention: Mention, *, is_own: bool) -> Mention:
    opening = mention.text[:OPENED_WITHIN]
    if mention.stance is Stance.WITHDRAWS and not is_own:
        concedes = _CONCEDES.search(opening) or _TAKES_BACK.search(opening)
        return replace(mention, stance=Stance.ACCEPTS) if concedes else mention
    if mention.stance in (Stance.ACCEPTS, Stance.RAISES, Stance.OBJECTS) and _MAINTAINS.search(opening):
        return replace(mention, stance=Stance.RAISES if is_own else Stance.REJECTS)
    return mention
