"""What a document says of one acceptance criterion, and how it names one."""

import re
from dataclasses import dataclass

from tandemweb.analysis.references import spell_out


@dataclass(frozen=True, slots=True)
class CriterionStatement:
    """What a document says of one acceptance criterion.

    ``verdict`` is PASS, PASS_WITH_GAPS, FAIL, BLOCKED or the word as written. ``column`` is None for the document's
    own verdict; in a merged table ``"claude"`` or ``"codex"`` for the column that repeats that author's verdict.
    """

    number: int
    verdict: str
    line: int
    evidence: str = ""
    column: str | None = None
    end_line: int = 0
    title: str = ""  # the criterion as the document names it
    named: tuple[str, ...] = ()  # marks of findings in a column of their own


RANGE = r"\d{1,2}(?:\s?(?:[-–—,&/]|to|and|through)\s?(?:AC|Criterion|C)?[\s#-]?\d{1,2}\b)*"
MARK = r"(?:acceptance[\s_-]+)?(?:criteri(?:on|a)|AC|A\.C\.|C|requirement|REQ)s?"
_NUMBERED = re.compile(
    rf"[\s*_`\[(✅❌✔✗☑⚠️🔴🟢🟡#]*(?:\[[ xX]\][\s*_]*)?(?:{MARK}[\s*_#.:-]{{0,3}}({RANGE})(?![\w%])|"
    rf"({RANGE})(?=[.):]|\s*[—–·|*:]|\s*-\s|\s+[A-Z`\"]|$"
    r"|,\s+\w[^:\n]{2,80}:\s*[*_]*(?-i:PASS|FAIL|BLOCKED)\b))",  # "1, opening without uplink: PASS"
    re.IGNORECASE,
)
_SPEAKS_OF = re.compile(  # "Criterion 1 holds for changes, too"
    rf"[\s*_]*(?i:{MARK})[\s#-]?\d{{1,2}}\s+(?!(?:pass|fail|block|met|not|is|are|was|still|now)[a-z]*\b)[a-z]"
)
LEADING = 14  # a verdict further into a cell than this is part of a sentence


def read_numbers(text: str) -> tuple[int, ...] | None:
    match = _NUMBERED.match(text)
    if not match:
        return None
    return tuple(spell_out(match[1] or match[2])) or None


def speaks_of_another(text: str, ordinal: int | None) -> bool:
    """Say whether what a counted list says of a criterion begins with the number of another, in its sentence."""
    return ordinal is not None and _SPEAKS_OF.match(text) is not None
