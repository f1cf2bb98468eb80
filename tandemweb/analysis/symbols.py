"""Where a symbol is defined in a text, by how definitions look in most languages. Pure."""

import re
from collections.abc import Sequence

_DEFINES = (
    r"(?:^|[\s(]){name}\s*[:=]\s*(?:async\s*)?(?:function\b|\(|lambda\b)",
    r"\b(?:def|class|func(?:tion)?|fn|fun|sub|const|let|var|val|type|struct|enum|trait|interface|protocol)\s+{name}\b",
    r"^\s*(?:[\w<>\[\],*&:~]+\s+)*{name}\s*\([^;]*$",
    r"^{name}\s*=",
    r"^#{{1,6}}\s+{name}\s*$",
)
_CLOSING = re.compile(r"\s*(?:[})\]]|end\b)")


def find_symbol(lines: Sequence[str], name: str) -> tuple[int, int] | None:
    """Find the lines (1-based, both included) that define ``name``; None where nothing looks like that.

    A definition goes on while lines are indented more deeply, with the line that closes it.
    """
    for pattern in _DEFINES:
        wanted = re.compile(pattern.format(name=re.escape(name)))
        for number, line in enumerate(lines, start=1):
            if name in line and wanted.search(line):
                return number, _find_end(lines, number)
    return None


def _find_end(lines: Sequence[str], first: int) -> int:
    depth = _indent(lines[first - 1])
    last = first
    for number in range(first + 1, len(lines) + 1):
        line = lines[number - 1]
        if not line.strip():
            continue
        if _indent(line) <= depth:
            return number if _CLOSING.match(line) and _indent(line) == depth else last
        last = number
    return last


def _indent(line: str) -> int:
    return len(line.expandtabs(4)) - len(line.expandtabs(4).lstrip())
