"""A mention in its place within an exchange, with what matching asks of it worked out once."""

import re
from dataclasses import dataclass
from functools import lru_cache

from tandemweb.analysis.answers import is_about_point
from tandemweb.analysis.locators import Place, find_places
from tandemweb.analysis.marks import Reference, get_opening, list_answered, list_references
from tandemweb.analysis.model_columns import find_positions
from tandemweb.analysis.numbered_replies import REPLY
from tandemweb.analysis.section_owners import name_section_owner
from tandemweb.analysis.sections import Topic, read_heading
from tandemweb.analysis.sources import find_headed_sources, find_own_sources
from tandemweb.domain.finding import Mention

MERGING_ROLES = frozenset(("merged", "final"))
UNREAD_ROLES = frozenset(("independent", "report"))  # written without having read the other documents
_NOBODY = frozenset[str]()
_TELLING_POSITIONS = frozenset((Topic.DISAGREEMENTS, Topic.ADOPTED))
_FIRST_NUMBER = re.compile(
    r"^[\s|#*\-+>_`~]*(?:(?:AC|C|criterion|acceptance criterion)[\s#*-]*)?(\d{1,3})\b", re.IGNORECASE
)
_ORDINAL = re.compile(r"[\s#*_]*(\d{1,2})[.)][\s*_]")
_ANSWERS = re.compile(
    r"\b(?:answers?|repl(?:y|ies)|responses?)\b[^.:;]{0,30}\b(?:codex|claude)\b|"
    r"\b(?:codex|claude)\b[^.:;]{0,30}\b(?:one|point) by (?:one|point)\b",
    re.IGNORECASE,
)
_FAILS = re.compile(r"\b(?:FAIL(?:ED|S)?|BLOCKED|NOT MET|UNMET)\b")
_BARE_VERDICT = re.compile(r"^[\W_]*(?:fail(?:ed|s)?|blocked|not met|unmet)\b", re.IGNORECASE)
_CRITERION = re.compile(
    r"(?:\bAC|\bcriteri(?:on|a))[\s#-]*(\d{1,3})\b"
    r"(\s+(?:still\s+)?(?:holds?|pass(?:es)?|stays?|is (?:met|fine|unaffected)))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A mention; ``document`` counts the documents of the exchange in order.

    ``is_verdict``: the row, heading or bullet in which a document says that a criterion fails. ``is_own``: it has a
    severity or a mark, so it is an item of its own rather than a remark on one. ``is_remark``: a verdict, or a row of
    what became of a review's points. ``is_answer``: it answers a point, which may be listed as well.
    ``criteria`` are those it opens with, not those it names in passing.
    """

    document: int
    author: str
    role: str
    mention: Mention
    references: tuple[Reference, ...] = ()
    sources: frozenset[str] = frozenset()
    own_sources: frozenset[str] = frozenset()  # those that the item itself names, not its heading
    criteria: frozenset[int] = frozenset()
    is_verdict: bool = False
    is_own: bool = False
    is_remark: bool = False
    is_answer: bool = False
    ordinal: str = ""  # its number in a numbered list
    topic: Topic = Topic.UNKNOWN  # of its heading
    number: int = 0  # its number in its list, written or counted
    places: tuple[Place, ...] = ()
    reply: str = ""  # the number of the item that it answers in the document under review
    half: int = 0  # 1 or 2: which half of a point it is, or speaks of

    @property
    def is_row(self) -> bool:
        return " | " in self.mention.text


def build_entry(
    document: int,
    author: str,
    role: str,
    mention: Mention,
    text: str = "",
    *,
    number: int = 0,
    with_references: bool = True,
) -> Entry:
    """Build the entry of a mention; ``text`` is its whole document's, ``number`` its place under its heading.

    ``with_references`` is False where marks mean nothing to those it is compared with.
    """
    author, merges = str(author), role in MERGING_ROLES
    opening = get_opening(mention)
    answered = list_answered(mention, author) if merges else ()
    ordinal = _read_ordinal(mention, text)
    topic = read_heading(mention.section)[0]
    opened = frozenset() if answered else _list_opening_criteria(mention, opening, ordinal)
    verdict = _is_verdict(mention, opening, opened)
    own = mention.severity is not None or (mention.label is not None and not verdict)
    places = find_places(opening, author)
    sources, own_sources = _find_sources(mention, opening, author, topic, text) if merges else (_NOBODY, _NOBODY)
    return Entry(
        document=document,
        author=author,
        role=str(role),
        mention=mention,
        references=(*answered, *_list_named(mention, author, role, places, text)) if with_references else (),
        reply=next((mark[1:] for _, mark in mention.references if mark.startswith(REPLY)), ""),
        sources=sources,
        own_sources=own_sources,
        criteria=opened,
        is_verdict=verdict,
        is_own=own,
        ordinal=ordinal,
        is_remark=verdict or (topic is Topic.ADOPTED and (not own or merges)),
        is_answer=merges and (is_about_point(mention.text) or bool(_ANSWERS.search(mention.section))),
        topic=topic,
        number=int(ordinal or number),
        places=places,
    )


def _find_sources(
    mention: Mention, opening: str, author: str, topic: Topic, text: str
) -> tuple[frozenset[str], frozenset[str]]:
    """Say whose point an item of a merged document was, and what of that it says itself, or tells as a position."""
    told = find_own_sources(opening, author)
    holders = find_positions(text).get(mention.line) if topic in _TELLING_POSITIONS else None
    own = told if holders is None else holders if len(holders) == 1 else _NOBODY
    return own or told or find_headed_sources(mention.section, author), own


def _list_named(
    mention: Mention, author: str, role: str, places: tuple[Place, ...], text: str
) -> tuple[Reference, ...]:
    """List the marks that a mention names, without those that number the place where something stands."""
    located = {place.number.lstrip("0") for place in places}
    named = tuple(one for one in list_references(mention, author) if one.mark not in located)
    return name_section_owner(named, mention, author, _split(text)) if role == "review" else named


def _read_ordinal(mention: Mention, text: str) -> str:
    """Read the number that an item has in a list: others count by it, though it is no mark of the item's own."""
    lines = _split(text)
    match = _ORDINAL.match(lines[mention.line - 1]) if 0 < mention.line <= len(lines) else None
    return match[1] if match else ""


@lru_cache(maxsize=4)
def _split(text: str) -> list[str]:
    return text.split("\n")


def _list_opening_criteria(mention: Mention, opening: str, ordinal: str) -> frozenset[int]:
    if not mention.criteria:
        return frozenset()
    if mention.severity is None and mention.label is None and _BARE_VERDICT.match(mention.text):
        return frozenset(mention.criteria)  # a criterion's own line, its number aside
    named = {int(match[1]) for match in _CRITERION.finditer(f"{opening}\n{mention.section}") if not match[2]}
    if mention.severity is None:
        firsts = (_FIRST_NUMBER.match(text) for text in (mention.text, mention.title))
        named |= {int(first[1]) for first in firsts if first}
        if ordinal and _FAILS.search(opening):  # "3. Clearing: FAIL", in a list of the criteria
            named.add(int(ordinal))
    return frozenset(named & set(mention.criteria))


def _is_verdict(mention: Mention, opening: str, opened: frozenset[int]) -> bool:
    if mention.severity is not None or not opened:
        return False
    firsts = (_FIRST_NUMBER.match(text) for text in (mention.text, mention.title))
    begins = any(first is not None and int(first[1]) in mention.criteria for first in firsts)
    return begins or _FAILS.search(opening) is not None or _BARE_VERDICT.match(mention.text) is not None
