"""From an item of the outline to a mention: severity, label, title, stance, what it points at."""

import re
from dataclasses import dataclass, replace

from tandemweb.analysis.blocks import plain
from tandemweb.analysis.facts import Facts, read_facts
from tandemweb.analysis.item_cutting import Form, Item
from tandemweb.analysis.leads import Lead, read_lead, shorten_title
from tandemweb.analysis.ratings import find_held_severity, find_sentence_severity, find_settled_severity
from tandemweb.analysis.sections import Topic
from tandemweb.analysis.severity import (
    COLOURS,
    WORD,
    StatedSeverity,
    find_cell_severity,
    find_closing_grade,
    find_field_severity,
    find_heading_severity,
    find_opening_grade,
    find_sourced_grade,
    stated,
)
from tandemweb.analysis.sources import answers_review
from tandemweb.analysis.stances import find_stated_agreement, judge_stance
from tandemweb.analysis.tables import Columns, cell, read_header
from tandemweb.domain.finding import Mention

_LABEL_SEVERITY = re.compile(r"(?:(H)|(M)|(L)|(HIGH)|(MED)|(LOW)|(CRIT)|(MAJ)|(MIN))-?\d{1,2}[a-z]?")
_SEVERITY_OF_GROUP = ("high", "medium", "low", "high", "medium", "low", "critical", "major", "minor")
_LABELS_CELL = re.compile(r"[\s*_`]*((?:[A-Z]{1,4}-?\d{1,3})(?:\s*(?:,|and|&|\+)\s*[A-Z]{1,4}-?\d{1,3})+)\b")
_OTHERS_LIST = re.compile(rf"[\s*_]*{WORD}[*_]*,\s", re.IGNORECASE)  # "Low, the journal": in the list of that name
_ONE_LABEL = re.compile(r"[A-Z]{1,4}-?\d{1,3}")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item stands: document, heading, what the heading announces and gives."""

    path: str
    section: str
    topic: Topic
    severity: StatedSeverity | None
    is_review: bool


def to_mentions(item: Item, place: Place) -> tuple[Mention, ...]:
    """Turn an item into a mention; a row that names several items (``X7, X8``) into one for each."""
    whole = item.whole_text()
    facts = read_facts(whole)
    lead = _row_lead(item) if item.form is Form.ROW else item.lead
    if item.form is Form.ROW and answers_review(place.section) and _OTHERS_LIST.match(item.cells[0]):
        lead = replace(lead, severity=None)
    severity = find_severity(item, lead, facts, place)
    own = None if place.is_review or lead.label is None else (None, lead.label.upper())
    mention = Mention(
        path=place.path,
        line=item.line,
        end_line=item.end_line,
        title=lead.title or shorten_title(facts.text),
        text=_tell(item, facts.text),
        severity=severity.severity if severity else None,
        severity_word=severity.word if severity else None,
        label=lead.label,
        section=plain(place.section),
        stance=judge_stance(facts.said, place.topic, is_review=place.is_review),
        criteria=facts.criteria,
        references=tuple(r for r in facts.references if r != own) if own else facts.references,
        file_references=facts.files,
        stated_agreement=find_stated_agreement(_agreement_text(item, whole), facts.words, place.section),
        confidence=facts.confidence,
    )
    labels = _LABELS_CELL.match(item.cells[0]) if item.cells else None
    if labels is None:
        return (mention,)
    return tuple(replace(mention, label=label) for label in _ONE_LABEL.findall(labels[1]))


def _tell(item: Item, text: str) -> str:
    if item.cells:
        return text.lstrip("| ")
    return f"“{plain(item.quoted)}”\n\n{text}" if item.quoted else text


def find_severity(item: Item, lead: Lead, facts: Facts, place: Place) -> StatedSeverity | None:
    """Take the first there is: held in words, of mark or column, field, section, coloured mark, label, sentence."""
    whole = item.whole_text()
    held = find_held_severity(whole, facts.words) if facts.names_severity else None
    if held:
        return held
    is_colour = lead.severity is not None and lead.severity.word in COLOURS
    said = find_field_severity(whole) if facts.names_severity else None
    if lead.severity and not is_colour:
        is_kind = said is not None and lead.severity.word.lower().startswith("block")  # "**Blocking.** … Severity: low"
        return said if is_kind else lead.severity
    if said is None and facts.names_severity and place.is_review:
        said = find_settled_severity(whole)
    if said is None and facts.names_severity:
        said = find_opening_grade(item.text) or find_sourced_grade(whole)
    if said or place.severity:
        return said or place.severity
    if is_colour:
        return lead.severity
    is_own = lead.label and not place.is_review and not answers_review(place.section)
    if lead.label and is_own and (match := _LABEL_SEVERITY.fullmatch(lead.label)):
        return stated(_SEVERITY_OF_GROUP[next(i for i, g in enumerate(match.groups()) if g)])
    is_told = facts.names_severity and place.topic is not Topic.REJECTED
    return (find_sentence_severity(whole) or find_closing_grade(whole)) if is_told else None


def _row_lead(item: Item) -> Lead:
    columns = read_header(item.header)
    title = cell(item.cells, columns.title) or _longest(item.cells, columns)
    lead = read_lead(title)
    if _LABELS_CELL.match(title) or _ONE_LABEL.fullmatch(lead.title):
        lead = replace(lead, title=plain(item.text).strip(" |"))  # the marks alone say nothing
    label = lead.label
    if columns.label is not None and (mark := plain(cell(item.cells, columns.label)).strip(" `[]#.")):
        label = mark.split(" / ", 1)[0][:20]  # two names of one
    is_state = lead.severity is not None and lead.severity.word in COLOURS and columns.title is None
    severity = None if is_state else lead.severity  # "🟢 confirmed" is no grade
    if columns.severity is not None:
        word = cell(item.cells, columns.severity)
        severity = find_cell_severity(word) or severity
    if severity is None:
        severity = next(filter(None, (find_heading_severity(c) for c in item.cells)), None)
    if severity is None:
        severity = find_sentence_severity(f": {cell(item.cells, columns.state)}".replace(",", " —"))
    return Lead(lead.title, label, severity, lead.bold, lead.has_noun)


def _longest(cells: tuple[str, ...], columns: Columns) -> str:
    """Choose the cell that tells the point where no column is named for it: the first of words."""
    taken = {columns.label, columns.severity, columns.agreement}
    rest = [c for i, c in enumerate(cells) if i not in taken]
    return next((c for c in rest if len(c) > 3), rest[0] if rest else "")


def _agreement_text(item: Item, whole: str) -> str:
    if item.form is Form.ROW:
        column = read_header(item.header).agreement
        return (
            f"| {cell(item.cells, column)} |" if column is not None else " | ".join(f"| {c} |" for c in item.cells[1:])
        )
    return whole
