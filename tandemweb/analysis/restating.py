"""Which items of a review come back to points that others have raised, outside the lists of what it disagrees with."""

import re

from tandemweb.analysis.item_cutting import Form, Item
from tandemweb.analysis.sections import Topic
from tandemweb.analysis.severity import find_closing_severity, find_field_severity, find_opening_grade
from tandemweb.analysis.wording import is_empty, is_praise

_MARK = re.compile(r"[\s*_`\[(]*(?!AC)[A-Z]{1,4}-?\d{1,3}[a-z]?\b(?!\s*(?:to|through|[–-])\s*[A-Z])")
_NAMES_POINT = re.compile(
    r"^[\s*_`\[(]*(?:(?!AC)[A-Z]{1,4}-?\d{1,3}[a-z]?\b\s*[:—–)\]*]"
    r"|(?i:finding|issue|point|item|concern|risk)\s+#?[A-Z]{0,4}-?\d)"
    r"|\((?i:my|your|our|codex|claude)(?:'s)?\s+#?(?:finding |point |item )?[A-Z]{0,4}-?\d{1,3}\)"
)
_GRADED = re.compile(r"\bP[0-4]\b|(?:[:—–]|\s-)\s*(?:\[(?i:high|medium|low)\]|(?i:high|medium|low)\b)")
# "Late limit — agree": a point in a few words, and where its reviewer stands
_TAKES_POSITION = re.compile(
    r"([^\n—–]{2,90})\s[—–-]\s(?:i )?(?:agreed?|concede[ds]?|withdrawn|withdraw|accepted|settled|still (?:open|holds?)|"
    r"(?:you are|you're) right|no longer (?:open|held))\b",
    re.IGNORECASE,
)
_SIDE = (
    r"(?:agreed?|concede[ds]?|withdrawn|accepted|settled|resolved|closed|fine|ok(?:ay)?|as (?:i|we) (?:wanted|asked)|"
    r"still (?:open|holds?|there)|no longer (?:open|held|a (?:gap|problem|point))|"
    r"(?:high|medium|low) (?:is )?(?:accepted|fine|ok|right)|"
    r"(?:you are|you're) right|i (?:hold|keep|maintain|still|"
    r"withdraw|concede|accept|agree|have (?:not )?changed my mind|can live))"
)
_COLON_POSITION = re.compile(rf"([^\n.:]{{2,90}}):\s+{_SIDE}\b", re.IGNORECASE)  # "Backup lock: agreed."
_ENDS_SIDED = re.compile(  # "Deadband validation: criterion 1. Resolved."
    r"[.;:,]\s+(?:agreed|accepted|conceded|withdrawn|settled|resolved|closed|fixed|fine)[.!]?\s*\Z", re.IGNORECASE
)
_NAMED = re.compile(r"([^\n.:]{2,90}):\s+\S")
_SEVERAL = re.compile(r"[\s*_]*#?\d{1,2}\s*(?:[–-]|,|&|and\b|to\b)\s*#?\d{1,2}\b")  # "1–3 confirmed" is no item of any
_HEAD = 60  # characters of an item in which it names the point it is about


def list_restating(items: list[Item], topic: Topic) -> list[Item]:
    """List the items of a review that come back to points of others: those that name one, or all of a list of such."""
    told = [
        item
        for item in items
        if item.form is not Form.PARAGRAPH and not is_empty(item.text) and not _SEVERAL.match(item.text)
    ]
    naming = [item for item in told if _names_point(item)]
    sided = [item for item in told if _COLON_POSITION.match(item.text) or _ENDS_SIDED.search(item.text)]
    if len(sided) > 1 and len(sided) * 2 >= len(told):
        naming = [item for item in told if item in naming or item in sided or _NAMED.match(item.text)]
    if topic is Topic.AGREED and naming and told[0].form is not Form.ROW:
        return [item for item in told if not is_praise(item.text)]
    return naming


def _names_point(item: Item) -> bool:
    """Say whether an item begins with the mark of a point, or says how severe it is."""
    if item.form is Form.ROW:
        return _MARK.match(item.cells[0]) is not None
    return (
        is_severe(item)
        or _TAKES_POSITION.match(item.text) is not None
        or _NAMES_POINT.search(item.text, 0, _HEAD) is not None
        or _GRADED.search(item.text, 0, _HEAD) is not None
    )


def name_of_position(text: str) -> str:
    """Give what a text calls the point on which it takes a position: ``Late limit — agree``; else empty."""
    position = _TAKES_POSITION.match(text) or _COLON_POSITION.match(text)
    return position[1] if position else ""


def is_severe(item: Item) -> bool:
    return (
        item.form is not Form.ROW
        and item.form is not Form.PARAGRAPH
        and (
            item.lead.severity is not None
            or find_field_severity(item.whole_text()) is not None
            or find_opening_grade(item.text) is not None
        )
        and bool(item.lead.title)
        and not is_empty(item.text)
    )


def are_graded(items: list[Item]) -> bool:
    """Say whether most items of a list are told with a severity, be it in front, as a field or at their end."""
    listed = [item for item in items if item.form is Form.LIST]
    graded = [item for item in listed if is_severe(item) or find_closing_severity(item.text) is not None]
    return len(graded) * 2 > len(listed)
