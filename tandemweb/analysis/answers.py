"""Paragraphs of a review that each answer a point: ``On the lock (item 8): agreed, and I would go further. …``."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from operator import itemgetter

from tandemweb.analysis.blocks import Block, BlockKind
from tandemweb.analysis.item_cutting import Form, Item
from tandemweb.analysis.outline import is_point
from tandemweb.analysis.ratings import find_sentence_severity
from tandemweb.analysis.sections import Topic, read_heading
from tandemweb.analysis.severity import is_rated
from tandemweb.analysis.wording import is_empty

_GROUPS = frozenset((Topic.ADOPTED, Topic.REJECTED, Topic.AGREED, Topic.FINDINGS, Topic.RISKS, Topic.CRITERIA))
_HEAD = r"[\s*_]*(?:(?:\*\*|__)[^*_\n]{2,40}(?:\*\*|__)\s+)?"  # "**Not adopted.** On Windows: …"
_SIDES = (
    r"(?:I (?:agree|accept|concede|withdraw|withdrew|maintain|keep|still|do not|don['’]t|cannot|follow)|agreed|"
    r"accepted|conceded|withdrawn|fine|settled|(?:you are|you're|your) )"
)
_ANSWERS = re.compile(
    rf"{_HEAD}(?:On (?!items|points|both|all)[^:.\n]{{2,80}}(?::\s+\S|,\s+{_SIDES})"
    r"|I (?:do not|don['’]t|cannot|can['’]t) (?:accept|follow|share|agree (?:to|with)) (?:the|your|that)\b"
    r"|I (?:withdraw|retract|drop|take back) (?:the|my|that)\b"
    rf"|(?:The|Your|My) [^:.\n]{{2,60}}:\s+{_SIDES})",
    re.IGNORECASE,
)


_HEADED = re.compile(r"[^.:\n—–]{2,60}\s[—–]\s")
_NOUN = r"(?:finding|issue|point|item|gap|risk|concern|question|criterion|AC)"
_POINT = rf"(?:{_NOUN}\s+)?#?(?:[A-Z]{{1,3}}-?)?\d{{1,2}}[a-z]?\b"
_ABOUT_POINT = re.compile(
    rf"[\s*_]*(?:(?:On|As to|Re|Regarding)\s+(?:codex|claude)(?:['’]s|-\d\d)?\s+{_POINT}|"
    rf"(?:On\s+)?(?:my|codex['’]s|claude['’]s)\s+{_POINT})(?!\s*(?:and|to|&|,\s*\d))",
    re.IGNORECASE,
)


def is_heading_lead(item: Item) -> bool:
    """Say whether emphasised words in front of a paragraph stand for a heading: ``**From Codex only.** 8: fine.``."""
    lead = item.lead
    if item.form is not Form.LEAD or not lead.bold or lead.is_marked:
        return False
    topic = read_heading(lead.title)[0]
    return topic in _GROUPS and not is_point(lead.title, topic)


def is_about_point(text: str) -> bool:
    """Say whether a text begins with the point that it answers: ``On Codex's 3: the same as my 2.``."""
    return _ABOUT_POINT.match(text) is not None


def _makes_point(text: str) -> bool:
    """Say whether a paragraph of a review answers a point by name, or is rated: ``AC1 — the clock. Medium, as …``."""
    if _ANSWERS.match(text) or is_rated(text):
        return True
    return _HEADED.match(text) is not None and find_sentence_severity(text) is not None


def answers_point(text: str) -> bool:
    """Say whether a text begins with what it answers, by name or by number: ``On the lock: agreed. …``."""
    return _ANSWERS.match(text) is not None or is_about_point(text)


def find_answers(blocks: Sequence[Block], taken: Sequence[Item], *, is_review: bool) -> Iterator[Item]:
    """Find the paragraphs that answer one point, or raise one with its severity, beside the items ``taken`` already.

    What is no review says which: ``On Codex's 3: the same as my 2.``.
    """
    spans = sorted((item.line, item.end_line) for item in taken)
    ends = list(accumulate((last for _, last in spans), max))
    for block in blocks:
        if block.kind is not BlockKind.PARAGRAPH or block.level or is_empty(block.text):
            continue
        before = bisect_right(spans, block.line, key=itemgetter(0))
        if before and ends[before - 1] >= block.line:
            continue  # a part of an item
        if is_about_point(block.text) or (is_review and _makes_point(block.text)):
            yield Item(Form.PARAGRAPH, block.line, block.end_line, block.text)
