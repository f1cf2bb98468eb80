"""Plain paragraphs that raise something: which are one item, and where one begins."""

import re
from collections.abc import Iterator
from dataclasses import replace

from tandemweb.analysis.item_cutting import Item
from tandemweb.analysis.sections import Topic
from tandemweb.analysis.severity import is_rated

_NOTHING = re.compile(
    r"[\s*_(]*(?:none|nothing|nil)\b[^.;,:—–]{0,40}[.;,:—–)*_]+\s*(?:(?:al)?though\s+|but\s+)?", re.IGNORECASE
)
_NAMES_CRITERION = re.compile(r"[\s*_]*(?:AC|criterion)[\s#-]?\d", re.IGNORECASE)  # a subject of its own


def part_paragraphs(items: list[Item], topic: Topic) -> Iterator[Item]:
    """Take paragraphs for one item, but for those of a review that begin with the criterion that they are about.

    Where several are rated, each of these is an item.
    """
    whole = replace(items[0])
    are_rated = sum(is_rated(item.text) for item in items) > 1
    for item in items[1:]:
        if (topic is Topic.DISAGREEMENTS and _NAMES_CRITERION.match(item.text)) or (are_rated and is_rated(item.text)):
            yield whole
            whole = replace(item)
        whole.end_line = max(whole.end_line, item.end_line)
    yield whole


def cut_nothing(item: Item) -> Item:
    """Cut the word that there is nothing off a paragraph that goes on with how its author would rate a point."""
    nothing = _NOTHING.match(item.text)
    return Item(item.form, item.line, item.end_line, item.text[nothing.end() :]) if nothing else item
