"""Plans and specs that end with two numbers: how sure each of two models is that they are ready."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from tandemweb.archive.outlines import PLAN_WORDS, extract_outline, is_markdown, path_words
from tandemweb.domain.mission import DocumentKind

NAME = "confidence numbers"
WINDOW = 10  # lines after the word "confidence" in which the numbers stand
PLACE_LIMIT = 50  # how often the word is followed up; a text that says it more often is about something else

_MODEL = re.compile(r"\b(claude|codex|gpt|gemini|opus|sonnet|openai|grok|deepseek|qwen|mistral|llama)\b", re.IGNORECASE)
# 0.85, 85%, 82/100, 8/10; a bare number only right after a colon or in a table cell.
_SCORE = re.compile(
    r"(?<![\w.])(?:0?\.\d+|1\.0+|\d{1,3} ?%|\d{1,3} ?/ ?10{1,2}|(?<=[:|] )\d{1,3}(?= *(?:\||,|;|$)))(?!\d)"
)


def could_hold(path: str) -> bool:
    return is_markdown(path) and not path_words(path).isdisjoint(PLAN_WORDS | {"confidence"})


def recognise(path: str, text: str) -> DocumentKind | None:
    if not could_hold(path):
        return None
    lines = extract_outline(text).lines
    places = islice((index for index, line in enumerate(lines) if "confiden" in line.lower()), PLACE_LIMIT)
    return DocumentKind.CONFIDENCE if any(_has_two_scores(lines, index) for index in places) else None


def _has_two_scores(lines: Sequence[str], index: int) -> bool:
    """Whether two models have a number each near the word: in its line, after it, or in a table's columns."""
    scored = {model for line in _list_window(lines, index) for model in _list_scored_models(line)}
    if len(scored) > 1:
        return True
    headed = {model.lower() for line in lines[max(0, index - 3) : index] for model in _MODEL.findall(line)}
    return len(headed) > 1 and len(_SCORE.findall(lines[index])) > 1


def _list_window(lines: Sequence[str], index: int) -> Iterator[str]:
    yield lines[index]
    for line in lines[index + 1 : index + 1 + WINDOW]:
        if line.startswith("#"):
            return
        yield line


def _list_scored_models(line: str) -> Iterator[str]:
    """Models in a line whose name is followed by a number, before the next model's name."""
    names = list(_MODEL.finditer(line))
    for index, match in enumerate(names):
        end = names[index + 1].start() if index + 1 < len(names) else len(line)
        if _SCORE.search(line, match.end(), end):
            yield match[1].lower()
