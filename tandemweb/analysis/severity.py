"""Severity words: what they count as, and where in an item's text one is its severity."""

import re
from typing import NamedTuple

from tandemweb.analysis.guarded import guard
from tandemweb.domain.finding import Severity

_WORDS = {
    Severity.HIGH: "critical blocker blocking severe serious major high p0 p1",
    Severity.MEDIUM: "moderate medium p2",
    Severity.LOW: "low minor trivial informational info nitpick nits nit cosmetic p3 p4",
}
_SEVERITIES = {word: severity for severity, words in _WORDS.items() for word in words.split()}
SEVERITY_WORDS = frozenset(_SEVERITIES)
_EMOJI = {"🔴": Severity.HIGH, "🟠": Severity.MEDIUM, "🟡": Severity.MEDIUM}
_EMOJI |= dict.fromkeys("🟢🔵⚪", Severity.LOW)
COLOURS = frozenset(_EMOJI)

WORD = "(?:" + "|".join(sorted(_SEVERITIES, key=len, reverse=True)) + ")"
_ANY = re.compile(rf"\b{WORD}\b", re.IGNORECASE)
TAILS = "(?:" + "|".join(sorted({word[1:] for word in _SEVERITIES}, key=len, reverse=True)) + ")"
_NOUNS = (
    r"(?:findings?|issues?|disagreements?|problems?|concerns?|items?|points?|risks?|gaps?|bugs?|defects?|remarks?|"
    r"objections?|suggestions?|comments?|observations?)"
)
_HEADING = re.compile(
    rf"[\W\d_]*(?:(?:severity|priority|prio)\b[\s:]*)?({WORD})\b(?:[\s-]+(?:severity|priority|impact))?"
    rf"(?:\s+(?:open\s+|new\s+|remaining\s+)?{_NOUNS})?\s*(?:[(\[][^)\]]*[)\]])?[\s:.*_—–-]*(?:none[.]?|0)?[\s*_]*",
    re.IGNORECASE,
)
# A list is named so whatever it is called besides: "Must fix (High)" is read as any other heading with a severity.
_GRADE = re.compile(
    r"[\W\d_]*((?:must|should)[\s-](?:be[\s-])?(?:fix(?:ed)?|settled?|change[ds]?|addressed|resolved?|clarif\w+|have)"
    r"|(?:nice|good)[\s-]to[\s-](?:have|fix|settle|change)s?)[\s:*_]*",
    re.IGNORECASE,
)
_GRADES = {"m": Severity.HIGH, "s": Severity.MEDIUM, "n": Severity.LOW, "g": Severity.LOW}
_IN_HEADING = re.compile(
    rf"[(\[]\s*({WORD})(?:\s+(?:severity|priority))?\s*[)\]]|\b({WORD})[\s-](?:severity|priority)\b",
    re.IGNORECASE,
)
_FIELD = guard(
    rf"(?:^|\n|[|;(·—–,.]|\*\*)[\s>*_+-]*(?:severity|priority|sev|prio)\b[\s*_`]*(?:[:=—–|-]|is)?[\s*_`\[(]*"
    rf"((?:[🔴🟠🟡🟢🔵⚪]\s*)?)({WORD})\b",
    re.IGNORECASE,
)
_CLOSING = re.compile(rf"[.!?)][*_]{{0,3}}\s+[*_]*({WORD})[*_]*\.?\s*\Z", re.IGNORECASE)
_CLOSING_GRADE = re.compile(rf"[(\[]({WORD})[)\]][\s.*_]*\Z", re.IGNORECASE)
_OPENING_GRADE = re.compile(
    rf"\s*(?:\*\*|__)[^*\n]{{3,200}}(?:\*\*|__)[.:]?\s+[*_]*({WORD})[*_]*(?=[.,;:—–]|$)", re.IGNORECASE
)
_SOURCED_GRADE = guard(
    rf"(?:\A|\n\n)[\s*_]*(?:(?:from )?(?:codex|claude)|both|mine|from me)[,:;]\s[*_]*({WORD})[*_]*(?=[.,;])",
    re.IGNORECASE,
)
_UNKNOWN = re.compile(
    r"\bseverity[\s*_`]*[:=|][\s*_`\[(🔴🟠🟡🟢🔵⚪]*(?!(?:none|null|n/a|unchanged|as|see|same|disputed|to be|not)\b)"
    r"([^\W\d_][\w-]{2,30})",
    re.IGNORECASE,
)
_LEGEND = re.compile(rf"([🔴🟠🟡🟢🔵⚪])\uFE0F?[\s*_`]*({WORD})\b", re.IGNORECASE)
SEARCHED = 1500  # characters of an item in which a severity is looked for
_LEAD = 400  # characters that count as its beginning
_CLOSED_WITHIN = 40  # characters at its end


class StatedSeverity(NamedTuple):
    severity: Severity
    word: str


def get_severity(word: str) -> Severity | None:
    """Say what a word counts as; None for a word that is no severity."""
    return _SEVERITIES.get(word.strip(" *_`[]().:").lower()) or _EMOJI.get(word.strip()[:1])


def stated(word: str) -> StatedSeverity | None:
    severity = get_severity(word)
    return StatedSeverity(severity, word.strip(" *_`[]().:")) if severity else None


def find_heading_severity(text: str) -> StatedSeverity | None:
    """Read a heading that says a severity and nothing else, such as ``Medium Disagreements``."""
    match = _HEADING.fullmatch(text)
    if match and (match[1].lower() != "blocking" or match[0].strip(" *_:").lower() != "blocking"):
        return stated(match[1])
    return None  # "Blocking" alone is a kind: its items say how severe they are


def find_grade(text: str) -> StatedSeverity | None:
    """Read a heading that says how much has to be done about what stands below it: ``Must fix``, ``Nice to have``."""
    match = _GRADE.fullmatch(text)
    return StatedSeverity(_GRADES[match[1].lower()[0]], match[1]) if match else None


def find_cell_severity(text: str) -> StatedSeverity | None:
    """Read a table cell: its first severity word, after an arrow (``High → Medium``) the last."""
    words = _ANY.findall(text)
    return stated(words[-1 if "→" in text or "->" in text else 0]) if words else find_emoji_severity(text)


def find_section_severity(text: str) -> StatedSeverity | None:
    """Read the severity that a heading gives its items beside a name: ``Suggestions (Low)``."""
    match = _IN_HEADING.search(text)
    return stated(match[1] or match[2]) if match else None


def find_field_severity(text: str) -> StatedSeverity | None:
    """Find ``Severity: High`` in an item."""
    if text.isascii() and not ("sev" in (lower := text.lower()) or "prio" in lower):
        return None
    match = _FIELD.search(text, 0, SEARCHED)
    return stated(match[2]) if match else None


def find_closing_severity(text: str) -> StatedSeverity | None:
    """Find the severity that closes what explains a verdict, as in ``Redis paused: 500. High.``."""
    match = _CLOSING.search(text[-_CLOSED_WITHIN:])
    return stated(match[1]) if match else None


def find_closing_grade(text: str) -> StatedSeverity | None:
    """Find the severity in brackets that an item ends with: ``…, so reports are lost. (High)``."""
    match = _CLOSING_GRADE.search(text[-_CLOSED_WITHIN:])
    return stated(match[1]) if match else None


def is_rated(text: str) -> bool:
    """Say whether a text rates something in so many words: ``Severity: High``, or ``(High)`` at its end."""
    return (find_field_severity(text) or find_closing_grade(text)) is not None


def find_opening_grade(text: str) -> StatedSeverity | None:
    """Find the severity that follows an emphasised beginning: ``**Two writers.** High. …``."""
    match = _OPENING_GRADE.match(text)
    return stated(match[1]) if match else None


def find_sourced_grade(text: str) -> StatedSeverity | None:
    """Find the severity behind whose point a paragraph says that it is: ``Codex, Medium. True, but …``."""
    match = _SOURCED_GRADE.search(text, 0, _LEAD)
    return stated(match[1]) if match else None


def find_unknown_severity(text: str) -> str | None:
    """Find the word of ``Severity: Catastrophic``: not known, and not saying that there is none."""
    match = _UNKNOWN.search(text, 0, SEARCHED)
    return match[1] if match and get_severity(match[1]) is None else None


def read_colours(text: str) -> dict[str, Severity]:
    """Read what coloured marks stand for in a text: ``🟠 Medium`` anywhere says so; else they are a scale."""
    colours = dict(_EMOJI)
    if "🟠" in text:
        colours["🟡"] = Severity.LOW
    colours.update({match[1]: _SEVERITIES[match[2].lower()] for match in reversed(list(_LEGEND.finditer(text)))})
    return colours


def find_emoji_severity(text: str) -> StatedSeverity | None:
    """Read a coloured mark at the very beginning."""
    mark = text.lstrip(" *_[(")[:1]
    severity = _EMOJI.get(mark)
    return StatedSeverity(severity, mark) if severity else None
