"""Points below headings that name their subject: ``### Storage``, and then ``**Two writers.** Codex is right …``."""

import re
from collections.abc import Callable, Sequence

from tandemweb.analysis.item_cutting import Form, Item
from tandemweb.analysis.outline import Section
from tandemweb.analysis.sections import Topic
from tandemweb.analysis.walking import walk
from tandemweb.analysis.wording import is_praise

_BETWEEN_TWO = re.compile(
    r"\b(?:codex|claude)\b|\bboth (?:of us|investigations|reports)\b|\b(?:settled|withdrawn|conceded)\b"
    r"|\bI (?:give way|concede|withdrew|withdraw|take (?:it |this )?back|keep|differ|stay with)\b",
    re.IGNORECASE,
)
_SEARCHED = 1500
_COUNTED = re.compile(r"\s*(?:\*\*|__)#?(\d{1,2})[.):]\s")


def find_points_by_subject(
    root: Section, topics: frozenset[Topic], is_point: Callable[[Item, Topic, Section], bool]
) -> frozenset[int]:
    """Find the lines of the emphasised paragraphs below subjects, where most are points or spoken of as such.

    Where only some of them are, the rest tells facts: then there are none. ``topics``: what the headings above the
    subjects may announce.
    """
    told = {
        item.line: is_point(item, topic, section) or _BETWEEN_TWO.search(item.text, 0, _SEARCHED) is not None
        for section, topic, _ in walk(root)
        if topic in topics and section.topic is Topic.UNKNOWN and section.level > 0 and not section.is_title
        for item in section.items
        if item.form is Form.LEAD and item.lead.bold and not is_praise(item.text)
    }
    return frozenset(told) if sum(told.values()) * 2 > len(told) else frozenset()


def complete_series(items: Sequence[Item], points: Sequence[Item]) -> list[Item]:
    """Give the points with the other emphasised paragraphs that are counted with them, from 1 on.

    Where most that is counted is no point, nothing is added.
    """
    counted = [(int(count[1]), item) for item in items if (count := _COUNTED.match(item.text))]
    if [number for number, _ in counted] != list(range(1, len(counted) + 1)):
        return list(points)
    lines = {item.line for item in points}
    if sum(item.line in lines for _, item in counted) * 2 <= len(counted):
        return list(points)
    lines |= {item.line for _, item in counted}
    return [item for item in items if item.line in lines]
