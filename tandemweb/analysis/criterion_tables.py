"""Verdicts on criteria in the rows of tables, each author's in a column of his own."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tandemweb.analysis.blocks import Block, BlockKind, plain
from tandemweb.analysis.criterion_statements import LEADING, CriterionStatement, read_numbers
from tandemweb.analysis.verdicts import find_verdict_words

_VERDICT_COLUMN = re.compile(
    r"(?:^|\b)(?:verdict|result|status|outcome|pass|state|pass/fail|assessment|met\??|ok\??)(?:\b|$)", re.IGNORECASE
)
_FINAL_COLUMN = re.compile(
    r"\b(?:final|merged|agreed|joint|overall|combined|consensus|both|together|now)\b", re.IGNORECASE
)
_AUTHOR_COLUMN = re.compile(r"\b(claude|codex)\b", re.IGNORECASE)
_MINE = re.compile(r"\b(?:mine|me|my)\b", re.IGNORECASE)
_FINDING_COLUMN = re.compile(r"(?:findings?|issues?|see|refs?|references?)\b", re.IGNORECASE)
_TEXT_COLUMN = re.compile(r"\b(?:criteri(?:on|a)|requirement|what|description|title|name)\b", re.IGNORECASE)
_NUMBER_COLUMN = re.compile(r"#|n[or]\.?|number", re.IGNORECASE)
_OF_OTHERS = re.compile(
    r"\b(?:checks?|tests?|steps?|commands?|findings?|issues?|risks?|points?|questions?|runs?|scenarios?|cases?|"
    r"probes?|builds?|severity)\b",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"[^\W\d_]{3}")
_FEWEST = 3  # numbers with a verdict each are criteria
_ITEM_MARK = re.compile(r"\b(?:[A-Z]{1,4}-?)?\d{1,3}[a-z]?\b")


def read_tables(blocks: list[Block], *, strict: bool) -> Iterator[CriterionStatement]:
    """Read rows. ``strict``: only tables that are about criteria, by their header or as they number what they judge."""
    tables: dict[tuple[str, ...], list[Block]] = {}
    for block in blocks:
        if block.kind is BlockKind.ROW:
            tables.setdefault(block.header, []).append(block)
    for header, rows in tables.items():
        columns = _columns_of(header, strict=strict and not _judges_all_numbers(header, rows))
        if columns:
            for row in rows:
                yield from _from_row(row, columns)


def _judges_all_numbers(header: tuple[str, ...], rows: list[Block]) -> bool:
    """Say whether a table such as ``# | Result`` judges the numbers from 1 on, each once, and names nothing else."""
    names = [plain(cell).strip() for cell in header]
    verdict = next((i for i, name in enumerate(names) if _VERDICT_COLUMN.search(name)), None)
    if not names or not _NUMBER_COLUMN.fullmatch(names[0]) or any(map(_OF_OTHERS.search, names)):
        return False
    told = [number for row in rows for number in read_numbers(row.cells[0]) or (0,)]
    in_order = len(told) >= _FEWEST and told == list(range(1, len(told) + 1))
    return in_order and all(_cell_verdict(row.cells, verdict) for row in rows)


@dataclass(frozen=True, slots=True)
class _Columns:
    own: int | None
    authors: tuple[tuple[int, str], ...]
    findings: int | None
    text: int | None


_ABOUT_CRITERIA = re.compile(r"^(?:AC|ACs|C|criteri(?:on|a)|acceptance criteri(?:on|a)|requirement)\b", re.IGNORECASE)


def _columns_of(header: tuple[str, ...], *, strict: bool) -> _Columns | None:
    names = [plain(cell).strip() for cell in header]
    if strict and not any(_ABOUT_CRITERIA.match(name) for name in names[:2]):
        return None
    authors = tuple((i, found[1].lower()) for i, name in enumerate(names) if (found := _AUTHOR_COLUMN.search(name)))
    taken = {i for i, _ in authors}
    rest = [i for i in range(len(names)) if i not in taken]
    final = next((i for i in rest if _FINAL_COLUMN.search(names[i])), None)
    own = final if final is not None else next((i for i in rest if _VERDICT_COLUMN.search(names[i])), None)
    if own is None:
        own = next((i for i in rest if _MINE.search(names[i])), None)
    findings = next((i for i in rest if i != own and _FINDING_COLUMN.match(names[i])), None)
    text = next((i for i in rest if i not in {own, findings} and _TEXT_COLUMN.search(names[i]) and i > 0), None)
    return _Columns(own, authors, findings, text)


def _from_row(block: Block, columns: _Columns) -> Iterator[CriterionStatement]:
    numbers = next(filter(None, (read_numbers(cell) for cell in block.cells[:2])), None)
    if not numbers:
        return
    own = _cell_verdict(block.cells, columns.own)
    if own is None and not columns.authors:
        own = next(filter(None, (_cell_verdict(block.cells, i) for i in range(1, len(block.cells)))), None)
    authored = [(name, verdict) for i, name in columns.authors if (verdict := _cell_verdict(block.cells, i))]
    if own is None and authored and len({verdict for _, verdict in authored}) == 1 and len(authored) > 1:
        own = authored[0][1]
    evidence = plain(" | ".join(block.cells))
    named_cell = _cell(block.cells, columns.text) or block.cells[0]
    title = plain(named_cell) if _LETTERS.search(named_cell) else evidence
    named = tuple(mark.upper() for mark in _ITEM_MARK.findall(_cell(block.cells, columns.findings)))
    for number in numbers:
        if own:
            yield CriterionStatement(number, own, block.line, evidence, None, block.end_line, title, named)
        for name, verdict in authored:
            yield CriterionStatement(number, verdict, block.line, evidence, name, block.end_line, title)


def _cell(cells: tuple[str, ...], index: int | None) -> str:
    return cells[index] if index is not None and index < len(cells) else ""


def _cell_verdict(cells: tuple[str, ...], index: int | None) -> str | None:
    if index is None or index >= len(cells):
        return None
    words = find_verdict_words(plain(cells[index])[:60].upper())
    return words[0][0] if words and words[0][1].start() <= LEADING else None
