"""A cheap look at a Markdown text and a path: enough to tell what kind of document it is, not what it says."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from tandemweb.archive.naming import split_words

LINE_LIMIT = 400  # characters looked at per line
LOOK_LIMIT = 256 * 1024  # characters looked at per document
LEAD_LINE_COUNT = 12

REVIEW_WORDS = frozenset(
    (
        *("review", "reviews", "audit", "audits", "critique", "critiques", "finding", "findings", "adversarial"),
        *("consensus", "codex", "redteam", "red", "verdict", "verdicts", "verification"),
    )
)
PLAN_WORDS = frozenset(
    ("plan", "plans", "spec", "specs", "specification", "specifications", "design", "designs", "proposal", "proposals")
)

_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*")
_NO_WORD = re.compile(r"[^\w]+")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


@dataclass(frozen=True, slots=True)
class Outline:
    """``lines`` outside code fences, cut to a sane length; ``headings`` lower-case without marks, in order."""

    lines: tuple[str, ...]
    headings: tuple[str, ...]

    @property
    def title(self) -> str:
        return self.headings[0] if self.headings else ""

    @property
    def lead(self) -> str:
        """The first few lines that are not empty, lower-case: where a review says what it is."""
        return "\n".join([line for line in self.lines if line.strip()][:LEAD_LINE_COUNT]).lower()


def is_markdown(path: str) -> bool:
    return path.lower().endswith((".md", ".markdown"))


def stem_words(path: str) -> tuple[str, ...]:
    """Lower-case words of the file's name without its suffix."""
    return _words(path.rpartition("/")[2].rpartition(".")[0])


def path_words(path: str) -> frozenset[str]:
    """Lower-case words of all names in a path, the suffix left out."""
    folders, _, name = path.rpartition("/")
    return frozenset(_words(folders) + _words(name.rpartition(".")[0]))


@lru_cache(maxsize=4096)
def _words(name: str) -> tuple[str, ...]:
    pieces = _NO_WORD.split(name)
    return tuple(word.lower() for piece in pieces for word in split_words(piece))


# Every kind asks for the outline of the same text, one after the other.
@lru_cache(maxsize=4)
def extract_outline(text: str) -> Outline:
    lines = tuple(_list_plain_lines(text[:LOOK_LIMIT].split("\n")))
    matches = (_HEADING.fullmatch(line) for line in lines)
    return Outline(lines, tuple(match[2].strip("*_ ").lower() for match in matches if match is not None))


def _list_plain_lines(lines: Iterable[str]) -> Iterator[str]:
    fence = ""
    for line in lines:
        short = line[:LINE_LIMIT]
        match = _FENCE.match(short)
        if fence:
            if match and match[1].startswith(fence):
                fence = ""
        elif match:
            fence = match[1]
        else:
            yield short
