"""Two models' confidence that a plan or spec is ready: ``Claude 0.85, GPT-5.5-pro 0.55`` or a table of scores."""

import re
from collections.abc import Iterator

from tandemweb.domain.review import ConfidencePair

WINDOW = 12  # lines after the word "confidence" in which the numbers stand
_CLAUDE = re.compile(r"claude|opus|sonnet|haiku|fable", re.IGNORECASE)
_MODEL = re.compile(
    r"\b(?:claude|codex|gpt|gemini|opus|sonnet|openai|grok|deepseek|qwen|mistral|llama)\b"
    r"(?:-\w[\w.]*|[ -](?:code|opus|sonnet|haiku|pro|max|mini|flash|high|xhigh)\b"
    r"|[ ][2-9](?:\.\d)?(?![\d./%]|\s?[/%]))*",
    re.IGNORECASE,
)
_SCORE = re.compile(
    r"(?<![\w.,/-])(?:(?P<percent>\d{1,3}(?:\.\d+)?)\s?%|(?P<part>\d{1,3}(?:\.\d+)?)\s?/\s?(?P<whole>100?)(?![\d/])"
    r"|(?P<share>[01]?\.\d+|[01](?:\.0+)?)(?![\w%/-]|\.\d))"
)
_FENCE = re.compile(r"\s*(?:```|~~~)")


def find_confidence_pair(text: str) -> ConfidencePair | None:
    """Find the first place where two models have a number each; None where there is none."""
    lines = text.split("\n") if "onfidence" in text or "ONFIDENCE" in text else []
    remaining = 0
    found: dict[bool, tuple[float, int, str]] = {}
    for number, line in _spoken(lines):
        if "confidence" in line.lower():
            remaining = WINDOW
        elif line.startswith("#"):
            remaining = 0
        if remaining:
            for name, score in _scores(line):
                found.setdefault(_CLAUDE.search(name) is not None, (score, number, name))
        remaining -= 1 if remaining else 0
        if len(found) > 1:
            claude, codex = found[True], found[False]
            return ConfidencePair(claude[0], codex[0], claude[1], codex[1], claude[2], codex[2])
    return None


def _spoken(lines: list[str]) -> Iterator[tuple[int, str]]:
    fenced = False
    for number, line in enumerate(lines, 1):
        if _FENCE.match(line):
            fenced = not fenced
        elif not fenced:
            yield number, line


def _scores(line: str) -> Iterator[tuple[str, float]]:
    """Each model of a line with the first score between its name and the next model's."""
    names = list(_MODEL.finditer(line))
    for place, name in enumerate(names):
        end = names[place + 1].start() if place + 1 < len(names) else len(line)
        score = _SCORE.search(line, name.end(), end)
        if score:
            yield name[0], round(_to_share(score), 4)


def _to_share(score: re.Match[str]) -> float:
    if score["percent"]:
        return min(float(score["percent"]) / 100, 1.0)
    if score["part"]:
        return min(float(score["part"]) / float(score["whole"]), 1.0)
    return min(float(score["share"]), 1.0)
