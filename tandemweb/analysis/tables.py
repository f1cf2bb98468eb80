"""What the columns of a table of findings hold."""

import re
from dataclasses import dataclass
from functools import lru_cache

from tandemweb.analysis.blocks import plain

_SEVERITY = re.compile(r"\b(?:severity|sev\.?|priority|prio|level|criticality)\b", re.IGNORECASE)
_LABEL = re.compile(r"^(?:#|id|ids|nr\.?|no\.?|ref|label|key|number|finding #|f#)$", re.IGNORECASE)
_POINTS = (
    "findings?|issues?|problems?|points?|disagreements?|gaps?|risks?|concerns?|bugs?|defects?|remarks?|"
    "observations?|objections?|suggestions?|weakness|deviation|ambiguity"
)
_POINT = re.compile(rf"\b(?:{_POINTS})\b", re.IGNORECASE)
_TITLE = re.compile(rf"\b(?:{_POINTS}|title|description|topics?|what|summary|claims?|subject|items?)\b", re.IGNORECASE)
_STATE = re.compile(
    r"\b(?:state|status|now|outcome|result|resolution|disposition|decision|fixed\??|verdict|position|treatment|reaction|"
    r"response|reply|answer|became|happened)\b",
    re.IGNORECASE,
)
# "Point | Where it came from | What became of it"; "What | Source | Result" is a table of anything.
_ORIGIN = re.compile(
    r"\b(?:origin|raised|reported|(?:found|seen|named|noted) by|came|comes|whose)\b|^(?:from|by|who)$", re.IGNORECASE
)
_END = re.compile(
    r"\b(?:became|happened|outcome|resolution|disposition|decision|treatment|reaction|response|reply|position)\b",
    re.IGNORECASE,
)
_AGREEMENT = re.compile(r"\b(?:agreement|agreed\??|consensus|stand(?:ing)?)\b", re.IGNORECASE)
_FINAL = re.compile(r"\b(?:final|agreed|merged|joint|overall|now)\b", re.IGNORECASE)
_AUTHOR = re.compile(r"\b(?:claude|codex)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Columns:
    """Positions of columns; None where the table has none of the kind."""

    label: int | None
    title: int | None
    severity: int | None
    state: int | None
    agreement: int | None
    is_findings: bool  # the header alone says that the rows are findings


@lru_cache(maxsize=512)
def read_header(header: tuple[str, ...]) -> Columns:
    names = [plain(cell).strip() for cell in header]
    severities = [i for i, name in enumerate(names) if _SEVERITY.search(name)]
    final = [i for i in severities if _FINAL.search(names[i])]
    neutral = [i for i in severities if not _AUTHOR.search(names[i])]
    severity = next(iter(final + neutral + severities), None)
    label = _first(names, _LABEL, set())
    agreement = _first(names, _AGREEMENT, set(severities))
    title = _first(names, _TITLE, {i for i in (label, severity, agreement) if i is not None})
    state = _first(names, _STATE, {i for i in (label, severity, title) if i is not None})
    is_followed = any(map(_ORIGIN.search, names)) and any(map(_END.search, names))
    is_told = severity is not None or (is_followed and title is not None and _POINT.search(names[title]) is not None)
    return Columns(label, title, severity, state, agreement, title is not None and is_told)


def _first(names: list[str], pattern: re.Pattern[str], taken: set[int]) -> int | None:
    return next((i for i, name in enumerate(names) if i not in taken and pattern.search(name)), None)


def cell(cells: tuple[str, ...], index: int | None) -> str:
    return cells[index] if index is not None and index < len(cells) else ""
