"""The beginning of an item: its mark, its severity there, its title."""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from tandemweb.analysis.blocks import plain
from tandemweb.analysis.severity import WORD, StatedSeverity, find_emoji_severity, stated

_MARKS = "🔴🟠🟡🟢🔵⚪⚫🟣🟤🔶🔷🔸🔹⚠❌✅✔✗✘❗❕🚨🐛⛔🛑💡📝🔍❓ℹ☑☐➡▶►●○•⭐"
_EDGE = re.compile(rf"[\s*_{_MARKS}\uFE0F]+")
_EMOJI_EDGE = re.compile(rf"[\s{_MARKS}\uFE0F]+")
_CHECKBOX = re.compile(r"[\s*_]*\[[ xX~!-]\]\s+")
_AFTER = r"(?=\*|_(?!\w)|[\])]|\s*[:—–·|.,/;]|\s+-|\s*$)"
_SEVERITY = re.compile(
    rf"[\[(]*[*_]*(?:(?:severity|priority|sev)[\s:=*_]+)?({WORD})(?:[\s-]+(?:severity|priority|impact|"
    r"finding|issue|disagreement|risk))?"
    rf"(?:{_AFTER}[*_]*[\])]*|\s+#?\d{{1,2}}(?=\s*[,:—–(]))",  # "High 1, the lock": the first of those called high
    re.IGNORECASE,
)
_NOUN = (
    r"(?:finding|issue|bug|problem|gap|risk|concern|disagreement|point|item|observation|suggestion|defect|remark|"
    r"comment|objection|recommendation|nit|blocker|improvement|ambiguity|deviation)"
)
_LABEL = re.compile(
    rf"[\[(]?(?:(?![A-Z]{{1,4}}-\d)(?i:{_NOUN})[\s-]*(?:[Nn]o\.?\s*)?\#?\s*((?:[A-Z]{{1,4}}-?)?\d{{1,3}}[a-z]?)\b"
    rf"|(?!AC|UTF|SHA|ISO|HTTP|RFC|P\d\b)((?:[A-Z]{{1,4}}-)?[A-Z]{{1,4}}-?\d{{1,3}}(?:\.\d{{1,2}})?[a-z]?)\b(?:{_AFTER}|(?=\s+[(\[][*_]*(?i:{WORD})\b))"
    rf"|\#(\d{{1,2}})\b)[\])]?"
)
_NOUN_ALONE = re.compile(rf"(?i:{_NOUN})\s*(?=[:—–])")
_NUMBER = re.compile(r"(\d{1,3}(?:\.\d{1,2})?)(?:[.):]+(?=\s|\*)|(?=\s*[—–·]))")
_SEPARATOR = re.compile(r"[\s*_]*(?:[:—–·|.,/;]|-(?=\s))*[\s*_]*")
_BOLD = re.compile(r"\s*(?:\*\*|__)(?!\s)(.+?)(?:\*\*|__)", re.DOTALL)
_CLAUSE_END = re.compile(r"[\s:;](?:(?<=[^.\s][.!?]\s)|(?<=\n)\n|(?<=[:;])\s|(?<=\s)[—–]\s)")
_LONGEST_TITLE = 160
_SHORTEST_CUT = 80  # a title is not cut shorter than this: then a word is torn
_MOST_ENDS = 4  # of clauses that are looked at: titles are short
_LONGEST_LEAD = 1000


@dataclass(frozen=True, slots=True)
class Lead:
    """``label`` as ``F1`` or ``3``; ``has_noun``: the mark says finding, issue or the like."""

    title: str
    label: str | None = None
    severity: StatedSeverity | None = None
    bold: bool = False
    has_noun: bool = False

    @property
    def is_marked(self) -> bool:
        return self.label is not None or self.severity is not None or self.has_noun


def read_lead(text: str, *, numbered: bool = False) -> Lead:
    """Take the beginning of an item apart. ``numbered``: a leading ``3.`` is a label (headings, not list items)."""
    return _read(text[:_LONGEST_LEAD], numbered)


@lru_cache(maxsize=4096)  # merged documents carry their items from version to version
def _read(text: str, numbered: bool) -> Lead:
    box = _CHECKBOX.match(text)
    position = box.end() if box else 0
    severity = find_emoji_severity(text[position : position + 8])
    is_emoji = severity is not None
    label: str | None = None
    has_noun = False
    for _ in range(5):
        position = _skip(_EDGE, text, position)
        found = _SEVERITY.match(text, position) if severity is None or is_emoji else None
        if found:
            severity, is_emoji = stated(found[1]), False
        elif label is None:
            found = _LABEL.match(text, position)
            if found:
                label = next(filter(None, found.groups()))
                has_noun = found[1] is not None
            elif numbered and (found := _NUMBER.match(text, position)):
                label = found[1]
            elif found := _NOUN_ALONE.match(text, position):
                has_noun = True
        if not found:
            break
        position = _skip(_SEPARATOR, text, found.end())
    bold = _BOLD.match(text, _skip(_EMOJI_EDGE, text, box.end() if box else 0))
    return Lead(_title(text, position, bold, is_heading=numbered), label, severity, bold is not None, has_noun)


def _skip(pattern: re.Pattern[str], text: str, position: int) -> int:
    match = pattern.match(text, position)
    return match.end() if match else position


def _title(text: str, position: int, bold: re.Match[str] | None, *, is_heading: bool) -> str:
    if bold and not is_heading and bold.end(1) > position + 2:
        chosen = text[max(position, bold.start(1)) : bold.end(1)]
    else:
        rest = text[position:]
        inner = _BOLD.match(rest)
        chosen = rest if is_heading else inner[1] if inner else _first_clause(rest)
    return shorten_title(plain(chosen).strip(" \n:.—–-_"))


def shorten_title(text: str) -> str:
    """Give what of a text serves as a title: the beginning, to the end of a word."""
    if len(text) <= _LONGEST_TITLE:
        return text.strip()
    end = max(text.rfind(blank, 1, _LONGEST_TITLE + 1) for blank in " \n")
    return text[: end if end > _SHORTEST_CUT else _LONGEST_TITLE].strip()


def _first_clause(text: str) -> str:
    """Give the text to its first end of a clause outside code: that of ``key: 0`` is none."""
    first = None
    for match in islice(_CLAUSE_END.finditer(text, 12), _MOST_ENDS):
        end = match.start()
        if not text.count("`", 0, end) % 2:
            return text[:end]
        first = end if first is None else first
    return text[:first]
