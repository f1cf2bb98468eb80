"""Commits that a text names, and whether it calls them its own work. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# Numbers look the same: whether there is such a commit is for the caller to say.
_NAME = re.compile(r"(?<![\w./#-])([0-9a-f]{7,40})(?![\w-]|\.\w|/\w)")
# Every hexadecimal digit is a zero here, all else a blank.
_DIGITS = bytes(ord("0" if chr(code) in "0123456789abcdef" else " ") for code in range(256))
_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+(?=[^a-z])")
_FOREIGN = re.compile(
    r"\b(?:not (?:mine|ours|my own|part of|from (?:me|this|us)|related|by me|made by)|isn['’]t (?:mine|ours|part)|"
    r"(?:some(?:body|one)|any(?:body|one)) else|nothing to do with|unrelated|other (?:people|person|developer)['’]?s?|"
    r"another (?:person|developer|author|mission)|dependabot|renovate|"
    r"nicht von mir|geh(?:ö|oe)rt nicht|fremde[rs]?)\b",
    re.IGNORECASE,
)
# What stands before a name that is only compared with, or built on.
_COMPARED = re.compile(
    r"(?:\b(?:since|before|until|against|with(?! the)|from|at|as (?:at|on|of|in)|base[d]?(?: on| is| was)?|on top of|"
    r"tree|state of|worktree of|HEAD(?: is| was)?|parent|version(?: at| of)?|same as|identical to|compared (?:to|with)|"
    r"diff|checkout|came with|came from|branched (?:from|off)|start(?:ed|ing)? (?:from|at)|seit|vor|gegen|gegenüber)"
    r"\s*(?:the\s+)?(?:commit|tree|state|base|revision)?)[\s:]*[`(]{0,2}$",
    re.IGNORECASE,
)
_CONTEXT = 80


@dataclass(frozen=True, slots=True)
class CommitName:
    """``name`` is as long as it was written. ``is_own``/``is_foreign``: what the text says of it, perhaps neither."""

    name: str
    line: int
    is_own: bool
    is_foreign: bool


def extract_commit_names(text: str) -> tuple[CommitName, ...]:
    """Take the commits that a report or summary names, in order.

    A name counts as the writer's own work unless its sentence calls it foreign or only compares with it. Numbers and
    other hexadecimal words are among the names.
    """
    if not _may_name(text):
        return ()
    return tuple(name for start, paragraph in _paragraphs(text) for name in _read_paragraph(start, paragraph))


def _may_name(text: str) -> bool:
    """Say whether there are seven hexadecimal digits in a row: a tenth of the time that the expression takes."""
    return b"0000000" in text.encode("ascii", "replace").translate(_DIGITS) and _NAME.search(text) is not None


def _paragraphs(text: str) -> Iterator[tuple[int, str]]:
    """Yield runs of lines with the number of their first; rows of tables and items of lists stand alone."""
    gathered: list[str] = []
    first = 1
    for number, line in enumerate(text.splitlines(), start=1):
        starts_anew = not line.strip() or line.lstrip().startswith(("|", "- ", "* ", "#", "+ "))
        if starts_anew and gathered:
            yield first, "\n".join(gathered)
            gathered = []
        if line.strip():
            if not gathered:
                first = number
            gathered.append(line)
    if gathered:
        yield first, "\n".join(gathered)


def _read_paragraph(first_line: int, paragraph: str) -> Iterator[CommitName]:
    offset = 0
    for sentence in _SENTENCE_END.split(paragraph):
        start = paragraph.index(sentence, offset)
        offset = start + len(sentence)
        is_foreign = bool(_FOREIGN.search(" ".join(sentence.split())))
        for match in _NAME.finditer(sentence):
            line = first_line + paragraph.count("\n", 0, start + match.start())
            before = " ".join(sentence[max(0, match.start() - _CONTEXT) : match.start()].split())
            is_compared = bool(_COMPARED.search(before)) or sentence[match.end() : match.end() + 2] == ".."
            yield CommitName(match[1], line, is_own=not (is_foreign or is_compared), is_foreign=is_foreign)
