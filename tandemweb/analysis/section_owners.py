"""Whose items a section of a review speaks of: ``I forgot them in Codex-01: finding 1: High`` are its author's own."""

import re
from collections.abc import Sequence
from dataclasses import replace

from tandemweb.analysis.guarded import guard
from tandemweb.analysis.marks import MODELS, Reference, is_plain_number
from tandemweb.domain.finding import Mention

MOST_LINES = 60  # of a section above an item
_NAMED = guard(r"\b(claude|codex)[ -]?\d{1,3}\b", re.IGNORECASE)
_LISTED = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)]|\|)\s?")
_HEADING = re.compile(r"#{1,6}\s")


def name_section_owner(
    references: Sequence[Reference], mention: Mention, author: str, lines: Sequence[str]
) -> tuple[Reference, ...]:
    """Give a review's bare numbers its ``author`` where heading and lead name his own earlier document, and no other's.

    ``lines`` are those of the whole document.
    """
    if author not in MODELS or not any(map(_is_bare, references)) or not _speaks_of_own(mention, author, lines):
        return tuple(references)
    return tuple(replace(one, author=author) if _is_bare(one) else one for one in references)


def _is_bare(reference: Reference) -> bool:
    return reference.author is None and reference.opens and is_plain_number(reference.mark)


def _speaks_of_own(mention: Mention, author: str, lines: Sequence[str]) -> bool:
    itself = mention.path.rpartition("/")[2].partition(".")[0].lower()
    named = {match[0].lower() for match in _NAMED.finditer(_read_lead(mention.line, lines))} - {itself}
    return bool(named) and all(name.startswith(author) for name in named)


def _read_lead(line: int, lines: Sequence[str]) -> str:
    """Read the heading above a line, with what stands between it and its first item."""
    lead: list[str] = []
    for above in reversed(lines[max(0, line - 1 - MOST_LINES) : line - 1]):
        if _LISTED.match(above):
            lead.clear()
            continue
        lead.append(above)
        if _HEADING.match(above):
            return "\n".join(lead)
    return ""
