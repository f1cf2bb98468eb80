"""Open questions, points of a user's feedback, mandatory checks."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tandemweb.analysis.blocks import Block, BlockKind, plain
from tandemweb.analysis.item_cutting import Form, Item
from tandemweb.analysis.outline import Section
from tandemweb.analysis.sections import Topic
from tandemweb.analysis.verdicts import find_verdict_words
from tandemweb.analysis.walking import walk
from tandemweb.analysis.wording import is_empty


@dataclass(frozen=True, slots=True)
class Check:
    """One mandatory check (build, tests, lint). ``passed`` is None where it was not run or does not say."""

    name: str
    passed: bool | None
    result: str  # as written
    line: int


@dataclass(frozen=True, slots=True)
class Statement:
    """A question that a document leaves open, or one point of a user's feedback."""

    text: str
    line: int
    end_line: int


_RESULT = re.compile(r"\s*(?::\s|\s[—–-]\s|→|\|)\s*")
_PASSED = re.compile(
    r"\b(?:pass(?:ed|es)?|ok|green|succe\w+|clean|identical|unchanged|0 failed|no (?:errors|failures|warnings))\b|✅",
    re.IGNORECASE,
)
_FAILED = re.compile(r"\b(?:fail(?:s|ed|ure|ures|ing)?|error(?:s|ed)?|red|broken)\b|❌", re.IGNORECASE)
_NO_FAILURE = re.compile(r"\b(?:0|no|zero|without) (?:fail\w*|errors?|warnings?)", re.IGNORECASE)


def find_questions(root: Section) -> tuple[Statement, ...]:
    """Find what stands under open questions, empty sections aside."""
    return tuple(
        _statement(item)
        for section, topic, _ in walk(root)
        if topic is Topic.QUESTIONS
        for item in section.items
        if not is_empty(item.text) and not (item.form is Form.PARAGRAPH and item.text.endswith(":"))
    )


def find_feedback_points(root: Section, blocks: Sequence[Block]) -> tuple[Statement, ...]:
    """Find the points of a feedback document: what the interpretation lists, else what the user wrote, by paragraph."""
    listed = [
        _statement(item)
        for section, _, _ in walk(root)
        for item in section.items
        if item.form in {Form.LIST, Form.LEAD} and not is_empty(item.text)
    ]
    if listed:
        return tuple(listed)
    quoted = [b for b in blocks if b.kind is BlockKind.QUOTE] or [b for b in blocks if b.kind is BlockKind.PARAGRAPH]
    return tuple(Statement(plain(b.text), b.line, b.end_line) for b in quoted)


def find_checks(root: Section) -> tuple[Check, ...]:
    """Find the mandatory checks and whether they passed."""
    return tuple(_checks(root))


def _checks(root: Section) -> Iterator[Check]:
    for section, topic, _ in walk(root):
        if topic is Topic.CHECKS:
            for item in section.items:
                if item.form is not Form.PARAGRAPH or _RESULT.search(item.text):
                    name, result = _split(item)
                    yield Check(name, _passed(result), result, item.line)


def _split(item: Item) -> tuple[str, str]:
    if item.form is Form.ROW:
        return plain(item.cells[0]).strip(), plain(" | ".join(item.cells[1:])).strip()
    text = plain(item.whole_text())
    found = _RESULT.search(text)
    return (text[: found.start()].strip(), text[found.end() :].strip()) if found else (text.strip(), text.strip())


def _passed(result: str) -> bool | None:
    words = {word for word, _ in find_verdict_words(result[:120])}
    if words & {"FAIL", "BLOCKED"}:
        return False
    if words & {"PASS", "PASS_WITH_GAPS"}:
        return True
    if words:
        return None
    if _FAILED.search(_NO_FAILURE.sub("", result)):
        return False
    return True if _PASSED.search(result) else None


def _statement(item: Item) -> Statement:
    return Statement(plain(item.whole_text()), item.line, item.end_line)
