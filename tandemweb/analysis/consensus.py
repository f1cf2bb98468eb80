"""Consensus reviews of any number of reviewers: what they confirmed, what only shows together, what they dismissed."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tandemweb.analysis.blocks import Block, BlockKind, extract_blocks, plain
from tandemweb.analysis.readings import OtherReading
from tandemweb.analysis.reviews import find_title, find_verdict, list_findings
from tandemweb.analysis.severity import get_severity
from tandemweb.domain.finding import Mention
from tandemweb.domain.review import ReviewFinding

_NUMBER = r"\W*(?:\d+\W+)?"
CATEGORIES = (
    ("dismissed", re.compile(_NUMBER + r"(?:dismiss|reject|false pos|(?:not |un)confirmed|overrule)", re.IGNORECASE)),
    ("integration", re.compile(_NUMBER + r"integration\b", re.IGNORECASE)),
    ("confirmed", re.compile(_NUMBER + r"(?:confirmed|consensus (?:issues|findings)|agreed)\b", re.IGNORECASE)),
)
_ROSTER_COLUMN = re.compile(r"\W*reviewers?\W*$", re.IGNORECASE)
_ROSTER_LINE = re.compile(r"^[^\w\n]*(?:reviewers|reviewed by|participants)\W*:\W*(.+)$", re.IGNORECASE | re.MULTILINE)
_NAMED_BY = re.compile(
    r"\b(?:(?:confirmed|raised|found|reported|flagged|identified|seen|noted|spotted|agreed)\s+by|reviewers?|sources?)\b"
    r"[\s*_]*:?[\s*_]*([^\n.;|]{2,200})",
    re.IGNORECASE,
)
_BY_COLUMN = re.compile(r"\b(?:by|reviewers?|source|who)\b", re.IGNORECASE)
_WHY_COLUMN = re.compile(r"\b(?:why|reason|rationale|because)\b", re.IGNORECASE)
_WHY = re.compile(
    r"\b(?:why(?: dismissed)?|reason(?:ing)?|rationale|dismissed because)\b[\s*_]*:[\s*_]*(.+)",
    re.IGNORECASE | re.DOTALL,
)
_BRACKETS = re.compile(r"[(\[]([^()\[\]\n]{2,80})[)\]]")
_SAID = re.compile(r"[)\]*]\W*[:.—–-]+\s+(.+)", re.DOTALL)
_SEPARATOR = re.compile(r"\s*(?:,|;|/|\+|&|\band\b)\s*")
_NOTE = re.compile(r"\([^)]{0,200}\)|[*_`]")
_MARKED = re.compile(r"\W*(?:x|yes|y|✓|✔|✅|☑|●|•|agreed?|confirmed?|raised)\b|[✓✔✅☑●•]", re.IGNORECASE)
LONGEST_NAME = 40  # characters


@dataclass(frozen=True, slots=True)
class _Chapter:
    """The lines under a heading that names a category."""

    category: str
    first: int
    last: int


def extract_consensus(text: str, path: str) -> OtherReading:
    """Read the findings of each category, who said them, and why some were dismissed."""
    blocks = extract_blocks(text).blocks
    chapters = tuple(_list_chapters(blocks, text.count("\n") + 1))
    roster = _find_roster(text, blocks)
    findings = tuple(
        _finding(mention, chapter.category, blocks, roster)
        for mention in list_findings(text, path)
        for chapter in chapters
        if chapter.first <= mention.line <= chapter.last
    )
    said = (name for finding in findings for name in finding.mention.reviewers)
    return OtherReading(
        title=find_title(text),
        findings=findings,
        reviewers=tuple(dict.fromkeys((*roster, *said))),
        verdict=find_verdict(text),
    )


def _list_chapters(blocks: Sequence[Block], end: int) -> Iterator[_Chapter]:
    headings = [block for block in blocks if block.kind is BlockKind.HEADING]
    for place, heading in enumerate(headings):
        category = next((name for name, pattern in CATEGORIES if pattern.match(heading.text)), None)
        if category is not None and not any(_stands_below(headings, place, earlier) for earlier in range(place)):
            following = (other.line - 1 for other in headings[place + 1 :] if other.level <= heading.level)
            yield _Chapter(category, heading.line, next(following, end))


def _stands_below(headings: Sequence[Block], place: int, earlier: int) -> bool:
    """Whether a heading stands in the chapter of an earlier one."""
    is_chapter = any(pattern.match(headings[earlier].text) for _, pattern in CATEGORIES)
    return is_chapter and all(heading.level > headings[earlier].level for heading in headings[earlier + 1 : place + 1])


def _find_roster(text: str, blocks: Sequence[Block]) -> tuple[str, ...]:
    """Names in the table that lists the reviewers, else in the line that does."""
    names = [block.cells[0] for block in blocks if block.cells and _lists_reviewers(block)]
    if not names and (line := _ROSTER_LINE.search(text)):
        names = _SEPARATOR.split(line[1])
    return tuple(dict.fromkeys(filter(None, map(_clean, names))))


def _lists_reviewers(row: Block) -> bool:
    return bool(row.header) and _ROSTER_COLUMN.match(row.header[0]) is not None


def _finding(mention: Mention, category: str, blocks: Sequence[Block], roster: tuple[str, ...]) -> ReviewFinding:
    spoken = (block for block in blocks if block.kind is not BlockKind.CODE)
    inside = [block for block in spoken if mention.line <= block.line <= mention.end_line]
    row = next((block for block in inside if block.kind is BlockKind.ROW and block.line == mention.line), None)
    body = "\n".join(block.text for block in inside)
    reviewers = (_names_in_row(row, roster) if row else ()) or _names_in_text(body, roster)
    word = mention.severity_word
    if not reviewers and roster:
        reviewers, rated = _read_brackets(body, roster)
        word = word or rated
    why = (_cell(row, _WHY_COLUMN) if row else "") or (_find_why(body) if category == "dismissed" else "")
    severity = mention.severity or (get_severity(word) if word else None)
    mention = replace(mention, reviewers=reviewers, severity=severity, severity_word=word)
    return ReviewFinding(mention, category, plain(why))


def _names_in_row(row: Block, roster: tuple[str, ...]) -> tuple[str, ...]:
    """Names in the column that says who, or the reviewers whose own columns are ticked."""
    said = _split_names(_cell(row, _BY_COLUMN), roster)
    if said:
        return said
    by_name = {name.lower(): name for name in roster}
    own = ((by_name.get(_clean(head).lower()), cell) for head, cell in zip(row.header, row.cells, strict=False))
    return tuple(name for name, cell in own if name and _MARKED.match(cell))


def _read_brackets(body: str, roster: tuple[str, ...]) -> tuple[tuple[str, ...], str | None]:
    """Read ``(Codex, Major)``: names of the roster, and a severity beside them."""
    for match in _BRACKETS.finditer(body):
        if names := _split_names(match[1], roster):
            words = (part.strip() for part in _SEPARATOR.split(match[1]))
            return names, next((word for word in words if get_severity(word)), None)
    return (), None


def _names_in_text(body: str, roster: tuple[str, ...]) -> tuple[str, ...]:
    found = (_split_names(match[1], roster) for match in _NAMED_BY.finditer(body))
    return next(filter(None, found), ())


def _split_names(text: str, roster: tuple[str, ...]) -> tuple[str, ...]:
    """Names of a list; where the reviewers are known, theirs only."""
    parts = tuple(filter(None, map(_clean, _SEPARATOR.split(_NOTE.sub("", text)))))
    if not roster:
        return tuple(part for part in parts if len(part) <= LONGEST_NAME)
    by_name = {name.lower(): name for name in roster}
    return tuple(dict.fromkeys(by_name[part.lower()] for part in parts if part.lower() in by_name))


def _cell(row: Block, column: re.Pattern[str]) -> str:
    return next((cell for head, cell in zip(row.header, row.cells, strict=False) if column.search(head)), "")


def _find_why(body: str) -> str:
    match = _WHY.search(body) or _SAID.search(body)
    return match[1].strip() if match else ""


def _clean(name: str) -> str:
    return _NOTE.sub("", name).strip(" \t:.-–—")
