"""The blocks under one heading as items: what begins a point of its own, and where it ends."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import takewhile

from tandemweb.analysis.blocks import Block, BlockKind
from tandemweb.analysis.guarded import guard
from tandemweb.analysis.leads import Lead, read_lead
from tandemweb.analysis.sections import Topic, read_heading
from tandemweb.analysis.severity import StatedSeverity

_LEAST_SENTENCE = 5  # blanks in a lead that is a sentence
_BOLD_SENTENCE = re.compile(r"\s*(?:\*\*|__)[^*\n]+(?:[.!?](?:\*\*|__)|(?:\*\*|__)[.:]?\s+\S.{20})", re.DOTALL)
_LEADING_BOLD = re.compile(r"(?:\*\*|__)\S")
_GRADE = r"(?:High|Medium|Low|Critical|Major|Moderate|Minor|Info|P[0-4])"
_SPLIT_LINES = guard(
    r"\n(?=\s*(?:\*\*|__)(?:\[|\d{1,2}[.)]\s|[A-Z]{1,3}-?\d|(?:Finding|Issue|High|Medium|Low|Critical|Major|Minor)\b))"
    rf"|\n(?=\s*(?:(?!AC)[A-Z]{{1,3}}-?\d{{1,2}}\s*[(\[](?i:{_GRADE})\b|{_GRADE}\s*:|\[{_GRADE}\]\s|P[0-4]\s+[—–-]\s))"
    rf"|(?:(?<=[Nn]one[.;,])|(?<=[Nn]othing[.;,]))[ ]+(?={_GRADE}:\s)"
)
_ONE_LINE = ("one. ", "one; ", "one, ", "othing")  # one is in every split within a line, and found far faster
_DISPOSED = re.compile(
    r"(?:deferred|rejected|dropped|withdrawn|dismissed|declined|left open|not (?:adopted|accepted|taken(?: up| over)?)|"
    r"not (?:run|checked|tested|verified|tried|covered|measured))"
    r"\s*[:—–]\s*\S",
    re.IGNORECASE,
)
_FIELD = re.compile(
    r"[*_]*(?:severity|evidence|reproduction|repro|impact|fix|suggest(?:ed fix|ion)|"
    r"recommendation|location|file|files|raised by|found by|reported by|author|seen by|why|cause|"
    r"root cause|expected|actual|observed|status|details|note|proposal|criterion|criteria|priority|"
    r"confidence|steps|example|"
    r"where|what|consequence|remedy|agreement|(?:codex|claude)\b[^:\n]{0,12}|resolution|"  # "Codex (F2): reproduced"
    r"position|category|source|line|lines)"
    r"[*_]*\s*:",
    re.IGNORECASE,
)


class Form(Enum):
    """How an item is set apart from the text around it."""

    __hash__ = object.__hash__  # members are alone of their kind; the usual one is ten times as slow

    HEADING = "heading"
    LIST = "list"
    ROW = "row"
    LEAD = "lead"  # a paragraph that begins with a mark or emphasised words
    PARAGRAPH = "paragraph"  # any other


@dataclass(slots=True)
class Item:
    form: Form
    line: int
    end_line: int
    text: str  # of its first block
    ordinal: int | None = None
    cells: tuple[str, ...] = ()
    header: tuple[str, ...] = ()
    details: list[Block] = field(default_factory=list)  # further blocks that belong to it
    _lead: Lead | None = None
    _whole: str | None = None

    @property
    def lead(self) -> Lead:
        if self._lead is None:
            self._lead = read_lead(self.text, numbered=self.form is Form.HEADING)
        return self._lead

    def extend(self, block: Block) -> None:
        self.details.append(block)
        self._whole = None
        self.end_line = max(self.end_line, block.end_line)

    @property
    def quoted(self) -> str:
        """The quotation that it begins with, and answers; "" for none."""
        if not self.details or self.details[0].line != self.line:
            return ""
        return "\n".join(block.text for block in takewhile(_is_quotation, self.details))

    def whole_text(self) -> str:
        """All its text but code and quotations, paragraphs apart."""
        if self._whole is None:
            spoken = [b.text for b in self.details if b.kind not in {BlockKind.CODE, BlockKind.QUOTE}]
            self._whole = "\n\n".join([self.text, *spoken]) if spoken else self.text
        return self._whole


def _is_quotation(block: Block) -> bool:
    return block.kind is BlockKind.QUOTE


def items_of(blocks: Sequence[Block]) -> list[Item]:
    """Cut the blocks under one heading into items; what is indented below an item belongs to it."""
    items: list[Item] = []
    for block in blocks:
        if block.kind is BlockKind.ITEM and block.level == 1 and not _belongs(items, block):
            items.append(Item(Form.LIST, block.line, block.end_line, block.text, block.ordinal))
        elif block.kind is BlockKind.ROW and not block.level:
            items.append(Item(Form.ROW, block.line, block.end_line, block.text, cells=block.cells, header=block.header))
        elif block.kind is BlockKind.PARAGRAPH and not block.level:
            _add_paragraph(items, block)
        elif items:
            items[-1].extend(block)
    return list(_without_groups(items))


def _belongs(items: list[Item], block: Block) -> bool:
    """Say whether a list belongs to the marked paragraph above it: all of it, or a field such as ``Severity: High``."""
    if not items or items[-1].form is not Form.LEAD:
        return False
    if _FIELD.match(block.text):
        return True
    lead = items[-1].lead
    if lead.is_marked:
        return len(lead.title) > 3  # a bare "High:" announces the list
    return _states(items[-1]) and not _begins_point(block)


def _states(item: Item) -> bool:
    """Say whether an emphasised paragraph is a sentence, whose reasons a list below it gives."""
    is_sentence = item.lead.bold and item.lead.title.count(" ") >= _LEAST_SENTENCE
    return is_sentence and _BOLD_SENTENCE.match(item.text) is not None and not item.text.rstrip(" *_").endswith(":")


def _begins_point(block: Block) -> bool:
    lead = read_lead(block.text)
    return lead.is_marked or lead.bold


def _add_paragraph(items: list[Item], block: Block) -> None:
    for piece in _split_lines(block):
        line, end, part = piece.line, piece.end_line, piece.text
        lead = read_lead(part) if _LEADING_BOLD.match(part) or part[:1] not in "`\"'" else Lead(part)
        begins = lead.is_marked or (lead.bold and bool(_LEADING_BOLD.match(part))) or bool(_DISPOSED.match(part))
        if begins and not _is_field(lead, part):
            items.append(Item(Form.LEAD, line, end, part, _lead=lead))
        elif items and items[-1].form is Form.LEAD:
            items[-1].extend(piece)
        else:
            items.append(Item(Form.PARAGRAPH, line, end, part))


def _split_lines(block: Block) -> Iterator[Block]:
    """Part a paragraph before lines that begin with a mark, and before ``Medium:`` behind ``High: none.``."""
    if "\n" not in block.text and not any(words in block.text for words in _ONE_LINE):
        yield block
        return
    start = 0
    for match in _SPLIT_LINES.finditer(block.text):
        yield _cut(block, start, match.start())
        start = match.end()
    yield _cut(block, start, len(block.text)) if start else block


def _cut(block: Block, start: int, end: int) -> Block:
    text = block.text[start:end]
    line = block.line + block.text.count("\n", 0, start)
    return Block(BlockKind.PARAGRAPH, line, line + text.count("\n"), text)


def _is_field(lead: Lead, text: str) -> bool:
    """Say whether a paragraph is a part of the item above (``**Evidence:** …``), not an item."""
    return lead.label is None and _FIELD.match(text) is not None


def _without_groups(items: list[Item]) -> Iterator[Item]:
    """Replace an item that only announces a nested list (``- High:``) by what it announces."""
    for item in items:
        is_nested = item.form is Form.LIST and any(b.kind is BlockKind.ITEM and b.level == 2 for b in item.details)
        if is_nested and read_heading(item.text)[0] is Topic.SEVERITY:
            severity = read_heading(item.text)[1]
            yield from _ungroup(item, severity)
        else:
            yield item


def _ungroup(item: Item, severity: StatedSeverity | None) -> Iterator[Item]:
    inner: list[Item] = []
    for block in item.details:
        if block.kind is BlockKind.ITEM and block.level == 2:
            lead = read_lead(block.text)
            lead = Lead(lead.title, lead.label, lead.severity or severity, lead.bold, lead.has_noun)
            inner.append(Item(Form.LIST, block.line, block.end_line, block.text, block.ordinal, _lead=lead))
        elif inner:
            inner[-1].extend(block)
    yield from inner
