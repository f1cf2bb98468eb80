"""Which items of an evaluation or a review raise or restate a finding."""

import re
from collections.abc import Iterator
from dataclasses import replace

from tandemweb.analysis.blocks import Block, BlockKind
from tandemweb.analysis.criteria import CriterionStatement
from tandemweb.analysis.items import Place, to_mentions
from tandemweb.analysis.leads import Lead, read_lead
from tandemweb.analysis.outline import Form, Item, Section, items_of
from tandemweb.analysis.sections import Topic
from tandemweb.analysis.severity import StatedSeverity
from tandemweb.analysis.tables import read_header
from tandemweb.analysis.verdicts import find_verdict_words
from tandemweb.analysis.wording import (
    announces_a_list,
    is_empty,
    is_not_addressed,
    is_praise,
    is_still_open,
    sounds_defective,
)
from tandemweb.domain.finding import Mention

RAISING = frozenset(
    {Topic.FINDINGS, Topic.RISKS, Topic.SUGGESTIONS, Topic.DISAGREEMENTS, Topic.REJECTED, Topic.ADOPTED, Topic.DEFERRED}
)
_SILENT = frozenset({Topic.PRAISE, Topic.INTENT, Topic.DECISIONS, Topic.QUESTIONS, Topic.OUT_OF_SCOPE, Topic.IDEAS})
_OPEN_TOPICS = frozenset({Topic.UNKNOWN, Topic.VERDICT, Topic.NEUTRAL, Topic.CONTEXT})
_FAILED = re.compile(r"(?:[:—–|]|\s-)\s*[*_]*fail(?:ed|s|ure)?\b", re.IGNORECASE)
_FAILURES = frozenset({"FAIL", "BLOCKED"})
_GROUP_WORDS = 4


def walk(root: Section) -> Iterator[tuple[Section, Topic, StatedSeverity | None]]:
    """Go through all sections with the topic and severity that hold there, their own or inherited."""
    stack: list[tuple[Section, Topic, StatedSeverity | None]] = [(root, Topic.UNKNOWN, None)]
    while stack:
        section, topic, severity = stack.pop()
        yield section, topic, severity
        stack += [(child, *_inherit(child, topic, severity)) for child in reversed(section.sections)]


def _inherit(
    section: Section, topic: Topic, severity: StatedSeverity | None
) -> tuple[Topic, StatedSeverity | None]:
    if section.is_title and section.topic not in {Topic.FINDINGS, Topic.RISKS}:
        return Topic.UNKNOWN, None
    if section.topic is Topic.SEVERITY:
        return (topic if topic in RAISING or topic is Topic.PRAISE else Topic.FINDINGS), section.severity
    if section.topic is Topic.UNKNOWN:
        return topic, section.severity or (severity if topic in RAISING else None)
    keeps = topic in {Topic.REJECTED, Topic.PREVIOUS} and section.topic in {Topic.FINDINGS, Topic.RISKS}
    return (topic if keeps else section.topic), section.severity


def find_mentions(
    root: Section, criteria: tuple[CriterionStatement, ...], *, path: str, is_review: bool
) -> tuple[Mention, ...]:
    """Find the mentions of an evaluation document or a review, in document order."""
    has_own_place = any(topic in RAISING for _, topic, _ in walk(root))
    judged = {statement.line for statement in criteria}
    found: list[Mention] = [] if is_review else list(_failing_criteria(criteria, path))
    covered = 0
    for section, topic, severity in walk(root):
        if section.line <= covered:
            continue  # below a heading that is an item
        effective = topic if has_own_place or topic is not Topic.UNKNOWN else Topic.CONTEXT
        place = Place(path, section.title, topic, severity, is_review)
        item = heading_item(section, topic)
        if item and section.line not in judged:
            covered = item.end_line
            parent = section.parent.title if section.parent else ""
            if not is_empty(item.lead.title) and _counts(item, topic, judged, is_open=False):
                found += to_mentions(item, Place(path, parent, topic, severity, is_review))
            continue
        for chosen in _choose(section, effective, severity, judged):
            found += to_mentions(chosen, place)
    return tuple(sorted(found, key=lambda mention: mention.line))


def heading_item(section: Section, topic: Topic) -> Item | None:
    """Take a heading for an item when it carries a severity or a mark, or stands among findings and groups nothing."""
    if section.level in {0, 7} or section.is_title or section.topic is Topic.SEVERITY:
        return None
    lead = read_lead(section.title, numbered=True)
    if not lead.title:
        return None
    is_marked = lead.severity is not None or lead.has_noun or (lead.label is not None and not lead.label[0].isdigit())
    if section.topic is not Topic.UNKNOWN and not (is_marked and lead.title):
        return None
    if not is_marked and (topic not in RAISING or _is_group(section, lead)):
        return None
    if is_marked and topic in {Topic.CRITERIA, Topic.CHECKS, Topic.PRAISE} and lead.severity is None:
        return None
    item = Item(Form.HEADING, section.line, section.line, section.title, _lead=lead)
    for block in _all_blocks(section):
        item.extend(block)
    return item


def _is_group(section: Section, lead: Lead) -> bool:
    """Say whether a heading such as ``Correctness`` only groups the items below it."""
    if lead.label is not None:
        return False
    if any(heading_item(child, Topic.UNKNOWN) or child.topic is Topic.SEVERITY for child in section.sections):
        return True
    if not section.blocks:
        return bool(section.sections)
    items = items_of(section.blocks)
    if items[0].form is Form.PARAGRAPH or _is_field_list(section.blocks):
        return is_empty(items[0].text) or (len(items) > 1 and items[1].lead.is_marked)
    return items[0].lead.is_marked or items[0].lead.bold or section.title.count(" ") < _GROUP_WORDS


_FIELD_ITEM = re.compile(
    r"[\s*_]*(?:severity|file|location|evidence|impact|criterion|line|lines|fix|status|suggest\w*|recommend\w*|reproduc\w*|"
    r"repro|cause|expected|actual|observed|where|why|what|codex|claude|agreement|priority|confidence|source|category)[\s*_]*:",
    re.IGNORECASE,
)


def _is_field_list(blocks: list[Block]) -> bool:
    listed = [b for b in blocks if b.kind in {BlockKind.ITEM, BlockKind.PARAGRAPH} and b.level <= 1]
    return bool(listed) and sum(_FIELD_ITEM.match(b.text) is not None for b in listed) * 2 >= len(listed)


def _all_blocks(section: Section) -> Iterator[Block]:
    stack = [section]
    while stack:
        current = stack.pop()
        if current is not section:
            yield Block(BlockKind.PARAGRAPH, current.line, current.line, current.title)
        yield from current.blocks
        stack += reversed(current.sections)


def _choose(
    section: Section, topic: Topic, severity: StatedSeverity | None, judged: set[int]
) -> Iterator[Item]:
    if topic in _SILENT:
        return
    items = items_of(section.blocks)
    if topic in RAISING:
        yield from _raised(items, topic, severity, judged)
        return
    for item in items:
        if item.line in judged:
            continue
        if _counts(item, topic, judged, is_open=True):
            yield item


def _counts(item: Item, topic: Topic, judged: set[int], *, is_open: bool) -> bool:
    """Say whether an item outside the sections for findings raises one."""
    if topic is Topic.PREVIOUS:
        return item.form is not Form.PARAGRAPH and is_still_open(_state_text(item))
    if topic in {Topic.CHECKS, Topic.EDGE_CASES, Topic.CRITERIA}:
        failed = "FAIL" in {word for word, _ in find_verdict_words(item.text)} or _FAILED.search(item.text[:120])
        return (topic is not Topic.CRITERIA and bool(failed) and item.form is not Form.PARAGRAPH) or _is_severe(item)
    if topic is Topic.FEEDBACK:
        return item.form is not Form.PARAGRAPH and is_not_addressed(item.text)
    if topic in _SILENT or item.line in judged:
        return False
    if not is_open:
        return True
    if item.form is Form.ROW:
        return read_header(item.header).is_findings and not is_empty(item.cells[0])
    return _is_severe(item) or (topic is Topic.CONTEXT and _is_labelled(item))


def _is_severe(item: Item) -> bool:
    return item.form is not Form.ROW and item.form is not Form.PARAGRAPH and item.lead.severity is not None and bool(item.lead.title)


def _is_labelled(item: Item) -> bool:
    return item.form is not Form.PARAGRAPH and (item.lead.has_noun or item.lead.label is not None) and sounds_defective(item.text)


def _state_text(item: Item) -> str:
    if item.form is Form.ROW:
        state = read_header(item.header).state
        if state is not None and state < len(item.cells):
            return item.cells[state]
    return item.text


def _raised(
    items: list[Item], topic: Topic, severity: StatedSeverity | None, judged: set[int]
) -> Iterator[Item]:
    """Yield what a section for findings raises: every item; a plain paragraph where it is the only form there."""
    announced = said_nothing = False
    has_items = any(item.form is not Form.PARAGRAPH for item in items)
    for position, item in enumerate(items):
        if item.form is Form.PARAGRAPH:
            announced = announces_a_list(item.text)
            said_nothing = said_nothing or is_empty(item.text)
            alone = not has_items and not said_nothing and position == 0 and not item.text.rstrip(" *_").endswith(":")
            if alone and (severity is not None or topic is Topic.SUGGESTIONS or sounds_defective(item.text)):
                for other in items[1:]:
                    item.end_line = max(item.end_line, other.end_line)
                yield item
        elif item.form is Form.ROW:
            if _is_finding_row(item, items[:position]):
                yield item
        elif not announced and item.line not in judged and not is_empty(item.text) and not is_praise(item.text):
            yield item


def _is_finding_row(item: Item, before: list[Item]) -> bool:
    """Say whether a row under findings is one, or only data that the item above shows."""
    columns = read_header(item.header)
    if is_empty(item.text) or not any(len(c) > 3 for c in item.cells):  # noqa: PLR2004
        return False
    if columns.title is not None or columns.severity is not None:
        told = [c for i, c in enumerate(item.cells) if i not in {columns.label, columns.severity}]
        return not all(is_empty(c) for c in told)
    return not any(other.form is not Form.ROW for other in before)


def _failing_criteria(criteria: tuple[CriterionStatement, ...], path: str) -> Iterator[Mention]:
    groups: dict[tuple[int, str], list[CriterionStatement]] = {}
    for statement in criteria:
        if statement.column is None and statement.verdict in _FAILURES:
            groups.setdefault((statement.line, statement.evidence), []).append(statement)
    for (line, evidence), statements in groups.items():
        item = Item(Form.LIST, line, max(s.end_line for s in statements), evidence)
        place = Place(path, "", Topic.CRITERIA, None, is_review=False)
        for mention in to_mentions(item, place)[:1]:
            yield _as_criterion(mention, tuple(dict.fromkeys(s.number for s in statements)))


def _as_criterion(mention: Mention, numbers: tuple[int, ...]) -> Mention:
    return replace(mention, criteria=numbers, severity=None, severity_word=None, label=None)
