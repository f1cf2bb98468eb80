"""The sentence of an item that says why its author stands where he does, verbatim and with its line."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain

from tandemweb.analysis.guarded import Guarded, guard
from tandemweb.domain.finding import Mention

CHANGE = guard(
    r"\b(withdraw\w*|concede\w*|retract\w*|drop(?:ped|ping)?|reviv\w+|rais(?:e|ed|ing)|lower(?:ed|ing)?|downgrad\w+|"
    r"upgrad\w+|accept\w*|agree\w*|adopt\w*|was wrong|were wrong|(?:you|codex|claude) (?:are|is) right|correct|"
    r"re-?(?:ran|run|read|checked|tested|investigat\w+|produced)|convinc\w+|chang\w+|overlooked|missed|i had|no longer|"
    r"instead|settled|stand corrected|can live)\b",
    re.IGNORECASE,
)
LONGEST_QUOTE = 600  # characters
_SEPARATOR = re.compile(r"[.!?]([\"')*\]]*\s+)(?=[A-Z`\"'(*\[])|(\n\s*\n)|(\n)(?<=:.)", re.DOTALL)
_MARKUP = re.compile(r"^(?:[\s>]|[#*+-]+\s|\d{1,3}[.)]\s)+")
_RULE = re.compile(r"[\s|:-]*")


def find_quote(text: str, mention: Mention, wanted: Guarded | None = None) -> tuple[str, int]:
    """Find the sentence of the item in its document's ``text`` that ``wanted`` fits best, and its line.

    Without ``wanted``, or where nothing fits, it is the first sentence. The item's title where the text has none.
    """
    sentences = _sentences(_split_lines(text)[mention.line - 1 : mention.end_line], mention.line)
    first = next(sentences, (mention.title, mention.line))
    if wanted is None:
        return first
    best = max(chain((first,), sentences), key=lambda found: len(wanted.findall(found[0])))
    return best if wanted.search(best[0]) else first


@lru_cache(maxsize=16)  # an exchange has about as many documents, each of which is quoted many times
def _split_lines(text: str) -> tuple[str, ...]:
    return tuple(text.split("\n"))


def _sentences(lines: Sequence[str], first: int) -> Iterator[tuple[str, int]]:
    for block, line in _blocks(lines, first):
        position = 0
        for separator in chain(_SEPARATOR.finditer(block), (None,)):
            end = separator.start(separator.lastindex or 0) if separator else len(block)
            markup = _MARKUP.match(block, position, end)
            start = markup.end() if markup else position
            sentence = block[start:end].strip()
            if sentence[:1].isalpha() or any(letter.isalpha() for letter in sentence):
                yield sentence[:LONGEST_QUOTE], line + block.count("\n", 0, start)
            position = separator.end() if separator else end


def _blocks(lines: Sequence[str], first: int) -> Iterator[tuple[str, int]]:
    """Yield the text of an item without fences; a heading and each table cell is a text of its own."""
    kept: list[str] = []
    fenced = False
    for offset, line in enumerate(lines):
        bare = line.lstrip()
        is_fence = bare.startswith(("```", "~~~"))
        if is_fence:
            fenced = not fenced
        elif bare.startswith(("|", "#")) and not fenced:
            parts = line.split("|") if bare.startswith("|") else [line]
            yield from ((part, first + offset) for part in parts if not _RULE.fullmatch(part))
            kept.append("")
            continue
        kept.append("" if fenced or is_fence else line)
    yield "\n".join(kept), first
