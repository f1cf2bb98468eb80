"""From an item of the outline to a mention: severity, label, title, stance, what it points at."""

import re
from dataclasses import dataclass, replace

from tandemweb.analysis.blocks import plain
from tandemweb.analysis.leads import Lead, read_lead
from tandemweb.analysis.outline import Form, Item
from tandemweb.analysis.references import find_criteria, find_files, find_references
from tandemweb.analysis.sections import Topic
from tandemweb.analysis.severity import (
    SEVERITY_WORDS,
    StatedSeverity,
    find_cell_severity,
    find_field_severity,
    find_heading_severity,
    find_sentence_severity,
    find_settled_severity,
    stated,
)
from tandemweb.analysis.stances import find_stance, find_stated_agreement
from tandemweb.analysis.tables import Columns, cell, read_header
from tandemweb.domain.finding import Mention

_LABEL_SEVERITY = re.compile(r"(?:(H)|(M)|(L)|(HIGH)|(MED)|(LOW)|(CRIT)|(MAJ)|(MIN))-?\d{1,2}[a-z]?")
_SEVERITY_OF_GROUP = ("high", "medium", "low", "high", "medium", "low", "critical", "major", "minor")
_CONFIDENCE = re.compile(r"\bconfidence[\s*_]*[:=—–(-]?[\s*_]*(?:(\d{1,3})\s?%|([01](?:\.\d{1,3})?)\b)", re.IGNORECASE)
_LABELS_CELL = re.compile(r"[\s*_`]*((?:[A-Z]{1,4}-?\d{1,3})(?:\s*(?:,|/|and|&|\+)\s*[A-Z]{1,4}-?\d{1,3})+)\b")
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
    whole, words = item.whole_text(), item.words()
    lead = _row_lead(item) if item.form is Form.ROW else item.lead
    severity = find_severity(item, lead, whole, place)
    mention = Mention(
        path=place.path,
        line=item.line,
        end_line=item.end_line,
        title=lead.title or plain(item.text)[:160].strip(),
        text=plain(whole),
        severity=severity.severity if severity else None,
        severity_word=severity.word if severity else None,
        label=lead.label,
        section=plain(place.section),
        stance=find_stance(whole, words, place.topic, is_review=place.is_review),
        criteria=find_criteria(whole, words),
        references=find_references(whole, words, None if place.is_review else lead.label),
        file_references=find_files(whole),
        stated_agreement=find_stated_agreement(_agreement_text(item, whole), words, place.section),
        confidence=find_confidence(whole),
    )
    labels = _LABELS_CELL.match(item.cells[0]) if item.cells else None
    if labels is None:
        return (mention,)
    return tuple(replace(mention, label=label) for label in _ONE_LABEL.findall(labels[1]))


def find_severity(item: Item, lead: Lead, whole: str, place: Place) -> StatedSeverity | None:
    """Take the first there is: of mark or column, of a field, of the section, of the label, of a sentence."""
    if lead.severity:
        return lead.severity
    may_say = not item.words().isdisjoint(SEVERITY_WORDS)
    said = (find_field_severity(whole) if may_say else None) or (
        find_settled_severity(whole) if may_say and place.is_review else None
    )
    if said or place.severity:
        return said or place.severity
    if lead.label and (match := _LABEL_SEVERITY.fullmatch(lead.label)):
        return stated(_SEVERITY_OF_GROUP[next(i for i, g in enumerate(match.groups()) if g)])
    return find_sentence_severity(whole) if may_say and place.topic is not Topic.REJECTED else None


def find_confidence(text: str) -> float | None:
    """Read ``confidence: 0.8`` or ``confidence 80 %`` as 0..1."""
    match = _CONFIDENCE.search(text) if "onfidence" in text else None
    if match is None:
        return None
    value = int(match[1]) / 100 if match[1] else float(match[2])
    return value if 0 <= value <= 1 else None


def _row_lead(item: Item) -> Lead:
    columns = read_header(item.header)
    title = cell(item.cells, columns.title) or _longest(item.cells, columns)
    lead = read_lead(title)
    label = lead.label
    if columns.label is not None and (mark := plain(cell(item.cells, columns.label)).strip(" `[]#.")):
        label = mark[:20]
    severity = lead.severity
    if columns.severity is not None:
        word = cell(item.cells, columns.severity)
        severity = find_cell_severity(word) or severity
    if severity is None:
        severity = next(filter(None, (find_heading_severity(c) for c in item.cells)), None)
    if severity is None:
        severity = find_sentence_severity(cell(item.cells, columns.state).replace(",", ":"))
    return Lead(lead.title, label, severity, lead.bold, lead.has_noun)


def _longest(cells: tuple[str, ...], columns: Columns) -> str:
    """Choose the cell that tells the point where no column is named for it: the first of words."""
    taken = {columns.label, columns.severity, columns.agreement}
    rest = [c for i, c in enumerate(cells) if i not in taken]
    return next((c for c in rest if len(c) > 3), rest[0] if rest else "")  # noqa: PLR2004


def _agreement_text(item: Item, whole: str) -> str:
    if item.form is Form.ROW:
        column = read_header(item.header).agreement
        return (
            f"| {cell(item.cells, column)} |" if column is not None else " | ".join(f"| {c} |" for c in item.cells[1:])
        )
    return whole
