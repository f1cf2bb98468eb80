"""Points below headings that name their subject: ``### Storage``, and then ``**Two writers.** Codex is right …``."""

import re
from collections.abc import Callable

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
