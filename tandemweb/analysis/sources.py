"""Whose point a merged document says that an item was: a name in brackets, a cell, a heading."""

import re
from functools import lru_cache

from tandemweb.analysis.guarded import guard
from tandemweb.analysis.marks import MARK, MODELS, MOST_KEPT, other_model
from tandemweb.analysis.severity import WORD

_NAME = re.compile(
    r"\b(?:claude|codex|mine|my(?= (?:own )?(?:(?:issue|finding|point|gap|item|problem|risk|question) #?\d|#?\d|"
    rf"{WORD}\b)))\b",
    re.IGNORECASE,
)
_REVIEWED = re.compile(  # a heading
    r"-0[2-9]|\b(?:review|answer|repl(?:y|ies)|response|objection)|\b(?:one|point) by (?:one|point)\b", re.IGNORECASE
)
_BRACKETS = re.compile(r"\(([^()\n]{0,80})\)")
_SOURCE_FIELD = guard(
    r"\b(?:sources?|origin|raised by|found by|reported by|credit)\b[\s*_]*:?[\s*_]*([^\n.;|]{1,60})", re.IGNORECASE
)
_SOURCE_CELL = re.compile(r"(?<=\|)\s*(claude|codex)\s*(?=\||$|, (?:there|as)\b)", re.IGNORECASE)
_RATES = re.compile(rf"[\s:]*(?:as |at )?(?:[A-Z]{{1,2}}\d{{1,2}}\s+)?[*_]*{WORD}\b", re.IGNORECASE)
_I_HAD = re.compile(r"\bI (?:had|have) (?:it|this|that) (?:as|at|under)\b", re.IGNORECASE)
_ADDING = re.compile(r"\b(?:and|also)\b|[&+/]", re.IGNORECASE)
_FOUND = (
    r"(?:asked?|found|had|ha(?:s|ve)|lists?|listed|met|named?|notes?|noted|noticed|raised?|reported|saw|see|wanted|"
    r"wondered)"
)
_BOTH = guard(
    r"\bboth (?:of us|models|evaluators|reviewers|reports|investigations)\b(?! (?:agree|accept))"
    r"|\b(?:each|two) of us\b|\(both\b|\bboth\)"
    rf"|\b(?:we|us) both\b|\bboth (?:\w+ly )?{_FOUND}\b"
    r"|\b(?:sources?|by|of|in)\b[\s*_]*:?[\s*_]*both\b(?! \w)|\|\s*both\s*(?:\||$)"
    r"|\b(?:claude|codex)['’]s\b(?:[^.,|]{0,60}\band mine|[^.|]{0,60}[,;] mine)\b"
    r"|\b(?:my|mine)\b[^.,|]{0,60}\band (?:claude|codex)['’]s\b"
    rf"|\bwe (?:had |have )?{_FOUND} the same\b|\bindependently of each other\b|\bmine (?:as well|too)\b"
    r"|\b(?:merged|joined|combined|put together) with (?:my|mine)\b"
    r"|\bI (?:had |have )?(?:\w+ ){1,6}in (?:claude|codex)-0?1\b"
    r"|(?:\A|[.*:—–|]\s+)both(?=[.,;:](?:\s|$))",
    re.IGNORECASE,
)
# "taken from Codex", "Codex's polling gap", "only Codex had it", "is mine alone": said in the sentence
_OWN_HEADING = re.compile(
    r"\b(?:from|by|of) (?:me|mine)\b|\b(?:only|just) (?:me|mine|I)\b|\b(?:me|mine) (?:only|alone)\b|^\W*mine\W*$|"
    r"\bmy own\b|\bmy (?:points?|findings?|issues?|report)\b",
    re.IGNORECASE,
)
_SAID = guard(
    r"\b(?:taken|comes?|came|adopted|borrowed|copied)(?: over)? from (?P<from>claude|codex)\b"
    r"|\A[\s*_`-]*(?P<whose>claude|codex)['’]s\b(?! (?:review|objection|answer|second))"
    r"|\b(?P<finder>claude|codex)(?: (?:also|alone|only))? "
    r"(?:found|had (?:it|this|that)|had\b(?=[.,;]|\s*$)|lists|listed|noted|noticed|raised|reported|asked|named)\b"
    r"|(?:\A|[.*:]\s+|\n)(?:(?P<own>mine|from me)|from (?P<named>claude|codex)|(?P<lone>claude|codex)(?=[.;]| only))"
    r"(?: only)?(?=[.,;:])"
    r"|\b(?:is|was|are|were) (?P<mine>mine)(?: alone| only)?\b|\bonly (?P<i>I) (?:had|have|saw|found|noted|raised)\b"
    r"|\bfrom (?P<theirs>claude|codex)['’]s\b"
    r"|\b(?P<silent>claude|codex) (?:did not|didn't|does not|had not|never) "
    r"(?:look|write|mention|see|note|raise|have|list|speak|find)",
    re.IGNORECASE,
)
# One of these is in all that names a source, and found far faster.
_NAMES = guard(r"both|claude|codex|mine|from me|with my|the same|each other|of us|only I", re.IGNORECASE)
_MINE_AND = re.compile(rf"\bmine\b[\s,;&+/]+(?:and\s+)?(?!AC){MARK}\b", re.IGNORECASE)


def answers_review(section: str) -> bool:
    """Whether a heading announces what its author answers: the marks below it are another's."""
    return _REVIEWED.search(section) is not None


@lru_cache(maxsize=MOST_KEPT)
def find_headed_sources(section: str, author: str) -> frozenset[str]:
    """Whose points the heading of a merged document says that items were: "From Codex"; others may have had them."""
    if answers_review(section):
        return frozenset()
    named = [name.lower() for name in _NAME.findall(section) if name.lower() in MODELS]
    if not named and author in MODELS and _OWN_HEADING.search(section):
        named = [author]
    return frozenset(named[:1])


@lru_cache(maxsize=MOST_KEPT)
def find_own_sources(opening: str, author: str) -> frozenset[str]:
    """Whose point an item of a merged document says that it was, in its ``marks.get_opening``: "(Codex F1, also mine)".

    Or in a cell.
    """
    if not _NAMES.search(opening):
        return frozenset()
    if _BOTH.search(opening):
        return frozenset(MODELS)
    named = {cell.lower() for cell in _SOURCE_CELL.findall(opening)}
    for bracket in (*_BRACKETS.findall(opening), *_SOURCE_FIELD.findall(opening)):
        named |= _list_sources(bracket, author)
    if not named and (said := _SAID.search(opening)):
        named.add(_name_said(said, author))
    return frozenset(named & set(MODELS))


def _name_said(said: re.Match[str], author: str) -> str:
    """Say who is named as the source in a sentence; "Codex did not look at it": the author."""
    name = said["from"] or said["whose"] or said["finder"] or said["theirs"] or said["named"] or said["lone"]
    return name.lower() if name else author


def _list_sources(bracket: str, author: str) -> set[str]:
    """Take the first name of a bracket, and those added to it: not Codex in "(mine; Codex had it as PASS)".

    In "(Codex F3, there Medium; mine Low)" both rate it.
    """
    sources: set[str] = set()
    end = 0
    for name in _NAME.finditer(bracket):
        is_added = _ADDING.search(bracket, end, name.start()) or _RATES.match(bracket, name.end())
        if sources and not is_added:
            break
        sources.add(author if name[0].lower() in {"mine", "my"} else name[0].lower())
        end = name.end()
    if sources and author in MODELS and _I_HAD.search(bracket):
        sources.add(author)
    return sources | {other_model(author)} if author in MODELS and _MINE_AND.search(bracket) else sources
