"""One block of a Markdown text: the value that all extraction reads."""

from dataclasses import dataclass
from enum import Enum


class BlockKind(Enum):
    __hash__ = object.__hash__  # members are alone of their kind; the usual one is ten times as slow

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"  # the first paragraph of a list item
    ROW = "row"
    CODE = "code"
    QUOTE = "quote"  # a paragraph inside a quotation


@dataclass(slots=True)
class Block:
    """One block. ``level``: of a heading 1 to 6, else how many lists it stands in. Lines are 1-based, inclusive."""

    kind: BlockKind
    line: int
    end_line: int
    text: str  # inline source; of a row its cells joined by " | "
    level: int = 0
    ordinal: int | None = None  # of a numbered item
    cells: tuple[str, ...] = ()
    header: tuple[str, ...] = ()  # the header cells of a row's table
