"""Tables of where two plans differ: a column for each model, and in a row what it wanted, or that it said nothing."""

import re
from collections.abc import Mapping
from functools import lru_cache

from tandemweb.analysis.marks import MODELS

_HEADED = re.compile(r"\|[\s*_`]*(?:claude|codex)(?:-\d\d)?(?:'s|’s)?\b", re.IGNORECASE)
_SILENT = re.compile(
    r"(?:not|nothing|never|none|silent|no|did not|didn't|n/?a|absent|missing|missed)\b"
    r"(?: (?:it|this|there|at all|considered|mentioned|covered|seen|noticed|raised|looked|look|written|discussed|"
    r"thought of|said|word|opinion|position|view|see|mention|consider|notice|raise|cover))*",
    re.IGNORECASE,
)
_AROUND = " *_`.,;:!?()[]-–—…/"
_CELL = re.compile(r"(?<!\\)\|")


@lru_cache(maxsize=4)
def find_positions(text: str) -> Mapping[int, frozenset[str]]:
    """Say for the line of each row of such a table whose column holds a position."""
    positions: dict[int, frozenset[str]] = {}
    if not _HEADED.search(text):
        return positions
    columns: dict[str, int] = {}
    header = ""
    for number, line in enumerate(text.split("\n"), 1):
        if "|" not in line:
            columns, header = {}, ""
        elif _is_rule(line):
            columns = _read_columns(header)
        elif len(columns) == len(MODELS):
            cells = _split_cells(line)
            positions[number] = frozenset(
                model for model, place in columns.items() if place < len(cells) and _holds(cells[place])
            )
        header = line
    return positions


def _is_rule(line: str) -> bool:
    return not line.strip(" \t|:-") and "-" in line


def _read_columns(header: str) -> dict[str, int]:
    """Say which column is whose."""
    cells = [cell.lower().lstrip("*_` ") for cell in _split_cells(header)]
    return {model: place for model in MODELS for place, cell in reversed([*enumerate(cells)]) if cell.startswith(model)}


def _holds(cell: str) -> bool:
    """Whether a cell says anything of the matter: not ``—``, not ``not considered``."""
    words = cell.strip(_AROUND)
    return bool(words) and _SILENT.fullmatch(words) is None


def _split_cells(line: str) -> list[str]:
    return [cell.strip() for cell in _CELL.split(line.strip().removeprefix("|").removesuffix("|"))]
