"""Results of a codex review as JSON: a verdict and findings with file range and confidence, cut off or not."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tandemweb.analysis.readings import OtherFinding, OtherReading
from tandemweb.analysis.severity import get_severity
from tandemweb.domain.finding import FileReference, Mention
from tandemweb.domain.problem import Problem

REVIEWER = "Codex"
LINE_LIMIT = 10_000_000  # a larger line number is a mistake
_FINDINGS = re.compile(r'"findings"\s*:\s*\[')
_VERDICT = re.compile(r'"verdict"\s*:\s*"((?:[^"\\]|\\.){1,200})"')
_BETWEEN = re.compile(r"[\s,]*")
_DECODER = json.JSONDecoder(parse_constant=lambda _: None)


@dataclass(frozen=True, slots=True)
class _Found:
    """A complete object of the findings array, by its first and last line."""

    values: dict[str, Any]
    line: int
    end_line: int


def extract_review_results(text: str, path: str) -> OtherReading:
    """Read the findings that are complete; whatever is broken, cut off or odd becomes a problem."""
    found: list[_Found] = []
    problems = list(_scan(text, path, found))
    findings = tuple(OtherFinding(_mention(one, path)) for one in found)
    problems += [problem for one in found for problem in _list_oddities(one, path)]
    verdict = _VERDICT.search(text)
    return OtherReading(
        title="",
        findings=findings,
        reviewers=(REVIEWER,),
        verdict=verdict[1] if verdict else None,
        problems=tuple(problems),
    )


def _scan(text: str, path: str, found: list[_Found]) -> Iterator[Problem]:
    """Collect the objects of the findings array one by one, as far as they are whole."""
    try:
        is_valid = isinstance(_DECODER.decode(text), dict)
        reason = "" if is_valid else "It holds no JSON object."
    except (ValueError, RecursionError):
        is_valid, reason = False, "It is not valid JSON"
    start = _FINDINGS.search(text)
    position = start.end() if start else len(text)
    line = text.count("\n", 0, position) + 1
    while start and position < len(text):
        gap = _BETWEEN.match(text, position)
        begin = gap.end() if gap else position
        line += text.count("\n", position, begin)
        if text[begin : begin + 1] != "{":
            position = begin
            break
        try:
            values, end = _DECODER.raw_decode(text, begin)
        except (ValueError, RecursionError):
            reason = f"It is not valid JSON: it breaks off inside finding {len(found) + 1}"
            break
        end_line = line + text.count("\n", begin, end)
        found.append(_Found(values, line, end_line))
        position, line = end, end_line
    if not is_valid:
        last = text.count("\n") + 1 if reason.startswith("It is not") else None
        message = f"{reason}{f', in line {line} to {last}' if last else ''}. Findings that are complete are shown."
        yield Problem(path, line if last else None, "review-unreadable", message)


def _mention(found: _Found, path: str) -> Mention:
    values = found.values
    word = _text(values, "severity") or None
    recommendation = _text(values, "recommendation")
    return Mention(
        path=path,
        line=found.line,
        end_line=found.end_line,
        title=_text(values, "title"),
        text="\n\n".join(filter(None, (_text(values, "body"), recommendation))),
        severity=get_severity(word) if word else None,
        severity_word=word,
        file_references=_file_references(values),
        confidence=_confidence(values),
        reviewers=(REVIEWER,),
    )


def _file_references(values: dict[str, Any]) -> tuple[FileReference, ...]:
    path = _text(values, "file")
    if not path:
        return ()
    start = _line_number(values.get("line_start"))
    end = _line_number(values.get("line_end"))
    return (FileReference(path, start, max(start, end or start) if start else None),)


def _confidence(values: dict[str, Any]) -> float | None:
    value = values.get("confidence")
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        return None
    return float(value)


def _list_oddities(found: _Found, path: str) -> Iterator[Problem]:
    values = found.values
    if not _text(values, "title"):
        yield Problem(path, found.line, "review-finding-untitled", "This finding has no title.")
    word = _text(values, "severity")
    if word and get_severity(word) is None:
        yield Problem(path, found.line, "review-severity-unknown", f"The severity {word!r} is none that is known.")
    if values.get("confidence") is not None and _confidence(values) is None:
        message = f"The confidence {str(values['confidence'])[:40]!r} is no number between 0 and 1."
        yield Problem(path, found.line, "review-confidence-odd", message)


def _line_number(value: Any) -> int | None:
    is_line = isinstance(value, int) and not isinstance(value, bool) and 0 < value < LINE_LIMIT
    return value if is_line else None


def _text(values: dict[str, Any], key: str) -> str:
    value = values.get(key)
    return value.strip() if isinstance(value, str) else ""
