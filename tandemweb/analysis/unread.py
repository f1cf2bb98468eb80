"""What a document says and nobody read: sections, ratings and words that gave no finding come as problems."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from operator import itemgetter

from tandemweb.analysis.blocks import Block, BlockKind, plain
from tandemweb.analysis.criterion_statements import CriterionStatement
from tandemweb.analysis.headings import RAISING, heading_item
from tandemweb.analysis.outline import Section
from tandemweb.analysis.praise import is_well
from tandemweb.analysis.ratings import find_sentence_severity
from tandemweb.analysis.sections import Topic
from tandemweb.analysis.severity import find_unknown_severity, is_rated
from tandemweb.analysis.walking import walk
from tandemweb.analysis.wording import is_empty
from tandemweb.domain.finding import Mention
from tandemweb.domain.problem import Problem

_UNANNOUNCED = frozenset({Topic.UNKNOWN, Topic.QUESTIONS, Topic.NEUTRAL})
_UNRATED = frozenset({Topic.INTENT, Topic.PRAISE})  # nothing there is a finding, whatever it says
_SPOKEN = frozenset({BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.ROW})
_SEVERAL = 2  # lines that tell a severity: one alone may speak of anything


def find_unread_sections(root: Section, mentions: tuple[Mention, ...], path: str) -> Iterator[Problem]:
    """Name the sections that announce findings, say something, and gave none."""
    lines = [mention.line for mention in mentions]
    for section, topic, _ in walk(root):
        if topic not in RAISING or section.sections or section.level == 0:
            continue
        spoken = [b for b in section.blocks if b.kind in {BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.ROW}]
        if not spoken or any(section.line <= line <= section.end_line for line in lines):
            continue
        if (item := heading_item(section, topic)) and is_well(item, topic):
            continue  # it announces that all is well
        if not any(is_empty(b.text) for b in spoken) and not any(_covers(m, section.line) for m in mentions):
            message = (
                f"The section {plain(section.title)!r} announces findings, but no item of its own was recognised in it."
            )
            yield Problem(path, section.line, "findings-not-understood", message)


def find_ungraded_sections(root: Section, mentions: tuple[Mention, ...], path: str) -> Iterator[Problem]:
    """Name the sections that announce no findings, in which several items or rows tell a severity and none is one."""
    lines = sorted(mention.line for mention in mentions)
    for section, topic, _ in walk(root):
        listed = [b for b in section.blocks if b.kind in {BlockKind.ITEM, BlockKind.ROW}]
        if topic not in _UNANNOUNCED or len(listed) < _SEVERAL:
            continue
        if bisect_left(lines, listed[0].line) < bisect_right(lines, listed[-1].end_line):
            continue
        if sum(_tells_severity(block) for block in listed) >= _SEVERAL:
            title = plain(section.title)
            message = f"Lines of the section {title!r} name severities, but none was taken for a finding."
            yield Problem(path, section.line, "findings-not-understood", message)


def find_unread_ratings(root: Section, read: Sequence[Mention], path: str) -> Iterator[Problem]:
    """Name the lines that rate something in so many words, ``Severity: High``, where nothing was ``read``."""
    spans = sorted((mention.line, mention.end_line) for mention in read)
    ends = list(accumulate((end for _, end in spans), max))
    for section, topic, _ in walk(root):
        if topic in _UNRATED:
            continue
        for block in section.blocks:
            if block.kind not in _SPOKEN or not is_rated(block.text):
                continue
            before = bisect_right(spans, block.line, key=itemgetter(0))
            if not before or ends[before - 1] < block.line:
                message = "The line tells a severity, but no finding was recognised to which it belongs."
                yield Problem(path, block.line, "findings-not-understood", message)


def _tells_severity(block: Block) -> bool:
    return find_sentence_severity(f". {block.text}") is not None  # it may begin with one, as a sentence does


def find_unread_criteria(root: Section, criteria: tuple[CriterionStatement, ...], path: str) -> Iterator[Problem]:
    """Name the first section for criteria that says something, where the document gave no verdict on any."""
    if criteria:
        return
    for section, topic, _ in walk(root):
        spoken = (b for b in section.blocks if b.kind in {BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.ROW})
        first = next((b for b in spoken if not is_empty(b.text)), None) if topic is Topic.CRITERIA else None
        if first:
            message = "The acceptance criteria are spoken of, but no verdict on a numbered one was recognised."
            yield Problem(path, first.line, "criteria-not-understood", message)
            return


def find_unknown_severities(mentions: tuple[Mention, ...]) -> Iterator[Problem]:
    """Name the items that state a severity in a word of their own."""
    for mention in mentions:
        if mention.severity is None and "everity" in mention.text:
            word = find_unknown_severity(mention.text)
            if word:
                message = f"The severity {word!r} is none that is known; the finding is shown without one."
                yield Problem(mention.path, mention.line, "severity-unknown", message)


def _covers(mention: Mention, line: int) -> bool:
    return mention.line <= line <= mention.end_line
