"""Headings that are items themselves, and headings that come back to an item."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from tandemweb.analysis.blocks import Block, BlockKind
from tandemweb.analysis.item_cutting import Form, Item, items_of
from tandemweb.analysis.items import Place, to_mentions
from tandemweb.analysis.leads import Lead, read_lead
from tandemweb.analysis.outline import Section
from tandemweb.analysis.sections import Topic, names_severities
from tandemweb.analysis.wording import is_empty
from tandemweb.domain.finding import Mention

RAISING = frozenset(
    {Topic.FINDINGS, Topic.RISKS, Topic.SUGGESTIONS, Topic.DISAGREEMENTS, Topic.REJECTED, Topic.ADOPTED, Topic.DEFERRED}
)
_GROUP_WORDS = 4
_NAMES_ITEM = re.compile(
    r"\b(?:finding|issue|point|item|disagreement)\s+#?((?:[A-Z]{1,4}-?)?\d{1,3}[a-z]?)\b", re.IGNORECASE
)
_ASKS = re.compile(r"[\s*_]*(?:what|how|which|why|where|when|who|question|next)\b", re.IGNORECASE)
_FIELD_ITEM = re.compile(
    r"[\s*_]*(?:severity|file|location|evidence|impact|criterion|line|lines|fix|status|suggest\w*|"
    r"recommend\w*|reproduc\w*|"
    r"repro|cause|expected|actual|observed|where|why|what|codex|claude|agreement|priority|confidence|"
    r"source|category)[\s*_]*:",
    re.IGNORECASE,
)


def heading_item(section: Section, topic: Topic) -> Item | None:
    """Take a heading for an item when it carries a severity or a mark, or stands among findings and groups nothing."""
    is_list = section.topic is Topic.SEVERITY or names_severities(section.title)
    if section.level in {0, 7} or section.is_title or is_list:
        return None
    lead = read_lead(section.title, numbered=True)
    if not lead.title:  # "Finding 5", above what is said of it
        if not (lead.has_noun and lead.label and topic is Topic.DISAGREEMENTS and section.items):
            return None
        lead = replace(lead, title=section.title)
    is_marked = lead.severity is not None or lead.has_noun or (lead.label is not None and not lead.label[0].isdigit())
    if section.topic is not Topic.UNKNOWN and not is_marked:
        return None
    if not is_marked and (topic not in RAISING or _is_group(section, lead)):
        return None
    if is_marked and topic in {Topic.CRITERIA, Topic.CHECKS, Topic.PRAISE} and lead.severity is None:
        return None
    item = Item(Form.HEADING, section.line, section.line, section.title, _lead=lead)
    for block in all_blocks(section):
        item.extend(block)
    return item


def _is_group(section: Section, lead: Lead) -> bool:
    """Say whether a heading such as ``Correctness`` only groups the items below it."""
    if lead.label is not None:
        return False
    if any(heading_item(child, Topic.UNKNOWN) or child.topic is Topic.SEVERITY for child in section.sections):
        return True
    items = section.items
    if not items:  # no blocks, or none that says anything
        return bool(section.sections)
    if items[0].form is Form.PARAGRAPH or _is_field_list(section.blocks):
        leads = len(items) > 1 and items[1].lead.is_marked
        return is_empty(items[0].text) or leads or (lists_points(items) and not _is_field_list(section.blocks))
    return items[0].lead.is_marked or items[0].lead.bold or section.title.count(" ") < _GROUP_WORDS


def lists_points(items: Sequence[Item]) -> bool:
    """Say whether several items of a list begin with emphasised words or a mark: then each is a point."""
    return sum(item.form is Form.LIST and (item.lead.bold or item.lead.is_marked) for item in items) > 1


def _is_field_list(blocks: list[Block]) -> bool:
    listed = [b for b in blocks if b.kind in {BlockKind.ITEM, BlockKind.PARAGRAPH} and b.level <= 1]
    return bool(listed) and sum(_FIELD_ITEM.match(b.text) is not None for b in listed) * 2 >= len(listed)


def all_blocks(section: Section) -> Iterator[Block]:
    stack = [section]
    while stack:
        current = stack.pop()
        if current is not section:
            yield Block(BlockKind.PARAGRAPH, current.line, current.line, current.title)
        yield from current.blocks
        stack += reversed(current.sections)


def named_question(section: Section) -> Item | None:
    """Take a heading such as ``For the user: finding 5a`` for an item."""
    if not _NAMES_ITEM.search(section.title):
        return None
    item = Item(Form.HEADING, section.line, section.line, section.title)
    for block in all_blocks(section):
        item.extend(block)
    return item


def find_statements(item: Item, place: Place, labels: Mapping[str, int]) -> tuple[Mention, ...]:
    """Find the statements below a heading that comes back to an item of the same document (``Finding 5, second look``).

    ``labels`` says how many items of the document have each mark.
    """
    named = _NAMES_ITEM.search(item.text)
    is_question = place.topic is Topic.QUESTIONS
    if named is None or labels.get(named[1].upper(), 0) < (1 if is_question else 2):
        return ()
    parts = [p for p in items_of(item.details) if p.form is Form.LEAD and not _ASKS.match(p.text)]
    reference = (None, named[1].upper())
    return tuple(
        replace(mention, references=(reference, *mention.references))
        for part in parts
        for mention in to_mentions(part, place)
    )


def without_statements(item: Item) -> Item:
    """Leave only what stands before the first emphasised statement below a heading."""
    lines = [p.line for p in items_of(item.details) if p.form is Form.LEAD]
    if not lines:
        return item
    kept = [block for block in item.details if block.line < lines[0]]
    return Item(item.form, item.line, item.end_line, item.text, details=kept, _lead=item.lead)
