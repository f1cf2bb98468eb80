"""Reviews that answer a merged document by its numbers: ``4. Agree.``, ``5. Disagree. …``, ``- 4 is Low for me.``.

Such an item counts with the document under review, so that it need not say what it is about. What only agrees is a
point where that document makes one; what disagrees, or gives a severity, is one anyway.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tandemweb.analysis.item_cutting import Form, Item
from tandemweb.analysis.items import Place, to_mentions
from tandemweb.analysis.outline import Section
from tandemweb.analysis.sections import Topic
from tandemweb.analysis.walking import walk
from tandemweb.domain.finding import Mention, Stance

REPLY = "#"  # stands before the number in what such a mention refers to; nothing else begins so
_COUNTING = frozenset((Topic.UNKNOWN, Topic.NEUTRAL, Topic.AGREED, Topic.VERDICT))
_FEWEST = 2  # replies in a list
_SIDE = (
    r"(?:agree[ds]?|disagree[ds]?|accept(?:ed)?|confirm(?:ed)?|conceded?|withdrawn?|fair|fine|ok(?:ay)?|same|settled|"
    r"resolved|right|correct|reproduced|still|stays?|valid|reject(?:ed)?|disputed?|low|medium|high|p[0-3]|yes|no"
)
_POSITION = re.compile(
    rf"[\s*_]*(?:(?:fully|strongly|partly|partially|mostly) )?{_SIDE}|"
    r"not (?:an?|for|my|worth|reproduced|convinced)|no (?:opinion|objections?|change|comment|quarrel)|"
    r"as (?:in|above|before|you|last)|i (?:agree|disagree|accept|concede|withdraw|keep|hold|maintain|insist|stand|"
    r"still|would|do not|don['’]t|cannot))(?![\w-])",
    re.IGNORECASE,
)
_DISAGREES = re.compile(
    r"[\s*_]*(?:\d[\d\s,–-]*[:.]?\s*)?(?:(?:strongly|partly|partially|mostly) )?(?:i )?(?:disagree|dispute)",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"[\s*_(]*(?:(?:point|item|number|finding)\s+)?#?(\d{1,2})"
    r"(?:,\s+[a-z][\w -]{2,30}:|[\s*_)]*(?::|[—–](?!\s*\d)|\s-\s(?!\d))"
    r"|\s+(?:is|at|as|should|must|can|could|needs?|belongs?|has)\b"
    rf"|\s+{_SIDE})\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Reply:
    """An item with the number of what it answers."""

    item: Item
    place: Place
    number: int


def add_replies(
    root: Section, mentions: Sequence[Mention], candidates: Sequence[Mention], *, path: str
) -> tuple[tuple[Mention, ...], tuple[Mention, ...]]:
    """Give a review's mentions and candidates with its replies by number; each names the number that it replies to."""
    replies = {reply.item.line: reply for reply in _find_replies(root, path)}
    if not replies:
        return tuple(mentions), tuple(candidates)
    found = [_name_answered(one, replies) for one in mentions]
    neutral = [_name_answered(one, replies) for one in candidates]
    known = {one.line for one in (*found, *neutral)}
    for line in sorted(replies.keys() - known):
        for mention in to_mentions(replies[line].item, replies[line].place):
            named = _name_answered(mention, replies)
            is_point = named.severity is not None or named.stance is Stance.OBJECTS
            (found if is_point else neutral).append(named)
    return tuple(sorted(found, key=_line)), tuple(sorted(neutral, key=_line))


def _line(mention: Mention) -> int:
    return mention.line


def _find_replies(root: Section, path: str) -> Iterator[_Reply]:
    sections = [one for one in walk(root) if one[1] not in {Topic.INTENT, Topic.CRITERIA, Topic.CHECKS}]
    begins_later = _counts_on(item for section, _, _ in sections for item in section.items)
    for section, topic, severity in sections:
        place = Place(path, section.title, topic, severity, is_review=True)
        listed = [item for item in section.items if item.form is Form.LIST]
        counted = [item for item in listed if item.ordinal is not None] if topic in _COUNTING or begins_later else []
        bare = [item for item in counted if _POSITION.match(item.text)]
        is_answer = len(bare) >= (1 if topic is Topic.AGREED else _FEWEST) and len(bare) * 2 >= len(counted)
        if counted and (is_answer or begins_later):
            yield from (_Reply(item, place, item.ordinal) for item in counted if item.ordinal is not None)
            continue
        for item in section.items:
            is_free = item.form is Form.PARAGRAPH or (item.form is Form.LIST and item.ordinal is None)
            if is_free and (named := _NAMED.match(item.text)):
                yield _Reply(item, place, int(named[1]))


def _counts_on(items: Iterable[Item]) -> bool:
    """Whether the first number of a review is not 1: then it is none of a list of its own."""
    return next((item.ordinal for item in items if item.form is Form.LIST and item.ordinal is not None), 1) > 1


def _name_answered(mention: Mention, replies: Mapping[int, _Reply]) -> Mention:
    """Give a reply the number of what it answers; what disagrees objects."""
    if mention.line not in replies:
        return mention
    stance = Stance.OBJECTS if _DISAGREES.match(mention.text) else mention.stance
    number = (None, f"{REPLY}{replies[mention.line].number}")
    return replace(mention, stance=stance, references=(number, *mention.references))
