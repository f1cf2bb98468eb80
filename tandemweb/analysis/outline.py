"""A document as sections: which lines are headings, and what stands under each."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from weakref import ReferenceType, ref

from tandemweb.analysis.blocks import Block, BlockKind
from tandemweb.analysis.counted_items import part_counted
from tandemweb.analysis.item_cutting import Item, items_of
from tandemweb.analysis.leads import read_lead
from tandemweb.analysis.listed_lines import HEAD_WORDS, LONGEST_HEAD, is_plain_head, part_paragraphs
from tandemweb.analysis.sections import Topic, read_heading
from tandemweb.analysis.severity import StatedSeverity


@dataclass(slots=True, weakref_slot=True, eq=False)
class Section:
    """What stands under one heading, up to the next. ``level`` 0 is the part before the first heading.

    It holds the sections below it, but not the one above: without circles, memory is free again at once.
    """

    title: str
    level: int
    line: int
    topic: Topic = Topic.UNKNOWN
    severity: StatedSeverity | None = None
    _above: "ReferenceType[Section] | None" = None
    blocks: list[Block] = field(default_factory=list)
    sections: list["Section"] = field(default_factory=list)
    is_title: bool = False
    _items: list[Item] | None = None

    @property
    def items(self) -> list[Item]:
        """Its ``items_of``, which each rule asks for. None is ever changed."""
        if self._items is None:
            self._items = items_of(self.blocks)
        return self._items

    @property
    def parent(self) -> "Section | None":
        return self._above() if self._above else None

    @property
    def end_line(self) -> int:
        section = self
        while section.sections:
            section = section.sections[-1]
        return section.blocks[-1].end_line if section.blocks else section.line


_NO_PSEUDO = frozenset({Topic.UNKNOWN, Topic.VERDICT, Topic.NEUTRAL})  # "**Verdict: FAIL**", "**Evidence:**"
_PLAIN_PSEUDO = frozenset(
    {Topic.CRITERIA, Topic.FINDINGS, Topic.SUGGESTIONS, Topic.PRAISE, Topic.DISAGREEMENTS, Topic.AGREED}
)
_LIST_HEADS = frozenset(
    {Topic.AGREED, Topic.REJECTED, Topic.DEFERRED, Topic.QUESTIONS, Topic.OUT_OF_SCOPE, Topic.RISKS}
)
_TABLE_HEADS = _LIST_HEADS | {Topic.ADOPTED}
_OF_POINTS = frozenset({Topic.DISAGREEMENTS, Topic.FINDINGS, Topic.RISKS, Topic.SEVERITY, Topic.REJECTED})
_ABOUT_ONE = re.compile(
    r"[\W\d_]*(?:criteri(?:on|a)|ACs?)[\s-]?\d{1,2}(?:\s*(?:,|and|&|/|vs\.?)\s*\d{1,2})*(?:\s+|\s*[:,—–]\s*)\w",
    re.IGNORECASE,
)
_STATES = re.compile(  # "The check and the insert are two transactions"
    r"\A(?![\W\d_]*(?:what|which|where|how|who|when|why|points?|findings?|things?)\b).*?\s"
    r"(?:is|are|was|were|has|have|does|do|can|cannot|may|might|must|should|will|never)\s",
    re.IGNORECASE,
)
_SENTENCE_WORDS = 4
_JUDGED = re.compile(r"(?:AC|criterion)[\s-]?\d{1,2}\b[\s:—–-]*(?:PASS|FAIL|BLOCKED)", re.IGNORECASE)
_FEW_WORDS = 3
_PSEUDO_LEVEL = 7  # an emphasised line that stands for a heading
_SEVERITY_FIELD = re.compile(r"[\s*_]*(?:severity|priority)[\s*_]*:", re.IGNORECASE)
_BOLD_LINE = re.compile(r"\s*(?:\*\*|__)([^*\n]{2,80}?)[:.]?(?:\*\*|__)\s*:?\s*")


def outline(blocks: Sequence[Block]) -> Section:
    """Put blocks under their headings. Emphasised lines that announce a topic or a severity count as headings."""
    root = Section("", 0, 1)
    current = root
    blocks = list(part_counted(list(part_paragraphs(blocks))))
    titles = sum(block.kind is BlockKind.HEADING and block.level == 1 for block in blocks)
    for position, block in enumerate(blocks):
        level = block.level if block.kind is BlockKind.HEADING else 0
        if not level and block.kind is BlockKind.PARAGRAPH and not block.level:
            following = blocks[position + 1] if position + 1 < len(blocks) else None
            level = _PSEUDO_LEVEL if _is_pseudo_heading(block, following) else 0
        if not level:
            current.blocks.append(block)
            continue
        while current.level >= level and (above := current.parent):
            current = above
        section = Section(block.text, level, block.line, _above=ref(current))
        section.is_title = level == 1 and titles == 1 and current is root
        section.topic, section.severity = read_heading(block.text)
        if current.topic in _OF_POINTS and is_point(section.title, section.topic):
            section.topic = Topic.UNKNOWN
        current.sections.append(section)
        current = section
    return root


def is_point(title: str, topic: Topic) -> bool:
    """Say whether a heading among points is one itself: about a criterion, or a sentence, whatever it begins with."""
    if topic is Topic.CRITERIA and _ABOUT_ONE.match(title):
        return True
    return title.count(" ") >= _SENTENCE_WORDS and _STATES.search(title) is not None


def _is_pseudo_heading(block: Block, following: Block | None) -> bool:
    text = block.text
    if following is not None and len(text) <= LONGEST_HEAD and not text.endswith(":") and is_plain_head(text):
        return _heads_plainly(block, following)
    bold = _BOLD_LINE.fullmatch(text) if text.startswith(("**", "__")) else None
    if len(text) > 90 or "\n" in text or not (bold or text.endswith(":")):
        return False
    topic, severity = read_heading(bold[1] if bold else text.rstrip(":"))
    if bold is None and text.count(" ") < _FEW_WORDS and topic in _PLAIN_PSEUDO:
        return following is not None
    if bold is None and topic in _TABLE_HEADS and text.count(" ") <= HEAD_WORDS + 1:
        kind = following.kind if following is not None else None
        return kind is BlockKind.ROW or (kind is BlockKind.ITEM and topic in _LIST_HEADS)
    starts_list = following is not None and following.kind in {BlockKind.ITEM, BlockKind.ROW}
    if topic is Topic.SEVERITY or (severity and topic is not Topic.UNKNOWN):
        return starts_list or (bold is not None and _heads_anything(text, following))
    return bold is not None and topic not in _NO_PSEUDO and not read_lead(text).is_marked


def _heads_anything(text: str, following: Block | None) -> bool:
    """Say whether something can stand below an emphasised severity; "**Severity: High**" rates the point above it."""
    return following is not None and following.kind is not BlockKind.HEADING and not _SEVERITY_FIELD.match(text)


def _heads_plainly(block: Block, following: Block) -> bool:
    """Say whether a line without any emphasis is the heading of the list, or of the criteria, below it."""
    topic = read_heading(block.text)[0]
    if topic is Topic.CRITERIA and following.kind is BlockKind.PARAGRAPH:
        return _JUDGED.match(following.text) is not None
    stands_on = following.line == block.end_line + 1 or topic in _PLAIN_PSEUDO
    return stands_on and (following.kind is BlockKind.ITEM or following.kind is BlockKind.ROW)
