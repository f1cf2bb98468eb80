"""Which items of a plan or an investigation name a problem, and which are only candidates for one."""

import re
from collections.abc import Sequence

from tandemweb.analysis.answers import answers_point, is_about_point
from tandemweb.analysis.blocks import BlockKind
from tandemweb.analysis.facts import tells_defect
from tandemweb.analysis.headings import RAISING, heading_item, lists_points
from tandemweb.analysis.item_cutting import Form, Item
from tandemweb.analysis.items import Place, to_mentions
from tandemweb.analysis.leads import read_lead
from tandemweb.analysis.outline import Section
from tandemweb.analysis.praise import is_well
from tandemweb.analysis.ratings import find_sentence_severity
from tandemweb.analysis.sections import Topic, read_heading
from tandemweb.analysis.severity import (
    find_closing_grade,
    find_closing_severity,
    find_field_severity,
    find_sourced_grade,
)
from tandemweb.analysis.subjects import find_points_by_subject
from tandemweb.analysis.tables import cell, read_header
from tandemweb.analysis.walking import walk
from tandemweb.analysis.wording import announces_a_list, hints_at_problem, is_empty, is_negative
from tandemweb.domain.finding import Mention

_SILENT = frozenset({Topic.INTENT, Topic.PRAISE, Topic.VERDICT, Topic.CHECKS})
_FACTS = frozenset({Topic.UNKNOWN, Topic.CONTEXT, Topic.FINDINGS, Topic.NEUTRAL, Topic.AGREED})
_ANSWERING = frozenset({Topic.ADOPTED, Topic.REJECTED, Topic.DISAGREEMENTS})
_NAMED = RAISING - {Topic.FINDINGS, Topic.SUGGESTIONS}
_TOPIC_LEAD = re.compile(r"[\s*_`]*[^\s.:;][^.:;\n]{2,60}: ")  # "Sign of a total cost: …"
_DESCRIBED = re.compile(r"[\W\d_]*(?:what|how|where|who|which)\b", re.IGNORECASE)
_FIELD = re.compile(r"(?:\*\*|__)([^*_\n]{3,40}?)[:.]?(?:\*\*|__)[:.]?\s")
_PLAIN_FIELD = re.compile(r"[\W\d_]{0,6}([A-Za-z][A-Za-z ]{2,24}):\s")
_WEAK = re.compile(r"\?|\b(?:no|not|cannot|never|only|but|nothing|nobody|must|breaks?|loses?)\b", re.IGNORECASE)
_OF_INVESTIGATION = re.compile(
    r"\b(?:codex|claude)-01\b|\b(?:codex|claude)(?:['’]s)? (?:points|found|added|open points)\b|\binvestigations?\b"
    r"|\bwhat (?:codex|claude) (?:found|added|saw)\b",
    re.IGNORECASE,
)
_THESIS = re.compile(r"(?:[^\s.!?]+\s){1,6}[^\s.!?]+\.(?=\s|\Z)")
_SENTENCE = re.compile(r"[^.\s][.!?]\s")
_MARK = re.compile(r"[\W_]*[A-Z]{1,3}-?\d{1,2}\b")
_OPTIONS = re.compile(r"[\W_]*(?:options?|alternatives?|candidates?|choices?|variants?)\b", re.IGNORECASE)
_CONSEQUENCE = re.compile(r"\b(?:consequences?|impact|implications?|why it matters|effect)\b", re.IGNORECASE)
_SEARCHED = 1500
_WANTS = re.compile(
    r"\b(?:I|we) (?:would|suggest|propose|need|should|must)\b|\bI['’]d\b|\b(?:it|this|that|they|both(?: forms)?) "
    r"(?:needs?|wants?|must|should|has to|have to)\b",
    re.IGNORECASE,
)
_MAY_BE = re.compile(r"\b(?:can|could|may|might|should|must)\b", re.IGNORECASE)
_OWN_POINT = re.compile(r"\b(?:my|our) (?:\w+ )?(?:point|finding|question|concern|risk)s?\b", re.IGNORECASE)
_CREDITED = re.compile(
    r"\b(?:codex|claude)(?:-\d+)?(?:'s|’s)?\b[^.]{0,60}\b(?:right|found|reproduced|showed|pointed|noted|"
    r"ran|raised|objects?|example|measured|reports?)\b"
    r"|\bI (?:had |have )?(?:missed|overlooked|not (?:seen|noticed|thought of|considered)) (?:it|that|this)\b"
    r"|\bnew to me\b"
    r"|\b(?:reproduced|found|raised|reported|noted|shown|pointed out|as) by (?:codex|claude)\b|"
    r"\((?:codex|claude|both|mine|my)(?:-\d+)?\b[^)]{0,40}\)",
    re.IGNORECASE,
)


def find_planning_mentions(root: Section, *, path: str) -> tuple[tuple[Mention, ...], tuple[Mention, ...]]:
    """Find mentions and candidates of an independent or merged plan, each in document order."""
    mentions: list[Mention] = []
    candidates: list[Mention] = []
    covered = 0
    has_risks = any(topic is Topic.RISKS and section.blocks for section, topic, _ in walk(root))
    by_subject = find_points_by_subject(root, _FACTS, lambda item, topic, on: _names_problem(item, topic, on.title))
    for section, topic, severity in walk(root):
        if section.line <= covered or topic in _SILENT:
            continue
        place = Place(path, section.title, topic, severity, is_review=False)
        whole = heading_item(section, topic) if topic in _NAMED else _told_heading(section, topic)
        goes_on = whole is None and topic is Topic.QUESTIONS and _goes_on(section, mentions)
        if goes_on:
            whole = heading_item(section, Topic.RISKS)
        if whole and section.parent:
            covered = whole.end_line
            place = Place(path, section.parent.title, topic, severity, is_review=False)
            is_named = goes_on or _names_problem(whole, topic, section.parent.title)
            (mentions if is_named else candidates).extend(to_mentions(whole, place))
            continue
        items = [item for item in section.items if _says_something(item)]
        for item in items:
            alone = item is items[0] and all(other.form is Form.PARAGRAPH for other in items)
            is_fact = has_risks and topic in _FACTS and _is_plain_fact(item)
            named = (
                not is_fact
                and _names_problem(item, topic, section.title)
                and (alone or topic not in _NAMED or item.form is not Form.PARAGRAPH or _answers(item, topic))
            ) or item.line in by_subject
            (mentions if named else candidates).extend(to_mentions(item, place))
    return tuple(sorted(mentions, key=_line)), tuple(sorted(candidates, key=_line))


def _goes_on(section: Section, mentions: Sequence[Mention]) -> bool:
    """Say whether a heading bears the number that follows that of the last point: it is the next one, if open."""
    label = read_lead(section.title, numbered=True).label or ""
    last = mentions[-1].label or "" if mentions else ""
    return label.isdigit() and last.isdigit() and int(label) == int(last) + 1


def _line(mention: Mention) -> int:
    return mention.line


def _told_heading(section: Section, topic: Topic) -> Item | None:
    """Take a heading among facts for an item when paragraphs, not lists, stand below it."""
    if topic not in _FACTS or section.topic is not Topic.UNKNOWN or section.is_title or section.sections:
        return None
    if section.level in {0, 1} or not section.blocks or _describes(section.title):
        return None
    if section.blocks[0].kind in {BlockKind.ITEM, BlockKind.ROW}:
        return None
    items = section.items
    if (items and items[0].form is Form.LEAD and items[0].lead.bold) or lists_points(items):
        return None  # "### Storage" above "**Two writers.** …", or a list with a word in front of it, only groups
    opening = section.blocks[0].text.rstrip(" *_")
    if section.level > 2 and opening.endswith(":") and not _SENTENCE.search(opening):  # announces its list
        return None
    item = Item(Form.HEADING, section.line, section.line, section.title, _lead=read_lead(section.title, numbered=True))
    for block in section.blocks:
        item.extend(block)
    return item


def _describes(title: str) -> bool:
    """Say whether a heading announces a description: ``What the file looks like``."""
    return _DESCRIBED.match(title) is not None and not tells_defect(title)


def _says_something(item: Item) -> bool:
    if item.form is Form.PARAGRAPH and (item.text.rstrip(" *_").endswith(":") or announces_a_list(item.text)):
        return False
    field = _FIELD.match(item.text) or _PLAIN_FIELD.match(item.text)
    if field and read_heading(field[1])[0] in _SILENT:
        return False  # "**Goal.** …" in place of a heading
    return not is_empty(item.text) and len(item.text) > 8  # a word or two is no statement


def _answers_review(item: Item, section: str) -> bool:
    """Whether an item is what became of a review's point: all that a review raises counts."""
    return not _OF_INVESTIGATION.search(section) and not any(map(_OF_INVESTIGATION.search, item.header))


def _names_problem(item: Item, topic: Topic, section: str) -> bool:
    """Say whether an item tells a defect, risk, gap, ambiguity or disagreement."""
    if is_well(item, topic):
        return False
    if _answers(item, topic):
        return True
    if topic is Topic.ADOPTED and not _answers_review(item, section):
        return item.form is not Form.PARAGRAPH and tells_defect(item.whole_text())
    if topic in _NAMED:
        return item.form is not Form.PARAGRAPH or tells_defect(item.whole_text())
    if topic is Topic.FINDINGS and _is_marked_point(item):
        return True
    return _is_graded(item, topic) or (topic in _FACTS and (_tells_consequence(item, topic) or _tells_problem(item)))


def _answers(item: Item, topic: Topic) -> bool:
    """Say whether a paragraph answers a point that it names, by number or among what answers others."""
    if item.form is not Form.PARAGRAPH:
        return False
    return is_about_point(item.text) or (topic in _ANSWERING and answers_point(item.text))


def _is_graded(item: Item, topic: Topic) -> bool:
    """Say whether an item tells its severity: in front, at its end, or, where both agree, anywhere."""
    if item.form is Form.ROW:
        return False
    if item.lead.severity or find_closing_grade(item.text) or (item.lead.bold and find_closing_grade(item.lead.title)):
        return True
    if item.form is Form.PARAGRAPH:
        return False
    first = item.details[0].text if item.form is Form.HEADING and item.details else ""
    if read_lead(first).severity or find_sourced_grade(first):
        return True
    whole = item.whole_text()
    told = find_sentence_severity(whole) if topic is Topic.AGREED else find_closing_severity(whole)
    return (told or find_field_severity(whole)) is not None


def _tells_consequence(item: Item, topic: Topic) -> bool:
    """Say whether a row tells what follows from a fact, a finding what is not so, a heading what its author wants."""
    if item.form is Form.ROW and any(map(_CONSEQUENCE.search, item.header)):
        return hints_at_problem(item.text)
    if topic is not Topic.FINDINGS or item.form is Form.PARAGRAPH:
        return False
    return is_negative(item.text) or (item.form is Form.HEADING and _proposes(item))


def _proposes(item: Item) -> bool:
    """Say whether a heading and its text tell what could be, or what their author wants."""
    return _MAY_BE.search(item.text) is not None or _WANTS.search(item.whole_text(), 0, _SEARCHED) is not None


def _is_plain_fact(item: Item) -> bool:
    """Say whether a row is only a fact, where the problems have a section of their own: not where it bears a mark."""
    columns = read_header(item.header)
    return item.form is Form.ROW and columns.state is None and columns.severity is None and not _is_marked_point(item)


def _is_marked_point(item: Item) -> bool:
    """Say whether a row bears a mark such as X3 in a table of findings."""
    if item.form is not Form.ROW:
        return False
    columns = read_header(item.header)
    return (
        columns.title is not None and columns.label is not None and bool(_MARK.match(cell(item.cells, columns.label)))
    )


def _tells_problem(item: Item) -> bool:
    """Say whether a fact is told as a problem, as the other's find, or as a point with what was decided about it."""
    if item.form is Form.ROW and any(map(_OPTIONS.match, item.header)):
        return False
    columns = read_header(item.header) if item.form is Form.ROW else None
    if columns and columns.title is not None and (columns.state is not None or columns.agreement is not None):
        return True
    if item.form is Form.LEAD and (_OWN_POINT.search(item.text, 0, _SEARCHED) or find_sentence_severity(item.text)):
        return True
    if item.form is Form.LEAD and _WEAK.search(item.whole_text(), 0, _SEARCHED):
        return True
    if item.form is Form.PARAGRAPH and not _TOPIC_LEAD.match(item.text):
        thesis = _THESIS.match(item.text)  # "Gallons are ambiguous. …"
        return thesis is not None and tells_defect(thesis[0])
    text = item.whole_text()
    return _CREDITED.search(text) is not None or tells_defect(text)
