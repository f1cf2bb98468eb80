"""What a review says of points that it agrees to: no points of its own, but it may come back to one by name."""

from collections.abc import Sequence

from tandemweb.analysis.item_cutting import Form
from tandemweb.analysis.items import Place, to_mentions
from tandemweb.analysis.outline import Section
from tandemweb.analysis.sections import Topic
from tandemweb.analysis.walking import walk
from tandemweb.analysis.wording import is_empty
from tandemweb.domain.finding import Mention


def find_remarks(root: Section, mentions: Sequence[Mention], *, path: str) -> tuple[Mention, ...]:
    """Find the items under what a review agrees to that are none of its ``mentions``: ``State, not table: fine``."""
    taken = {mention.line for mention in mentions}
    found: list[Mention] = []
    for section, topic, severity in walk(root):
        if topic is not Topic.AGREED:
            continue
        place = Place(path, section.title, topic, severity, is_review=True)
        for item in section.items:
            if item.form is Form.LIST and item.line not in taken and not is_empty(item.text):
                found += to_mentions(item, place)
    return tuple(sorted(found, key=lambda mention: mention.line))
