"""Which items of an evaluation or a review raise or restate a finding."""

import re
from collections import Counter
from collections.abc import Iterator

from tandemweb.analysis.answers import find_answers, is_heading_lead
from tandemweb.analysis.criterion_statements import CriterionStatement
from tandemweb.analysis.facts import tells_defect
from tandemweb.analysis.failures import failing_criteria
from tandemweb.analysis.headings import RAISING, find_statements, heading_item, named_question, without_statements
from tandemweb.analysis.item_cutting import Form, Item
from tandemweb.analysis.items import Place, to_mentions
from tandemweb.analysis.outline import Section
from tandemweb.analysis.paragraphs import cut_nothing, part_paragraphs
from tandemweb.analysis.praise import is_well
from tandemweb.analysis.ratings import RELUCTANT, find_sentence_severity
from tandemweb.analysis.restating import are_graded, is_severe, list_restating
from tandemweb.analysis.sections import Topic
from tandemweb.analysis.severity import StatedSeverity
from tandemweb.analysis.subjects import complete_series, find_points_by_subject
from tandemweb.analysis.tables import read_header
from tandemweb.analysis.verdicts import find_verdict_words
from tandemweb.analysis.walking import walk
from tandemweb.analysis.wording import (
    announces_a_list,
    heads_untried,
    is_empty,
    is_not_addressed,
    is_praise,
    is_still_open,
    is_tally,
)
from tandemweb.domain.finding import Mention

_SILENT = frozenset({Topic.PRAISE, Topic.INTENT, Topic.DECISIONS, Topic.QUESTIONS, Topic.OUT_OF_SCOPE, Topic.IDEAS})
# Where a review comes back to points that others have raised.
_RESTATING = frozenset({Topic.UNKNOWN, Topic.NEUTRAL, Topic.AGREED, Topic.VERDICT})
_OPEN = frozenset({Topic.UNKNOWN})
_UNCHECKED = re.compile(
    r"[\s*_]*(?:(?:could|was|were|did|have|i have) )?not (?:be )?(?:run|checked|tested|verified|tried|covered|measured)"
    r"(?: here| by me)?[\s*_]*[:—–]",
    re.IGNORECASE,
)
_SEE_POINT = re.compile(r"[,;(—–-]\s*see (?:finding |issue |item )?#?(?!AC)[A-Z]{0,2}\d{1,2}\)?[.\s]*\Z")
_NO_GAP = re.compile(
    r"\b(?:no gap|not (?:an? )?(?:gap|criteri\w+|asked|claimed|promised|needed|required|part|in scope|relevant)|"
    r"out of scope|neither(?! (?:of us|have i|has|did i|can i)\b)|only so|nobody asked)\b",
    re.IGNORECASE,
)
_NOT_RUN = re.compile(r"[^:—–|\n]{2,80}?(?:[:—–|]|\s-)\s*[*_]*not (?:run|done|tested|available)\b", re.IGNORECASE)
_GAP = re.compile(r"\b(?:as|is|leaves|remains) an? (?:\w+ )?gap\b", re.IGNORECASE)
_SEARCHED = 1500
_STATEMENT = 6  # words: fewer only name what was not tried
_FAILED = re.compile(r"(?:[:—–|]|\s-)\s*[*_]*fail(?:ed|s|ure)?\b", re.IGNORECASE)
_UNSETTLED = re.compile(r"\b(?:not (?:yet )?converged|no convergence|disputed|stuck|unresolved)\b", re.IGNORECASE)


def find_mentions(
    root: Section, criteria: tuple[CriterionStatement, ...], *, path: str, is_review: bool
) -> tuple[Mention, ...]:
    """Find the mentions of an evaluation document or a review, in document order."""
    judged = {statement.line for statement in criteria}
    found = [
        (item, place, to_mentions(item, place)) for item, place in _items(root, judged, path=path, is_review=is_review)
    ]
    labels = Counter(mention.label.upper() for _, _, own in found for mention in own if mention.label)
    mentions: list[Mention] = []
    for item, place, own in found:
        statements = find_statements(item, place, labels) if item.form is Form.HEADING else ()
        mentions += to_mentions(without_statements(item), place) if statements else own
        mentions += statements
    mentions += failing_criteria(criteria, frozenset(labels), path)
    return tuple(sorted(mentions, key=lambda mention: mention.line))


def _is_unchecked(item: Item) -> bool:
    """Say whether an item lists what was not run as a gap (``Not run: Safari``), and does not say that it is none."""
    return _UNCHECKED.match(item.text) is not None and _NO_GAP.search(item.whole_text(), 0, _SEARCHED) is None


def _items(root: Section, judged: set[int], *, path: str, is_review: bool) -> Iterator[tuple[Item, Place]]:
    """Yield the items that raise or restate a finding, with where they stand."""
    has_own_place = any(topic in RAISING for _, topic, _ in walk(root))
    by_subject = (
        frozenset()
        if is_review
        else find_points_by_subject(root, _OPEN, lambda item, _topic, _section: is_severe(item))
    )
    covered = 0
    for section, topic, severity in walk(root):
        if section.line <= covered:
            continue  # below a heading that is an item
        agrees = topic is Topic.AGREED and not is_review
        item = heading_item(section, Topic.FINDINGS if agrees else topic)
        if item and section.line not in judged:
            covered = item.end_line
            parent = section.parent.title if section.parent else ""
            raises = not is_empty(item.lead.title) and not is_well(item, topic)
            if raises and _counts(item, topic, judged, is_open=False):
                yield item, Place(path, parent, topic, severity, is_review)
            continue
        place = Place(path, section.title, topic, severity, is_review)
        if topic is Topic.QUESTIONS and (whole := named_question(section)):
            yield whole, place
        effective = topic if has_own_place or topic is not Topic.UNKNOWN else Topic.CONTEXT
        chosen = list(_list_chosen(section, topic, effective, severity, judged, is_review=is_review))
        if is_review and topic not in _SILENT:
            chosen = [one for one in chosen if not is_heading_lead(one)]
            chosen += find_answers(section.blocks, chosen, is_review=True)
        elif topic not in _SILENT:
            set_apart = [one for one in chosen if one.form is not Form.PARAGRAPH]
            answers = list(find_answers(section.blocks, set_apart, is_review=False))
            chosen = set_apart + answers if answers else chosen
        others = by_subject - judged - {one.line for one in chosen}
        chosen += (one for one in section.items if one.line in others)
        yield from ((one, place) for one in chosen)


def _list_chosen(
    section: Section,
    topic: Topic,
    effective: Topic,
    severity: StatedSeverity | None,
    judged: set[int],
    *,
    is_review: bool,
) -> Iterator[Item]:
    """List the items of a section that raise or restate a finding. ``effective``: what its place says in the end."""
    if is_review and topic in _RESTATING:
        yield from (one for one in list_restating(section.items, topic) if one.line not in judged)
    elif topic is Topic.AGREED:
        yield from (one for one in section.items if _is_agreed_problem(one, judged))
    else:
        yield from _choose(section, effective, severity, judged)


def _is_agreed_problem(item: Item, judged: set[int]) -> bool:
    """Say whether an item under what both agree on is a point; that tests pass is agreement, too."""
    if item.form is Form.PARAGRAPH or item.line in judged or is_empty(item.text) or is_praise(item.text):
        return False
    if item.form is Form.ROW:
        return _is_finding_row(item, is_first=True)
    lead = item.lead
    return lead.bold or lead.is_marked or tells_defect(item.whole_text())


def _choose(section: Section, topic: Topic, severity: StatedSeverity | None, judged: set[int]) -> Iterator[Item]:
    items = section.items
    if topic is Topic.QUESTIONS and are_graded(items):
        topic = Topic.FINDINGS  # "Open points" of an evaluation, each with its severity, are no questions
    if topic in _SILENT:
        return
    if topic in RAISING:
        yield from _raised(items, topic, severity, judged)
        return
    untried = heads_untried(section.title)
    raised = [
        item
        for item in items
        if item.line not in judged and (_counts(item, topic, judged, is_open=True) or (untried and _is_untried(item)))
    ]
    yield from complete_series(items, raised)


def _is_untried(item: Item) -> bool:
    """Say whether an item of a list of what was not checked leaves a gap, and does not say that it is none."""
    whole = item.whole_text()
    is_gap = item.form is Form.LIST or (item.form is Form.PARAGRAPH and _GAP.search(whole, 0, _SEARCHED) is not None)
    if not is_gap or is_empty(whole) or len(whole.split()) < _STATEMENT:
        return False
    return _NO_GAP.search(whole, 0, _SEARCHED) is None or find_sentence_severity(whole) is not None


def _counts(item: Item, topic: Topic, judged: set[int], *, is_open: bool) -> bool:
    """Say whether an item outside the sections for findings raises one. ``is_open``: its place does not say so."""
    if topic in _SILENT or item.line in judged:
        return False
    if topic in _TESTS:
        return item.form is not Form.PARAGRAPH and _TESTS[topic](item)
    if not is_open or _is_unchecked(item):
        return True
    if item.form is Form.ROW:
        return read_header(item.header).is_findings and _is_finding_row(item, is_first=True)
    if topic is Topic.NEUTRAL:
        return is_severe(item) and item.lead.label is not None
    return is_severe(item) or (topic is Topic.CONTEXT and (_is_labelled(item) or _is_rated(item)))


def _fails(item: Item) -> bool:
    """Say whether a check or an edge case fails or has not been agreed on."""
    words = {word for word, _ in find_verdict_words(item.text)}
    if "FAIL" in words or (not words and _FAILED.search(item.text[:120])):
        return True
    return is_severe(item) or (not words and _UNSETTLED.search(item.text) is not None)


def _fails_or_is_not_run(item: Item) -> bool:
    """Say whether a check fails, or is listed as one that was not run."""
    return _fails(item) or _NOT_RUN.match(item.text) is not None


def _fails_or_weighs(item: Item) -> bool:
    """Say whether an edge case fails or is told with a severity."""
    if _fails(item):
        return True
    if find_verdict_words(item.text):
        return False
    return bool(_SEE_POINT.search(item.text)) or find_sentence_severity(item.text.replace(",", ".")) is not None


def _is_unsettled(item: Item) -> bool:
    """Say whether a criterion without verdict is told to be disputed. Failing ones have statements of their own."""
    return is_severe(item) or (not find_verdict_words(item.text) and _UNSETTLED.search(item.text) is not None)


def _is_reopened(item: Item) -> bool:
    return is_still_open(_state_text(item))


def _misses_feedback(item: Item) -> bool:
    return is_not_addressed(item.text)


_TESTS = {
    Topic.PREVIOUS: _is_reopened,
    Topic.CHECKS: _fails_or_is_not_run,
    Topic.EDGE_CASES: _fails_or_weighs,
    Topic.CRITERIA: _is_unsettled,
    Topic.FEEDBACK: _misses_feedback,
}


def _is_rated(item: Item) -> bool:
    """Say whether an emphasised paragraph tells its severity in a sentence."""
    return item.form is Form.LEAD and item.lead.bold and find_sentence_severity(item.whole_text()) is not None


def _is_labelled(item: Item) -> bool:
    return (
        item.form is not Form.PARAGRAPH
        and (item.lead.has_noun or item.lead.label is not None)
        and tells_defect(item.whole_text())
    )


def _state_text(item: Item) -> str:
    if item.form is Form.ROW:
        state = read_header(item.header).state
        if state is not None and state < len(item.cells):
            return item.cells[state]
    return item.text


def _raised(items: list[Item], topic: Topic, severity: StatedSeverity | None, judged: set[int]) -> Iterator[Item]:
    """Yield what a section for findings raises: every item; a plain paragraph where it is the only form there."""
    announced = said_nothing = False
    has_items = any(item.form is not Form.PARAGRAPH for item in items)
    for position, item in enumerate(items):
        if item.form is Form.PARAGRAPH:
            announced = announces_a_list(item.text)
            if (said_nothing or is_empty(item.text)) and RELUCTANT.search(item.text):
                yield cut_nothing(item)
            said_nothing = said_nothing or is_empty(item.text)
            alone = not has_items and not said_nothing and position == 0 and not item.text.rstrip(" *_").endswith(":")
            if alone and (severity is not None or topic is Topic.SUGGESTIONS or tells_defect(item.whole_text())):
                yield from part_paragraphs(items, topic)
        elif item.form is Form.ROW:
            if _is_finding_row(item, is_first=items[0].form is Form.ROW):
                yield item
        elif not announced and item.line not in judged and not is_empty(item.text) and not is_well(item, topic):
            yield item


def _is_finding_row(item: Item, *, is_first: bool) -> bool:
    """Say whether a row under findings is one, or only data that the item above shows."""
    columns = read_header(item.header)
    if is_empty(item.text) or not any(len(c) > 3 for c in item.cells):
        return False
    if columns.title is not None or columns.severity is not None:
        told = [c for i, c in enumerate(item.cells) if i not in {columns.label, columns.severity}]
        return not all(is_empty(c) or is_tally(c) for c in told)
    return is_first
